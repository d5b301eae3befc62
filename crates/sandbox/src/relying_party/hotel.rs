//! Pine Shade Inn (松影旅舍): an invented hotel. The law has it register its guests, so it asks for plain identity, once, at the
//! desk; beside that it asks whether a guest is a minor, for whose guardian it must look.

mod rooms;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use rooms::{Guest, Rooms};

use super::insurer::in_clear;
use super::memory::{Account, Errand, Receipt};
use super::party::{Callback, Party, Sorry, log_out};
use super::{RelyingParty, Unusable};
use crate::clock::Clock;
use crate::language::Frame;
use crate::page::{show, show_with};

const COOKIE: &str = "hotel_session";
const MINOR: &str = "minor";
const CHECK_IN: Errand = Errand {
    scopes: &[
        "scene:check_in",
        MINOR,
        "plain:name",
        "plain:document_type",
        "plain:document_number",
    ],
    item: None,
};

/// The house's keys, shared by whoever stands at the desk.
#[derive(Clone)]
struct KeyBoard(Arc<Mutex<Rooms>>);

impl KeyBoard {
    fn rooms(&self) -> MutexGuard<'_, Rooms> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn router(party: RelyingParty) -> Result<Router, Unusable> {
    let keys = KeyBoard(Arc::new(Mutex::new(Rooms::new())));
    let routes = Router::new()
        .route("/", get(home))
        .route("/check-in", get(check_in))
        .route("/callback", get(callback))
        .route("/card", get(card))
        .route("/desk", get(desk))
        .route("/other-way", get(other_way))
        .route("/logout", post(log_out))
        .layer(Extension(keys));
    Ok(Party::new(party, COOKIE)?.finish_router(routes))
}

#[derive(Template)]
#[template(path = "hotel/home.html")]
struct HomePage {
    frame: Frame,
    account: Option<Account>,
}

async fn home(State(party): State<Party>, headers: HeaderMap, frame: Frame) -> Response {
    show(&HomePage { frame, account: party.account(&headers) }, party.policy())
}

async fn check_in(State(party): State<Party>, headers: HeaderMap, frame: Frame) -> Response {
    match party.leave(&headers, &frame, CHECK_IN).await {
        Ok(response) => response,
        Err(sorry) => say_sorry(&party, frame, sorry),
    }
}

async fn callback(
    State(party): State<Party>,
    Extension(keys): Extension<KeyBoard>,
    headers: HeaderMap,
    frame: Frame,
    Query(callback): Query<Callback>,
) -> Response {
    let back = match party.come_back(&headers, callback).await {
        Ok(back) => back,
        Err(sorry) => return say_sorry(&party, frame, sorry),
    };
    let account = party.signed_in(&back);
    let told = account.and_then(|account| Some((account.receipts.last()?.clone(), account)));
    let Some((receipt, account)) = told.filter(|(receipt, _)| receipt.result() == "passed") else {
        return say_sorry(&party, frame, Sorry::Refused);
    };
    let guest = Guest {
        // Who does not say is asked at the desk, like a minor.
        adult: receipt.yes_or_no(MINOR) == Some(false),
        registered: !in_clear(&receipt, &frame).is_empty(),
        at: Clock::readable(party.setup().clock.now()),
    };
    keys.rooms().give(&account.subject, guest);
    party.send_on("/card", &back)
}

#[derive(Template)]
#[template(path = "hotel/card.html")]
struct CardPage {
    frame: Frame,
    receipt: Receipt,
    room: u16,
    guest: Guest,
    /// What was told in clear, by name; none if it was not told.
    plain: Vec<(&'static str, String)>,
}

async fn card(
    State(party): State<Party>,
    Extension(keys): Extension<KeyBoard>,
    headers: HeaderMap,
    frame: Frame,
) -> Response {
    let stays = party.account(&headers).and_then(|account| {
        let (room, guest) = keys.rooms().of(&account.subject)?;
        Some((account.receipts.last().cloned()?, room, guest))
    });
    let Some((receipt, room, guest)) = stays else { return Redirect::to("/").into_response() };
    let plain = in_clear(&receipt, &frame);
    show(&CardPage { frame, receipt, room, guest, plain }, party.policy())
}

#[derive(Template)]
#[template(path = "hotel/desk.html")]
struct DeskPage {
    frame: Frame,
    arrivals: Vec<(u16, Guest)>,
}

/// The clerk's screen: rooms and what is still to be done, and no names, for others stand at the desk, too.
async fn desk(
    State(party): State<Party>,
    Extension(keys): Extension<KeyBoard>,
    frame: Frame,
) -> Response {
    let arrivals = keys.rooms().newest_first();
    show(&DeskPage { frame, arrivals }, party.policy())
}

#[derive(Template)]
#[template(path = "hotel/other_way.html")]
struct OtherWayPage {
    frame: Frame,
}

async fn other_way(State(party): State<Party>, frame: Frame) -> Response {
    show(&OtherWayPage { frame }, party.policy())
}

#[derive(Template)]
#[template(path = "hotel/sorry.html")]
struct SorryPage {
    frame: Frame,
    sorry: Sorry,
}

fn say_sorry(party: &Party, frame: Frame, sorry: Sorry) -> Response {
    show_with(sorry.status(), &SorryPage { frame, sorry }, party.policy())
}
