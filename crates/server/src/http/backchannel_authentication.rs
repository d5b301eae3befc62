//! `POST /backchannel-authentication`: a relying party's server asks a person it knows (CIBA Core §7).

use axum::Json;
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use protocol::oauth::backchannel::BackchannelResponse;

use super::client_request::ClientRequest;
use super::problem::OAuthProblem;
use crate::App;

/// `POST /backchannel-authentication`
pub(crate) async fn post(State(app): State<App>, request: Request) -> Response {
    match ask(&app, request).await {
        Ok(asked) => Json(asked).into_response(),
        // CIBA Core §13: `access_denied` is answered by 403 here, and by 400 at the token endpoint; every other error by 400 or 401.
        Err(problem) if problem.denies() => {
            let mut response = problem.into_response();
            *response.status_mut() = StatusCode::FORBIDDEN;
            response
        }
        Err(problem) => problem.into_response(),
    }
}

async fn ask(app: &App, request: Request) -> Result<BackchannelResponse, OAuthProblem> {
    let request = ClientRequest::from_request(request, app).await?;
    Ok(app.platform().ask_backchannel(request.carried(), &request.form).await?)
}
