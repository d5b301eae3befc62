//! `GET` and `POST /userinfo`: what was agreed, told again to who holds the access token.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use protocol::oauth::{Carried, bearer};
use protocol::oidc::userinfo;
use service::UserInfoAnswer;

use super::client_request::PeerCertificate;
use super::dpop::{proof_of, proves, with_nonce};
use super::problem::BearerProblem;
use super::token::text_of;
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
    let authorization = text_of(&head.headers)?;
    let presented = bearer::token(authorization)?;
    let shown = head.extensions.get::<PeerCertificate>();
    let carried = Carried {
        authorization,
        dpop: proof_of(&head.headers)?,
        certificate: shown.map(|PeerCertificate(certificate)| certificate),
        ..Carried::default()
    };
    Ok(match app.platform().userinfo(presented, head.method.as_str(), carried).await?? {
        UserInfoAnswer::Plain(said) => Json(said).into_response(),
        UserInfoAnswer::Token(token) => {
            ([(header::CONTENT_TYPE, userinfo::SIGNED)], token).into_response()
        }
    })
}
