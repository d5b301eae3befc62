//! Reading files: select one, read its head to learn how long it is, read the rest in pieces, go on to the next.

use std::mem;

use formats::Secret;
use icao::secure_messaging::{
    Command, Status,
    objects::{append, take},
};
use zeroize::Zeroizing;

use super::{
    Access, Chance, Error, File, Files, Next, OpenChip, Progress, bac,
    card_access::Variant,
    dialogue::{Answered, Expect, command, say},
    files::GROUPS,
    line::{Line, Listening},
    mapping_proof::{MappingProof, ProvenKey},
    pace,
};

/// ICAO 9303-10 §3.11: the application of travel documents.
pub(super) const APPLICATION: [u8; 7] = [0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01];
pub(super) const SELECT_APPLICATION: [u8; 4] = [0x00, 0xA4, 0x04, 0x0C];
const SELECT_FILE: [u8; 4] = [0x00, 0xA4, 0x02, 0x0C];

/// A tag and the longest form of a length that any file has.
const HEAD_LENGTH: usize = 5;

/// How much is read at once. Protected, a piece of this length and what goes with it fit into a short response.
///
/// ICAO 9303-11 §9.3.1.2: "The terminal MUST NOT use extended length for APDUs other than the following commands".
const PIECE_LENGTH: usize = 208;

/// Beyond this offset READ BINARY says where to begin in a data object. ISO 7816-4 §7.2.3.
const FAR: usize = 0x8000;

/// What happens when a file is there, or is not.
pub(super) enum After {
    /// Then the chip is opened with the way it offers.
    Opening(Access, Chance),
    /// Then the chip is shown to have the key in it.
    Proving(MappingProof),
    /// Then the next file is read.
    Collecting(Collecting),
}

/// The files read so far, and those still to read, the next one last.
pub(super) struct Collecting {
    files: Files,
    left: Vec<File>,
    proven: Option<ProvenKey>,
}

/// The application is being selected, protected already.
struct ExpectApplication {
    listening: Listening,
    proven: Option<ProvenKey>,
}

/// A file is being selected.
struct ExpectSelected {
    file: File,
    listening: Listening,
    after: After,
}

/// The head of a file.
struct ExpectHead {
    file: File,
    listening: Listening,
    after: After,
}

/// A piece of a file whose length is known.
struct ExpectPiece {
    file: File,
    listening: Listening,
    after: After,
    asked: usize,
    so_far: Zeroizing<Vec<u8>>,
    length: usize,
}

/// Selects the application on a line that is open already.
pub(super) fn select_application(line: Line, proven: Option<ProvenKey>) -> Result<Next, Error> {
    let command = command(SELECT_APPLICATION, &APPLICATION, Answered::WithStatus)?;
    let (bytes, listening) = line.say(&command)?;
    Ok(say(bytes, Progress::Opening, ExpectApplication { listening, proven }))
}

/// Reads every file of the application, which is selected.
pub(super) fn collect(line: Line, proven: Option<ProvenKey>) -> Result<Next, Error> {
    let groups = GROUPS.into_iter().rev().map(File::Group);
    let left = groups.chain([File::SecurityObject, File::Common]).collect();
    Collecting { files: Files::new(), left, proven }.go_on(line)
}

/// Selects one file to be read.
pub(super) fn select(file: File, line: Line, after: After) -> Result<Next, Error> {
    let command = command(SELECT_FILE, &file.identifier(), Answered::WithStatus)?;
    let (bytes, listening) = line.say(&command)?;
    Ok(say(bytes, after.progress(file, 0, 0), ExpectSelected { file, listening, after }))
}

impl Expect for ExpectApplication {
    fn on_response(self: Box<Self>, response: &[u8]) -> Result<Next, Error> {
        let Self { listening, proven } = *self;
        let (response, line) = listening.hear(response)?;
        match response.status() {
            Status::DONE => collect(line, proven),
            status => Err(Error::NotATravelDocument(status)),
        }
    }
}

impl Expect for ExpectSelected {
    fn on_response(self: Box<Self>, response: &[u8]) -> Result<Next, Error> {
        let Self { file, listening, after } = *self;
        let (response, line) = listening.hear(response)?;
        if response.status() != Status::DONE {
            return after.without(file, response.status(), line);
        }
        let progress = after.progress(file, 0, 0);
        let command = read(0, HEAD_LENGTH)?;
        let (bytes, listening) = line.say(&command)?;
        Ok(say(bytes, progress, ExpectHead { file, listening, after }))
    }
}

impl Expect for ExpectHead {
    fn on_response(self: Box<Self>, response: &[u8]) -> Result<Next, Error> {
        let Self { file, listening, after } = *self;
        let (response, line) = listening.hear(response)?;
        if !was_read(response.status()) {
            return after.without(file, response.status(), line);
        }
        let head = response.data();
        let length = whole_length(file, head).ok_or(Error::Malformed(file))?;
        if length > file.longest() {
            return Err(Error::TooLong(file));
        }
        if head.len() > HEAD_LENGTH.min(length) {
            return Err(Error::Malformed(file));
        }
        // Room for all of it at once, so that no half of it is left behind elsewhere in memory.
        let mut so_far = Zeroizing::new(Vec::with_capacity(length));
        so_far.extend_from_slice(head);
        after.further(file, line, so_far, length)
    }
}

impl Expect for ExpectPiece {
    fn on_response(self: Box<Self>, response: &[u8]) -> Result<Next, Error> {
        let Self { file, listening, after, asked, mut so_far, length } = *self;
        let (response, line) = listening.hear(response)?;
        if !was_read(response.status()) {
            return Err(Error::Unreadable { file, status: response.status() });
        }
        let piece = if so_far.len() < FAR {
            response.data()
        } else {
            let mut data = response.data();
            // ISO 7816-4 §7.2.3: what is read with an odd instruction stands in a discretionary data object.
            match take(&mut data) {
                Some((0x53, piece)) if data.is_empty() => piece,
                _ => return Err(Error::Malformed(file)),
            }
        };
        // A piece may be shorter than was asked for, but a chip that gives none would be asked for ever.
        if piece.is_empty() || piece.len() > asked {
            return Err(Error::Malformed(file));
        }
        so_far.extend_from_slice(piece);
        after.further(file, line, so_far, length)
    }
}

impl After {
    /// Reads what is still missing of a file, or takes it if nothing is.
    fn further(
        self,
        file: File,
        line: Line,
        mut so_far: Zeroizing<Vec<u8>>,
        length: usize,
    ) -> Result<Next, Error> {
        let done = so_far.len();
        if done >= length {
            return self.with(file, Secret::new(mem::take(&mut so_far)), line);
        }
        let asked = PIECE_LENGTH.min(length - done);
        // Nothing is read across the place where the way of saying where to begin changes.
        let asked = if done < FAR { asked.min(FAR - done) } else { asked };
        let progress = self.progress(file, done, length);
        let (bytes, listening) = line.say(&read(done, asked)?)?;
        let expecting = ExpectPiece { file, listening, after: self, asked, so_far, length };
        Ok(say(bytes, progress, expecting))
    }

    /// A file is here.
    fn with(self, file: File, bytes: Secret<Vec<u8>>, line: Line) -> Result<Next, Error> {
        match self {
            Self::Opening(access, chance) => match Variant::strongest(bytes.expose()) {
                Some(variant) => pace::begin(variant, access, chance),
                None => bac::begin(access, chance),
            },
            Self::Proving(proof) => proof.with_file(bytes.expose(), line),
            Self::Collecting(mut collecting) => {
                if file == File::Common {
                    collecting.only_those_in(bytes.expose());
                }
                collecting.files.keep(file, bytes);
                collecting.go_on(line)
            }
        }
    }

    /// The chip does not have a file, or does not show it.
    fn without(self, file: File, status: Status, line: Line) -> Result<Next, Error> {
        match self {
            Self::Opening(access, chance) => bac::begin(access, chance),
            // A chip that proves itself has the file to prove it by.
            Self::Proving(_) => Err(Error::Unreadable { file, status }),
            Self::Collecting(_) if file.is_needed() => Err(Error::Unreadable { file, status }),
            Self::Collecting(collecting) => collecting.go_on(line),
        }
    }

    fn progress(&self, file: File, done: usize, of: usize) -> Progress {
        match self {
            Self::Opening(..) | Self::Proving(_) => Progress::Opening,
            Self::Collecting(_) => Progress::Reading { file, done, of },
        }
    }
}

impl Collecting {
    fn go_on(mut self, line: Line) -> Result<Next, Error> {
        match self.left.pop() {
            Some(file) => select(file, line, After::Collecting(self)),
            None => Ok(OpenChip::begin(self.files, self.proven.as_ref(), line)),
        }
    }

    /// EF.COM lists the groups there are. Nobody signs it: what it leaves out is missed by the platform, which knows the
    /// signed list. One that is not understood changes nothing.
    fn only_those_in(&mut self, common: &[u8]) {
        if let Ok(listed) = icao::lds::groups_listed(common) {
            let listed: Vec<u8> = listed.into_iter().map(icao::DataGroup::number).collect();
            self.left.retain(|file| match file {
                File::Group(number) => listed.contains(number),
                _ => true,
            });
        }
    }
}

/// READ BINARY from this offset.
fn read(offset: usize, length: usize) -> Result<Command, Error> {
    let [.., far, high, low] = offset.to_be_bytes();
    if offset < FAR {
        return Ok(Command::new([0x00, 0xB0, high, low]).expecting(length)?);
    }
    let mut data = Vec::new();
    let offset = [far, high, low];
    append(0x54, offset.strip_prefix(&[0]).unwrap_or(&offset), &mut data);
    // The object around the data takes three bytes more.
    Ok(Command::new([0x00, 0xB1, 0x00, 0x00]).with_data(&data)?.expecting(length + 3)?)
}

fn was_read(status: Status) -> bool {
    matches!(status, Status::DONE | Status::END_OF_FILE)
}

/// How long a file is, from its first bytes: its tag, its length, and so much more.
fn whole_length(file: File, head: &[u8]) -> Option<usize> {
    let (&tag, rest) = head.split_first()?;
    if tag != file.tag() {
        return None;
    }
    let (length, rest_of_head) = match rest {
        [short, ..] if *short < 0x80 => (usize::from(*short), 1),
        [0x81, low, ..] => (usize::from(*low), 2),
        [0x82, high, low, ..] => (usize::from(u16::from_be_bytes([*high, *low])), 3),
        [0x83, far, high, low, ..] => {
            let length = u32::from_be_bytes([0, *far, *high, *low]);
            (usize::try_from(length).ok()?, 4)
        }
        _ => return None,
    };
    Some(1 + rest_of_head + length)
}
