//! `POST /enrolments/documents`: a further document for somebody who holds a certificate, under a consent of its own.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use rules::NoticeVersion;
use serde::Deserialize;

use super::begin::Begun;
use super::body::Body;
use crate::App;
use crate::http::problem::Problem;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Begin {
    /// The version of the notice of sensitive information that was read.
    sensitive: u32,
}

/// `POST /enrolments/documents`
pub(super) async fn post(
    State(app): State<App>,
    Body(Begin { sensitive }): Body<Begin>,
) -> Result<(StatusCode, Json<Begun>), Problem> {
    let consent = NoticeVersion(sensitive);
    let (token, step) = app.platform().begin_adding_document_by_wallet(consent).await?;
    Ok((StatusCode::CREATED, Json(Begun::new(&token, step))))
}
