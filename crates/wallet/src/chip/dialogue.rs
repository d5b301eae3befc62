//! The dialogue as its caller sees it: say this, tell me the answer, and so on to the end.

use std::fmt;

use icao::{ChipAnswer, secure_messaging::Command};

use super::{
    Access, Chance, Error, File, Files, OpenChip, Progress,
    line::Line,
    reading::{After, select},
};

/// What comes next.
#[derive(Debug)]
pub enum Next {
    /// Say this to the chip.
    Say(Said),
    /// Everything is read; the chip can be asked the platform's question.
    Read(Files, OpenChip),
    /// The chip answered it.
    Answered(ChipAnswer),
}

/// A command on its way to the chip.
pub struct Said {
    command: Vec<u8>,
    expecting: Box<dyn Expect>,
    progress: Progress,
}

/// Begins: which ways to open it does the chip know?
pub fn open(access: Access, chance: Chance) -> Result<Next, Error> {
    select(File::CardAccess, Line::Clear, After::Opening(access, chance))
}

/// One expectation of the dialogue. A response leads to the next, or to the end of it.
pub(super) trait Expect: Send {
    fn on_response(self: Box<Self>, response: &[u8]) -> Result<Next, Error>;
}

impl Said {
    /// The bytes for the chip.
    pub fn command(&self) -> &[u8] {
        &self.command
    }

    /// How far the dialogue is.
    pub fn progress(&self) -> Progress {
        self.progress
    }

    /// Takes the chip's answer, with its status.
    pub fn on_response(self, response: &[u8]) -> Result<Next, Error> {
        self.expecting.on_response(response)
    }
}

/// Says something in a given state of things.
pub(super) fn say(command: Vec<u8>, progress: Progress, expecting: impl Expect + 'static) -> Next {
    Next::Say(Said { command, expecting: Box::new(expecting), progress })
}

/// The command with these bytes of data, asking for whatever the chip has to say if `answered`.
pub(super) fn command(header: [u8; 4], data: &[u8], answered: Answered) -> Result<Command, Error> {
    let command = Command::new(header).with_data(data)?;
    Ok(match answered {
        Answered::WithStatus => command,
        Answered::WithData => command.expecting(0x100)?,
        Answered::AtLength => command.expecting(0x1_0000)?,
    })
}

/// What a command is answered with.
#[derive(Clone, Copy)]
pub(super) enum Answered {
    WithStatus,
    WithData,
    /// With more than fits into a short response.
    AtLength,
}

impl fmt::Debug for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Said({:?})", self.progress)
    }
}
