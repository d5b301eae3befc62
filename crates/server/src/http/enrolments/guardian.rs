//! `POST /enrolments/current/guardian`: the guardian's card, beside the minor who applies.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use service::CardEvidence;

use super::body::Body;
use super::step::{Due, next};
use super::token::InFlight;
use crate::App;
use crate::http::problem::Problem;

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Evidence {
    Card(CardEvidence),
}

/// `POST /enrolments/current/guardian`
pub(super) async fn post(
    State(app): State<App>,
    InFlight { token, .. }: InFlight,
    Body(Evidence::Card(card)): Body<Evidence>,
) -> Result<Json<Due>, Problem> {
    Ok(next(app.platform().prove_guardian(&token, card).await?))
}
