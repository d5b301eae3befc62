//! Asking the person at the terminal; answers come from a pipe just as well.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use rules::Passcode;
use zeroize::Zeroizing;

use crate::{failure::Failure, language::Language};

/// Longest answer to any question.
const LONGEST_ANSWER: usize = 1024;

/// Asks; the answer without its line end and the spaces around it.
pub(crate) fn ask(question: &str) -> Result<Zeroizing<String>, Failure> {
    say(question)?;
    let mut line = Zeroizing::new(String::with_capacity(LONGEST_ANSWER));
    let read = io::stdin().lock().read_line(&mut line).map_err(|_| Failure::NoAnswer)?;
    if read == 0 {
        return Err(Failure::NoAnswer);
    }
    Ok(Zeroizing::new(line.trim().to_owned()))
}

/// Asks without showing what is typed.
pub(crate) fn ask_hidden(question: &str) -> Result<Zeroizing<String>, Failure> {
    if !io::stdin().is_terminal() {
        return ask(question);
    }
    say(question)?;
    let typed = rpassword::read_password().map_err(|_| Failure::NoAnswer)?;
    Ok(Zeroizing::new(typed.trim().to_owned()))
}

/// Asks for the passcode.
pub(crate) fn ask_passcode(language: Language) -> Result<Passcode, Failure> {
    Ok(ask_hidden(&language.words("ask-passcode"))?.parse::<Passcode>()?)
}

/// Asks for a yes.
pub(crate) fn agree(question: &str) -> Result<(), Failure> {
    match ask(question)?.to_lowercase().as_str() {
        "y" | "yes" | "是" | "同意" => Ok(()),
        _ => Err(Failure::NotAgreed),
    }
}

/// Questions go where answers do not, so that what a command prints can be kept.
fn say(question: &str) -> Result<(), Failure> {
    let mut terminal = io::stderr().lock();
    write!(terminal, "{question} ").and_then(|()| terminal.flush()).map_err(|_| Failure::NoAnswer)
}
