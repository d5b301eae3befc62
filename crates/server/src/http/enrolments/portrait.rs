//! `POST /enrolments/current/portrait`: a portrait after separate consent, or another way of equal standing.

use axum::Json;
use axum::extract::State;
use formats::Secret;
use icao::Bytes;
use rules::NoticeVersion;
use serde::Deserialize;
use service::{PortraitChoice, PortraitTaken};

use super::body::Body;
use super::step::{Due, next};
use super::token::InFlight;
use crate::App;
use crate::http::problem::Problem;

#[derive(Deserialize)]
#[serde(tag = "way", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Way {
    Portrait {
        /// The version of the notice agreed to, by an act of its own.
        consent: u32,
        /// The live image.
        live: Bytes,
        /// Where the document has a chip: its DG2 again, as it was read.
        #[serde(default)]
        dg2: Option<Bytes>,
    },
    Other,
}

/// `POST /enrolments/current/portrait`
pub(super) async fn post(
    State(app): State<App>,
    InFlight { token, .. }: InFlight,
    Body(way): Body<Way>,
) -> Result<Json<Due>, Problem> {
    let choice = match way {
        Way::Other => PortraitChoice::OtherWay,
        Way::Portrait { consent, live, dg2 } => PortraitChoice::Taken(PortraitTaken {
            consent: NoticeVersion(consent),
            live: Secret::new(live.0),
            dg2: dg2.map(|dg2| Secret::new(dg2.0)),
        }),
    };
    Ok(next(app.platform().prove_portrait(&token, choice).await?))
}
