//! The authorization request: RFC 6749 §4.1.1 and OpenID Connect Core §3.1.2.1.
//!
//! Read in two steps, because errors go to different places: until client and redirect URI are
//! known to belong together, an error is a page of ours; afterwards it goes back to the client.
//!
//! OpenID Connect Core §3.1.2.2: everything OAuth demands of a request is validated, what is required is there, and whatever is wrong is told as
//! an error of OAuth. OpenID Connect Core §3.1.2.6: it goes to the redirect URI unless that is what is wrong. OpenID Connect Core §15.1:
//! `display`, `ui_locales`, `claims_locales` never lead to an error.

mod unverified;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    client::ClientId,
    dpop::Thumbprint,
    echo::Echo,
    error::{ErrorCode, OAuthError},
    issuer::Issuer,
    parameters::Parameters,
    pkce::CodeChallenge,
    redirect_uri::RedirectUri,
    response::{Answer, ReturnTo},
    response_mode::ResponseMode,
};
use crate::oidc::{
    display::Display, id_token::IdTokenHint, prompt::Prompt, scope::Scope,
    verified_claims::VerifiedRequest,
};

pub use unverified::{KeptAnswer, UnverifiedRequest};

/// A request of a known client, complete and well formed.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct AuthorizationRequest {
    /// Who asks.
    pub client_id: ClientId,
    /// Where the answer goes: one of the client's own.
    pub redirect_uri: RedirectUri,
    /// By which way the answer goes.
    #[serde(default)]
    pub response_mode: ResponseMode,
    /// What is asked, by scope or by single claims.
    pub scope: Scope,
    /// Given back with the answer.
    pub state: Option<Echo>,
    /// Given back inside the ID token.
    pub nonce: Option<Echo>,
    /// What the one who redeems must know.
    pub code_challenge: CodeChallenge,
    /// Wanted authentication modes, most wanted first.
    pub acr_values: Vec<String>,
    /// Authentication modes of which one must be met.
    #[serde(default)]
    pub essential_acr: Vec<String>,
    /// The person the client expects, by application identifier.
    #[serde(default)]
    pub expected_sub: Option<String>,
    /// How pages are shown.
    #[serde(default)]
    pub display: Display,
    /// Verified claims asked for in the ID token.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verified_in_id_token: Vec<VerifiedRequest>,
    /// Verified claims asked for in userinfo.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verified_in_userinfo: Vec<VerifiedRequest>,
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
        /// What the browser is sent back with.
        answer: Box<Answer>,
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
        Ok(UnverifiedRequest::through_browser(client_id, parameters))
    }

    /// Where the answer goes.
    pub fn return_to(&self) -> ReturnTo<'_> {
        ReturnTo {
            client_id: &self.client_id,
            redirect_uri: &self.redirect_uri,
            state: self.state.as_ref(),
            mode: self.response_mode,
        }
    }

    /// The answer that carries a code.
    pub fn accepted(&self, issuer: &Issuer, code: &str) -> Answer {
        self.return_to().with_code(issuer, code)
    }

    /// The answer that carries an error found later: declined, sign-in required, …
    pub fn refused(&self, issuer: &Issuer, error: OAuthError) -> AuthorizeError {
        AuthorizeError::Redirect {
            answer: Box::new(self.return_to().with_error(issuer, &error)),
            error,
        }
    }

    /// Does a sign-in serve a request that arrived at `asked_at`?
    ///
    /// One made since always does, or `max_age=0` could never be met; that it is of the same second says nothing of which
    /// was first.
    pub fn is_served_by(&self, sign_in: SignIn, asked_at: Timestamp) -> bool {
        let (SignIn::Found(signed_in_at) | SignIn::Made(signed_in_at)) = sign_in;
        let age = asked_at.as_second().saturating_sub(signed_in_at.as_second());
        if age <= 0 && matches!(sign_in, SignIn::Made(_)) {
            return true;
        }
        // OpenID Connect Core §3.1.2.1: "login: The Authorization Server SHOULD prompt the
        // End-User for reauthentication."
        //
        // OpenID Connect Core §3.1.2.1: "If the elapsed time is greater than this value, the OP
        // MUST attempt to actively re-authenticate the End-User."
        !self.prompt.wants_sign_in()
            && self.max_age.is_none_or(|most| most > 0 && age <= i64::from(most))
    }
}

/// A sign-in, as a request sees it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SignIn {
    /// The request came with it, or it was somewhere before.
    Found(Timestamp),
    /// The person signed in after the request came.
    Made(Timestamp),
}

/// The refusal for a client nobody registered: always a page, never a redirect.
pub const fn unknown_client() -> OAuthError {
    ErrorCode::InvalidRequest.because("client_unknown", "client_id is missing or names no client")
}

#[cfg(test)]
mod tests;
