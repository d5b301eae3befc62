//! How a client proves who it is: read what was presented, then hold it against the registration.

use data_encoding::BASE64;
use formats::{
    Secret,
    mac::{same, sha256},
};
use jiff::Timestamp;

use super::{
    client::{Client, ClientAuthentication, ClientId},
    client_assertion::{self, OnceOnly},
    error::{ErrorCode, OAuthError},
    issuer::Issuer,
    parameters::{Parameters, decode},
};
use crate::oidc::discovery::TOKEN_PATH;

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
            // request."
            (Some(_), Some(_)) => {
                return Err(ErrorCode::InvalidRequest.because(
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
        // RFC 7521 §4.2: "The "client_id" … if present, MUST identify the same client as is
        // identified by the client assertion." We hold Basic to it, too.
        if form
            .value("client_id")
            .is_some_and(|id| id != credentials.client_id.as_str())
        {
            return Err(refused(
                "client_id_differs",
                "client_id is not the client that authenticates",
            ));
        }
        Ok(credentials)
    }

    /// `client_secret_basic`.
    fn basic(header: &str) -> Result<Self, OAuthError> {
        let malformed = refused(
            "basic_malformed",
            "the Authorization header is not well-formed Basic",
        );
        if header.len() > MAX_HEADER {
            return Err(malformed);
        }
        let (scheme, encoded) = header.split_once(' ').ok_or(malformed)?;
        if !scheme.eq_ignore_ascii_case("Basic") {
            return Err(malformed);
        }
        let decoded = BASE64
            .decode(encoded.trim_start_matches(' ').as_bytes())
            .map_err(|_| malformed)?;
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
                let endpoint = issuer.at(TOKEN_PATH);
                let audiences = [issuer.as_str(), endpoint.as_str()];
                let claims =
                    client_assertion::check(assertion.expose(), keys, &client.id, &audiences, now)?;
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

/// RFC 6749 §5.2: "invalid_client Client authentication failed (e.g., unknown client, no client
/// authentication included, or unsupported authentication method)."
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
