//! `POST /enrolments/current/holder`: the holder to whose record a document is to be added, by device and passcode.

use axum::Json;
use axum::extract::State;
use rules::Passcode;
use serde::Deserialize;
use service::Refusal;
use zeroize::Zeroizing;

use super::body::Body;
use super::step::{Due, next};
use super::token::InFlight;
use crate::App;
use crate::http::problem::Problem;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shown {
    passcode: String,
    /// Signed by the certificate's device over the challenge.
    device_proof: String,
}

/// `POST /enrolments/current/holder`
pub(super) async fn post(
    State(app): State<App>,
    InFlight { token, .. }: InFlight,
    Body(Shown { passcode, device_proof }): Body<Shown>,
) -> Result<Json<Due>, Problem> {
    let passcode = Zeroizing::new(passcode);
    let passcode: Passcode =
        passcode.parse().map_err(|cause| Refusal::Rule(rules::Refusal::Passcode(cause)))?;
    Ok(next(app.platform().prove_holder(&token, &device_proof, passcode).await?))
}
