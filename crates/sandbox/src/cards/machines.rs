//! The same people and cards for tests and clients without a browser.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use formats::base64url;
use serde::{Deserialize, Serialize};

use super::tile::{CardState, Tile, card_state};
use crate::chip::CardEvidence;
use crate::page::Problem;
use crate::people::{Person, PersonIndex};
use crate::portrait::Match;
use crate::prove::MALFORMED;
use crate::registry::Registry;
use crate::travel::has_chip;

/// Which persons, all conditions together.
#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    age: Option<i16>,
    at_least: Option<i16>,
    at_most: Option<i16>,
    #[serde(default)]
    with_wards: bool,
    #[serde(default)]
    limit: Option<usize>,
    #[serde(default)]
    skip: usize,
}

const ORDINARY_LIMIT: usize = 20;
const HIGHEST_LIMIT: usize = 500;

/// `GET /api/people?age=16&limit=5`: persons with a card for the registry's verifier that is in force.
pub(crate) async fn people(
    State(registry): State<Registry>,
    Query(wanted): Query<Wanted>,
) -> Json<Vec<Tile>> {
    let today = registry.today();
    let fits = |person: &&Person| {
        let age = person.age(today);
        wanted.age.is_none_or(|wanted| age == wanted)
            && wanted.at_least.is_none_or(|least| age >= least)
            && wanted.at_most.is_none_or(|most| age <= most)
            && (!wanted.with_wards || registry.population().wards(person, today).next().is_some())
            && card_state(person, today) == CardState::InForce
            && !has_chip(person.identity.document().class())
    };
    let limit = wanted.limit.unwrap_or(ORDINARY_LIMIT).min(HIGHEST_LIMIT);
    let people = registry.population().people().iter().filter(fits).skip(wanted.skip).take(limit);
    Json(people.map(|person| Tile::of(person, &registry)).collect())
}

/// `GET /api/people/123`
pub(crate) async fn person(
    State(registry): State<Registry>,
    Path(index): Path<PersonIndex>,
) -> Result<Json<Tile>, Problem> {
    let person = registry.population().person(index).ok_or(NOBODY)?;
    Ok(Json(Tile::of(person, &registry)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    challenge: String,
    audience: String,
}

/// `POST /api/people/123/answer`: holds the card to a reader.
pub(crate) async fn answer(
    State(registry): State<Registry>,
    Path(index): Path<PersonIndex>,
    body: Bytes,
) -> Result<Json<CardEvidence>, Problem> {
    let asked: Asked = serde_json::from_slice(&body).map_err(|_| MALFORMED)?;
    registry.hold_card(index, &asked.challenge, &asked.audience).map(Json).ok_or(NOBODY)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sitting {
    #[serde(default)]
    other: bool,
}

/// What the simulated camera saw, in base64url.
#[derive(Serialize)]
pub(crate) struct Portrait {
    portrait: String,
}

/// `POST /api/people/123/portrait` with `{}` or `{"other": true}`: sits before the camera.
pub(crate) async fn portrait(
    State(registry): State<Registry>,
    Path(index): Path<PersonIndex>,
    body: Bytes,
) -> Result<Json<Portrait>, Problem> {
    let sitting: Sitting = serde_json::from_slice(&body).map_err(|_| MALFORMED)?;
    let person = registry.population().person(index).ok_or(NOBODY)?;
    let seen = if sitting.other { Match::Other } else { Match::Same };
    let sample = registry.faces().sandbox_portrait(person, seen);
    Ok(Json(Portrait { portrait: base64url::encode(&sample) }))
}

const NOBODY: Problem = Problem {
    status: StatusCode::NOT_FOUND,
    code: "nobody",
    title: "There is nobody at this index",
};
