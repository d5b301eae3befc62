//! `/`: what is carried, until when, and what can be done with it. `/forget`: all of it goes.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use formats::Suite;
use serde::Deserialize;
use wallet::Configuration;

use super::device::{COOKIE, Device};
use crate::browser;
use crate::clock::Clock;
use crate::language::Frame;
use crate::page::show;

/// What a phone takes along: certificates for questions, and those for codes.
pub(super) const FORMS: [Configuration; 2] =
    [Configuration::NetCertificate, Configuration::Code(Suite::International)];

#[derive(Template)]
#[template(path = "phone/home.html")]
struct HomePage {
    frame: Frame,
    stacks: Vec<Stack>,
    received: bool,
}

/// What there is of one form.
struct Stack {
    for_codes: bool,
    unused: usize,
    of: usize,
    until: String,
    low: bool,
}

#[derive(Deserialize)]
pub(super) struct Arrived {
    received: Option<u8>,
}

/// `GET /`
pub(super) async fn show_home(
    State(device): State<Device>,
    headers: HeaderMap,
    frame: Frame,
    Query(arrived): Query<Arrived>,
) -> Response {
    let now = device.now();
    let supplies =
        device.with(&headers, |owner| FORMS.map(|form| (form, owner.pocket.supply(form, now))));
    let supplies = supplies.into_iter().flatten().filter(|(_, supply)| supply.of > 0);
    let stacks = supplies.map(|(form, supply)| Stack {
        for_codes: form != Configuration::NetCertificate,
        unused: supply.unused,
        of: supply.of,
        until: supply.until.map_or_else(|| "–".to_owned(), Clock::readable),
        low: supply.is_low(now),
    });
    let (stacks, received) = (stacks.collect(), arrived.received.is_some());
    show(&HomePage { frame, stacks, received }, device.policy())
}

/// `POST /forget`
pub(super) async fn forget(State(device): State<Device>, headers: HeaderMap) -> Response {
    if let Some(name) = browser::name(&headers, COOKIE) {
        device.owners().remove(&name);
    }
    let mut response = Redirect::to("/").into_response();
    browser::forget(&mut response, COOKIE);
    response
}
