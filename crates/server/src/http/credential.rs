//! `POST /credential`: a wallet proves its keys and is handed a credential for each; `POST /credential-nonce`: what the proofs are
//! made over; `POST /deferred-credential`: what could not be issued at once; `POST /credential-notification`: what became of the
//! credentials (`OpenID4VCI` §7, §8, §9, §11).

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::issuance::request::NonceResponse;
use protocol::oauth::Carried;
use protocol::oauth::bearer::{self, BearerError, Presented};
use service::{Error, HandedOut, WalletRequest};

use super::dpop::{proof_of, with_nonce};
use super::problem::{BearerProblem, OAuthProblem, Problem};
use super::token::text_of;
use crate::App;

const IN_CLEAR: &str = "application/json";

/// `OpenID4VCI` §10: "The contents of the message MUST be encoded as a JWT as described in RFC 7519. The media type MUST be set to
/// application/jwt."
const ENCRYPTED: &str = "application/jwt";

/// `POST /credential-nonce`
///
/// `OpenID4VCI` §7.2: the answer brings a `DPoP` nonce along, for the request that follows.
pub(crate) async fn nonce(State(app): State<App>) -> Result<Response, Problem> {
    let made: NonceResponse = app.platform().credential_nonce()?;
    Ok(with_nonce(&app, true, Json(made)))
}

/// `POST /credential`
pub(crate) async fn post(State(app): State<App>, request: Request) -> Response {
    with_nonce(&app, true, issue(&app, request).await)
}

/// `POST /deferred-credential`
pub(crate) async fn deferred(State(app): State<App>, request: Request) -> Response {
    with_nonce(&app, true, issue_deferred(&app, request).await)
}

/// `POST /credential-notification`
pub(crate) async fn notification(State(app): State<App>, request: Request) -> Response {
    with_nonce(&app, true, hear(&app, request).await)
}

async fn issue(app: &App, request: Request) -> Result<Response, Refused> {
    let headers = request.headers().clone();
    let (presented, carried) = proved(&headers)?;
    let request = Body::of(request, app).await?;
    let handed = app.platform().issue_credentials(presented, carried, request.wanted()).await;
    Ok(told(let_in(handed)?))
}

async fn issue_deferred(app: &App, request: Request) -> Result<Response, Refused> {
    let headers = request.headers().clone();
    let (presented, carried) = proved(&headers)?;
    let request = Body::of(request, app).await?;
    let wanted = request.wanted();
    let handed = app.platform().issue_deferred_credentials(presented, carried, wanted).await;
    Ok(told(let_in(handed)?))
}

fn told(handed: HandedOut) -> Response {
    let status = StatusCode::from_u16(handed.answer.status()).unwrap_or_default();
    match handed.sealed {
        None => (status, Json(handed.answer)).into_response(),
        Some(text) => (status, [(header::CONTENT_TYPE, ENCRYPTED)], text).into_response(),
    }
}

/// `OpenID4VCI` §11.2: "Use of the HTTP status code 204 (No Content) is RECOMMENDED."
async fn hear(app: &App, request: Request) -> Result<StatusCode, Refused> {
    let headers = request.headers().clone();
    let (presented, carried) = proved(&headers)?;
    if !is_of(&headers, IN_CLEAR) {
        return Err(Problem::BODY_KIND.into());
    }
    let body = text(request, app).await?;
    let_in(app.platform().hear_of_credentials(presented, carried, &body).await)?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a wallet wants, in clear or encrypted.
struct Body {
    text: String,
    encrypted: bool,
}

impl Body {
    /// `OpenID4VCI` §8.2: "If the Credential Request is not encrypted, the media type of the request MUST be set to
    /// application/json."
    async fn of(request: Request, app: &App) -> Result<Self, Problem> {
        let encrypted = is_of(request.headers(), ENCRYPTED);
        if !encrypted && !is_of(request.headers(), IN_CLEAR) {
            return Err(Problem::BODY_KIND);
        }
        Ok(Self { text: text(request, app).await?, encrypted })
    }

    fn wanted(&self) -> WalletRequest<'_> {
        if self.encrypted {
            WalletRequest::Encrypted(&self.text)
        } else {
            WalletRequest::InClear(&self.text)
        }
    }
}

/// What the headers prove.
fn proved(headers: &HeaderMap) -> Result<(Presented<'_>, Carried<'_>), Refused> {
    let authorization = text_of(headers)?;
    let presented = bearer::token(authorization).map_err(|e| Refused::Bearer(e.into()))?;
    let carried = Carried { authorization, dpop: proof_of(headers)?, ..Carried::default() };
    Ok((presented, carried))
}

fn is_of(headers: &HeaderMap, kind: &str) -> bool {
    let given = headers.get(header::CONTENT_TYPE).and_then(|given| given.to_str().ok());
    let given = given.map(|given| given.split(';').next().unwrap_or_default().trim());
    given.is_some_and(|given| given.eq_ignore_ascii_case(kind))
}

async fn text(request: Request, app: &App) -> Result<String, Problem> {
    let body = Bytes::from_request(request, app).await.map_err(|_| Problem::BODY_TOO_LARGE)?;
    String::from_utf8(body.into()).map_err(|_| Problem::BODY_UNREADABLE)
}

fn let_in<T>(outcome: Result<Result<T, BearerError>, Error>) -> Result<T, Refused> {
    outcome
        .map_err(|error| Refused::Asked(error.into()))?
        .map_err(|error| Refused::Bearer(error.into()))
}

/// Why nothing is handed out: what was shown, or what was asked.
enum Refused {
    Bearer(BearerProblem),
    Asked(OAuthProblem),
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self::Asked(problem.into())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Self::Bearer(problem) => problem.into_response(),
            Self::Asked(problem) => problem.into_response(),
        }
    }
}
