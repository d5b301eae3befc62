//! `POST /enrolments/current/guardian`: the guardian's document, for minors: a card, or a chip that is asked next; or a request
//! to the guardian from afar.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use service::{CardEvidence, Evidence};

use super::body::Body;
use super::document::Read;
use super::step::{Due, next};
use super::token::InFlight;
use crate::App;
use crate::http::chip_files::Files;
use crate::http::problem::Problem;

/// How the guardian takes part.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Guardian {
    /// With a card whose content only the registry's verifier reads.
    Card(CardEvidence),
    /// With the files of an ICAO 9303 chip.
    Chip(Files),
    /// From afar: the guardian answers through a link.
    Ask(Nothing),
}

/// There is nothing to say about it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// `POST /enrolments/current/guardian`
pub(super) async fn post(
    State(app): State<App>,
    InFlight { token, .. }: InFlight,
    Body(guardian): Body<Guardian>,
) -> Result<Json<Due>, Problem> {
    let read = match guardian {
        Guardian::Ask(Nothing {}) => return Ok(next(app.platform().await_guardian(&token).await?)),
        Guardian::Card(card) => Read::Card(card),
        Guardian::Chip(files) => Read::Chip(files),
    };
    let evidence = Evidence::try_from(read)?;
    Ok(next(app.platform().prove_guardian(&token, evidence).await?))
}
