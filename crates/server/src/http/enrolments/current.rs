//! `GET /enrolments/current`: what comes next, for a wallet that was interrupted.

use axum::Json;

use super::step::{Due, next};
use super::token::InFlight;

/// `GET /enrolments/current`
pub(super) async fn show(enrolment: InFlight) -> Json<Due> {
    next(enrolment.due)
}
