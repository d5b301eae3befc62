//! Pushed authorization requests (RFC 9126): a client gives us its request directly and gets a reference to it, which
//! is all that travels through the browser.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::{
    authorize::{AuthorizationRequest, AuthorizeError, UnverifiedRequest},
    carried::Carried,
    client_authentication::{AuthenticatedClient, Credentials},
    error::{ErrorCode, OAuthError},
    issuer::Issuer,
    parameters::Parameters,
};

/// How long a reference is good for.
///
/// RFC 9126 §2.2: "The request URI lifetime is at the discretion of the authorization server but will typically be
/// relatively short (e.g., between 5 and 600 seconds)." One minute is enough for a redirect.
pub const LIFETIME: SignedDuration = SignedDuration::from_secs(60);

/// RFC 9126 §2.2: "The format of the `request_uri` value is at the discretion of the authorization server, but it MUST
/// contain some part generated using a cryptographically strong pseudorandom algorithm". RFC 9101 §5.2.1: "the `request_uri` MUST
/// have appropriate entropy for its lifetime". RFC 9126 §7.1: what follows is sealed
/// under a fresh nonce, so that guessing it is forging it.
const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// A client pushes a request.
pub struct PushedRequest<'a> {
    /// What the client presents to prove who it is.
    pub credentials: Credentials,
    parameters: Parameters<'a>,
}

impl<'a> PushedRequest<'a> {
    /// Reads what the request carries, and its form.
    pub fn parse(carried: Carried<'_>, form: &'a str) -> Result<Self, OAuthError> {
        let parameters = Parameters::form(form)?;
        // RFC 9126 §2.1: "Reject the request if the request_uri authorization request parameter is provided."
        if parameters.value("request_uri").is_some() {
            return Err(ErrorCode::InvalidRequest
                .because("request_uri_pushed", "a pushed request must not refer to another"));
        }
        Ok(Self { credentials: Credentials::carried(carried, &parameters)?, parameters })
    }

    /// The request, held against the client that pushed it.
    ///
    /// RFC 9126 §2.1: "Validate the pushed request as it would an authorization request sent to the authorization
    /// endpoint." RFC 9126 §3: "reject the request if the authenticated `client_id` does not match the `client_id` claim in the
    /// request object." RFC 9126 §7.2: "The authorization server MUST only accept new redirect URIs in the pushed authorization
    /// request from authenticated clients." Here from nobody: they are registered.
    pub fn check(
        self,
        client: &AuthenticatedClient<'_>,
        issuer: &Issuer,
        now: Timestamp,
    ) -> Result<AuthorizationRequest, OAuthError> {
        let client = client.client();
        UnverifiedRequest::pushed(client.id.clone(), self.parameters)
            .check(client, issuer, now)
            .map_err(|error| match error {
                AuthorizeError::Page(error) | AuthorizeError::Redirect { error, .. } => error,
            })
    }
}

/// What the client is answered: RFC 9126 §2.2, with HTTP status 201.
#[derive(Clone, Debug, Serialize)]
pub struct PushedResponse {
    request_uri: String,
    expires_in: i64,
}

impl PushedResponse {
    /// The answer that names a request by our own reference.
    pub fn new(reference: &str) -> Self {
        Self { request_uri: format!("{PREFIX}{reference}"), expires_in: LIFETIME.as_secs() }
    }

    /// What the client puts into the browser.
    pub fn request_uri(&self) -> &str {
        &self.request_uri
    }
}

/// Our own reference in a `request_uri`; `None` if it is not one of ours.
pub fn reference(request_uri: &str) -> Option<&str> {
    request_uri.strip_prefix(PREFIX)
}

/// The refusal for a reference that does not open, has expired, or is another client's.
///
/// RFC 9126 §4: "An expired `request_uri` MUST be rejected as invalid." §2.2: "The `request_uri` value MUST be bound to the
/// client that posted the authorization request."
pub const fn unknown_reference() -> OAuthError {
    ErrorCode::InvalidRequestUri
        .because("request_uri_unknown", "request_uri is unknown, expired or of another client")
}

/// The refusal for a request that has to be pushed and was not.
///
/// FAPI 2.0 Security Profile §5.3.2.2: "shall reject authorization requests sent without [RFC9126]".
pub const fn must_be_pushed() -> OAuthError {
    ErrorCode::InvalidRequest.because("request_not_pushed", "this client must push its requests")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        oauth::client::ClientAuthentication,
        samples::{self, CHALLENGE, REDIRECT_URI, SECRET, now},
    };

    const GOOD: [(&str, &str); 6] = [
        ("client_id", "airline"),
        ("response_type", "code"),
        ("redirect_uri", REDIRECT_URI),
        ("scope", "openid scene:log_in"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];

    fn push(changes: &[(&str, Option<&str>)]) -> Result<AuthorizationRequest, OAuthError> {
        let airline = samples::client("airline", ClientAuthentication::by_secret(SECRET));
        let form = samples::form(&GOOD, changes);
        let basic = samples::basic("airline", SECRET);
        let pushed = PushedRequest::parse(Carried::with(Some(&basic)), &form)?;
        let proved = pushed.credentials.authenticate(&airline, &samples::issuer(), now())?;
        pushed.check(&proved, &samples::issuer(), now())
    }

    #[test]
    fn a_pushed_request_is_read_like_any_other() {
        assert_eq!(push(&[("state", Some("s"))]).unwrap().client_id.as_str(), "airline");
        assert!(push(&[("client_id", None)]).is_ok(), "who authenticates is who asks");
    }

    #[test]
    fn what_would_be_refused_is_refused_now() {
        for (name, value, reason) in [
            ("request_uri", Some("urn:x"), "request_uri_pushed"),
            ("request", Some("e30.e30."), "request_object_without_key"),
            ("client_id", Some("shop"), "client_id_differs"),
            ("redirect_uri", Some("https://evil.example/cb"), "redirect_uri_unknown"),
            ("redirect_uri", None, "redirect_uri_unknown"),
            ("response_type", Some("token"), "response_type_not_code"),
            ("scope", Some("scene:log_in"), "openid_missing"),
        ] {
            assert_eq!(push(&[(name, value)]).unwrap_err().reason, reason, "{name}");
        }
    }

    #[test]
    fn the_reference_comes_back() {
        let answer = PushedResponse::new("abc");
        assert_eq!(
            serde_json::to_value(&answer).unwrap(),
            serde_json::json!({
                "request_uri": "urn:ietf:params:oauth:request_uri:abc",
                "expires_in": 60,
            })
        );
        assert_eq!(reference(answer.request_uri()), Some("abc"));
        for foreign in ["https://evil.example/request", "urn:ietf:params:oauth:request_uri", ""] {
            assert_eq!(reference(foreign), None, "{foreign}");
        }
    }
}
