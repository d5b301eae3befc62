//! `POST /device_authorization`: a device without a keyboard gets a code for its person (RFC 8628 §3.1).

use axum::Json;
use axum::extract::{FromRequest, Request, State};
use axum::response::{IntoResponse, Response};
use protocol::oauth::device::DeviceResponse;

use super::form::FormText;
use super::problem::OAuthProblem;
use super::token::text_of;
use crate::App;

/// `POST /device_authorization`
pub(crate) async fn post(State(app): State<App>, request: Request) -> Response {
    ask(&app, request).await.map(Json).into_response()
}

async fn ask(app: &App, request: Request) -> Result<DeviceResponse, OAuthProblem> {
    let authorization = text_of(request.headers())?.map(str::to_owned);
    let FormText(form) = FormText::from_request(request, app).await?;
    Ok(app.platform().ask_by_device(authorization.as_deref(), &form).await?)
}
