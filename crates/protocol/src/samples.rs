//! Invented parties for this crate's tests.

use std::sync::OnceLock;

use data_encoding::BASE64;
use formats::{Certificate, JwkSet, SigningKey, jws};
use jiff::{SignedDuration, Timestamp};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, SanType, date_time_ymd};
use serde_json::{Value, json};

use crate::oauth::{
    client::{Client, ClientAuthentication, Profile},
    client_certificate::{Chain, ClientCertificate},
    issuer::Issuer,
};

pub(crate) const REDIRECT_URI: &str = "https://air.example/cb";
pub(crate) const SECRET: &str = "Jq3bZyYpQ8m0N5o7uXcV2rTgW4hL6kDs";

/// RFC 7636 appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub(crate) fn issuer() -> Issuer {
    "https://id.example".parse().unwrap()
}

pub(crate) fn now() -> Timestamp {
    "2026-11-22T05:00:00Z".parse().unwrap()
}

pub(crate) fn client(id: &str, authentication: ClientAuthentication) -> Client {
    Client {
        id: id.parse().unwrap(),
        redirect_uris: vec![
            REDIRECT_URI.parse().unwrap(),
            "http://127.0.0.1:9001/cb".parse().unwrap(),
        ],
        authentication,
        profile: Profile::OpenId,
        metadata: crate::oauth::ClientMetadata::default(),
    }
}

/// A client that authenticates by this key.
pub(crate) fn client_by_key(id: &str, key: &SigningKey) -> Client {
    let keys = JwkSet::new([key.public()]).unwrap();
    client(id, ClientAuthentication::PrivateKeyJwt { keys })
}

/// The key of [`certificate`].
pub(crate) fn certified_key() -> formats::Jwk {
    formats::Jwk::new(certified().key().unwrap().clone(), "certified")
}

/// What the airline shows on a connection.
pub(crate) fn certificate(chain: Chain) -> ClientCertificate {
    ClientCertificate::new(certified().clone(), chain)
}

fn certified() -> &'static Certificate {
    static CERTIFIED: OnceLock<Certificate> = OnceLock::new();
    CERTIFIED.get_or_init(|| {
        let mut params = CertificateParams::new(vec!["air.example".to_owned()]).unwrap();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::OrganizationName, "Sky Air");
        params.distinguished_name.push(DnType::CommonName, "airline");
        params.subject_alt_names.extend([
            SanType::URI("https://air.example/app".try_into().unwrap()),
            SanType::IpAddress("192.0.2.7".parse().unwrap()),
            SanType::Rfc822Name("ops@air.example".try_into().unwrap()),
        ]);
        params.not_before = date_time_ymd(2026, 1, 1);
        params.not_after = date_time_ymd(2027, 12, 31);
        let signed = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        Certificate::parse(signed.der()).unwrap()
    })
}

/// The claims of a good assertion by `airline`.
pub(crate) fn assertion_claims() -> Value {
    json!({
        "iss": "airline",
        "sub": "airline",
        "aud": "https://id.example",
        "exp": (now() + SignedDuration::from_mins(1)).as_second(),
        "iat": now().as_second(),
        "jti": "a1b2c3",
    })
}

pub(crate) fn sign(key: &SigningKey, claims: &Value) -> String {
    jws::sign(key, key.public().kid().unwrap(), "JWT", claims)
}

pub(crate) fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", BASE64.encode(format!("{id}:{secret}").as_bytes()))
}

pub(crate) fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// `base` with some parameters set or, with `None`, left out.
pub(crate) fn form(base: &[(&str, &str)], changes: &[(&str, Option<&str>)]) -> String {
    let mut parameters: Vec<(&str, &str)> = base.to_vec();
    for &(name, value) in changes {
        parameters.retain(|(known, _)| *known != name);
        parameters.extend(value.map(|value| (name, value)));
    }
    form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish()
}
