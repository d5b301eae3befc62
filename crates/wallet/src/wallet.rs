//! A wallet: one device key for one platform, and the net certificate bound to it once there is one.

use formats::{JwkSet, Salt, Secret, Stretched};
use jiff::Timestamp;
use protocol::oauth::issuer::Issuer;
use rules::Passcode;

use crate::{
    BadCertificate, DeviceKey, KeyAway, NetCertificate,
    proof::{Whose, answer},
};

/// The holder's side of one platform.
#[derive(Clone, Debug)]
pub struct Wallet<K: DeviceKey> {
    pub(crate) issuer: Issuer,
    pub(crate) key: K,
    pub(crate) held: Option<Held>,
    /// The token of an enrolment in flight.
    pub(crate) enrolment: Option<Secret<String>>,
    /// What the passcode was stretched with when it was set.
    pub(crate) salt: Option<Salt>,
}

/// A certificate, with the platform's keys it was checked against.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) certificate: NetCertificate,
    pub(crate) keys: JwkSet,
}

/// The passcode was not set with this wallet, so that it cannot say it as the platform knows it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("this wallet has not set the passcode")]
pub struct NoSalt;

/// Why a wallet cannot prove itself.
#[derive(Debug, thiserror::Error)]
pub enum NoCertificate {
    /// None was received.
    #[error("no certificate yet; enrol first")]
    Missing,
    /// The device did not sign.
    #[error(transparent)]
    KeyAway(#[from] KeyAway),
}

impl<K: DeviceKey> Wallet<K> {
    /// A wallet without a certificate, for the platform at `issuer`.
    pub fn new(issuer: Issuer, key: K) -> Self {
        Self { issuer, key, held: None, enrolment: None, salt: None }
    }

    /// The platform it belongs to.
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// The device key.
    pub fn key(&self) -> &K {
        &self.key
    }

    /// The certificate, if there is one.
    pub fn certificate(&self) -> Option<&NetCertificate> {
        self.held.as_ref().map(|held| &held.certificate)
    }

    /// The token of an enrolment that began and is not over.
    pub fn enrolment(&self) -> Option<&str> {
        self.enrolment.as_ref().map(|token| token.expose().as_str())
    }

    /// Keeps the token of an enrolment, so that it can go on after a stop; none when it is over.
    pub fn keep_enrolment(&mut self, token: Option<String>) {
        self.enrolment = token.map(Secret::new);
    }

    /// The proof with which this device asks to be bound.
    pub fn bind(&self, challenge: &str, now: Timestamp) -> Result<String, KeyAway> {
        let whose = Whose::Cnf { jwk: self.key.public() };
        answer(&self.key, &self.issuer, challenge, now, whose)
    }

    /// The passcode that comes with the certificate, as the platform is to know it. `salt` is drawn anew each time; the
    /// wallet keeps it, and never the passcode.
    pub fn set_passcode(&mut self, passcode: &Passcode, salt: Salt) -> Stretched {
        Stretched::of(passcode.as_bytes(), self.salt.insert(salt))
    }

    /// The passcode as the platform knows it.
    pub fn stretch(&self, passcode: &Passcode) -> Result<Stretched, NoSalt> {
        Ok(Stretched::of(passcode.as_bytes(), self.salt.as_ref().ok_or(NoSalt)?))
    }

    /// Takes a certificate that was issued, if it is this platform's for this device. A newer one takes an older one's
    /// place; a bad one changes nothing.
    pub fn receive(
        &mut self,
        certificate: &str,
        keys: &JwkSet,
    ) -> Result<&NetCertificate, BadCertificate> {
        let certificate =
            NetCertificate::verify(certificate, keys, &self.issuer, &self.key.public())?;
        let held = self.held.insert(Held { certificate, keys: keys.clone() });
        Ok(&held.certificate)
    }

    /// The proof that this device holds the key of its certificate.
    pub fn prove(&self, challenge: &str, now: Timestamp) -> Result<String, NoCertificate> {
        let certificate = self.certificate().ok_or(NoCertificate::Missing)?;
        let whose = Whose::Certificate(certificate.id());
        Ok(answer(&self.key, &self.issuer, challenge, now, whose)?)
    }
}

#[cfg(test)]
mod tests {
    use formats::SigningKey;

    use super::*;
    use crate::{
        SoftwareKey,
        certificate::tests::{claims, issuer, signed},
    };

    #[test]
    fn proves_itself_once_it_has_a_certificate() {
        let platform = SigningKey::generate();
        let keys = JwkSet::new([platform.public()]).unwrap();
        let mut wallet = Wallet::new(issuer(), SoftwareKey::generate());
        let now = Timestamp::UNIX_EPOCH;
        assert!(wallet.bind("fresh", now).is_ok());
        assert!(matches!(wallet.prove("fresh", now), Err(NoCertificate::Missing)));
        wallet.receive(&signed(&platform, &claims(wallet.key())), &keys).unwrap();
        assert!(wallet.prove("fresh", now).is_ok());
    }

    #[test]
    fn a_bad_certificate_does_not_cost_the_good_one() {
        let platform = SigningKey::generate();
        let keys = JwkSet::new([platform.public()]).unwrap();
        let mut wallet = Wallet::new(issuer(), SoftwareKey::generate());
        wallet.receive(&signed(&platform, &claims(wallet.key())), &keys).unwrap();
        let anothers = signed(&platform, &claims(&SoftwareKey::generate()));
        assert_eq!(wallet.receive(&anothers, &keys).err(), Some(BadCertificate::Device));
        assert_eq!(wallet.certificate().unwrap().id(), "0a1b");
    }

    #[test]
    fn says_the_passcode_as_it_was_set() {
        let mut wallet = Wallet::new(issuer(), SoftwareKey::generate());
        let [right, wrong]: [Passcode; 2] = ["20481357", "20481358"].map(|p| p.parse().unwrap());
        assert_eq!(wallet.stretch(&right).err(), Some(NoSalt));
        let set = wallet.set_passcode(&right, Salt::new([7; 16]));
        assert_eq!(wallet.stretch(&right).unwrap().bytes(), set.bytes());
        assert_ne!(wallet.stretch(&wrong).unwrap().bytes(), set.bytes());
        let again = wallet.set_passcode(&right, Salt::new([8; 16]));
        assert_ne!(again.bytes(), set.bytes(), "another salt, another value");
    }

    #[test]
    fn a_device_that_refuses_is_told_apart() {
        struct Refuses(SoftwareKey);
        impl DeviceKey for Refuses {
            fn public(&self) -> formats::Jwk {
                self.0.public()
            }
            fn sign(&self, _: &[u8]) -> Result<[u8; 64], KeyAway> {
                Err(KeyAway("the holder said no".into()))
            }
        }
        let wallet = Wallet::new(issuer(), Refuses(SoftwareKey::generate()));
        assert!(wallet.bind("fresh", Timestamp::UNIX_EPOCH).is_err());
    }
}
