//! `GET` and `POST /userinfo`: what was agreed, told again to who holds the access token.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use protocol::oidc::userinfo;
use service::UserInfoAnswer;

use super::dpop::{proves, with_nonce};
use super::problem::BearerProblem;
use super::shown_token::shown;
use crate::App;

/// `GET /userinfo`, `POST /userinfo`
///
/// OIDC Core §5.3: "The `UserInfo` Endpoint MUST support the use of the HTTP GET and HTTP POST
/// methods".
pub(crate) async fn show(State(app): State<App>, request: Request) -> Response {
    let caller_proves = proves(request.headers());
    let (head, _) = request.into_parts();
    let answer = tell(&app, &head).await;
    with_nonce(&app, caller_proves, answer)
}

async fn tell(app: &App, head: &Parts) -> Result<Response, BearerProblem> {
    let (presented, carried) = shown(head)?;
    Ok(match app.platform().userinfo(presented, head.method.as_str(), carried).await?? {
        UserInfoAnswer::Plain(said) => Json(said).into_response(),
        UserInfoAnswer::Token(token) => {
            ([(header::CONTENT_TYPE, userinfo::SIGNED)], token).into_response()
        }
    })
}
