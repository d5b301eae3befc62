//! Whom this browser looked at or was last: offered first at the next simulated device, the family beside.

use axum::http::HeaderMap;
use axum::http::header::{HeaderValue, SET_COOKIE};
use axum::response::Response;

use super::tile::{Tile, others_at_home};
use crate::language::cookie;
use crate::people::PersonIndex;
use crate::registry::Registry;

const LAST_PERSON: &str = "sandbox_person";

/// Remembers the person for this browser.
pub(crate) fn remember(response: &mut Response, index: PersonIndex) {
    let cookie = format!("{LAST_PERSON}={index}; Path=/; HttpOnly; SameSite=Lax");
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

/// The person remembered.
pub(crate) fn of(headers: &HeaderMap) -> Option<PersonIndex> {
    cookie(headers, LAST_PERSON)?.parse().ok()
}

/// The person remembered and everybody else at home, or nobody.
pub(crate) fn with_family(headers: &HeaderMap, registry: &Registry) -> Vec<Tile> {
    let people = registry.population();
    let Some(person) = of(headers).and_then(|index| people.person(index)) else {
        return Vec::new();
    };
    let mut tiles = vec![Tile::of(person, registry)];
    tiles.extend(others_at_home(person, people, registry));
    tiles
}
