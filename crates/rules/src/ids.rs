//! Record ids: random, time-ordered (the layout of RFC 9562 UUID version 7), and one type per kind
//! of record, so that a consent can never be looked up by a person's id.
//!
//! They name rows inside the platform and never leave it towards a relying party.

use std::{fmt, str::FromStr};

use jiff::Timestamp;

/// The text was not 32 lower-case hexadecimal characters.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not an id: 32 lower-case hexadecimal characters expected")]
pub struct NotAnId;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct $name([u8; 16]);

        impl $name {
            /// A new id: later ones sort after earlier ones, to the millisecond.
            pub fn make(now: Timestamp, chance: &mut dyn FnMut(&mut [u8])) -> Self {
                Self(time_ordered(now, chance))
            }

            /// The id a row was stored under.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// As stored.
            pub const fn bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:032x}", u128::from_be_bytes(self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                parse(text).map(Self)
            }
        }
    };
}

id! {
    /// A relying party's standing access. Random and not ordered by time: it stands in refresh tokens.
    AccessId
}

id! {
    /// One natural person's record.
    PersonId
}
id! {
    /// One net certificate, bound to one device.
    CertificateId
}
id! {
    /// One consent a person gave, so that it can be shown and withdrawn.
    ConsentId
}
id! {
    /// One consent to tell plain identity, and its telling.
    DisclosureId
}
id! {
    /// One authentication event.
    EventId
}
id! {
    /// One enrolment in flight.
    EnrolmentId
}
id! {
    /// One guardian's standing behind one child.
    GuardianshipId
}
id! {
    /// One guardian's word on one organisation for one child.
    ApprovalId
}
id! {
    /// One question of a child to its guardians.
    GuardianRequestId
}
id! {
    /// One officer of a service counter: staff, not a person with a net number.
    OfficerId
}
id! {
    /// One application that an officer entered at a counter.
    ApplicationId
}
id! {
    /// One delegation: somebody may act for somebody else, so far and so long.
    DelegationId
}
id! {
    /// One knock: a relying party's request that waits for a person on another device.
    KnockId
}
id! {
    /// One report of a relying party.
    ReportId
}
id! {
    /// One agreement on its way from the approval page to the relying party.
    GrantId
}

/// RFC 9562 §5.7: 48 bits of Unix milliseconds, the version, 74 random bits around the variant.
fn time_ordered(now: Timestamp, chance: &mut dyn FnMut(&mut [u8])) -> [u8; 16] {
    const MILLISECONDS: u128 = 0xffff_ffff_ffff;
    const VERSION: u128 = 0x7 << 76;
    const VARIANT: u128 = 0b10 << 62;
    const RANDOM: u128 = 0x0fff_3fff_ffff_ffff_ffff;

    let mut random = [0; 16];
    chance(&mut random);
    // Before 1970 nothing is ordered; nobody enrols there.
    let time = u128::try_from(now.as_millisecond()).unwrap_or(0) & MILLISECONDS;
    let random = u128::from_be_bytes(random) & RANDOM;
    (time << 80 | VERSION | VARIANT | random).to_be_bytes()
}

fn parse(text: &str) -> Result<[u8; 16], NotAnId> {
    let lower_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    if text.len() != 32 || !text.bytes().all(lower_hex) {
        return Err(NotAnId);
    }
    u128::from_str_radix(text, 16).map(u128::to_be_bytes).map_err(|_| NotAnId)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ones(bytes: &mut [u8]) {
        bytes.fill(0xff);
    }

    #[test]
    fn has_the_layout_of_uuid_version_7() {
        // RFC 9562 appendix A.6: 017F22E2-79B0-7CC3-98C4-DC0C0C07398F at 2022-02-22T19:22:22Z.
        let now = Timestamp::from_millisecond(0x017F_22E2_79B0).unwrap();
        let mut random = |bytes: &mut [u8]| {
            bytes.copy_from_slice(&0x0CC3_18C4_DC0C_0C07_398F_u128.to_be_bytes());
        };
        let id = PersonId::make(now, &mut random);
        assert_eq!(id.to_string(), "017f22e279b07cc398c4dc0c0c07398f");
        assert_eq!(GrantId::make(now, &mut ones).to_string(), "017f22e279b07fffbfffffffffffffff");
    }

    #[test]
    fn sorts_by_time() {
        let at = |ms: i64, noise: u8| {
            EventId::make(Timestamp::from_millisecond(ms).unwrap(), &mut |bytes| {
                bytes.fill(noise);
            })
        };
        assert!(at(1_000, 0xff) < at(1_001, 0));
        assert!(at(1_001, 0xff).to_string() < at(70_000, 0).to_string());
    }

    #[test]
    fn reads_only_what_it_writes() {
        let id = ConsentId::make(Timestamp::UNIX_EPOCH, &mut ones);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(ConsentId::from_bytes(*id.bytes()), id);
        assert_eq!(format!("{id:?}"), id.to_string());
        for odd in ["", "+1", &id.to_string().to_uppercase(), &format!("+{}", &id.to_string()[1..])]
        {
            assert_eq!(odd.parse::<ConsentId>(), Err(NotAnId), "{odd}");
        }
    }
}
