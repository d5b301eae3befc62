//! What wallets and readers fetch once: `GET /.well-known/openid-credential-issuer`, `GET /.well-known/jwt-vc-issuer`,
//! `GET /credentials/net-certificate`.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use protocol::issuance::documents;

use super::problem::Problem;
use crate::App;

/// How long they may be kept. Keys are published long before their first use.
const CACHING: &str = "public, max-age=300";

/// `GET /.well-known/openid-credential-issuer`
///
/// `OpenID4VCI` §12.2.2: "The Credential Issuer MUST support returning metadata in an unsigned form 'application/json' and MAY
/// support returning it in a signed form 'application/jwt'."
pub(crate) async fn issuer(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let accepted = headers.get(header::ACCEPT).and_then(|accepted| accepted.to_str().ok());
    if accepted.is_some_and(|accepted| accepted.trim() == "application/jwt") {
        let signed = app.platform().signed_issuer_metadata()?;
        return Ok((public(), [(header::CONTENT_TYPE, "application/jwt")], signed).into_response());
    }
    Ok((public(), Json(app.platform().issuer_metadata())).into_response())
}

/// `GET /.well-known/jwt-vc-issuer`
pub(crate) async fn keys(State(app): State<App>) -> impl IntoResponse {
    let keys = app.platform().keys().certificate_keys();
    (public(), Json(documents::issuer_keys(app.issuer(), &keys)))
}

/// `GET /credentials/net-certificate`
pub(crate) async fn kind(State(app): State<App>) -> impl IntoResponse {
    (public(), Json(documents::type_metadata(app.issuer())))
}

fn public() -> [(header::HeaderName, &'static str); 2] {
    [(header::CACHE_CONTROL, CACHING), (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")]
}
