//! `POST /enrolments/current/certificate`: passcode and device key; the net number is drawn, the certificate issued.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use service::{Issued, PasscodeSet};
use zeroize::Zeroizing;

use super::body::Body;
use super::token::InFlight;
use crate::App;
use crate::http::problem::Problem;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// The passcode in digits; or, better, what follows.
    passcode: Option<String>,
    /// The passcode stretched with the salt, both in base64url.
    stretched: Option<String>,
    salt: Option<String>,
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
    Body(Wanted { passcode, stretched, salt, device_proof }): Body<Wanted>,
) -> Result<(StatusCode, Json<Received>), Problem> {
    let [typed, stretched] = [passcode, stretched].map(Zeroizing::new);
    let passcode = PasscodeSet::one_of(typed.as_deref(), stretched.as_deref(), salt.as_deref())?;
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
