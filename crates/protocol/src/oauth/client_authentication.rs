//! How a client proves who it is: read what was presented, then hold it against the registration.
//!
//! OpenID Connect Core §3.1.3.1: by the way the client registered, and no other.

use data_encoding::BASE64;
use formats::{
    Secret,
    mac::{same, sha256},
};
use jiff::Timestamp;

use super::{
    carried::Carried,
    client::{Client, ClientAuthentication, ClientId, Profile},
    client_assertion::{self, OnceOnly, UnverifiedAssertion},
    client_certificate::{CertificateThumbprint, ClientCertificate},
    error::{ErrorCode, OAuthError},
    issuer::Issuer,
    parameters::{Parameters, decode},
};
use crate::oidc::discovery::{BACKCHANNEL_PATH, PUSH_PATH, TOKEN_PATH};

/// The `WWW-Authenticate` header that goes with every `invalid_client`.
///
/// RFC 6749 §5.2: "the authorization server MUST respond with an HTTP 401 (Unauthorized) status
/// code and include the "WWW-Authenticate" response header field matching the authentication scheme
/// used by the client."
pub const CHALLENGE: &str = "Basic realm=\"token\", charset=\"UTF-8\"";

/// How long an `Authorization: Basic` header may be.
const MAX_HEADER: usize = 1024;

/// What was presented; nothing in it is proved.
#[derive(Clone, Debug)]
pub struct Credentials {
    client_id: ClientId,
    proof: Proof,
    /// What the connection showed, whether it is the proof or only what tokens are bound to.
    certificate: Option<ClientCertificate>,
}

#[derive(Clone, Debug)]
enum Proof {
    /// The connection's own.
    Certificate,
    Secret(Secret<String>),
    Assertion(Box<UnverifiedAssertion>),
}

/// A client that has proved who it is. [`Credentials::authenticate`] is the only maker.
#[derive(Clone, Debug)]
pub struct AuthenticatedClient<'a> {
    client: &'a Client,
    assertion: Option<OnceOnly>,
    certificate: Option<CertificateThumbprint>,
}

impl Credentials {
    /// Reads credentials from what a request carries, and from its form.
    pub fn carried(carried: Carried<'_>, form: &Parameters<'_>) -> Result<Self, OAuthError> {
        let certificate = carried.certificate.cloned();
        // RFC 8705 §2: "For all requests to the authorization server utilizing mutual-TLS client authentication, the client
        // MUST include the client_id parameter".
        let by_certificate = certificate.is_some()
            && carried.authorization.is_none()
            && form.value("client_assertion").is_none();
        if by_certificate && form.value("client_secret").is_none() {
            let client_id = form.required("client_id")?.parse().map_err(|_| unknown_client())?;
            return Ok(Self { client_id, proof: Proof::Certificate, certificate });
        }
        Ok(Self { certificate, ..Self::read(carried.authorization, form)? })
    }

    /// Reads credentials from the text of an `Authorization` header and from a form.
    pub fn read(authorization: Option<&str>, form: &Parameters<'_>) -> Result<Self, OAuthError> {
        // `client_secret_post` is not spoken here.
        // RFC 6749 §2.3.1: "Including the client credentials in the request-body using the two
        // parameters is NOT RECOMMENDED"
        if form.value("client_secret").is_some() {
            return Err(refused(
                "secret_in_the_form",
                "client_secret must not be sent in the form",
            ));
        }
        let assertion = form.value("client_assertion");
        let credentials = match (authorization, assertion) {
            (Some(header), None) => Self::basic(header)?,
            (None, Some(assertion)) => Self::assertion(assertion, form)?,
            // RFC 6749 §2.3: "The client MUST NOT use more than one authentication method in each
            // request." RFC 7521 §4.2.1: "if more than one client authentication mechanism is used,
            // … The value of the "error" parameter MUST be the "invalid_client" error code."
            (Some(_), Some(_)) => {
                return Err(refused(
                    "two_authentications",
                    "use one way of client authentication, not two",
                ));
            }
            // RFC 6749 §3.2.1: "Confidential clients or other clients issued client credentials
            // MUST authenticate with the authorization server"
            (None, None) => {
                return Err(refused(
                    "client_not_authenticated",
                    "client authentication is required",
                ));
            }
        };
        // RFC 7521 §4.2: "If present, the value of the "client_id" parameter MUST identify the same
        // client as is identified by the client assertion." We hold Basic to it, too.
        if form.value("client_id").is_some_and(|id| id != credentials.client_id.as_str()) {
            return Err(refused(
                "client_id_differs",
                "client_id is not the client that authenticates",
            ));
        }
        Ok(credentials)
    }

    /// `client_secret_basic`.
    fn basic(header: &str) -> Result<Self, OAuthError> {
        let malformed =
            refused("basic_malformed", "the Authorization header is not well-formed Basic");
        if header.len() > MAX_HEADER {
            return Err(malformed);
        }
        let (scheme, encoded) = header.split_once(' ').ok_or(malformed)?;
        if !scheme.eq_ignore_ascii_case("Basic") {
            return Err(malformed);
        }
        let decoded =
            BASE64.decode(encoded.trim_start_matches(' ').as_bytes()).map_err(|_| malformed)?;
        let pair = Secret::new(String::from_utf8(decoded).map_err(|_| malformed)?);
        // RFC 6749 §2.3.1: "The client identifier is encoded using the
        // "application/x-www-form-urlencoded" encoding algorithm per Appendix B, and the encoded
        // value is used as the username; the client password is encoded using the same algorithm
        // and used as the password."
        let (id, secret) = pair.expose().split_once(':').ok_or(malformed)?;
        let id = decode(id).map_err(|_| malformed)?;
        let secret = decode(secret).map_err(|_| malformed)?;
        Ok(Self {
            client_id: id.parse().map_err(|_| malformed)?,
            proof: Proof::Secret(Secret::new(secret.into_owned())),
            certificate: None,
        })
    }

    /// `private_key_jwt`.
    fn assertion(assertion: &str, form: &Parameters<'_>) -> Result<Self, OAuthError> {
        // RFC 7523 §2.2: "The value of the "client_assertion_type" is
        // "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"."
        if form.value("client_assertion_type") != Some(client_assertion::ASSERTION_TYPE) {
            return Err(refused(
                "assertion_type_unknown",
                "client_assertion_type is missing or not jwt-bearer",
            ));
        }
        let assertion = UnverifiedAssertion::parse(assertion)?;
        Ok(Self {
            client_id: assertion.subject().clone(),
            proof: Proof::Assertion(Box::new(assertion)),
            certificate: None,
        })
    }

    /// Who it says it is, to look the client up by.
    pub fn client_id(&self) -> &ClientId {
        &self.client_id
    }

    /// Holds the proof against the registration of the client it names.
    pub fn authenticate<'a>(
        &self,
        client: &'a Client,
        issuer: &Issuer,
        now: Timestamp,
    ) -> Result<AuthenticatedClient<'a>, OAuthError> {
        if self.client_id != client.id {
            return Err(unknown_client());
        }
        let shown = self.certificate.as_ref();
        let assertion = match (&self.proof, &client.authentication) {
            (Proof::Certificate, ClientAuthentication::Tls { name }) => {
                shown.ok_or(unknown_client())?.is_for(name, now)?;
                None
            }
            (Proof::Certificate, ClientAuthentication::SelfSignedTls { keys }) => {
                shown.ok_or(unknown_client())?.has_key_of(keys, now)?;
                None
            }
            (Proof::Secret(secret), ClientAuthentication::SecretBasic { secret_hash }) => {
                if !same(&sha256(secret.expose().as_bytes()), secret_hash) {
                    return Err(refused("secret_wrong", "the client secret is wrong"));
                }
                None
            }
            (Proof::Assertion(assertion), ClientAuthentication::PrivateKeyJwt { keys }) => {
                // RFC 9126 §2: "the authorization server MUST accept its issuer identifier, token
                // endpoint URL, or pushed authorization request endpoint URL as values that
                // identify it as an intended audience." FAPI 2.0 Security Profile §5.3.2.1: "shall
                // only accept its issuer identifier value … as a string in the aud claim".
                // CIBA Core §7.1: "the OP MUST accept its Issuer Identifier, Token Endpoint URL, or Backchannel
                // Authentication Endpoint URL as values that identify it as an intended audience."
                let endpoints: &[&str] = match client.profile {
                    Profile::OpenId => &[TOKEN_PATH, PUSH_PATH, BACKCHANNEL_PATH],
                    Profile::Fapi2 => &[],
                };
                let endpoints: Vec<_> = endpoints.iter().map(|path| issuer.at(path)).collect();
                let issuer = std::iter::once(issuer.as_str());
                let audiences: Vec<_> =
                    issuer.chain(endpoints.iter().map(String::as_str)).collect();
                Some(assertion.check(keys, &client.id, &audiences, now)?.once_only())
            }
            _ => {
                return Err(refused(
                    "authentication_not_registered",
                    "the client registered another way to authenticate",
                ));
            }
        };
        Ok(AuthenticatedClient {
            client,
            assertion,
            certificate: shown.map(ClientCertificate::thumbprint),
        })
    }
}

/// The refusal for a client nobody registered.
pub const fn unknown_client() -> OAuthError {
    refused("client_unknown", "no such client")
}

// RFC 6749 §5.2: "invalid_client Client authentication failed (e.g., unknown client, no client
// authentication included, or unsupported authentication method)."
const fn refused(reason: &'static str, description: &'static str) -> OAuthError {
    ErrorCode::InvalidClient.because(reason, description)
}

impl<'a> AuthenticatedClient<'a> {
    /// A client to which something is posted where it registered: who takes it there is the client.
    ///
    /// CIBA Core §10.3: nothing but the address, over TLS, and the token by which it knows us stand for an authentication. It holds
    /// no key and shows no certificate, so that bound tokens cannot be made for it.
    pub fn at_its_address(client: &'a Client) -> Self {
        Self { client, assertion: None, certificate: None }
    }

    /// The client.
    pub fn client(&self) -> &'a Client {
        self.client
    }

    /// The certificate on the connection, whatever it was shown for.
    pub fn certificate(&self) -> Option<&CertificateThumbprint> {
        self.certificate.as_ref()
    }

    /// What must be stored as a unique key, in the same transaction, so that the proof is never
    /// accepted again; nothing for a secret or a certificate.
    pub fn assertion(&self) -> Option<&OnceOnly> {
        self.assertion.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use formats::{JwkSet, SigningKey};

    use super::*;
    use crate::oauth::client_certificate::{CertificateName, Chain};
    use crate::samples::{self, SECRET, assertion_claims, basic, issuer, now, sign};

    fn read(authorization: Option<&str>, form: &str) -> Result<Credentials, OAuthError> {
        Credentials::read(authorization, &Parameters::form(form).unwrap())
    }

    fn assertion_form(assertion: &str) -> String {
        let kind = samples::encoded(client_assertion::ASSERTION_TYPE);
        format!("client_assertion_type={kind}&client_assertion={assertion}")
    }

    #[test]
    fn a_secret_is_held_against_its_hash() {
        let airline = samples::client("airline", ClientAuthentication::by_secret(SECRET));
        let credentials = read(Some(&basic("airline", SECRET)), "client_id=airline").unwrap();
        assert_eq!(credentials.client_id(), &airline.id);
        let proved = credentials.authenticate(&airline, &issuer(), now()).unwrap();
        assert_eq!(proved.client().id, airline.id);
        assert_eq!(proved.assertion(), None);
        assert!(!format!("{credentials:?}").contains(SECRET));
    }

    #[test]
    fn an_assertion_is_held_against_the_keys() {
        let key = SigningKey::generate();
        let airline = samples::client_by_key("airline", &key);
        let form = assertion_form(&sign(&key, &assertion_claims()));
        let credentials = read(None, &form).unwrap();
        let proved = credentials.authenticate(&airline, &issuer(), now()).unwrap();
        let once = proved.assertion().unwrap();
        assert_eq!(once.jti, "a1b2c3");
        assert!(once.until > now());
    }

    #[test]
    fn what_is_not_registered_proves_nothing() {
        let key = SigningKey::generate();
        let by_secret = samples::client("airline", ClientAuthentication::by_secret(SECRET));
        let by_key = samples::client_by_key("airline", &key);
        let shop = samples::client("shop", ClientAuthentication::by_secret(SECRET));
        let secret = read(Some(&basic("airline", SECRET)), "").unwrap();
        let wrong = read(Some(&basic("airline", "guess")), "").unwrap();
        let empty = read(Some(&basic("airline", "")), "").unwrap();
        let assertion = read(None, &assertion_form(&sign(&key, &assertion_claims()))).unwrap();
        for (credentials, client, reason) in [
            (&wrong, &by_secret, "secret_wrong"),
            (&empty, &by_secret, "secret_wrong"),
            (&secret, &by_key, "authentication_not_registered"),
            (&assertion, &by_secret, "authentication_not_registered"),
            (&secret, &shop, "client_unknown"),
        ] {
            let error = credentials.authenticate(client, &issuer(), now()).unwrap_err();
            assert_eq!((error.code, error.reason), (ErrorCode::InvalidClient, reason));
        }
    }

    fn shown(authentication: ClientAuthentication, chain: Chain) -> Result<(), &'static str> {
        let client = samples::client("airline", authentication);
        let certificate = samples::certificate(chain);
        let carried = Carried { certificate: Some(&certificate), ..Carried::default() };
        let form = Parameters::form("client_id=airline").unwrap();
        let credentials = Credentials::carried(carried, &form).unwrap();
        let proved = credentials.authenticate(&client, &issuer(), now());
        let proved = proved.map_err(|error| {
            assert_eq!(error.code, ErrorCode::InvalidClient);
            error.reason
        })?;
        assert_eq!(proved.certificate(), Some(&certificate.thumbprint()));
        Ok(())
    }

    #[test]
    fn a_certificate_is_held_against_the_registration() {
        let name: CertificateName =
            serde_json::from_str(r#"{"tls_client_auth_san_dns":"air.example"}"#).unwrap();
        let by_name = || ClientAuthentication::Tls { name: name.clone() };
        let with = |key| ClientAuthentication::SelfSignedTls { keys: JwkSet::new([key]).unwrap() };
        let (own, other) = (samples::certified_key(), SigningKey::generate().public());
        assert_eq!(shown(by_name(), Chain::Believed), Ok(()));
        assert_eq!(shown(with(own.clone()), Chain::Unknown), Ok(()));
        for (authentication, chain, reason) in [
            (by_name(), Chain::Unknown, "certificate_not_believed"),
            (with(other), Chain::Believed, "certificate_of_another"),
            (
                ClientAuthentication::by_secret(SECRET),
                Chain::Believed,
                "authentication_not_registered",
            ),
            (
                ClientAuthentication::PrivateKeyJwt { keys: JwkSet::new([own]).unwrap() },
                Chain::Believed,
                "authentication_not_registered",
            ),
        ] {
            assert_eq!(shown(authentication, chain), Err(reason));
        }
    }

    #[test]
    fn a_certificate_does_not_stand_in_for_another_proof() {
        let by_certificate = samples::client(
            "airline",
            ClientAuthentication::SelfSignedTls {
                keys: JwkSet::new([samples::certified_key()]).unwrap(),
            },
        );
        let certificate = samples::certificate(Chain::Unknown);
        let basic = basic("airline", SECRET);
        let form = Parameters::form("client_id=airline").unwrap();
        let both = Carried {
            authorization: Some(&basic),
            certificate: Some(&certificate),
            ..Carried::default()
        };
        let credentials = Credentials::carried(both, &form).unwrap();
        let error = credentials.authenticate(&by_certificate, &issuer(), now()).unwrap_err();
        assert_eq!(error.reason, "authentication_not_registered");
        // Without a connection that showed one, its name alone is nothing.
        let nothing = Credentials::carried(Carried::default(), &form).unwrap_err();
        assert_eq!(nothing.reason, "client_not_authenticated");
        let alone = Carried { certificate: Some(&certificate), ..Carried::default() };
        let nameless = Parameters::form("grant_type=x").unwrap();
        let error = Credentials::carried(alone, &nameless).unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidRequest);
        let with_secret = Parameters::form("client_id=airline&client_secret=x").unwrap();
        let error = Credentials::carried(alone, &with_secret).unwrap_err();
        assert_eq!(error.reason, "secret_in_the_form");
    }

    #[test]
    fn only_one_way_at_a_time_and_well_formed() {
        let assertion = assertion_form(&sign(&SigningKey::generate(), &assertion_claims()));
        let good = basic("airline", SECRET);
        let raw = |text: &[u8]| format!("Basic {}", BASE64.encode(text));
        let untyped = assertion.replace("jwt-bearer", "saml2-bearer");
        let alone = assertion.split_once('&').unwrap().1.to_owned();
        let long = raw(&[b'a'; MAX_HEADER]);
        for (header, form, reason) in [
            (None, String::new(), "client_not_authenticated"),
            (None, "client_id=airline".to_owned(), "client_not_authenticated"),
            (None, format!("client_id=airline&client_secret={SECRET}"), "secret_in_the_form"),
            (Some(good.clone()), format!("client_secret={SECRET}"), "secret_in_the_form"),
            (Some(good.clone()), assertion.clone(), "two_authentications"),
            (Some(good.clone()), "client_id=shop".to_owned(), "client_id_differs"),
            (None, format!("{assertion}&client_id=shop"), "client_id_differs"),
            (None, untyped, "assertion_type_unknown"),
            (None, alone, "assertion_type_unknown"),
            (None, assertion_form("x.y.z"), "assertion_malformed"),
            (Some("Bearer abc".to_owned()), String::new(), "basic_malformed"),
            (Some("Basic".to_owned()), String::new(), "basic_malformed"),
            (Some("Basic !!!".to_owned()), String::new(), "basic_malformed"),
            (Some(good.trim_end_matches('=').to_owned() + "="), String::new(), "basic_malformed"),
            (Some(raw(b"airline")), String::new(), "basic_malformed"),
            (Some(raw(b":secret")), String::new(), "basic_malformed"),
            (Some(raw(b"air line:secret")), String::new(), "basic_malformed"),
            (Some(raw(b"airline:%zz")), String::new(), "basic_malformed"),
            (Some(raw(b"airline:a\0b")), String::new(), "basic_malformed"),
            (Some(raw(b"airline:\xff")), String::new(), "basic_malformed"),
            (Some(long), String::new(), "basic_malformed"),
        ] {
            let error = read(header.as_deref(), &form).unwrap_err();
            assert_eq!(
                (error.code, error.reason),
                (ErrorCode::InvalidClient, reason),
                "{header:?} {form}"
            );
        }
    }
}
