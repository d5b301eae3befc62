//! The workshop: what is run on the project rather than by it.
//!
//! `cargo xtask test` passes everything; `cargo xtask cites` holds the code against the standards;
//! `cargo xtask postgres` lends a private PostgreSQL.

mod cites;
mod command;
mod conformance;
mod fuzz;
mod place;
mod postgres;
mod remedy;
mod run;
mod step;
mod tally;
mod tools;

use std::process::ExitCode;

use anyhow::{Context, Result, bail};

const USAGE: &str = "\
Usage: cargo xtask test [--only STEP]... [--rounds N]
       cargo xtask cites
       cargo xtask postgres [--folder FOLDER] [--port PORT]

test      passes everything; see the steps with `cargo xtask test --list`
            --only STEP     this step alone (and the build it needs); may be repeated
            --rounds N      how often the kill story kills each engine, 100 to be thorough
            --list          names the steps
cites     lists what the standards demand that is neither cited and tested nor explained
postgres  starts a private PostgreSQL, prints its address, stops it on Ctrl-C
            --folder FOLDER keep the data there, instead of nowhere
            --port PORT     instead of a free one";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.split_first() {
        Some((&"test", rest)) => test(rest),
        Some((&"cites", [])) => cites::cites(),
        Some((&"postgres", rest)) => lend_postgres(rest),
        _ => {
            println!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn test(words: &[&str]) -> Result<bool> {
    let (mut only, mut rounds) = (Vec::new(), None);
    let mut words = words.iter();
    while let Some(&word) = words.next() {
        let mut value = || words.next().with_context(|| format!("{word} wants a value"));
        match word {
            "--list" => {
                for step in step::all()? {
                    println!("{:14} {}", step.name(), step.what());
                }
                return Ok(true);
            }
            "--only" => only.push((*value()?).to_owned()),
            "--rounds" => rounds = Some(value()?.parse().context("--rounds wants a number")?),
            other => bail!("{other} is not understood\n{USAGE}"),
        }
    }
    Ok(run::run(&step::chosen(&only)?, rounds))
}

fn lend_postgres(words: &[&str]) -> Result<bool> {
    let mut wish = postgres::Wish::default();
    let mut words = words.iter();
    while let Some(&word) = words.next() {
        let value = words.next().with_context(|| format!("{word} wants a value"))?;
        match word {
            "--folder" => wish.folder = Some(value.into()),
            "--port" => wish.port = Some(value.parse().context("--port wants a number")?),
            other => bail!("{other} is not understood\n{USAGE}"),
        }
    }
    tools::provide(&[tools::Tool::Postgres])?;
    let cluster = postgres::Cluster::start(&wish)?;
    println!("{}", cluster.url());
    cluster.wait()?;
    Ok(true)
}
