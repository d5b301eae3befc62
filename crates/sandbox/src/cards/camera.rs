//! `GET /camera`: a simulated camera. Two buttons: the document's holder looks into it, or somebody else does.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use formats::base64url;

use super::last_person;
use super::reader::{Errand, PickPage, refuse};
use super::tile::Tile;
use crate::language::Frame;
use crate::page::{Policy, show};
use crate::portrait::Match;
use crate::registry::Registry;

#[derive(Template)]
#[template(path = "registry/camera.html")]
struct CameraPage {
    frame: Frame,
    to: String,
    along: Vec<(String, String)>,
    person: Tile,
    same: String,
    other: String,
    again: String,
}

pub(crate) async fn camera(
    State(registry): State<Registry>,
    frame: Frame,
    headers: HeaderMap,
    Query(errand): Query<Errand>,
) -> Response {
    let Some(to) = errand.allowed_address(&registry) else { return refuse(frame, &registry) };
    let picking = errand.picking(&[], &registry);
    let people = registry.population();
    let sitting = match errand.person(&registry) {
        Some(person) => Some(person.index.into()),
        None if errand.picks_anew() => None,
        None => last_person::of(&headers),
    };
    let Some(person) = sitting.and_then(|index| people.person(index)) else {
        let title = ("谁坐在镜头前？", "Who sits before the camera?");
        let last = last_person::with_family(&headers, &registry);
        return show(&PickPage { frame, picking, title, last }, &Policy::home_only());
    };
    let sample = |seen| base64url::encode(&registry.faces().sandbox_portrait(person, seen));
    let page = CameraPage {
        frame,
        to: to.into(),
        along: errand.passed_through(),
        person: Tile::of(person, &registry),
        same: sample(Match::Same),
        other: sample(Match::Other),
        again: picking.tabs.into_iter().next().map(|tab| tab.link).unwrap_or_default(),
    };
    show(&page, &Policy::with_forms_to(&registry.setup().platform))
}
