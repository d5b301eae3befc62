//! The authorization request: RFC 6749 §4.1.1 and OpenID Connect Core §3.1.2.1.
//!
//! Read in two steps, because errors go to different places: until client and redirect URI are
//! known to belong together, an error is a page of ours; afterwards it is a redirect.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    client::{Client, ClientId, Profile},
    dpop::Thumbprint,
    echo::Echo,
    error::{ErrorCode, OAuthError},
    issuer::Issuer,
    par::{self, must_be_pushed},
    parameters::Parameters,
    pkce::CodeChallenge,
    redirect_uri::RedirectUri,
    response::ReturnTo,
};
use crate::oidc::{id_token::IdTokenHint, prompt::Prompt, scope::Scope};

/// How many entries a list (`acr_values`, `ui_locales`) may have: more than there are modes or
/// locales.
const MAX_LIST: usize = 16;

/// How long one entry of such a list may be.
const MAX_ENTRY: usize = 128;

/// A request that may come from anyone.
pub struct UnverifiedRequest<'a> {
    client_id: ClientId,
    parameters: Parameters<'a>,
    came: Came,
}

/// By which way a request came.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Came {
    ThroughBrowser,
    Pushed,
}

/// A request of a known client, complete and well formed.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct AuthorizationRequest {
    /// Who asks.
    pub client_id: ClientId,
    /// Where the answer goes: one of the client's own.
    pub redirect_uri: RedirectUri,
    /// What is asked.
    pub scope: Scope,
    /// Given back with the answer.
    pub state: Option<Echo>,
    /// Given back inside the ID token.
    pub nonce: Option<Echo>,
    /// What the one who redeems must know.
    pub code_challenge: CodeChallenge,
    /// Wanted authentication modes, most wanted first.
    pub acr_values: Vec<String>,
    /// Which pages may or must be shown.
    pub prompt: Prompt,
    /// How many seconds ago the person may have signed in.
    pub max_age: Option<u32>,
    /// Wanted languages (BCP 47), most wanted first.
    pub ui_locales: Vec<String>,
    /// An ID token of ours naming the person the client expects.
    pub id_token_hint: Option<IdTokenHint>,
    /// The key the one who redeems must hold (RFC 9449 §10).
    pub dpop_jkt: Option<Thumbprint>,
}

/// Why an authorization request is refused, and where that is said.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AuthorizeError {
    /// Said on a page of ours, because nobody proved where else it may be said.
    ///
    /// RFC 6749 §4.1.2.1: "the authorization server SHOULD inform the resource owner of the error
    /// and MUST NOT automatically redirect the user-agent to the invalid redirection URI."
    #[error("refused on a page: {0}")]
    Page(OAuthError),
    /// Said to the client, through the browser.
    #[error("refused by redirect: {error}")]
    Redirect {
        /// The complete URL to send the browser to.
        to: Box<Url>,
        /// What it says, for the log.
        error: OAuthError,
    },
}

impl AuthorizationRequest {
    /// Reads a query (or the form of a POST, which is bounded alike); [`UnverifiedRequest::check`]
    /// comes next.
    pub fn parse(query: &str) -> Result<UnverifiedRequest<'_>, AuthorizeError> {
        let parameters = Parameters::query(query).map_err(AuthorizeError::Page)?;
        let client_id = parameters
            .value("client_id")
            .and_then(|id| id.parse().ok())
            .ok_or(AuthorizeError::Page(unknown_client()))?;
        Ok(UnverifiedRequest { client_id, parameters, came: Came::ThroughBrowser })
    }

    /// Where the answer goes.
    pub fn return_to(&self) -> ReturnTo<'_> {
        ReturnTo { redirect_uri: &self.redirect_uri, state: self.state.as_ref() }
    }

    /// The redirect that carries a code.
    pub fn accepted(&self, issuer: &Issuer, code: &str) -> Url {
        self.return_to().with_code(issuer, code)
    }

    /// The redirect that carries an error found later: declined, sign-in required, …
    pub fn refused(&self, issuer: &Issuer, error: OAuthError) -> AuthorizeError {
        AuthorizeError::Redirect {
            to: Box::new(self.return_to().with_error(issuer, &error)),
            error,
        }
    }

    /// Does a sign-in of `signed_in_at` serve a request that arrived at `asked_at`?
    ///
    /// A sign-in made for this very request always does, or `max_age=0` could never be met.
    pub fn is_served_by(&self, signed_in_at: Timestamp, asked_at: Timestamp) -> bool {
        let age = asked_at.as_second().saturating_sub(signed_in_at.as_second());
        // OpenID Connect Core §3.1.2.1: "login: The Authorization Server SHOULD prompt the
        // End-User for reauthentication."
        //
        // OpenID Connect Core §3.1.2.1: "If the elapsed time is greater than this value, the OP
        // MUST attempt to actively re-authenticate the End-User."
        age <= 0
            || (!self.prompt.wants_sign_in()
                && self.max_age.is_none_or(|most| age <= i64::from(most)))
    }
}

/// The refusal for a client nobody registered: always a page, never a redirect.
pub const fn unknown_client() -> OAuthError {
    ErrorCode::InvalidRequest.because("client_unknown", "client_id is missing or names no client")
}

impl<'a> UnverifiedRequest<'a> {
    /// A request that its client pushed.
    pub(super) fn pushed(client_id: ClientId, parameters: Parameters<'a>) -> Self {
        Self { client_id, parameters, came: Came::Pushed }
    }

    /// Who it says it is, to look the client up by.
    pub fn client_id(&self) -> &ClientId {
        &self.client_id
    }

    /// Our reference, if the request was pushed before and only refers to itself here. Nothing else it says counts.
    ///
    /// RFC 9101 §5: "the authorization server … MUST only use the parameters included in the Request Object."
    pub fn reference(&self) -> Option<&str> {
        self.parameters.value("request_uri").and_then(par::reference)
    }

    /// Holds the request against the client it names.
    pub fn check(
        self,
        client: &Client,
        issuer: &Issuer,
    ) -> Result<AuthorizationRequest, AuthorizeError> {
        if self.client_id != client.id {
            return Err(AuthorizeError::Page(unknown_client()));
        }
        // OpenID Connect Core §3.1.2.1: "This URI MUST exactly match one of the Redirection URI
        // values for the Client pre-registered at the OpenID Provider"
        let redirect_uri = self
            .parameters
            .value("redirect_uri")
            .and_then(|text| client.redirect_uri(text))
            .ok_or(AuthorizeError::Page(ErrorCode::InvalidRequest.because(
                "redirect_uri_unknown",
                "redirect_uri is missing or not registered for this client",
            )))?;
        // A state we could not give back exactly is not given back at all.
        let state = self.echo("state");
        let return_to =
            ReturnTo { redirect_uri, state: state.as_ref().ok().and_then(Option::as_ref) };
        let refused = |error| AuthorizeError::Redirect {
            to: Box::new(return_to.with_error(issuer, &error)),
            error,
        };
        let state = state.clone().map_err(refused)?;
        if client.profile == Profile::Fapi2 && self.came == Came::ThroughBrowser {
            return Err(refused(must_be_pushed()));
        }
        self.complete(redirect_uri, state).map_err(refused)
    }

    fn complete(
        &self,
        redirect_uri: &RedirectUri,
        state: Option<Echo>,
    ) -> Result<AuthorizationRequest, OAuthError> {
        self.refuse_what_is_not_spoken()?;
        Ok(AuthorizationRequest {
            client_id: self.client_id.clone(),
            redirect_uri: redirect_uri.clone(),
            scope: Scope::read(self.parameters.value("scope").unwrap_or_default())?,
            state,
            nonce: self.echo("nonce")?,
            code_challenge: CodeChallenge::take(&self.parameters)?,
            acr_values: self.list("acr_values")?,
            prompt: Prompt::read(self.parameters.value("prompt"))?,
            max_age: self.max_age()?,
            ui_locales: self.list("ui_locales")?,
            id_token_hint: IdTokenHint::read(self.parameters.value("id_token_hint"))?,
            dpop_jkt: self.dpop_jkt()?,
        })
    }

    fn refuse_what_is_not_spoken(&self) -> Result<(), OAuthError> {
        // OpenID Connect Core §6.1: "Should an OP not support this parameter and an RP uses it, the
        // OP MUST return the request_not_supported error." §6.2 and §7.2.1 say the same of the
        // other two.
        for (name, code) in [
            ("request", ErrorCode::RequestNotSupported),
            ("request_uri", ErrorCode::RequestUriNotSupported),
            ("registration", ErrorCode::RegistrationNotSupported),
        ] {
            if self.parameters.value(name).is_some() {
                return Err(code.because("parameter_not_supported", "a parameter is not supported"));
            }
        }
        // RFC 6749 §3.1.1: "If an authorization request is missing the "response_type" parameter,
        // or if the response type is not understood, the authorization server MUST return an
        // error response"
        if self.parameters.required("response_type")? != "code" {
            return Err(ErrorCode::UnsupportedResponseType
                .because("response_type_not_code", "response_type must be code"));
        }
        if self.parameters.value("response_mode").is_some_and(|mode| mode != "query") {
            return Err(ErrorCode::InvalidRequest
                .because("response_mode_not_query", "response_mode must be query"));
        }
        Ok(())
    }

    fn echo(&self, name: &str) -> Result<Option<Echo>, OAuthError> {
        self.parameters.value(name).map(str::parse).transpose().map_err(|_| {
            ErrorCode::InvalidRequest.because(
                "state_or_nonce_malformed",
                "state and nonce must be at most 512 printable ASCII characters",
            )
        })
    }

    /// A list separated by spaces.
    fn list(&self, name: &str) -> Result<Vec<String>, OAuthError> {
        let text = self.parameters.value(name).unwrap_or_default();
        let entries: Vec<_> =
            text.split(' ').filter(|entry| !entry.is_empty()).map(str::to_owned).collect();
        if entries.len() > MAX_LIST || entries.iter().any(|entry| entry.len() > MAX_ENTRY) {
            return Err(ErrorCode::InvalidRequest
                .because("list_too_long", "a list has too many or too long entries"));
        }
        Ok(entries)
    }

    fn dpop_jkt(&self) -> Result<Option<Thumbprint>, OAuthError> {
        self.parameters.value("dpop_jkt").map(str::parse).transpose().map_err(|_| {
            ErrorCode::InvalidRequest
                .because("dpop_jkt_malformed", "dpop_jkt must be a SHA-256 thumbprint")
        })
    }

    fn max_age(&self) -> Result<Option<u32>, OAuthError> {
        self.parameters
            .value("max_age")
            .map(|text| {
                let digits = text.bytes().all(|byte| byte.is_ascii_digit());
                digits.then(|| text.parse().ok()).flatten().ok_or(
                    ErrorCode::InvalidRequest
                        .because("max_age_malformed", "max_age must be a number of seconds"),
                )
            })
            .transpose()
    }
}

#[cfg(test)]
mod tests;
