//! Magpie Air (云鹊航空): an invented airline that logs passengers in and books tickets without learning a name.

use std::convert::Infallible;

use askama::Template;
use axum::Router;
use axum::extract::{Form, FromRequestParts, Path, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::flights::{FLIGHTS, Flight};
use super::memory::{Account, Errand, Receipt};
use super::party::{Callback, Party, Sorry, log_out};
use super::{RelyingParty, Unusable};
use crate::language::Frame;
use crate::page::{show, show_with};

const COOKIE: &str = "airline_session";
const LOG_IN: Errand = Errand { scopes: &["scene:log_in"], item: None };
const BOOK_TICKET: &[&str] = &["scene:book_ticket"];

pub(super) fn router(party: RelyingParty) -> Result<Router, Unusable> {
    let routes = Router::new()
        .route("/", get(home))
        .route("/login", get(log_in))
        .route("/callback", get(callback))
        .route("/account", get(account))
        .route("/book", post(book))
        .route("/receipt/{number}", get(receipt))
        .route("/known", get(known))
        .route("/counter", get(counter))
        .route("/logout", post(log_out));
    Ok(Party::new(party, COOKIE)?.finish_router(routes))
}

/// What every page of the airline needs.
struct Visit {
    frame: Frame,
    account: Option<Account>,
}

impl FromRequestParts<Party> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(request: &mut Parts, party: &Party) -> Result<Self, Infallible> {
        let frame = Frame::from_request_parts(request, party).await?;
        Ok(Self { frame, account: party.account(&request.headers) })
    }
}

#[derive(Template)]
#[template(path = "airline/home.html")]
struct HomePage {
    frame: Frame,
    account: Option<Account>,
    flights: &'static [Flight],
    tomorrow: String,
}

async fn home(State(party): State<Party>, Visit { frame, account }: Visit) -> Response {
    show(&HomePage { frame, account, flights: FLIGHTS, tomorrow: tomorrow(&party) }, party.policy())
}

fn tomorrow(party: &Party) -> String {
    let today = party.setup().clock.today();
    today.tomorrow().unwrap_or(today).to_string()
}

async fn log_in(State(party): State<Party>, headers: HeaderMap, frame: Frame) -> Response {
    match party.leave(&headers, &frame, LOG_IN).await {
        Ok(response) => response,
        Err(sorry) => say_sorry(&party, frame, sorry),
    }
}

#[derive(Deserialize)]
struct Booking {
    flight: String,
}

async fn book(
    State(party): State<Party>,
    headers: HeaderMap,
    frame: Frame,
    Form(booking): Form<Booking>,
) -> Response {
    let Some(flight) = Flight::of(&booking.flight) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let errand = Errand { scopes: BOOK_TICKET, item: Some(flight.number) };
    match party.leave(&headers, &frame, errand).await {
        Ok(response) => response,
        Err(sorry) => say_sorry(&party, frame, sorry),
    }
}

async fn callback(
    State(party): State<Party>,
    headers: HeaderMap,
    frame: Frame,
    Query(callback): Query<Callback>,
) -> Response {
    match party.come_back(&headers, callback).await {
        Ok(back) if back.errand.item.is_some() => {
            party.send_on(&format!("/receipt/{}", back.receipt), &back)
        }
        Ok(back) => party.send_on("/account", &back),
        Err(sorry) => say_sorry(&party, frame, sorry),
    }
}

#[derive(Template)]
#[template(path = "airline/account.html")]
struct AccountPage {
    frame: Frame,
    account: Option<Account>,
    passenger: Account,
    flights: &'static [Flight],
    tomorrow: String,
}

async fn account(State(party): State<Party>, Visit { frame, account }: Visit) -> Response {
    let Some(passenger) = account.clone() else {
        return Redirect::to("/").into_response();
    };
    let page =
        AccountPage { frame, account, passenger, flights: FLIGHTS, tomorrow: tomorrow(&party) };
    show(&page, party.policy())
}

#[derive(Template)]
#[template(path = "airline/receipt.html")]
struct ReceiptPage {
    frame: Frame,
    account: Option<Account>,
    receipt: Receipt,
    flight: Option<&'static Flight>,
    client_id: String,
    tomorrow: String,
}

async fn receipt(
    State(party): State<Party>,
    Visit { frame, account }: Visit,
    Path(number): Path<u32>,
) -> Response {
    let of_this = |account: &Account| {
        account.receipts.iter().find(|receipt| receipt.number == number).cloned()
    };
    let Some(receipt) = account.as_ref().and_then(of_this) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let flight = receipt.item.and_then(Flight::of);
    let client_id = party.setup().client_id.clone();
    show(
        &ReceiptPage { frame, account, receipt, flight, client_id, tomorrow: tomorrow(&party) },
        party.policy(),
    )
}

#[derive(Template)]
#[template(path = "airline/known.html")]
struct KnownPage {
    frame: Frame,
    account: Option<Account>,
    receipts: Vec<Receipt>,
}

async fn known(State(party): State<Party>, Visit { frame, account }: Visit) -> Response {
    let receipts = account.as_ref().map(Account::newest_first).unwrap_or_default();
    show(&KnownPage { frame, account, receipts }, party.policy())
}

#[derive(Template)]
#[template(path = "airline/counter.html")]
struct CounterPage {
    frame: Frame,
    account: Option<Account>,
}

async fn counter(State(party): State<Party>, Visit { frame, account }: Visit) -> Response {
    show(&CounterPage { frame, account }, party.policy())
}

#[derive(Template)]
#[template(path = "airline/sorry.html")]
struct SorryPage {
    frame: Frame,
    account: Option<Account>,
    sorry: Sorry,
}

fn say_sorry(party: &Party, frame: Frame, sorry: Sorry) -> Response {
    show_with(sorry.status(), &SorryPage { frame, account: None, sorry }, party.policy())
}
