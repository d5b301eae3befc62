//! How long things are remembered: each with its reason, and gone afterwards.
//!
//! Measures art. 9, PIPL 19: the shortest time the purpose needs.

use std::time::Duration;

use crate::refusal::Refusal;

/// How long authentication events are kept: the operator's choice under a ceiling.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct EventLifetime(Duration);

impl EventLifetime {
    /// Cybersecurity Law (2017) art. 21 has network logs kept for no less than six months. That can be
    /// 184 days: an operator who is bound by it to the day sets so many.
    pub const DEFAULT: Self = Self(days(180));

    /// Our own ceiling: with a year behind it, a list of logins is a diary.
    pub const CEILING: Self = Self(days(366));

    /// An operator's choice.
    pub const fn of_days(count: u16) -> Result<Self, Refusal> {
        let chosen = days(count as u64);
        if chosen.as_secs() > Self::CEILING.0.as_secs() {
            return Err(Refusal::RetentionTooLong);
        }
        Ok(Self(chosen))
    }

    /// As a span of time.
    pub const fn duration(self) -> Duration {
        self.0
    }
}

impl Default for EventLifetime {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// An enrolment in flight, with what it proved so far. People need about three minutes; a borrowed
/// phone, a lost card and a child on the lap take longer.
pub const ENROLMENT: Duration = minutes(30);

/// An application of fourteen to eighteen that waits for the guardian: a working day and the night after it.
pub const GUARDIAN_ANSWER: Duration = minutes(24 * 60);

/// A link that carries an application to another device: as long as it takes to fetch it.
pub const HAND_OVER: Duration = minutes(10);

/// A child's question to its guardians: what nobody answered in a month has answered itself.
pub const GUARDIAN_REQUEST: Duration = days(30);

/// The number of a document that a newer one replaced, as its blind index: until its chip could not prove anybody any more.
/// Passports are good for ten years at most, those of children for less.
pub const REPLACED_DOCUMENT: Duration = days(10 * 366);

/// A knock: a relying party's request that waits for a person on another device. As long as it takes to fetch the phone.
pub const KNOCK: Duration = minutes(5);

/// The same between two screens of one person who sits before both.
pub const KNOCK_ON_PHONE: Duration = minutes(2);

/// A code sent to a phone: long enough for a slow message, short enough to be worth little to a thief.
pub const PHONE_CODE: Duration = minutes(PHONE_CODE_MINUTES as u64);

/// The same in minutes, as the message says it.
pub const PHONE_CODE_MINUTES: u8 = 5;

/// A challenge to a card or a device, answered by a machine.
pub const CHALLENGE: Duration = minutes(5);

/// Standing access of a relying party, after the person agreed: a quarter, then it asks the person again.
pub const STANDING_ACCESS: Duration = days(90);

/// Standing access that nobody uses serves nothing.
pub const STANDING_ACCESS_UNUSED: Duration = days(30);

/// A portrait: compared and dropped within the request, never stored (Face measures art. 8).
pub const PORTRAIT: Duration = Duration::ZERO;

/// The record that a consent was given or withdrawn, after its person is gone: it names no one then.
/// PIPL 56: impact assessments and processing records are kept "at least three years".
pub const CONSENT_RECORD: Duration = days(3 * 366);

/// What officers did and signed, so that an auditor can verify it, and an officer who was suspended, with the passkey
/// that verifies it. PIPL 56, as above: a processing record.
pub const STAFF_RECORD: Duration = days(3 * 366);

/// A report nobody closed: evidence for supervision, as above.
pub const REPORT: Duration = days(3 * 366);

/// A report that was closed, and counts of over-asking: half a year, for who asks how it ended.
pub const REPORT_CLOSED: Duration = days(183);

/// What is to be told to somebody's phone: after three days the page where it is asked has told it, or nobody will.
pub const TIDING: Duration = days(3);

/// A message to a relying party's servers, such as that a session ended: a day, in which servers come back.
pub const DELIVERY: Duration = days(1);

const fn days(count: u64) -> Duration {
    minutes(count * 24 * 60)
}

const fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_have_a_ceiling() {
        assert_eq!(EventLifetime::of_days(180), Ok(EventLifetime::DEFAULT));
        assert_eq!(EventLifetime::of_days(366), Ok(EventLifetime::CEILING));
        assert_eq!(EventLifetime::of_days(367), Err(Refusal::RetentionTooLong));
        assert_eq!(EventLifetime::default().duration().as_secs(), 180 * 86_400);
    }

    #[test]
    fn what_is_in_flight_goes_within_the_hour() {
        for lifetime in [ENROLMENT, PHONE_CODE, CHALLENGE, PORTRAIT, HAND_OVER] {
            assert!(lifetime <= minutes(60));
        }
        assert!(CHALLENGE < ENROLMENT && PHONE_CODE < ENROLMENT);
    }
}
