//! Running the OpenSSL command line.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

/// Runs it in `folder` with `input` on its standard input; what it wrote.
#[track_caller]
pub(super) fn run(folder: &Path, words: &str, input: &[u8]) -> Vec<u8> {
    let words: Vec<&str> = words.split_whitespace().collect();
    run_words(folder, &words, input)
}

/// The same with words that may hold blanks.
#[track_caller]
pub(super) fn run_words(folder: &Path, words: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = Command::new("openssl")
        .args(words)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the openssl command line, version 3");
    // It may end without reading what it does not need.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "openssl {words:?}: {told}");
    output.stdout
}
