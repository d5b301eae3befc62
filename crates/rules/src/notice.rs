//! Notices: what a person is told before anything is processed, in numbered versions.

use std::{fmt, str::FromStr};

/// What a notice informs of and a consent is given to.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Purpose {
    /// Applying for a net number and a net certificate.
    Enrolment,
    /// Processing the document's data: sensitive information.
    SensitiveInformation,
    /// Comparing a live portrait with the document's.
    Portrait,
    /// Telling a relying party something.
    Release,
    /// Telling a relying party who one is.
    PlainIdentity,
}

/// No purpose has this name.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no such purpose")]
pub struct NotAPurpose;

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 5] = [
        Self::Enrolment,
        Self::SensitiveInformation,
        Self::Portrait,
        Self::Release,
        Self::PlainIdentity,
    ];

    /// Its name in records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enrolment => "enrolment",
            Self::SensitiveInformation => "sensitive_information",
            Self::Portrait => "portrait",
            Self::Release => "release",
            Self::PlainIdentity => "plain_identity",
        }
    }

    /// The version of the notice shown today.
    pub const fn current(self) -> NoticeVersion {
        match self {
            Self::Enrolment
            | Self::SensitiveInformation
            | Self::Portrait
            | Self::Release
            | Self::PlainIdentity => NoticeVersion(1),
        }
    }
}

impl FromStr for Purpose {
    type Err = NotAPurpose;

    fn from_str(name: &str) -> Result<Self, NotAPurpose> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == name).ok_or(NotAPurpose)
    }
}

/// Which text of a notice; counted from 1 for each purpose.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct NoticeVersion(pub u32);

impl fmt::Display for NoticeVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Must consent to this purpose be an act of its own, never bundled with another?
///
/// PIPL 29: sensitive information; PIPL 23: telling another party; Face measures art. 6: portraits.
pub const fn separate(purpose: Purpose) -> bool {
    match purpose {
        Purpose::Enrolment => false,
        Purpose::SensitiveInformation
        | Purpose::Portrait
        | Purpose::Release
        | Purpose::PlainIdentity => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_but_the_application_itself_is_agreed_to_separately() {
        let bundled: Vec<_> =
            Purpose::ALL.into_iter().filter(|&purpose| !separate(purpose)).collect();
        assert_eq!(bundled, [Purpose::Enrolment]);
    }

    #[test]
    fn purposes_are_found_by_name() {
        for purpose in Purpose::ALL {
            assert_eq!(purpose.as_str().parse(), Ok(purpose));
            assert!(purpose.current() >= NoticeVersion(1));
        }
        assert_eq!("marketing".parse::<Purpose>(), Err(NotAPurpose));
    }
}
