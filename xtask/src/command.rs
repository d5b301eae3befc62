//! Runs a program in sight of whoever watches, and counts the tests it reports.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::{place, tally::Tally};

/// All that the wallet can; one set for whatever is checked and tested, so that nothing is built twice.
pub(crate) const WALLET_FEATURES: &str = "--features yinzheng-wallet/pcsc,yinzheng-wallet/pkcs11";

/// The cargo that runs us, with words as one types them.
pub(crate) fn cargo(words: &str) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(words.split(' ')).current_dir(place::root());
    command
}

/// Runs to the end; an exit code other than zero is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    announce(command);
    let status = command.status().with_context(|| format!("cannot run {}", name(command)))?;
    if !status.success() {
        bail!("{} ended with {status}", name(command));
    }
    Ok(())
}

/// Runs a test program to the end, line by line, adding what it reports to `tally`.
pub(crate) fn run_tests(command: &mut Command, tally: &mut Tally) -> Result<()> {
    announce(command);
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run {}", name(command)))?;
    if let Some(said) = child.stdout.take() {
        let mut screen = std::io::stdout();
        for line in BufReader::new(said).split(b'\n') {
            let line = line.context("reading what the tests say")?;
            let line = String::from_utf8_lossy(&line);
            writeln!(screen, "{line}")?;
            tally.read(&line);
        }
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("{} ended with {status}", name(command));
    }
    Ok(())
}

/// Whether a program runs at all, and quietly.
pub(crate) fn works(program: &str, arguments: &[&str]) -> bool {
    said(program, arguments).is_some()
}

/// What a program says when it ends well.
pub(crate) fn said(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn announce(command: &Command) {
    let words = command.get_args().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ");
    println!("  $ {} {words}", name(command));
}

fn name(command: &Command) -> String {
    std::path::Path::new(command.get_program())
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
