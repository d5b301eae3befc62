//! `GET /people/123`: one person, the card, and the family.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::last_person;
use super::tile::{CardState, Tile, others_at_home};
use crate::language::Frame;
use crate::page::{Policy, show};
use crate::people::PersonIndex;
use crate::registry::Registry;

#[derive(Template)]
#[template(path = "registry/person.html")]
struct PersonPage {
    frame: Frame,
    person: Tile,
    family: Vec<Tile>,
    inbox: Option<String>,
    platform: String,
}

pub(crate) async fn person(
    State(registry): State<Registry>,
    frame: Frame,
    Path(index): Path<PersonIndex>,
) -> Response {
    let people = registry.population();
    let Some(person) = people.person(index) else { return StatusCode::NOT_FOUND.into_response() };
    let setup = registry.setup();
    let page = PersonPage {
        frame,
        person: Tile::of(person, &registry),
        family: others_at_home(person, people, &registry),
        inbox: setup.inbox.as_ref().and_then(|inbox| inbox_of(inbox, person.phone.as_str())),
        platform: setup.platform.to_string(),
    };
    let mut response = show(&page, &Policy::home_only());
    last_person::remember(&mut response, index);
    response
}

fn inbox_of(inbox: &url::Url, phone: &str) -> Option<String> {
    let mut link = inbox.join("/inbox").ok()?;
    link.query_pairs_mut().append_pair("phone", phone);
    Some(link.into())
}
