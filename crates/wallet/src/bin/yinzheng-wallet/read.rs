//! `yinzheng-wallet read`: opens the chip of a document, reads it and shows what stands in it.

use std::io::{self, IsTerminal as _, Write as _};

use clap::ArgMatches;
use icao::{DataGroup, Mrz, lds};
use yinzheng_wallet::chip::{
    self, Access, File, Files, MrzKey, Next, NotAnMrzKey, OpenChip, Progress,
};

use crate::{
    ask::{ask, ask_hidden},
    failure::Failure,
    language::Language,
    reader::{self, Reader},
    world,
};

/// Runs the command.
pub(crate) fn run(language: Language, wishes: &ArgMatches) -> Result<(), Failure> {
    let access = access(language, wishes.get_flag("can"))?;
    let (_reader, files, open) = document(language, wishes, access)?;
    show(language, &files)?;
    if open.proved_itself() {
        println!("{}", language.words("shown-proved"));
    }
    Ok(())
}

/// What opens the chip, as the person types it.
pub(crate) fn access(language: Language, can: bool) -> Result<Access, Failure> {
    if can {
        let number = ask_hidden(&language.words("ask-can"))?;
        let number = number.parse().map_err(|_| Failure::Typed("typed_can"))?;
        return Ok(Access::CardAccessNumber(number));
    }
    let number = ask(&language.words("ask-number"))?;
    let birth = ask(&language.words("ask-birth"))?;
    let expiry = ask(&language.words("ask-expiry"))?;
    let key = MrzKey::new(&number, &birth, &expiry).map_err(|wrong| {
        Failure::Typed(match wrong {
            NotAnMrzKey::Number => "typed_number",
            NotAnMrzKey::Birth => "typed_birth",
            NotAnMrzKey::Expiry => "typed_expiry",
        })
    })?;
    Ok(Access::Mrz(key))
}

/// Waits for the document and reads it.
pub(crate) fn document(
    language: Language,
    wishes: &ArgMatches,
    access: Access,
) -> Result<(impl Reader, Files, OpenChip), Failure> {
    let name = wishes.get_one::<String>("reader").map(String::as_str);
    let mut reader = reader::open(name, &|| eprintln!("{}", language.words("put-document")))?;
    let begun = chip::open(access, world::chance())?;
    match carry(language, &mut reader, begun)? {
        Next::Read(files, open) => Ok((reader, files, open)),
        Next::Say(_) | Next::Answered(_) => Err(Failure::Odd),
    }
}

/// Carries the dialogue's bytes to the chip and back until there is nothing more to say, and shows how far it is.
pub(crate) fn carry(
    language: Language,
    reader: &mut impl Reader,
    begun: Next,
) -> Result<Next, Failure> {
    let (mut next, mut shown) = (begun, Shown::new(language));
    while let Next::Say(said) = next {
        shown.at(said.progress());
        let response = reader.transmit(said.command())?;
        next = said.on_response(&response)?;
    }
    shown.end();
    Ok(next)
}

/// What the person sees of the progress: one line that grows on a terminal, a line a file elsewhere.
struct Shown {
    language: Language,
    terminal: bool,
    last: Option<Stage>,
}

/// One line of progress.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Stage {
    Opening,
    Reading(File),
    Answering,
}

impl Shown {
    fn new(language: Language) -> Self {
        Self { language, terminal: io::stderr().is_terminal(), last: None }
    }

    fn at(&mut self, progress: Progress) {
        let (stage, words) = match progress {
            Progress::Opening => (Stage::Opening, self.language.words("progress-opening")),
            Progress::Answering => (Stage::Answering, self.language.words("progress-answering")),
            Progress::Reading { file, done, of } => {
                let percent = (done * 100).checked_div(of).unwrap_or(0).to_string();
                let name = file.to_string();
                let values = [("file", name.as_str()), ("percent", percent.as_str())];
                (Stage::Reading(file), self.language.with("progress-reading", &values))
            }
        };
        let new = self.last != Some(stage);
        self.last = Some(stage);
        let mut error = io::stderr().lock();
        // A terminal that is gone does not end the reading.
        drop(match (self.terminal, new) {
            (true, _) => write!(error, "\r\x1B[K{words}").and_then(|()| error.flush()),
            (false, true) => writeln!(error, "{words}"),
            (false, false) => Ok(()),
        });
    }

    fn end(&self) {
        if self.terminal && self.last.is_some() {
            eprintln!();
        }
    }
}

/// Shows what was read: who, which document, which files; of the number only its ends.
fn show(language: Language, files: &Files) -> Result<(), Failure> {
    let dg1 = files.group(1).ok_or(Failure::Odd)?;
    let malformed = || chip::Error::Malformed(File::Group(1));
    let zone = lds::zone(dg1, world::today()).map_err(|_| malformed())?;
    let line = |key: &str, value: &str| println!("{}", language.with(key, &[("value", value)]));
    line("shown-issuer", zone.issuer());
    line("shown-name", &name(&zone));
    line("shown-number", &masked(zone.number()));
    line("shown-expires", &zone.expires().to_string());
    if let Some(Ok(portrait)) = files.group(2).map(lds::portrait) {
        let size = portrait.bytes.len().to_string();
        let format = format!("{:?}", portrait.format);
        let values = [("format", format.as_str()), ("size", size.as_str())];
        println!("{}", language.with("shown-portrait", &values));
    }
    let sizes: Vec<String> = files
        .groups()
        .map(|(number, bytes)| format!("{} {}", File::Group(number), bytes.len()))
        .chain([format!("{} {}", File::SecurityObject, files.sod().len())])
        .collect();
    line("shown-files", &sizes.join(", "));
    let active = files.group(DataGroup::ACTIVE_KEY.number()).is_some();
    let chip = files
        .group(DataGroup::SECURITY_INFOS.number())
        .and_then(|file| lds::SecurityInfos::parse(file).ok())
        .is_some_and(|infos| !infos.chip_keys.is_empty());
    let proof = match (chip, active) {
        (true, _) => "shown-proof-chip",
        (false, true) => "shown-proof-active",
        (false, false) => "shown-proof-none",
    };
    println!("{}", language.words(proof));
    Ok(())
}

fn name(zone: &Mrz) -> String {
    [zone.secondary(), zone.primary()].join(" ").trim().to_owned()
}

/// The first character and the last two; what lies between is nobody's business on a screen.
fn masked(number: &str) -> String {
    let length = number.chars().count();
    number
        .chars()
        .enumerate()
        .map(|(place, c)| if place == 0 || place + 2 >= length { c } else { '•' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_known_again_by_whoever_has_it_and_by_nobody_else() {
        assert_eq!(masked("L898902C3"), "L••••••C3");
        assert_eq!(masked("E1"), "E1");
    }
}
