//! A passcode as it reaches us: typed into a page as digits, or stretched by the wallet that holds the certificate.

use std::str::FromStr;

use formats::{Salt, Stretched};
use rules::{Passcode, passcode::NotAPasscode};

use crate::Refusal;

/// A passcode shown, to be held against a certificate's.
#[derive(Debug)]
pub enum PasscodeTold {
    /// As digits: the platform stretches them.
    Typed(Passcode),
    /// Stretched by whoever chose the salt: the digits are not told.
    Stretched(Stretched),
}

/// A passcode set with a new certificate.
#[derive(Debug)]
pub enum PasscodeSet {
    /// As digits: the platform draws the salt.
    Typed(Passcode),
    /// Stretched with a salt of the wallet's own, which keeps it. That the digits are no run, the wallet has seen.
    Stretched {
        /// The salt, drawn by the device.
        salt: Salt,
        /// The passcode, stretched with it.
        stretched: Stretched,
    },
}

impl PasscodeTold {
    /// One of the two forms, or none.
    pub fn read(typed: Option<&str>, stretched: Option<&str>) -> Result<Option<Self>, Refusal> {
        match (typed, stretched) {
            (None, None) => Ok(None),
            (Some(typed), None) => Ok(Some(Self::Typed(digits(typed)?))),
            (None, Some(stretched)) => Ok(Some(Self::Stretched(read(stretched)?))),
            (Some(_), Some(_)) => Err(Refusal::PasscodeForm),
        }
    }

    /// One of the two forms, where there must be one.
    pub fn one_of(typed: Option<&str>, stretched: Option<&str>) -> Result<Self, Refusal> {
        Self::read(typed, stretched)?.ok_or(Refusal::PasscodeForm)
    }
}

impl PasscodeSet {
    /// One of the two forms; a salt stands beside the stretched one.
    pub fn one_of(
        typed: Option<&str>,
        stretched: Option<&str>,
        salt: Option<&str>,
    ) -> Result<Self, Refusal> {
        match (typed, stretched, salt) {
            (Some(typed), None, None) => Ok(Self::Typed(digits(typed)?)),
            (None, Some(stretched), Some(salt)) => {
                Ok(Self::Stretched { salt: read(salt)?, stretched: read(stretched)? })
            }
            _ => Err(Refusal::PasscodeForm),
        }
    }
}

fn digits(text: &str) -> Result<Passcode, Refusal> {
    text.parse().map_err(|slip: NotAPasscode| Refusal::Rule(slip.into()))
}

fn read<T: FromStr>(text: &str) -> Result<T, Refusal> {
    text.parse().map_err(|_| Refusal::StretchedMalformed)
}

/// Digits, as they are typed.
impl FromStr for PasscodeTold {
    type Err = NotAPasscode;

    fn from_str(text: &str) -> Result<Self, NotAPasscode> {
        text.parse().map(Self::Typed)
    }
}

/// Digits, as they are typed.
impl FromStr for PasscodeSet {
    type Err = NotAPasscode;

    fn from_str(text: &str) -> Result<Self, NotAPasscode> {
        text.parse().map(Self::Typed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRETCHED: &str = "OZDLA8jCxSekcEOf5eUOBxEgBKi8muj1ws3AQApCJS8";
    const SALT: &str = "AAECAwQFBgcICQoLDA0ODw";
    const DIGITS: &str = "20481357";

    #[test]
    fn one_form_is_told_and_no_other() {
        let told = |typed, stretched| PasscodeTold::one_of(typed, stretched).map_err(|r| r.code());
        assert!(matches!(told(Some(DIGITS), None), Ok(PasscodeTold::Typed(_))));
        assert!(matches!(told(None, Some(STRETCHED)), Ok(PasscodeTold::Stretched(_))));
        assert_eq!(told(None, None).err(), Some("passcode_form"));
        assert_eq!(told(Some(DIGITS), Some(STRETCHED)).err(), Some("passcode_form"));
        assert_eq!(told(Some("12345678"), None).err(), Some("passcode_consecutive"));
        for odd in
            ["", DIGITS, SALT, &STRETCHED[1..], "OZDLA8jCxSekcEOf5eUOBxEgBKi8muj1ws3AQApCJS9"]
        {
            assert_eq!(told(None, Some(odd)).err(), Some("stretched_malformed"), "{odd}");
        }
        assert!(matches!(PasscodeTold::read(None, None), Ok(None)));
    }

    #[test]
    fn a_salt_stands_beside_the_stretched_form_alone() {
        let set = |typed, stretched, salt| PasscodeSet::one_of(typed, stretched, salt);
        let code = |set: Result<PasscodeSet, Refusal>| set.err().map(|refusal| refusal.code());
        assert_eq!(code(set(Some(DIGITS), None, None)), None);
        assert_eq!(code(set(None, Some(STRETCHED), Some(SALT))), None);
        for odd in [
            set(None, None, None),
            set(None, None, Some(SALT)),
            set(None, Some(STRETCHED), None),
            set(Some(DIGITS), None, Some(SALT)),
            set(Some(DIGITS), Some(STRETCHED), None),
            set(Some(DIGITS), Some(STRETCHED), Some(SALT)),
        ] {
            assert_eq!(code(odd), Some("passcode_form"));
        }
        for odd in ["", &SALT[2..], "AAECAwQFBgcICQoLDA0ODx8", STRETCHED] {
            assert_eq!(code(set(None, Some(STRETCHED), Some(odd))), Some("stretched_malformed"));
        }
    }
}
