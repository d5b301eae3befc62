//! Applications that prove themselves by a certificate (RFC 8705), and what they show.

use formats::{Certificate, Jwk, JwkSet, SigningKey};
use protocol::oauth::{Chain, ClientAuthentication, ClientCertificate, ClientMetadata, Profile};
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use service::Error;

use crate::{Application, Town, applications::Credential};

/// A certificate, as its owner's connection shows it.
#[derive(Clone)]
pub struct Certified {
    /// What the platform sees.
    pub shown: ClientCertificate,
    /// Its key, as a registration names it.
    pub key: Jwk,
}

impl Certified {
    /// For this DNS name, until the end of 2027.
    pub fn new(name: &str, chain: Chain) -> Self {
        Self::until(name, chain, 2027)
    }

    /// The same until the end of another year.
    pub fn until(name: &str, chain: Chain, year: i32) -> Self {
        let mut params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(year, 12, 31);
        let pair = KeyPair::generate().expect("a key");
        let signed = params.self_signed(&pair).expect("a certificate");
        let read = Certificate::parse(signed.der()).expect("read");
        let key = Jwk::named_by_thumbprint(read.key().expect("on P-256").clone());
        Self { shown: ClientCertificate::new(read, chain), key }
    }
}

impl Town {
    /// Admits an application of the insurer's organisation that shows this certificate.
    pub async fn admit_certified(
        &self,
        id: &'static str,
        authentication: ClientAuthentication,
        profile: Profile,
        metadata: ClientMetadata,
        certificate: &Certified,
    ) -> Result<Application, Error> {
        let application = Application {
            id,
            credential: Credential::Certificate(certificate.shown.clone()),
            profile,
            metadata,
            ..self.insurer()
        };
        self.admit_beside(&application, authentication).await?;
        Ok(application)
    }

    /// The same for one that signs, and shows a certificate for its tokens' sake.
    pub async fn admit_signing(
        &self,
        id: &'static str,
        profile: Profile,
        metadata: ClientMetadata,
    ) -> Result<Application, Error> {
        let key = SigningKey::generate();
        let keys = JwkSet::new([key.public()]).expect("one key");
        let application = Application {
            id,
            credential: Credential::Key(key),
            profile,
            metadata,
            ..self.insurer()
        };
        self.admit_beside(&application, ClientAuthentication::PrivateKeyJwt { keys }).await?;
        Ok(application)
    }
}
