//! `GET /jwks`: the public keys that verify our tokens, those of tomorrow and of yesterday
//! included; `GET /jwks/certificates`: those that verify net certificates, of every suite, for wallets and readers;
//! `GET /jwks/receipts`: every key that ever signed receipts; `GET /jwks/verifiers`: those by which a wallet knows who asks.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;

use crate::App;

/// How long a relying party may keep them. Keys are published long before their first use.
const CACHING: &str = "public, max-age=300";

/// `GET /jwks`
pub(crate) async fn show(State(app): State<App>) -> impl IntoResponse {
    (public(), Json(app.platform().keys().token_keys()))
}

/// `GET /jwks/certificates`
pub(crate) async fn show_certificates(State(app): State<App>) -> impl IntoResponse {
    (public(), Json(app.platform().keys().reader_keys()))
}

/// `GET /jwks/receipts`
pub(crate) async fn show_receipts(State(app): State<App>) -> impl IntoResponse {
    (public(), Json(app.platform().keys().receipt_keys()))
}

/// `GET /jwks/verifiers`
pub(crate) async fn show_verifiers(State(app): State<App>) -> impl IntoResponse {
    (public(), Json(app.platform().keys().verifier_keys()))
}

fn public() -> [(header::HeaderName, &'static str); 2] {
    [(header::CACHE_CONTROL, CACHING), (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")]
}
