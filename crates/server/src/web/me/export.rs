//! `GET /me/export`: everything the platform keeps about the person, as one file (PIPL 45).

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::Person;
use crate::App;
use crate::http::problem::Problem;

/// `GET /me/export`
pub(super) async fn download(
    State(app): State<App>,
    Person(session): Person,
) -> Result<Response, Problem> {
    let export = app.platform().export(&session).await?;
    let as_file = [(header::CONTENT_DISPOSITION, "attachment; filename=\"yinzheng.json\"")];
    Ok((as_file, Json(export)).into_response())
}
