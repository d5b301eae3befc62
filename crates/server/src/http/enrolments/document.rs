//! `POST /enrolments/current/document`: what the reader took from the document.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use service::CardEvidence;

use super::body::Body;
use super::step::{Due, next};
use super::token::InFlight;
use crate::App;
use crate::http::problem::Problem;

/// A resident identity card or a residence permit, read by the registry's own verifier.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Evidence {
    Card(CardEvidence),
}

/// `POST /enrolments/current/document`
pub(super) async fn post(
    State(app): State<App>,
    InFlight { token, .. }: InFlight,
    Body(evidence): Body<Evidence>,
) -> Result<Json<Due>, Problem> {
    let Evidence::Card(card) = evidence;
    Ok(next(app.platform().prove_document(&token, card).await?))
}
