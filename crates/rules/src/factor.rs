//! What a person proved when signing in: each factor by itself, and what they make together.

use std::str::FromStr;

use crate::mode::Mode;

/// One thing a person has, knows or is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Factor {
    /// The key of the device the certificate is bound to.
    DeviceKey,
    /// A passkey, whose authenticator verified its user.
    Passkey,
    /// The passcode.
    Passcode,
    /// A live portrait, compared with the document's.
    Portrait,
    /// The code that the device shows this half minute.
    DynamicCode,
    /// The key on a recovery sheet: paper, which is copied unseen.
    Sheet,
}

/// No factor has this name.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no such factor")]
pub struct NotAFactor;

impl Factor {
    /// Every factor.
    pub const ALL: [Self; 6] = [
        Self::DeviceKey,
        Self::Passkey,
        Self::Passcode,
        Self::Portrait,
        Self::DynamicCode,
        Self::Sheet,
    ];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DeviceKey => "device_key",
            Self::Passkey => "passkey",
            Self::Passcode => "passcode",
            Self::Portrait => "portrait",
            Self::DynamicCode => "dynamic_code",
            Self::Sheet => "sheet",
        }
    }

    const fn bit(self) -> u8 {
        match self {
            Self::DeviceKey => 1,
            Self::Passkey => 2,
            Self::Passcode => 4,
            Self::Portrait => 8,
            Self::DynamicCode => 16,
            Self::Sheet => 32,
        }
    }
}

impl FromStr for Factor {
    type Err = NotAFactor;

    fn from_str(word: &str) -> Result<Self, NotAFactor> {
        Self::ALL.into_iter().find(|factor| factor.as_str() == word).ok_or(NotAFactor)
    }
}

/// What was proved together.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Factors(u8);

impl Factors {
    /// These and no others.
    pub const fn of(factors: &[Factor]) -> Self {
        let mut bits = 0;
        let mut rest = factors;
        while let [first, others @ ..] = rest {
            bits |= first.bit();
            rest = others;
        }
        Self(bits)
    }

    /// And this one.
    #[must_use]
    pub const fn with(self, factor: Factor) -> Self {
        Self(self.0 | factor.bit())
    }

    /// Was it proved?
    pub const fn has(self, factor: Factor) -> bool {
        self.0 & factor.bit() != 0
    }

    /// Each of them, in one order.
    pub fn iter(self) -> impl Iterator<Item = Factor> {
        Factor::ALL.into_iter().filter(move |factor| self.has(*factor))
    }

    /// Was a thing shown that a certificate is bound to? A passcode alone is known, and shows none.
    pub fn shows_certificate(self) -> bool {
        [Factor::DeviceKey, Factor::Passkey, Factor::Sheet].into_iter().any(|thing| self.has(thing))
    }

    /// The mode they amount to. The certificate is proved by the key it is bound to or by a passkey that was bound to
    /// it; a passkey's own user verification stays with its device and is no passcode of ours.
    pub const fn mode(self) -> Mode {
        match (self.has(Factor::Passcode), self.has(Factor::Portrait)) {
            (false, false) => Mode::Certificate,
            (true, false) => Mode::CertificatePasscode,
            (false, true) => Mode::CertificatePortrait,
            (true, true) => Mode::CertificatePasscodePortrait,
        }
    }

    /// Authentication method references, as relying parties read them (RFC 8176 §2).
    ///
    /// Device keys and passkeys are `pop`, "Proof-of-possession (PoP) of a key": nobody vouches for hardware behind
    /// them, so neither `hwk` nor `swk` is said. The passcode is `pwd`: `pin` is one "that a user enters to unlock a key
    /// on the device", and ours is held against a verifier here.
    pub fn amr(self) -> Vec<&'static str> {
        let mut words = Vec::new();
        let mut say = |when: bool, word| {
            if when {
                words.push(word);
            }
        };
        let has = |factor| self.has(factor);
        say(has(Factor::DeviceKey) || has(Factor::Passkey) || has(Factor::Sheet), "pop");
        say(has(Factor::Passkey), "user");
        say(has(Factor::Passcode), "pwd");
        say(has(Factor::Portrait), "face");
        say(has(Factor::DynamicCode), "otp");
        say(self.is_multiple(), "mfa");
        words
    }

    /// Are there two kinds among them: something had, known, or been? A passkey is two by itself, as its authenticator
    /// knows its user; device key and dynamic code are two things of one phone.
    pub fn is_multiple(self) -> bool {
        let known = self.has(Factor::Passcode);
        let been = self.has(Factor::Portrait);
        let things = [Factor::DeviceKey, Factor::DynamicCode, Factor::Sheet];
        let had = things.into_iter().any(|thing| self.has(thing));
        self.has(Factor::Passkey) || [known, been, had].into_iter().filter(|kind| *kind).count() > 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_found_by_its_word() {
        for factor in Factor::ALL {
            assert_eq!(factor.as_str().parse(), Ok(factor));
        }
        assert_eq!("fingerprint".parse::<Factor>(), Err(NotAFactor));
    }

    #[test]
    fn what_was_put_in_comes_out() {
        for bits in 0..64_u8 {
            let chosen: Vec<_> = Factor::ALL.into_iter().filter(|f| bits & f.bit() != 0).collect();
            assert_eq!(Factors::of(&chosen).iter().collect::<Vec<_>>(), chosen);
        }
    }

    #[test]
    fn a_mode_is_what_the_platform_itself_saw() {
        let mode = |factors: &[Factor]| Factors::of(factors).mode();
        assert_eq!(mode(&[Factor::DeviceKey]), Mode::Certificate);
        assert_eq!(mode(&[Factor::Passkey]), Mode::Certificate);
        assert_eq!(mode(&[Factor::DeviceKey, Factor::DynamicCode]), Mode::Certificate);
        assert_eq!(mode(&[Factor::Passkey, Factor::Passcode]), Mode::CertificatePasscode);
        assert_eq!(
            mode(&[Factor::DeviceKey, Factor::Passcode, Factor::Portrait]),
            Mode::CertificatePasscodePortrait
        );
    }

    #[test]
    fn two_things_of_one_phone_are_one_kind() {
        let amr = |factors: &[Factor]| Factors::of(factors).amr().join(" ");
        assert_eq!(amr(&[Factor::DeviceKey]), "pop");
        assert_eq!(amr(&[Factor::DeviceKey, Factor::DynamicCode]), "pop otp");
        assert_eq!(amr(&[Factor::DeviceKey, Factor::Passcode]), "pop pwd mfa");
        assert_eq!(amr(&[Factor::Passkey]), "pop user mfa");
        assert_eq!(amr(&[Factor::DeviceKey, Factor::Portrait]), "pop face mfa");
        assert_eq!(amr(&[Factor::Sheet, Factor::Passcode]), "pop pwd mfa");
        assert_eq!(amr(&[Factor::Sheet]), "pop");
    }
}
