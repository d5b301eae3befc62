//! The command line wallet: reads a document with a chip, enrols with it, adds it to a record, signs in,
//! shows what it holds, takes one-time credentials along and shows them, once each.
//!
//! A program for people who test and demonstrate, and for those who have a reader and no telephone for it. It is the
//! door of `wallet`: HTTP, the reader, the terminal and the machine's clock are here and nowhere else in this crate.

mod add_document;
mod answer;
mod ask;
mod backup;
mod carry;
mod code;
mod commands;
mod enrol;
mod failure;
mod home;
mod language;
mod lock;
mod mirror;
mod notices;
mod platform;
mod read;
mod reader;
mod receive;
mod refresh;
mod show;
mod sign_in;
mod token;
mod world;

use std::process::ExitCode;

use failure::Failure;
use language::Language;

fn main() -> ExitCode {
    let language = Language::wanted(std::env::args(), &world::locale());
    let matches = commands::command(language).get_matches();
    match run(language, &matches) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{}", failure.words(language));
            failure.exit_code()
        }
    }
}

fn run(language: Language, matches: &clap::ArgMatches) -> Result<(), Failure> {
    match matches.subcommand() {
        Some(("read", wishes)) => read::run(language, wishes),
        Some(("enrol", wishes)) => enrol::run(language, wishes),
        Some(("add-document", wishes)) => add_document::run(language, wishes),
        Some(("sign-in", wishes)) => sign_in::run(language, wishes),
        Some(("receive", wishes)) => receive::run(language, wishes),
        Some(("refresh", wishes)) => refresh::run(language, wishes),
        Some(("carry", wishes)) => carry::run(language, wishes),
        Some(("answer", wishes)) => answer::run(language, wishes),
        Some(("code", wishes)) => code::run(language, wishes),
        Some(("history", wishes)) => carry::history(language, wishes),
        Some(("backup", wishes)) => backup::run(language, wishes),
        Some(("restore", wishes)) => backup::restore(language, wishes),
        Some(("lock", wishes)) => lock::run(language, wishes),
        Some(("unlock", wishes)) => lock::unlock(language, wishes),
        Some(("show", wishes)) => show::run(language, wishes),
        Some(("mirror", wishes)) => mirror::run(language, wishes),
        // clap wants one of these.
        _ => Ok(()),
    }
}
