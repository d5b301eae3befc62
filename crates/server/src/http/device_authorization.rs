//! `POST /device_authorization`: a device without a keyboard gets a code for its person (RFC 8628 §3.1).

use axum::Json;
use axum::extract::{FromRequest, Request, State};
use axum::response::{IntoResponse, Response};
use protocol::oauth::device::DeviceResponse;

use super::client_request::ClientRequest;
use super::problem::OAuthProblem;
use crate::App;

/// `POST /device_authorization`
pub(crate) async fn post(State(app): State<App>, request: Request) -> Response {
    ask(&app, request).await.map(Json).into_response()
}

async fn ask(app: &App, request: Request) -> Result<DeviceResponse, OAuthProblem> {
    let request = ClientRequest::from_request(request, app).await?;
    Ok(app.platform().ask_by_device(request.carried(), &request.form).await?)
}
