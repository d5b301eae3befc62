//! `POST /enrolments/current/phone-code`: the code that reached the phone.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;

use super::body::Body;
use super::step::{Due, next};
use super::token::InFlight;
use crate::App;
use crate::http::problem::Problem;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Code {
    code: String,
}

/// `POST /enrolments/current/phone-code`
pub(super) async fn post(
    State(app): State<App>,
    InFlight { token, .. }: InFlight,
    Body(Code { code }): Body<Code>,
) -> Result<Json<Due>, Problem> {
    Ok(next(app.platform().prove_phone(&token, &code).await?))
}
