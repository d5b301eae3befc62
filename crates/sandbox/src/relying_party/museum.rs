//! Inkstone Museum (砚池博物馆): an invented museum with one free ticket a day for each person, and no name on it.
//!
//! The application identifier is the same whenever a person comes, so that one person has one ticket; a ticket is a code of the
//! museum's own, good once at the gate.

mod tickets;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use askama::Template;
use axum::extract::{Form, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use serde::Deserialize;
use tickets::{Entry, Ticket, Tickets};

use super::memory::{Account, Errand};
use super::party::{Callback, Party, Sorry, log_out};
use super::{RelyingParty, Unusable};
use crate::clock::Clock;
use crate::language::Frame;
use crate::page::{show, show_with};

const COOKIE: &str = "museum_session";
const BOOK: Errand = Errand { scopes: &["scene:book_ticket"], item: None };

/// The tickets of the day, shared by the house and its gate.
#[derive(Clone)]
struct Booth(Arc<Mutex<Tickets>>);

impl Booth {
    fn tickets(&self) -> MutexGuard<'_, Tickets> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn router(party: RelyingParty) -> Result<Router, Unusable> {
    let booth = Booth(Arc::new(Mutex::new(Tickets::new())));
    let routes = Router::new()
        .route("/", get(home))
        .route("/book", get(book))
        .route("/callback", get(callback))
        .route("/ticket", get(ticket))
        .route("/gate", get(gate).post(enter))
        .route("/other-way", get(other_way))
        .route("/logout", post(log_out))
        .layer(Extension(booth));
    Ok(Party::new(party, COOKIE)?.finish_router(routes))
}

#[derive(Template)]
#[template(path = "museum/home.html")]
struct HomePage {
    frame: Frame,
    account: Option<Account>,
    today: String,
}

async fn home(State(party): State<Party>, headers: HeaderMap, frame: Frame) -> Response {
    let today = party.setup().clock.today().to_string();
    show(&HomePage { frame, account: party.account(&headers), today }, party.policy())
}

async fn book(State(party): State<Party>, headers: HeaderMap, frame: Frame) -> Response {
    match party.leave(&headers, &frame, BOOK).await {
        Ok(response) => response,
        Err(sorry) => say_sorry(&party, frame, sorry),
    }
}

async fn callback(
    State(party): State<Party>,
    Extension(booth): Extension<Booth>,
    headers: HeaderMap,
    frame: Frame,
    Query(callback): Query<Callback>,
) -> Response {
    let back = match party.come_back(&headers, callback).await {
        Ok(back) => back,
        Err(sorry) => return say_sorry(&party, frame, sorry),
    };
    let account = party.signed_in(&back);
    let passed = account.filter(|account| {
        account.receipts.last().is_some_and(|receipt| receipt.result() == "passed")
    });
    let Some(account) = passed else { return say_sorry(&party, frame, Sorry::Refused) };
    let new = booth.tickets().issue(&account.subject, party.setup().clock.today());
    let said = if new { "/ticket" } else { "/ticket?again=1" };
    party.send_on(said, &back)
}

#[derive(Deserialize)]
struct Again {
    again: Option<u8>,
}

#[derive(Template)]
#[template(path = "museum/ticket.html")]
struct TicketPage {
    frame: Frame,
    account: Account,
    ticket: Ticket,
    again: bool,
}

async fn ticket(
    State(party): State<Party>,
    Extension(booth): Extension<Booth>,
    headers: HeaderMap,
    frame: Frame,
    Query(again): Query<Again>,
) -> Response {
    let account = party.account(&headers);
    let found = account.and_then(|account| Some((booth.tickets().of(&account.subject)?, account)));
    let Some((ticket, account)) = found else { return Redirect::to("/").into_response() };
    show(&TicketPage { frame, account, ticket, again: again.again.is_some() }, party.policy())
}

#[derive(Template)]
#[template(path = "museum/gate.html")]
struct GatePage {
    frame: Frame,
    entry: Option<Entry>,
}

async fn gate(State(party): State<Party>, frame: Frame) -> Response {
    show(&GatePage { frame, entry: None }, party.policy())
}

#[derive(Deserialize)]
struct Shown {
    ticket: String,
}

async fn enter(
    State(party): State<Party>,
    Extension(booth): Extension<Booth>,
    frame: Frame,
    Form(shown): Form<Shown>,
) -> Response {
    let clock = &party.setup().clock;
    let at = Clock::readable(clock.now());
    let entry = booth.tickets().enter(&shown.ticket, clock.today(), &at);
    show(&GatePage { frame, entry: Some(entry) }, party.policy())
}

#[derive(Template)]
#[template(path = "museum/other_way.html")]
struct OtherWayPage {
    frame: Frame,
}

async fn other_way(State(party): State<Party>, frame: Frame) -> Response {
    show(&OtherWayPage { frame }, party.policy())
}

#[derive(Template)]
#[template(path = "museum/sorry.html")]
struct SorryPage {
    frame: Frame,
    sorry: Sorry,
}

fn say_sorry(party: &Party, frame: Frame, sorry: Sorry) -> Response {
    show_with(sorry.status(), &SorryPage { frame, sorry }, party.policy())
}
