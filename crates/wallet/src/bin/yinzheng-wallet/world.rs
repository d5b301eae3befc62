//! The real world of a command: the clock, chance and the terminal's language.

use formats::Salt;
use jiff::{Timestamp, tz::TimeZone};
use yinzheng_wallet::chip::Chance;

/// Now.
#[expect(clippy::disallowed_methods, reason = "the one clock of this program")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// Today where the machine stands: it decides in which century a birth of two digits was.
pub(crate) fn today() -> jiff::civil::Date {
    now().to_zoned(TimeZone::system()).date()
}

/// A moment as a clock on the machine's wall shows it, to the minute.
pub(crate) fn minute(at: Timestamp) -> String {
    at.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// The operating system's chance, for the dialogue with a chip.
pub(crate) fn chance() -> Chance {
    Chance::new(fill)
}

/// A salt for a passcode that is set.
pub(crate) fn salt() -> Salt {
    Salt::new(drawn())
}

/// Bytes that nobody can foresee.
pub(crate) fn drawn<const LENGTH: usize>() -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    fill(&mut bytes);
    bytes
}

/// Fills with chance.
#[expect(clippy::disallowed_methods, reason = "the one source of chance of this program")]
pub(crate) fn fill(bytes: &mut [u8]) {
    if aws_lc_rs::rand::fill(bytes).is_err() {
        // Who cannot draw keys must not go on with predictable ones.
        std::process::abort();
    }
}

/// What the terminal says about its language.
pub(crate) fn locale() -> String {
    #[expect(
        clippy::disallowed_methods,
        reason = "POSIX: this is where a program is told its language"
    )]
    let said =
        ["LC_ALL", "LC_MESSAGES", "LANG"].map(|name| std::env::var(name).unwrap_or_default());
    said.into_iter().find(|value| !value.is_empty()).unwrap_or_default()
}
