//! `POST /register`, `GET`, `PUT` and `DELETE /register/{client_id}`: in the sandbox, clients register themselves.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::oauth::bearer::{self, BearerError};
use service::Error;

use super::form::unread;
use super::problem::{BearerProblem, OAuthProblem, Problem};
use super::token::text_of;
use crate::App;

/// `POST /register`
///
/// RFC 7591 §3.2.1: 201, and the whole registration.
pub(crate) async fn post(
    State(app): State<App>,
    request: Request,
) -> Result<Response, OAuthProblem> {
    let body = json(request, &app).await?;
    let registered = app.platform().register(&body).await?;
    Ok((StatusCode::CREATED, Json(registered)).into_response())
}

/// `GET /register/{client_id}`
pub(crate) async fn get(
    State(app): State<App>,
    Path(client): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let presented = bearer::token(text_of(&headers)?)?;
    Ok(Json(app.platform().registration(&client, presented).await??).into_response())
}

/// `PUT /register/{client_id}`
pub(crate) async fn put(
    State(app): State<App>,
    Path(client): Path<String>,
    request: Request,
) -> Result<Response, Refused> {
    let authorization = text_of(request.headers())?.map(str::to_owned);
    let presented = bearer::token(authorization.as_deref())?;
    let body = json(request, &app).await?;
    let changed = app.platform().change_registration(&client, presented, &body).await??;
    Ok(Json(changed).into_response())
}

/// `DELETE /register/{client_id}`
///
/// RFC 7592 §2.3: 204, and nothing.
pub(crate) async fn delete(
    State(app): State<App>,
    Path(client): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Refused> {
    let presented = bearer::token(text_of(&headers)?)?;
    app.platform().end_registration(&client, presented).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// The token is wrong, which a header says; or what was registered is.
pub(crate) enum Refused {
    Token(BearerProblem),
    Registration(OAuthProblem),
}

impl From<BearerError> for Refused {
    fn from(error: BearerError) -> Self {
        Self::Token(error.into())
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Registration(error.into())
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self::Token(problem.into())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Self::Token(problem) => problem.into_response(),
            Self::Registration(problem) => problem.into_response(),
        }
    }
}

async fn json(request: Request, app: &App) -> Result<Bytes, Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let essence = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default();
    if !essence.trim().eq_ignore_ascii_case("application/json") {
        return Err(Problem::BODY_KIND);
    }
    Bytes::from_request(request, app).await.map_err(|rejection| unread(&rejection))
}
