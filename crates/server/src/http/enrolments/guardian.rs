//! `POST /enrolments/current/guardian`: the guardian's document, for minors: a card, or a chip that is asked next.

use axum::Json;
use axum::extract::State;
use service::Evidence;

use super::body::Body;
use super::document::Read;
use super::step::{Due, next};
use super::token::InFlight;
use crate::App;
use crate::http::problem::Problem;

/// `POST /enrolments/current/guardian`
pub(super) async fn post(
    State(app): State<App>,
    InFlight { token, .. }: InFlight,
    Body(read): Body<Read>,
) -> Result<Json<Due>, Problem> {
    let evidence = Evidence::try_from(read)?;
    Ok(next(app.platform().prove_guardian(&token, evidence).await?))
}
