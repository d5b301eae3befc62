//! `POST /enrolments/current/document`: what the reader took from the document.

use axum::Json;
use axum::extract::State;
use icao::ChipFiles;
use serde::Deserialize;
use service::{CardEvidence, Evidence, Refusal};

use super::body::Body;
use super::step::{Due, next};
use super::token::InFlight;
use crate::App;
use crate::http::chip_files::Files;
use crate::http::problem::Problem;

/// What a reader took.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Read {
    /// A card whose content only the registry's verifier reads.
    Card(CardEvidence),
    /// The files of an ICAO 9303 chip.
    Chip(Files),
}

impl TryFrom<Read> for Evidence {
    type Error = Refusal;

    fn try_from(read: Read) -> Result<Self, Refusal> {
        Ok(match read {
            Read::Card(card) => card.into(),
            Read::Chip(files) => ChipFiles::try_from(files)?.into(),
        })
    }
}

/// `POST /enrolments/current/document`
pub(super) async fn post(
    State(app): State<App>,
    InFlight { token, .. }: InFlight,
    Body(read): Body<Read>,
) -> Result<Json<Due>, Problem> {
    let evidence = Evidence::try_from(read)?;
    Ok(next(app.platform().prove_document(&token, evidence).await?))
}
