//! `POST /introspect`: a relying party's own servers ask what a token is worth.

use axum::Json;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use protocol::oauth::introspection;
use service::{Introspected, IntrospectionForm};

use super::client_request::ClientRequest;
use super::problem::OAuthProblem;
use crate::App;

/// `POST /introspect`
pub(crate) async fn post(
    State(app): State<App>,
    request: Request,
) -> Result<Response, OAuthProblem> {
    let wanted = wanted(request.headers());
    let request = ClientRequest::from_request(request, &app).await?;
    Ok(match app.platform().introspect(request.carried(), &request.form, wanted).await? {
        Introspected::Plain(said) => Json(said).into_response(),
        Introspected::Signed(jwt) => {
            ([(header::CONTENT_TYPE, introspection::SIGNED)], jwt).into_response()
        }
    })
}

/// RFC 9701 §4: "A resource server requests a JWT introspection response by sending an introspection request with an
/// Accept HTTP header field set to "application/token-introspection+jwt"."
fn wanted(headers: &HeaderMap) -> IntrospectionForm {
    let mut kinds = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|kind| kind.split_once(';').map_or(kind, |(kind, _)| kind).trim());
    if kinds.any(|kind| kind.eq_ignore_ascii_case(introspection::SIGNED)) {
        IntrospectionForm::Signed
    } else {
        IntrospectionForm::Plain
    }
}
