//! The real world of the program: the clock, chance and the terminal's language.

use formats::qr::{CHALLENGE_LENGTH, Challenge};
use jiff::Timestamp;

/// Now, in Unix time.
#[expect(clippy::disallowed_methods, reason = "the one clock of this program")]
pub(crate) fn now() -> i64 {
    Timestamp::now().as_second()
}

/// A question nobody was asked before.
#[expect(clippy::disallowed_methods, reason = "the one source of chance of this program")]
pub(crate) fn challenge() -> Challenge {
    let mut bytes = [0; CHALLENGE_LENGTH];
    if aws_lc_rs::rand::fill(&mut bytes).is_err() {
        // A question that could be foreseen is worse than none.
        std::process::abort();
    }
    Challenge(bytes)
}

/// What the terminal says about its language.
#[expect(
    clippy::disallowed_methods,
    reason = "POSIX: this is where a program is told its language"
)]
pub(crate) fn locale() -> String {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty())
        .unwrap_or_default()
}
