//! An error and its causes as lines, for the log and the terminal.

use std::error::Error;

/// The error's own sentence first, then one cause after another; a cause that the sentence before it
/// already repeats is left out.
pub(crate) fn chain(error: &dyn Error) -> Vec<String> {
    let mut sentences = vec![error.to_string()];
    let mut source = error.source();
    while let Some(cause) = source {
        let sentence = cause.to_string();
        if !sentences.last().is_some_and(|before| before.ends_with(&sentence)) {
            sentences.push(sentence);
        }
        source = cause.source();
    }
    sentences
}

/// The same on one line.
pub(crate) fn line(error: &dyn Error) -> String {
    chain(error).join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    enum Broken {
        #[error("cannot serve")]
        Serving(#[source] Box<Self>),
        #[error("refused: {0}")]
        Refused(#[source] Box<Self>),
        #[error("no more room")]
        Room,
    }

    #[test]
    fn says_everything_once() {
        let error = Broken::Serving(Box::new(Broken::Refused(Box::new(Broken::Room))));
        assert_eq!(line(&error), "cannot serve: refused: no more room");
    }
}
