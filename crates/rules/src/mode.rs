//! How a person is authenticated: with the certificate, and with what beside it.

use std::str::FromStr;

use crate::refusal::Refusal;

/// The four modes relying parties choose from.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Mode {
    /// The net certificate on its device.
    Certificate,
    /// And the passcode.
    CertificatePasscode,
    /// And a live portrait.
    CertificatePortrait,
    /// And both.
    CertificatePasscodePortrait,
}

/// No mode has this name.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no such mode of authentication")]
pub struct NotAMode;

impl Mode {
    /// Every mode, the lightest first.
    pub const ALL: [Self; 4] = [
        Self::Certificate,
        Self::CertificatePasscode,
        Self::CertificatePortrait,
        Self::CertificatePasscodePortrait,
    ];

    /// Its name as an OpenID Connect authentication context class.
    pub const fn acr(self) -> &'static str {
        match self {
            Self::Certificate => "urn:yinzheng:acr:certificate",
            Self::CertificatePasscode => "urn:yinzheng:acr:certificate+passcode",
            Self::CertificatePortrait => "urn:yinzheng:acr:certificate+portrait",
            Self::CertificatePasscodePortrait => "urn:yinzheng:acr:certificate+passcode+portrait",
        }
    }

    /// Was the passcode asked for?
    pub const fn has_passcode(self) -> bool {
        matches!(self, Self::CertificatePasscode | Self::CertificatePasscodePortrait)
    }

    /// Was a live portrait compared?
    pub const fn has_portrait(self) -> bool {
        matches!(self, Self::CertificatePortrait | Self::CertificatePasscodePortrait)
    }

    /// Is every factor of the wanted mode in this one?
    pub const fn satisfies(self, wanted: Self) -> bool {
        (self.has_passcode() || !wanted.has_passcode())
            && (self.has_portrait() || !wanted.has_portrait())
    }
}

/// Did the person authenticate in the mode the scene registered, or in a stronger one?
pub fn enough(held: Mode, wanted: Mode) -> Result<(), Refusal> {
    if held.satisfies(wanted) { Ok(()) } else { Err(Refusal::ModeTooWeak) }
}

impl FromStr for Mode {
    type Err = NotAMode;

    fn from_str(acr: &str) -> Result<Self, NotAMode> {
        Self::ALL.into_iter().find(|mode| mode.acr() == acr).ok_or(NotAMode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_found_by_its_name() {
        for mode in Mode::ALL {
            assert_eq!(mode.acr().parse(), Ok(mode));
        }
        assert_eq!("urn:yinzheng:acr:portrait".parse::<Mode>(), Err(NotAMode));
    }

    #[test]
    fn satisfies_what_has_no_factor_more() {
        use Mode::{
            Certificate, CertificatePasscode, CertificatePasscodePortrait, CertificatePortrait,
        };
        for mode in Mode::ALL {
            assert!(mode.satisfies(mode));
            assert!(mode.satisfies(Certificate));
            assert!(CertificatePasscodePortrait.satisfies(mode));
        }
        assert!(!CertificatePasscode.satisfies(CertificatePortrait));
        assert!(!CertificatePortrait.satisfies(CertificatePasscode));
        assert_eq!(enough(Certificate, CertificatePasscode), Err(Refusal::ModeTooWeak));
        assert_eq!(enough(CertificatePasscode, Certificate), Ok(()));
    }
}
