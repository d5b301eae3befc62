//! `GET` and `POST /userinfo`: what was agreed, told again to who holds the access token.

use axum::Json;
use axum::extract::{Request, State};
use protocol::oauth::bearer;
use protocol::oidc::userinfo::UserInfo;

use super::problem::BearerProblem;
use super::token::text_of;
use crate::App;

/// `GET /userinfo`, `POST /userinfo`
///
/// OIDC Core §5.3: "The `UserInfo` Endpoint MUST support the use of the HTTP GET and HTTP POST
/// methods".
pub(crate) async fn show(
    State(app): State<App>,
    request: Request,
) -> Result<Json<UserInfo>, BearerProblem> {
    let access_token = bearer::token(text_of(request.headers())?)?;
    Ok(Json(app.platform().userinfo(access_token).await??))
}
