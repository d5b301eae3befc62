//! `POST /enrolments/current/chip`: what the chip answered.

use axum::Json;
use axum::extract::State;
use icao::ChipAnswer;

use super::body::Body;
use super::step::{Due, next};
use super::token::InFlight;
use crate::App;
use crate::http::problem::Problem;

/// `POST /enrolments/current/chip`
pub(super) async fn post(
    State(app): State<App>,
    InFlight { token, .. }: InFlight,
    Body(answer): Body<ChipAnswer>,
) -> Result<Json<Due>, Problem> {
    Ok(next(app.platform().prove_chip(&token, &answer).await?))
}
