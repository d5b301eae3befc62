//! `GET /jwks`: the public keys that verify our tokens, those of tomorrow and of yesterday
//! included.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;

use crate::App;

/// How long a relying party may keep them. Keys are published long before their first use.
const CACHING: &str = "public, max-age=300";

/// `GET /jwks`
pub(crate) async fn show(State(app): State<App>) -> impl IntoResponse {
    let headers = [(header::CACHE_CONTROL, CACHING), (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")];
    (headers, Json(app.platform().keys().token_keys()))
}
