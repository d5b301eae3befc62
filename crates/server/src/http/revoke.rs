//! `POST /revoke`: a client gives a token back.

use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;

use super::form::FormText;
use super::problem::OAuthProblem;
use super::token::text_of;
use crate::App;

/// `POST /revoke`
pub(crate) async fn post(
    State(app): State<App>,
    request: Request,
) -> Result<StatusCode, OAuthProblem> {
    let authorization = text_of(request.headers())?.map(str::to_owned);
    let FormText(form) = FormText::from_request(request, &app).await?;
    app.platform().revoke(authorization.as_deref(), &form).await?;
    Ok(StatusCode::OK)
}
