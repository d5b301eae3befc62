//! A one-time certificate for QR codes, as it is handed to a wallet: the certificate, and what only its holder knows of it
//! (decision 0033).
//!
//! `OpenID4VCI` §8.3 lets a credential be an object, depending on its format. This one has `certificate` (the signed bytes) and
//! `seed` (32 bytes), both in base64url, and `statements`: a number for each of the eight subjects.

use std::collections::BTreeMap;

use formats::{
    Jwk, Secret,
    qr::{Certificate, NotACertificate, Seed, Statements, Subject},
};
use serde::{Deserialize, Serialize};

/// A certificate with its seed and statements, as it travels.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CodeCredential {
    #[serde(with = "formats::base64url::text")]
    certificate: Vec<u8>,
    #[serde(with = "formats::base64url::text")]
    seed: [u8; 32],
    statements: BTreeMap<String, u8>,
}

/// What a wallet keeps of it, checked.
#[derive(Debug)]
pub struct HeldCode {
    /// The certificate.
    pub certificate: Certificate,
    /// What it states.
    pub statements: Statements,
    /// What its statements are opened by.
    pub seed: Seed,
}

impl CodeCredential {
    /// What is handed over with a certificate.
    pub fn new(certificate: &Certificate, statements: Statements, seed: &Seed) -> Self {
        let named =
            |subject: Subject| (subject.claim().to_owned(), statements.about(subject).value);
        Self {
            certificate: certificate.bytes().to_vec(),
            seed: *seed.expose(),
            statements: Subject::ALL.map(named).into(),
        }
    }

    /// Checks it by the issuer's keys: that it is the issuer's, and commits to what it says it states.
    pub fn receive(self, issuers: &[Jwk]) -> Result<HeldCode, NotACertificate> {
        let seed = Secret::new(self.seed);
        let mut values = [0; 8];
        if self.statements.len() != Subject::ALL.len() {
            return Err(NotACertificate::Statements);
        }
        for (value, subject) in values.iter_mut().zip(Subject::ALL) {
            let stated = self.statements.get(subject.claim());
            *value = *stated.ok_or(NotACertificate::Statements)?;
        }
        let (statements, seed) = (Statements(values), Seed::new(*seed.expose()));
        let certificate = Certificate::read(&self.certificate, issuers, statements, &seed)?;
        Ok(HeldCode { certificate, statements, seed })
    }
}

impl std::fmt::Debug for CodeCredential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CodeCredential([secret])")
    }
}

#[cfg(test)]
mod tests {
    use formats::{
        SigningKey, Suite,
        qr::{Days, StatusReference, Terms},
    };
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn what_is_handed_over_is_read_and_nothing_else() {
        for suite in Suite::ALL {
            let (issuer, holder) = (SigningKey::generate_in(suite), SigningKey::generate_in(suite));
            let terms = Terms {
                holder: holder.verifying_key().clone(),
                days: Days { from: 20_000, until: 20_013 },
                status: StatusReference { list: 0, index: 7 },
            };
            let (statements, seed) = (Statements([1, 1, 1, 0, 0, 0, 2, 1]), Seed::new([9; 32]));
            let certificate = Certificate::issue(&issuer, terms, statements, &seed).unwrap();
            let handed = CodeCredential::new(&certificate, statements, &seed);
            let handed = serde_json::to_value(handed).unwrap();
            assert_eq!(handed["statements"]["age_over_18"], 1);
            let read = |handed: &Value| {
                let handed: CodeCredential = serde_json::from_value(handed.clone()).ok()?;
                handed.receive(&[issuer.public()]).ok()
            };
            let held = read(&handed).unwrap();
            assert_eq!(held.certificate.bytes(), certificate.bytes());
            assert_eq!(held.statements, statements);
            for (name, value) in [
                ("statements", json!({"age_over_18": 1})),
                ("seed", json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
                ("seed", json!("AAAA")),
                ("certificate", json!("AAAA")),
                ("more", json!(1)),
            ] {
                let mut changed = handed.clone();
                changed[name] = value;
                assert!(read(&changed).is_none(), "{name}");
            }
            let mut lie = handed.clone();
            lie["statements"]["age_over_65"] = json!(1);
            assert!(read(&lie).is_none());
        }
    }
}
