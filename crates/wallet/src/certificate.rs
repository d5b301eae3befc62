//! The net certificate as its holder sees it: checked, then read.

use formats::{Jwk, JwkSet, UnverifiedJws, Verified};
use jiff::Timestamp;
use protocol::{oauth::issuer::Issuer, oidc::numeric_date};
use serde::Deserialize;

/// The `typ` of a net certificate.
const TYP: &str = "net-certificate+jwt";

/// Longest certificate looked at; one has some 700 bytes.
const MAX_LENGTH: usize = 4 * 1024;

/// A net certificate whose signature holds and which is bound to this device.
#[derive(Clone, Debug)]
pub struct NetCertificate {
    text: String,
    claims: Verified<Claims>,
}

/// What it says: who issued it, for which key, until when. It names nobody.
#[derive(Clone, Debug, Deserialize)]
struct Claims {
    iss: Issuer,
    jti: String,
    #[serde(with = "numeric_date")]
    iat: Timestamp,
    #[serde(with = "numeric_date")]
    exp: Timestamp,
    acr: String,
    cnf: Confirmation,
}

#[derive(Clone, Debug, Deserialize)]
struct Confirmation {
    jwk: Jwk,
}

/// Why a text is not a net certificate of this device.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadCertificate {
    /// Not a net certificate at all.
    #[error("not a net certificate")]
    Form,
    /// Signed by no key of the platform's, or not over these claims.
    #[error("the platform did not sign it")]
    Signature,
    /// Another platform says so.
    #[error("issued by another platform")]
    Issuer,
    /// Bound to the key of another device.
    #[error("bound to another device")]
    Device,
}

impl NetCertificate {
    /// Checks a certificate against the platform's published certificate keys and the key of this device.
    ///
    /// It may have expired: [`Self::in_force`] says.
    pub fn verify(
        text: &str,
        keys: &JwkSet,
        issuer: &Issuer,
        device: &Jwk,
    ) -> Result<Self, BadCertificate> {
        let jws = UnverifiedJws::parse(text, MAX_LENGTH)
            .and_then(|jws| jws.expect_typ(TYP))
            .map_err(|_| BadCertificate::Form)?;
        let key =
            keys.find(jws.unverified_header().kid.as_deref()).ok_or(BadCertificate::Signature)?;
        let claims: Verified<Claims> =
            jws.verify(key.verifying_key()).map_err(|_| BadCertificate::Signature)?;
        if claims.iss != *issuer {
            return Err(BadCertificate::Issuer);
        }
        if claims.cnf.jwk.verifying_key() != device.verifying_key() {
            return Err(BadCertificate::Device);
        }
        Ok(Self { text: text.to_owned(), claims })
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.claims.jti
    }

    /// The strongest mode it can be used in, as an authentication context class.
    pub fn acr(&self) -> &str {
        &self.claims.acr
    }

    /// The day it was issued.
    pub fn issued_at(&self) -> Timestamp {
        self.claims.iat
    }

    /// When it ends by itself.
    pub fn expires_at(&self) -> Timestamp {
        self.claims.exp
    }

    /// Whether it has not expired; that it was ended or locked, only the platform knows.
    pub fn in_force(&self, now: Timestamp) -> bool {
        now < self.claims.exp
    }

    /// As the platform signed it.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use formats::{SigningKey, jws};
    use serde_json::{Value, json};

    use super::*;
    use crate::{DeviceKey, SoftwareKey};

    pub(crate) fn issuer() -> Issuer {
        "https://id.example".parse().unwrap()
    }

    pub(crate) fn claims(device: &SoftwareKey) -> Value {
        json!({
            "iss": issuer(), "jti": "0a1b", "iat": 1_800_000_000, "exp": 1_900_000_000,
            "acr": "urn:yinzheng:acr:certificate+passcode", "cnf": {"jwk": device.public()},
        })
    }

    pub(crate) fn signed(platform: &SigningKey, claims: &Value) -> String {
        jws::sign(platform, &platform.public().thumbprint(), TYP, claims)
    }

    #[test]
    fn is_checked_then_read() {
        let (platform, device) = (SigningKey::generate(), SoftwareKey::generate());
        let keys = JwkSet::new([platform.public()]).unwrap();
        let text = signed(&platform, &claims(&device));
        let held = NetCertificate::verify(&text, &keys, &issuer(), &device.public()).unwrap();
        assert_eq!((held.id(), held.as_str()), ("0a1b", text.as_str()));
        assert_eq!(held.acr(), "urn:yinzheng:acr:certificate+passcode");
        assert!(held.in_force(held.issued_at()) && !held.in_force(held.expires_at()));
    }

    #[test]
    fn another_key_platform_device_or_kind_is_refused() {
        let (platform, device) = (SigningKey::generate(), SoftwareKey::generate());
        let keys = JwkSet::new([platform.public()]).unwrap();
        let good = claims(&device);
        let mut elsewhere = good.clone();
        elsewhere["iss"] = json!("https://elsewhere.example");
        let kid = platform.public().thumbprint();
        let cases = [
            ("ID token", jws::sign(&platform, &kid, "JWT", &good), BadCertificate::Form),
            ("nonsense", "net".to_owned(), BadCertificate::Form),
            ("forged", signed(&SigningKey::generate(), &good), BadCertificate::Signature),
            (
                "forged under our name",
                jws::sign(&SigningKey::generate(), &kid, TYP, &good),
                BadCertificate::Signature,
            ),
            ("elsewhere", signed(&platform, &elsewhere), BadCertificate::Issuer),
            (
                "another device",
                signed(&platform, &claims(&SoftwareKey::generate())),
                BadCertificate::Device,
            ),
        ];
        for (what, text, refused) in cases {
            let read = NetCertificate::verify(&text, &keys, &issuer(), &device.public());
            assert_eq!(read.map(|_| ()), Err(refused), "{what}");
        }
    }
}
