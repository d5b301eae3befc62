//! `POST /enrolments/current/holder`: the holder to whose record a document is to be added, by device and passcode.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use service::PasscodeTold;
use zeroize::Zeroizing;

use super::body::Body;
use super::step::{Due, next};
use super::token::InFlight;
use crate::App;
use crate::http::problem::Problem;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shown {
    /// In digits, or stretched as it was when the certificate was issued.
    passcode: Option<String>,
    stretched: Option<String>,
    /// Signed by the certificate's device over the challenge.
    device_proof: String,
}

/// `POST /enrolments/current/holder`
pub(super) async fn post(
    State(app): State<App>,
    InFlight { token, .. }: InFlight,
    Body(Shown { passcode, stretched, device_proof }): Body<Shown>,
) -> Result<Json<Due>, Problem> {
    let [typed, stretched] = [passcode, stretched].map(Zeroizing::new);
    let passcode = PasscodeTold::one_of(typed.as_deref(), stretched.as_deref())?;
    Ok(next(app.platform().prove_holder(&token, &device_proof, passcode).await?))
}
