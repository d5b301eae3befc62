//! What changes the phone is sent from its own pages.

use axum::extract::{Request, State};
use axum::http::header::ORIGIN;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::device::Device;
use crate::page::Problem;

/// Where a form of the platform's may arrive: it only shows an offer, and asks for the code.
const FROM_ANYWHERE: &str = "/receive/offer";

const OTHER_ORIGIN: Problem = Problem {
    status: StatusCode::FORBIDDEN,
    code: "other_origin",
    title: "this form was not sent from a page of the phone's",
};

/// Refuses forms that another site's page sends. Its cookie would keep most away (`SameSite=Lax`), not those of
/// neighbours on this machine.
pub(super) async fn only(State(device): State<Device>, request: Request, next: Next) -> Response {
    let own = device.base_url().origin().ascii_serialization();
    let sent_from = request.headers().get(ORIGIN).and_then(|origin| origin.to_str().ok());
    let harmless = request.method() != Method::POST || request.uri().path() == FROM_ANYWHERE;
    if harmless || sent_from == Some(own.as_str()) {
        next.run(request).await
    } else {
        OTHER_ORIGIN.into_response()
    }
}
