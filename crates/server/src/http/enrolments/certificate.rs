//! `POST /enrolments/current/certificate`: passcode and device key; the net number is drawn, the certificate issued.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use rules::Passcode;
use serde::{Deserialize, Serialize};
use service::{Issued, Refusal};
use zeroize::Zeroizing;

use super::body::Body;
use super::token::InFlight;
use crate::App;
use crate::http::problem::Problem;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    passcode: String,
    /// Signed by the device's new key over the challenge.
    device_proof: String,
}

/// What the wallet keeps.
#[derive(Serialize)]
pub(super) struct Received {
    net_number: String,
    certificate_id: String,
    certificate: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    portrait_reference: Option<String>,
}

/// `POST /enrolments/current/certificate`
pub(super) async fn post(
    State(app): State<App>,
    InFlight { token, .. }: InFlight,
    Body(Wanted { passcode, device_proof }): Body<Wanted>,
) -> Result<(StatusCode, Json<Received>), Problem> {
    let passcode = Zeroizing::new(passcode);
    let passcode: Passcode =
        passcode.parse().map_err(|cause| Refusal::Rule(rules::Refusal::Passcode(cause)))?;
    let issued = app.platform().issue(&token, passcode, &device_proof).await?;
    Ok((StatusCode::CREATED, Json(issued.into())))
}

impl From<Issued> for Received {
    fn from(issued: Issued) -> Self {
        Self {
            net_number: issued.net_number.as_str().to_owned(),
            certificate_id: issued.certificate_id.to_string(),
            certificate: issued.certificate,
            portrait_reference: issued.portrait_reference,
        }
    }
}
