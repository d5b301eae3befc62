//! `POST /native/verify`: a relying party's server forwards what its browser brought back.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::header;
use protocol::native::Verified;

use crate::App;
use crate::http::form::unread;
use crate::http::problem::{NativeProblem, Problem};
use crate::http::token::text_of;

/// `POST /native/verify`
pub(crate) async fn post(
    State(app): State<App>,
    request: Request,
) -> Result<Json<Verified>, NativeProblem> {
    let authorization = text_of(request.headers())?.map(str::to_owned);
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let essence = kind.unwrap_or_default().split(';').next().unwrap_or_default();
    if !essence.trim().eq_ignore_ascii_case("application/json") {
        return Err(Problem::BODY_KIND.into());
    }
    let body = Bytes::from_request(request, &app).await;
    let body = body.map_err(|rejection| unread(&rejection))?;
    Ok(Json(app.platform().native_verify(authorization.as_deref(), &body).await?))
}
