//! `POST /enrolments/current/phone`: the number, to which a code is sent; again, while the code is awaited.

use axum::Json;
use axum::extract::State;
use rules::PhoneNumber;
use serde::Deserialize;
use service::Refusal;

use super::body::Body;
use super::step::{Due, next};
use super::token::InFlight;
use crate::App;
use crate::http::problem::Problem;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Number {
    phone: String,
}

/// `POST /enrolments/current/phone`
pub(super) async fn post(
    State(app): State<App>,
    InFlight { token, .. }: InFlight,
    Body(Number { phone }): Body<Number>,
) -> Result<Json<Due>, Problem> {
    let phone: PhoneNumber =
        phone.parse().map_err(|cause| Refusal::Rule(rules::Refusal::PhoneNumber(cause)))?;
    Ok(next(app.platform().send_phone_code(&token, phone).await?))
}
