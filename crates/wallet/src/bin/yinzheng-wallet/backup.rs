//! `yinzheng-wallet backup` and `restore`: the record of what was shown, sealed under a sentence.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::PathBuf,
};

use clap::ArgMatches;
use yinzheng_wallet::{FileError, HeldKey, Pocket, Sentence};

use crate::{
    ask::ask_hidden,
    failure::Failure,
    home::{Home, hold},
    language::Language,
    world,
};

fn file(wishes: &ArgMatches) -> PathBuf {
    wishes.get_one::<PathBuf>("file").cloned().unwrap_or_default()
}

/// Runs `backup`.
pub(crate) fn run(language: Language, wishes: &ArgMatches) -> Result<(), Failure> {
    let pocket = Home::open(language, wishes)?.pocket()?;
    let typed = ask_hidden(&language.words("ask-sentence"))?;
    if ask_hidden(&language.words("ask-sentence-again"))? != typed {
        return Err(Failure::Typed("sentences_differ"));
    }
    let sentence =
        Sentence::try_from(typed.as_str()).map_err(|_| Failure::Typed("typed_sentence"))?;
    let text = pocket.backup(&sentence, world::salt(), world::drawn()).ok_or(Failure::Odd)?;
    // What lies there is not replaced: it may be an older backup.
    let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file(wishes));
    let mut opened = opened.map_err(FileError::from)?;
    opened.write_all(text.as_bytes()).map_err(FileError::from)?;
    opened.sync_all().map_err(FileError::from)?;
    println!("{}", language.words("backed-up"));
    Ok(())
}

/// Runs `restore`.
pub(crate) fn restore(language: Language, wishes: &ArgMatches) -> Result<(), Failure> {
    let _held = hold(wishes)?;
    let home = Home::open(language, wishes)?;
    if home.has_pocket() {
        return Err(Failure::HasPocket);
    }
    let text = fs::read_to_string(file(wishes)).map_err(FileError::from)?;
    let typed = ask_hidden(&language.words("ask-sentence"))?;
    let sentence =
        Sentence::try_from(typed.as_str()).map_err(|_| Failure::Typed("typed_sentence"))?;
    let pocket: Pocket<HeldKey> = Pocket::restore(&text, &sentence)?;
    home.keep_pocket(&pocket)?;
    println!("{}", language.words("restored"));
    Ok(())
}
