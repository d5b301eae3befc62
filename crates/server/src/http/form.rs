//! Bodies: a form as its text; bounded, of the right kind, and refused in our own words.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};

use super::problem::Problem;
use crate::App;

/// The text of an `application/x-www-form-urlencoded` body, still encoded; `protocol` and the pages
/// read it further.
#[derive(Debug)]
pub(crate) struct FormText(pub(crate) String);

impl FromRequest<App> for FormText {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        if !is_form(request.headers()) {
            return Err(Problem::BODY_KIND);
        }
        let bytes =
            Bytes::from_request(request, app).await.map_err(|rejection| unread(&rejection))?;
        String::from_utf8(bytes.into()).map(Self).map_err(|_| Problem::BODY_UNREADABLE)
    }
}

/// Does the head say that the body is a form, and nothing that only begins like it?
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    let kind =
        headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split_once(';').map_or(kind, |(essence, _)| essence).trim();
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

pub(crate) fn unread(rejection: &BytesRejection) -> Problem {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::BODY_TOO_LARGE,
        _ => Problem::BODY_UNREADABLE,
    }
}
