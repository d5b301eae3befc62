//! Certificates by which clients prove who they are and to which their tokens are bound (RFC 8705).
//!
//! That whoever is on the connection holds the certificate's key, and whether an authority the operator named stands
//! behind it, is found out by the TLS library; what that is worth for a client is decided here.

use std::{net::IpAddr, str::FromStr, sync::Arc};

use formats::{AlternativeName, Certificate, DistinguishedName, JwkSet, base64url};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::{ErrorCode, OAuthError};

/// A certificate whose key the client holds: it answered for it in the handshake. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ClientCertificate {
    certificate: Arc<Certificate>,
    chain: Chain,
}

/// What stands behind a certificate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Chain {
    /// An authority that the operator named for clients.
    Believed,
    /// Nobody we know.
    Unknown,
}

/// The certificate a token is bound to: the SHA-256 of its DER, base64url.
///
/// RFC 8705 §3.1: "The base64url-encoded value MUST omit all trailing pad '=' characters and MUST NOT include any line
/// breaks, whitespace, or other additional characters."
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct CertificateThumbprint(String);

/// The text is no SHA-256 thumbprint.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not 32 bytes in base64url")]
pub struct NotACertificateThumbprint;

/// The one name by which a client's certificate is known as its own.
///
/// RFC 8705 §2.1: "Only one subject name value of any type is used for each client."
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum CertificateName {
    /// The subject's distinguished name, as RFC 4514 writes it.
    #[serde(rename = "tls_client_auth_subject_dn")]
    SubjectDn(DistinguishedName),
    /// A `dNSName`.
    #[serde(rename = "tls_client_auth_san_dns")]
    Dns(NameText),
    /// A `uniformResourceIdentifier`.
    #[serde(rename = "tls_client_auth_san_uri")]
    Uri(NameText),
    /// An `iPAddress`.
    #[serde(rename = "tls_client_auth_san_ip")]
    Ip(IpAddr),
    /// An `rfc822Name`.
    #[serde(rename = "tls_client_auth_san_email")]
    Email(NameText),
}

/// A name as text, at least one printable ASCII character long: wildcards stand for nothing but themselves.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct NameText(String);

/// How long one may be.
const MAX_NAME: usize = 255;

/// The text is no such name.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not 1 to {MAX_NAME} printable ASCII characters without blanks")]
pub struct NotAName;

impl ClientCertificate {
    /// What a connection's certificate is, and who stands behind it.
    pub fn new(certificate: Certificate, chain: Chain) -> Self {
        Self { certificate: Arc::new(certificate), chain }
    }

    /// What tokens are bound to.
    pub fn thumbprint(&self) -> CertificateThumbprint {
        CertificateThumbprint(base64url::encode(self.certificate.thumbprint()))
    }

    /// `tls_client_auth`: is it one of an authority's, for this name?
    ///
    /// RFC 8705 §2.1: "The client is successfully authenticated if the subject information in the certificate matches the
    /// single expected subject configured or registered for that particular client".
    pub(super) fn is_for(&self, name: &CertificateName, now: Timestamp) -> Result<(), OAuthError> {
        self.counts(now)?;
        if self.chain != Chain::Believed {
            return Err(refused(
                "certificate_not_believed",
                "no authority named for clients stands behind the certificate",
            ));
        }
        if name.is_of(&self.certificate) { Ok(()) } else { Err(ANOTHERS) }
    }

    /// `self_signed_tls_client_auth`: is its key one of the client's?
    ///
    /// RFC 8705 §2.2: "the client's certificate chain is not validated by the server in this case." The key is compared, so
    /// that a certificate can be renewed: see `docs/divergences.md`.
    pub(super) fn has_key_of(&self, keys: &JwkSet, now: Timestamp) -> Result<(), OAuthError> {
        self.counts(now)?;
        let shown = self.certificate.key();
        let registered = |shown| keys.keys().iter().any(|key| key.verifying_key() == shown);
        if shown.is_some_and(registered) { Ok(()) } else { Err(ANOTHERS) }
    }

    /// Judged at each request, for a connection may outlive its certificate.
    fn counts(&self, now: Timestamp) -> Result<(), OAuthError> {
        let now = now.as_second();
        if (self.certificate.from()..=self.certificate.until()).contains(&now) {
            Ok(())
        } else {
            Err(refused("certificate_expired", "the certificate is not valid yet or has expired"))
        }
    }
}

impl CertificateName {
    fn is_of(&self, certificate: &Certificate) -> bool {
        let names = certificate.names();
        match self {
            Self::SubjectDn(name) => certificate.subject() == name,
            Self::Dns(NameText(wanted)) => names.iter().any(|name| match name {
                AlternativeName::Dns(name) => name.eq_ignore_ascii_case(wanted),
                _ => false,
            }),
            Self::Uri(NameText(wanted)) => names.contains(&AlternativeName::Uri(wanted.clone())),
            Self::Ip(wanted) => names.contains(&AlternativeName::Ip(*wanted)),
            Self::Email(NameText(wanted)) => {
                names.contains(&AlternativeName::Email(wanted.clone()))
            }
        }
    }
}

impl TryFrom<String> for NameText {
    type Error = NotAName;

    fn try_from(text: String) -> Result<Self, NotAName> {
        let printable = text.bytes().all(|byte| byte.is_ascii_graphic());
        if (1..=MAX_NAME).contains(&text.len()) && printable {
            Ok(Self(text))
        } else {
            Err(NotAName)
        }
    }
}

impl From<NameText> for String {
    fn from(name: NameText) -> Self {
        name.0
    }
}

impl TryFrom<String> for CertificateThumbprint {
    type Error = NotACertificateThumbprint;

    fn try_from(text: String) -> Result<Self, NotACertificateThumbprint> {
        base64url::decode_array::<32>(&text).map_err(|_| NotACertificateThumbprint)?;
        Ok(Self(text))
    }
}

impl FromStr for CertificateThumbprint {
    type Err = NotACertificateThumbprint;

    fn from_str(text: &str) -> Result<Self, NotACertificateThumbprint> {
        text.to_owned().try_into()
    }
}

impl From<CertificateThumbprint> for String {
    fn from(thumbprint: CertificateThumbprint) -> Self {
        thumbprint.0
    }
}

/// The refusal for a connection without the certificate that the client's tokens are bound to.
pub const fn missing() -> OAuthError {
    ErrorCode::InvalidRequest.because(
        "certificate_missing",
        "this client's tokens are bound to its certificate: show it, at the mtls_endpoint_aliases",
    )
}

/// The refusal for a token shown on a connection without the certificate it is bound to.
///
/// RFC 8705 §3: "If they do not match, the resource access attempt MUST be rejected with an error, per [RFC6750], using an
/// HTTP 401 status code and the `invalid_token` error code."
pub const fn another() -> OAuthError {
    ErrorCode::InvalidToken.because(
        "token_of_another_certificate",
        "the access token is bound to another certificate than the connection showed",
    )
}

const ANOTHERS: OAuthError =
    refused("certificate_of_another", "the certificate is not the one this client registered");

// RFC 8705 §2: "If no certificate is presented, or that which is presented doesn't match that which is expected for the
// given client_id, the authorization server returns a normal OAuth 2.0 error response per Section 5.2 of [RFC6749] with
// the invalid_client error code to indicate failed client authentication."
const fn refused(reason: &'static str, description: &'static str) -> OAuthError {
    ErrorCode::InvalidClient.because(reason, description)
}

#[cfg(test)]
mod tests {
    use formats::SigningKey;
    use jiff::SignedDuration;
    use serde_json::json;

    use super::*;
    use crate::samples::{self, now};

    fn name(member: &str, value: &str) -> CertificateName {
        serde_json::from_value(json!({ member: value })).unwrap()
    }

    fn reason(outcome: Result<(), OAuthError>) -> &'static str {
        let error = outcome.unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidClient);
        error.reason
    }

    #[test]
    fn a_name_is_the_clients_own_or_it_is_anothers() {
        let shown = samples::certificate(Chain::Believed);
        for (member, own, others) in [
            (
                "tls_client_auth_subject_dn",
                "CN=airline,O=Sky Air",
                &["CN=airline", "CN=Airline,O=Sky Air", "O=Sky Air,CN=airline"][..],
            ),
            (
                "tls_client_auth_san_dns",
                "AIR.example",
                &["a.air.example", "air.example.", "*.example", "air.example.evil.example"],
            ),
            (
                "tls_client_auth_san_uri",
                "https://air.example/app",
                &["https://air.example/", "https://AIR.example/app", "air.example"],
            ),
            ("tls_client_auth_san_ip", "192.0.2.7", &["192.0.2.8", "::ffff:192.0.2.7"]),
            ("tls_client_auth_san_email", "ops@air.example", &["Ops@air.example", "air.example"]),
        ] {
            assert_eq!(shown.is_for(&name(member, own), now()), Ok(()), "{member}");
            for other in others {
                let refused = reason(shown.is_for(&name(member, other), now()));
                assert_eq!(refused, "certificate_of_another", "{other}");
            }
        }
        // A name of one kind is none of another kind.
        let as_email = name("tls_client_auth_san_email", "air.example");
        assert_eq!(reason(shown.is_for(&as_email, now())), "certificate_of_another");
    }

    #[test]
    fn an_unknown_authority_and_another_time_are_refused() {
        let own = name("tls_client_auth_san_dns", "air.example");
        let stranger = samples::certificate(Chain::Unknown);
        assert_eq!(reason(stranger.is_for(&own, now())), "certificate_not_believed");
        let shown = samples::certificate(Chain::Believed);
        let years = SignedDuration::from_hours(24 * 366 * 2);
        for then in [now() - years, now() + years] {
            assert_eq!(reason(shown.is_for(&own, then)), "certificate_expired");
            let keys = JwkSet::new([samples::certified_key()]).unwrap();
            assert_eq!(reason(shown.has_key_of(&keys, then)), "certificate_expired");
        }
    }

    #[test]
    fn a_key_is_registered_or_it_is_anothers() {
        let shown = samples::certificate(Chain::Unknown);
        let other = SigningKey::generate().public();
        let both = JwkSet::new([other.clone(), samples::certified_key()]).unwrap();
        assert_eq!(shown.has_key_of(&both, now()), Ok(()));
        for keys in [JwkSet::new([other]).unwrap(), JwkSet::default()] {
            assert_eq!(reason(shown.has_key_of(&keys, now())), "certificate_of_another");
        }
    }

    #[test]
    fn a_registration_names_exactly_one() {
        for odd in [
            json!({}),
            json!({ "tls_client_auth_san_dns": "a", "tls_client_auth_san_uri": "b:c" }),
            json!({ "tls_client_auth_san_dns": "" }),
            json!({ "tls_client_auth_san_dns": "air example" }),
            json!({ "tls_client_auth_san_ip": "air.example" }),
            json!({ "tls_client_auth_subject_dn": "" }),
            json!({ "tls_client_auth_san_other": "a" }),
            json!("tls_client_auth_san_dns"),
        ] {
            assert!(serde_json::from_value::<CertificateName>(odd.clone()).is_err(), "{odd}");
        }
    }

    #[test]
    fn a_thumbprint_is_of_sha_256() {
        let thumbprint = samples::certificate(Chain::Unknown).thumbprint();
        assert_eq!(String::from(thumbprint.clone()).parse(), Ok(thumbprint));
        assert!(
            "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v".parse::<CertificateThumbprint>().is_err()
        );
    }
}
