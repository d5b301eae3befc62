//! How a client proves who it is: read what was presented, then hold it against the registration.

use data_encoding::BASE64;
use formats::{
    Secret,
    mac::{same, sha256},
};
use jiff::Timestamp;

use super::{
    client::{Client, ClientAuthentication, ClientId, Profile},
    client_assertion::{self, OnceOnly},
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
}

#[derive(Clone, Debug)]
enum Proof {
    Secret(Secret<String>),
    Assertion(Secret<String>),
}

/// A client that has proved who it is. [`Credentials::authenticate`] is the only maker.
#[derive(Clone, Debug)]
pub struct AuthenticatedClient<'a> {
    client: &'a Client,
    assertion: Option<OnceOnly>,
}

impl Credentials {
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
        Ok(Self {
            client_id: client_assertion::unverified_subject(assertion)?,
            proof: Proof::Assertion(Secret::new(assertion.to_owned())),
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
        let assertion = match (&self.proof, &client.authentication) {
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
                let endpoints =
                    [TOKEN_PATH, PUSH_PATH, BACKCHANNEL_PATH].map(|path| issuer.at(path));
                let [token, push, backchannel] = &endpoints;
                let audiences: &[&str] = match client.profile {
                    Profile::OpenId => &[issuer.as_str(), token, push, backchannel],
                    Profile::Fapi2 => &[issuer.as_str()],
                };
                let claims =
                    client_assertion::check(assertion.expose(), keys, &client.id, audiences, now)?;
                Some(claims.once_only())
            }
            _ => {
                return Err(refused(
                    "authentication_not_registered",
                    "the client registered another way to authenticate",
                ));
            }
        };
        Ok(AuthenticatedClient { client, assertion })
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
    /// The client.
    pub fn client(&self) -> &'a Client {
        self.client
    }

    /// What must be stored as a unique key, in the same transaction, so that the proof is never
    /// accepted again; nothing for a secret.
    pub fn assertion(&self) -> Option<&OnceOnly> {
        self.assertion.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use formats::SigningKey;

    use super::*;
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
