//! The body of a request: JSON, bounded, read strictly, and overwritten once it is read.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use zeroize::Zeroize as _;

use crate::App;
use crate::http::form::unread;
use crate::http::problem::Problem;

/// What the body says. Its type denies what it does not know.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::BODY_KIND);
        }
        let bytes = Bytes::from_request(request, app).await.map_err(|cause| unread(&cause))?;
        let read = serde_json::from_slice(&bytes).map_err(|_| Problem::BODY_UNREADABLE);
        // It may hold a document and a face.
        if let Ok(mut bytes) = bytes.try_into_mut() {
            bytes.as_mut().zeroize();
        }
        read.map(Self)
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let essence = kind.unwrap_or_default().split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}
