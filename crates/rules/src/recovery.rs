//! Losing a device, and what a thief with the lost document could make of it: rules of our own, under Measures art. 9
//! and PIPL 51 (measures against "unauthorized access, and leaks, tampering or loss").
//!
//! Whoever proves the identity again gets a certificate at once, because people cannot be left without one. What could
//! not be undone if it was somebody else waits for a cool-down, in which the person is told on every channel and can object.

use std::time::Duration;

use jiff::Timestamp;

use crate::{mode::Mode, refusal::Refusal};

/// How long a change that somebody else may have made can be objected to: the operator's choice between bounds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct CoolDown(Duration);

impl CoolDown {
    /// Three days: over a weekend, and over a night in hospital.
    pub const DEFAULT: Self = Self(hours(72));

    /// A day: everybody looks at a phone once.
    pub const FLOOR: Self = Self(hours(24));

    /// A month: whoever has not seen a message by then does not use that number any more.
    pub const CEILING: Self = Self(hours(30 * 24));

    /// An operator's choice.
    pub const fn of_hours(count: u16) -> Result<Self, Refusal> {
        let chosen = hours(count as u64);
        let seconds = chosen.as_secs();
        if seconds < Self::FLOOR.0.as_secs() || seconds > Self::CEILING.0.as_secs() {
            return Err(Refusal::CoolDownOutOfBounds);
        }
        Ok(Self(chosen))
    }

    /// In hours, as messages say it.
    pub const fn hours(self) -> u64 {
        self.0.as_secs() / hours(1).as_secs()
    }

    /// When one that begins now ends.
    pub fn end(self, now: Timestamp) -> Timestamp {
        now.saturating_add(self.0).unwrap_or(Timestamp::MAX)
    }
}

impl Default for CoolDown {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// What the person had before the certificate that is issued now.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Before {
    /// Never a certificate: nobody can have taken one over.
    Nothing,
    /// A certificate, in force or ended.
    Certificate,
}

/// From when on plain identity may be told, after a certificate was issued; `None`: from now on.
pub fn disclosure_from(before: Before, now: Timestamp, chosen: CoolDown) -> Option<Timestamp> {
    match before {
        Before::Nothing => None,
        Before::Certificate => Some(chosen.end(now)),
    }
}

/// May plain identity be told, to anybody at all, the person's own file included?
pub fn may_disclose(disclosure_from: Option<Timestamp>, now: Timestamp) -> Result<(), Refusal> {
    over(disclosure_from, now)
}

/// May the person leave for good? A thief who could would destroy the number and everything it opens.
///
/// PIPL 47 has personal information deleted on request and names no hour: the days of a cool-down are used to make
/// sure whose request it is.
pub fn may_cancel(disclosure_from: Option<Timestamp>, now: Timestamp) -> Result<(), Refusal> {
    over(disclosure_from, now)
}

/// May the phone be changed? A number was proved when the cool-down began; changing it again would only move the
/// notices away from their person.
pub fn may_change_phone(
    mode: Mode,
    disclosure_from: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), Refusal> {
    if !mode.satisfies(Mode::CertificatePasscode) {
        return Err(Refusal::ModeTooWeak);
    }
    over(disclosure_from, now)
}

fn over(disclosure_from: Option<Timestamp>, now: Timestamp) -> Result<(), Refusal> {
    match disclosure_from {
        Some(until) if now < until => Err(Refusal::CoolingDown { until }),
        _ => Ok(()),
    }
}

/// Codes sent to one phone number within [`SENDING_WINDOW`], whoever asks: a number is no drum to beat on.
pub const CODES_A_NUMBER: u32 = 5;

/// Codes one person has sent to change the phone within [`SENDING_WINDOW`].
pub const CODES_A_PERSON: u32 = 3;

/// How long sendings are counted, from the first.
pub const SENDING_WINDOW: Duration = hours(1);

const fn hours(count: u64) -> Duration {
    Duration::from_secs(count * 60 * 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::constant(1_784_088_000, 0);

    #[test]
    fn an_operator_chooses_between_a_day_and_a_month() {
        assert_eq!(CoolDown::of_hours(72), Ok(CoolDown::DEFAULT));
        assert_eq!(CoolDown::of_hours(24), Ok(CoolDown::FLOOR));
        assert_eq!(CoolDown::of_hours(720).map(CoolDown::hours), Ok(720));
        for hours in [0, 23, 721, u16::MAX] {
            assert_eq!(CoolDown::of_hours(hours), Err(Refusal::CoolDownOutOfBounds), "{hours}");
        }
        assert_eq!(CoolDown::CEILING.end(Timestamp::MAX), Timestamp::MAX);
    }

    #[test]
    fn only_who_had_a_certificate_cools_down() {
        assert_eq!(disclosure_from(Before::Nothing, NOON, CoolDown::DEFAULT), None);
        let until = NOON + Duration::from_hours(72);
        let from = disclosure_from(Before::Certificate, NOON, CoolDown::DEFAULT);
        assert_eq!(from, Some(until));
    }

    #[test]
    fn what_cannot_be_undone_waits_to_the_second() {
        let last = NOON - Duration::from_nanos(1);
        let waits = Err(Refusal::CoolingDown { until: NOON });
        for rule in [may_disclose, may_cancel] {
            assert_eq!(rule(Some(NOON), last), waits);
            assert_eq!(rule(Some(NOON), NOON), Ok(()));
            assert_eq!(rule(None, last), Ok(()));
        }
        let passcode = Mode::CertificatePasscode;
        assert_eq!(may_change_phone(passcode, Some(NOON), last), waits);
        assert_eq!(may_change_phone(passcode, Some(NOON), NOON), Ok(()));
        assert_eq!(may_change_phone(Mode::Certificate, None, last), Err(Refusal::ModeTooWeak));
    }
}
