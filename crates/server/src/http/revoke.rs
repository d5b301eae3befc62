//! `POST /revoke`: a client gives a token back.

use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;

use super::client_request::ClientRequest;
use super::problem::OAuthProblem;
use crate::App;

/// `POST /revoke`
pub(crate) async fn post(
    State(app): State<App>,
    request: Request,
) -> Result<StatusCode, OAuthProblem> {
    let request = ClientRequest::from_request(request, &app).await?;
    app.platform().revoke(request.carried(), &request.form).await?;
    Ok(StatusCode::OK)
}
