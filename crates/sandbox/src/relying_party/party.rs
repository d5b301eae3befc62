//! What the relying parties do alike: send a browser to the platform, take it back, and say sorry.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;

use super::connection::{Connection, Failure};
use super::memory::{Account, Errand, Memory};
use super::{RelyingParty, Unusable};
use crate::browser;
use crate::language::{self, Frame};
use crate::page::{self, Policy};

/// Forms here hold a flight number at most.
const LONGEST_BODY: usize = 4 * 1024;

/// A relying party at work. Cloning shares it.
#[derive(Clone, Debug)]
pub(super) struct Party(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    cookie: &'static str,
    connection: Connection,
    memory: Memory,
    policy: Policy,
}

/// Parameters of the authorization response, RFC 6749 §4.1.2 and RFC 9207 §2.
#[derive(Debug, Deserialize)]
pub(super) struct Callback {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
    /// From a wallet, by whose browser the platform sends it (`OpenID4VP` §8.2).
    pub(super) response_code: Option<String>,
}

/// Somebody the platform vouches for has come back.
#[derive(Debug)]
pub(super) struct SignedIn {
    /// The browser's new name.
    browser: String,
    /// What it had left for.
    pub(super) errand: Errand,
    /// The receipt's number in the account.
    pub(super) receipt: u32,
}

/// Why there is nothing to show but another way.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Sorry {
    /// The person declined at the platform.
    Declined,
    /// The platform refused or is not what it should be.
    Refused,
    /// The platform is away.
    Away,
    /// The browser came back without having left.
    Lost,
}

impl Party {
    pub(super) fn new(party: RelyingParty, cookie: &'static str) -> Result<Self, Unusable> {
        let connection = Connection::new(party)?;
        let policy = Policy::with_forms_to(connection.platform());
        Ok(Self(Arc::new(Inner { cookie, connection, memory: Memory::new(), policy })))
    }

    /// Adds what every relying party has.
    pub(super) fn finish_router(self, router: Router<Self>) -> Router {
        router
            .route("/style.css", get(page::style))
            .layer(DefaultBodyLimit::max(LONGEST_BODY))
            .layer(from_fn(language::remember))
            .with_state(self)
    }

    pub(super) fn policy(&self) -> &Policy {
        &self.0.policy
    }

    pub(super) fn setup(&self) -> &RelyingParty {
        self.0.connection.party()
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.0.connection
    }

    pub(super) fn memory(&self) -> &Memory {
        &self.0.memory
    }

    /// The account this browser is signed in to.
    pub(super) fn account(&self, headers: &HeaderMap) -> Option<Account> {
        let browser = browser::name(headers, self.0.cookie)?;
        self.0.memory.lock().account(&browser).cloned()
    }

    /// Sends the browser to the platform.
    pub(super) async fn leave(
        &self,
        headers: &HeaderMap,
        frame: &Frame,
        errand: Errand,
    ) -> Result<Response, Sorry> {
        let (url, state, begun) = self
            .0
            .connection
            .begin(errand.scopes, frame.language.tag())
            .await
            .map_err(|failure| Sorry::of(&failure))?;
        let known = browser::name(headers, self.0.cookie);
        let browser = known.unwrap_or_else(browser::new_name);
        let now = self.setup().clock.now();
        self.0.memory.lock().leaves(&state, browser.clone(), errand, begun, now);
        let mut response = Redirect::to(url.as_str()).into_response();
        browser::remember(&mut response, self.0.cookie, &browser, &self.setup().base_url);
        Ok(response)
    }

    /// The browser's name, if it has one.
    pub(super) fn browser(&self, headers: &HeaderMap) -> Option<String> {
        browser::name(headers, self.0.cookie)
    }

    /// Gives the browser this name along with a response.
    pub(super) fn name(&self, response: &mut Response, browser: &str) {
        browser::remember(response, self.0.cookie, browser, &self.setup().base_url);
    }

    /// Takes the browser back.
    pub(super) async fn come_back(
        &self,
        headers: &HeaderMap,
        callback: Callback,
    ) -> Result<SignedIn, Sorry> {
        let now = self.setup().clock.now();
        let (browser, state) =
            browser::name(headers, self.0.cookie).zip(callback.state).ok_or(Sorry::Lost)?;
        // RFC 9207 §2.4: "Clients that support this specification MUST extract the value of the iss parameter from
        // authorization responses they receive if the parameter is present. Clients MUST then decode the value ... and
        // compare the result to the issuer identifier of the authorization server where the authorization request was
        // sent to." Ours always sends it, errors included, so that its absence is refused too.
        if callback.iss.as_deref() != Some(self.setup().issuer.as_str()) {
            return Err(Sorry::Refused);
        }
        let waiting = self.0.memory.lock().returns(&state, &browser, now).ok_or(Sorry::Lost)?;
        let code = match (callback.code, callback.error.as_deref()) {
            (Some(code), None) => code,
            (_, Some("access_denied")) => return Err(Sorry::Declined),
            _ => return Err(Sorry::Refused),
        };
        let told = self
            .0
            .connection
            .finish(waiting.begun, code)
            .await
            .map_err(|failure| Sorry::of(&failure))?;
        let (fresh, errand) = (browser::new_name(), waiting.errand);
        let mut memory = self.0.memory.lock();
        memory.sign_out(&browser);
        let receipt = memory.sign_in(&fresh, told, errand.item, now);
        Ok(SignedIn { browser: fresh, errand, receipt })
    }

    /// The account of whoever has come back.
    pub(super) fn signed_in(&self, back: &SignedIn) -> Option<Account> {
        self.0.memory.lock().account(&back.browser).cloned()
    }

    /// Sends a browser that has just signed in on, under its new name.
    pub(super) fn send_on(&self, to: &str, signed_in: &SignedIn) -> Response {
        let mut response = Redirect::to(to).into_response();
        browser::remember(&mut response, self.0.cookie, &signed_in.browser, &self.setup().base_url);
        response
    }

    /// Forgets the browser.
    pub(super) fn sign_out(&self, headers: &HeaderMap) -> Redirect {
        if let Some(browser) = browser::name(headers, self.0.cookie) {
            self.0.memory.lock().sign_out(&browser);
        }
        Redirect::to("/")
    }
}

/// `POST /logout`, where nothing else is to be forgotten.
pub(super) async fn log_out(State(party): State<Party>, headers: HeaderMap) -> Redirect {
    party.sign_out(&headers)
}

impl Sorry {
    /// The log learns what went wrong, never with whom.
    pub(super) fn of(failure: &Failure) -> Self {
        match failure {
            Failure::Away { doing, cause } => {
                tracing::warn!(doing, %cause, "the platform is away");
                Self::Away
            }
            Failure::Refused(code) => {
                tracing::warn!(code, "the platform refused");
                Self::Refused
            }
            Failure::Unbelievable(what) => {
                tracing::warn!(what, "the platform's answer does not hold");
                Self::Refused
            }
            Failure::IdToken(cause) => {
                tracing::warn!(%cause, "the ID token does not hold");
                Self::Refused
            }
        }
    }

    /// What came of a question to a wallet, where nothing was proved.
    pub(super) fn heard(failure: &Failure) -> Self {
        match failure {
            // RFC 6749 §4.1.2.1: "The resource owner or authorization server denied the request."
            Failure::Refused(code) if code == "access_denied" => Self::Declined,
            Failure::Refused(code) if code == "expired_token" || code == "invalid_grant" => {
                Self::Lost
            }
            other => Self::of(other),
        }
    }

    /// The status of a page that says so.
    pub(super) fn status(self) -> StatusCode {
        match self {
            Self::Declined => StatusCode::OK,
            Self::Refused | Self::Lost => StatusCode::BAD_REQUEST,
            Self::Away => StatusCode::BAD_GATEWAY,
        }
    }

    /// A stable word for tests, and element ids.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Declined => "declined",
            Self::Refused => "refused",
            Self::Away => "away",
            Self::Lost => "lost",
        }
    }

    /// What happened, in Chinese and in English.
    pub(super) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Declined => {
                ("您没有同意，我们什么也没有收到。", "You declined, and we received nothing.")
            }
            Self::Refused => (
                "身份认证没有完成，我们没有采信任何信息。",
                "The authentication was not completed, and we believed nothing of it.",
            ),
            Self::Away => (
                "身份认证平台暂时没有回应。",
                "The authentication platform does not answer at the moment.",
            ),
            Self::Lost => (
                "这次认证不是从本页面开始的，或已经过时。请重新开始。",
                "This authentication did not begin here, or took too long. Please begin again.",
            ),
        }
    }
}
