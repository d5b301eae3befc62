//! `yinzheng-reader`: judges codes at a desk or gate. Green or red, what was proved, and nothing kept.

mod commands;
mod page;
mod question;
mod screen;
mod verdict;
mod words;
mod world;

use std::{
    io::{BufRead, stdin},
    path::Path,
    process::ExitCode,
};

use clap::ArgMatches;
use formats::qr::{MAX_LENGTH, Subject};
use page::{Brought, Post, Setup};
use words::Words;
use yinzheng_reader::{BadMirror, Desk, Mirror};

/// No code, or none that could be read: neither yes nor no.
const NOT_JUDGED: u8 = 2;

fn main() -> ExitCode {
    let words = Words::wanted(std::env::args(), &world::locale());
    let wishes = commands::command(&words).get_matches();
    match wishes.subcommand() {
        Some((_, wishes)) => serve(&words, wishes),
        None => stand(words, &wishes),
    }
}

/// Codes from the command line, or from the standard input.
fn stand(words: Words, wishes: &ArgMatches) -> ExitCode {
    let mirror = match Mirror::open(folder(wishes)) {
        Ok(mirror) => mirror,
        Err(bad) => return no_mirror(&words, &bad),
    };
    let gate = Gate { words, mirror, desk: desk(wishes), asks: wishes.get_flag("ask") };
    match wishes.get_one::<String>("code") {
        Some(code) => gate.once(code),
        None => gate.stand(),
    }
}

/// Codes from a page.
fn serve(words: &Words, wishes: &ArgMatches) -> ExitCode {
    let brought = match Brought::open(folder(wishes), world::now()) {
        Ok(brought) => brought,
        Err(bad) => return no_mirror(words, &bad),
    };
    let setup = Setup {
        post: Post::new(desk(wishes), brought, wishes.get_flag("ask")),
        language: words.tag(),
        clock: world::now,
        draw: world::challenge,
    };
    let port = wishes.get_one::<u16>("port").copied().unwrap_or_default();
    let served = page::serve(setup, port, |here| {
        println!("{}", words.with("served", &[("address", &format!("http://{here}/"))]));
    });
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            let values = [("port", &*port.to_string()), ("why", &*why.to_string())];
            eprintln!("{}", words.with("not-served", &values));
            ExitCode::from(NOT_JUDGED)
        }
    }
}

fn folder(wishes: &ArgMatches) -> &Path {
    Path::new(wishes.get_one::<String>("mirror").map_or("", String::as_str))
}

fn desk(wishes: &ArgMatches) -> Desk {
    let wanted = wishes.get_many::<String>("want").into_iter().flatten();
    Desk::new(wanted.filter_map(|claim| Subject::of_claim(claim)).collect())
}

fn no_mirror(words: &Words, bad: &BadMirror) -> ExitCode {
    eprintln!("{}", words.with("bad-mirror", &[("why", &bad.to_string())]));
    ExitCode::from(NOT_JUDGED)
}

/// A desk with its mirror and its screen.
struct Gate {
    words: Words,
    mirror: Mirror,
    desk: Desk,
    asks: bool,
}

impl Gate {
    /// One code, from the command line.
    fn once(mut self, code: &str) -> ExitCode {
        let verdict = self.desk.judge(code, &self.mirror, None, world::now());
        println!("{}", screen::verdict(&self.words, &verdict));
        if verdict.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    /// One code a line, as scanners type them, until there are no more.
    fn stand(mut self) -> ExitCode {
        let mut input = stdin().lock();
        loop {
            let question = self.asks.then(world::challenge);
            if let Some(question) = &question {
                println!("{}", question::drawn(question));
            }
            println!("{}", self.words.say("scan"));
            let Some(line) = line(&mut input) else { return ExitCode::SUCCESS };
            let verdict = self.desk.judge(&line, &self.mirror, question, world::now());
            println!("{}", screen::verdict(&self.words, &verdict));
        }
    }
}

/// The next line that is not empty, cut where no code is longer; nothing at the end.
fn line(input: &mut impl BufRead) -> Option<String> {
    const LONGEST: usize = 2 * MAX_LENGTH;
    loop {
        let mut line = Vec::new();
        let read = std::io::Read::take(&mut *input, LONGEST as u64).read_until(b'\n', &mut line);
        match read {
            Ok(0) | Err(_) => return None,
            Ok(_) if line.trim_ascii().is_empty() => {}
            Ok(_) => return Some(String::from_utf8_lossy(&line).into_owned()),
        }
    }
}
