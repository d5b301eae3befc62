//! Asked here, answered on the customer's phone: the kiosk shows a code, the counter is read one.
//!
//! A page here asks the platform how it stands whenever it is loaded, and at no other time: a button, no script.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::say_sorry;
use crate::browser::new_name;
use crate::language::Frame;
use crate::page::{show, show_with};
use crate::relying_party::connection::{Failure, Standing};
use crate::relying_party::memory::{Asked, Outcome, Place};
use crate::relying_party::party::{Party, Sorry};

/// What the kiosk wants to know.
const AT_THE_KIOSK: &str = "openid scene:log_in";
/// What the counter does.
const AT_THE_COUNTER: &str = "openid scene:manage_membership";
/// Signs of the word that clerk and customer compare.
const WORD_LENGTH: usize = 4;

/// `POST /kiosk`
pub(super) async fn kiosk(State(party): State<Party>, frame: Frame) -> Response {
    match party.connection().ask_by_kiosk(AT_THE_KIOSK).await {
        Ok((question, shown)) => {
            let place = Place::Kiosk { code: shown.code, address: shown.address };
            remember(&party, Asked::new(Arc::new(question), place))
        }
        Err(failure) => say_sorry(&party, frame, Sorry::of(&failure)),
    }
}

#[derive(Template)]
#[template(path = "insurer/counter.html")]
struct CounterPage {
    frame: Frame,
    /// The code was not one.
    wrong: bool,
}

/// `GET /counter`
pub(super) async fn counter(State(party): State<Party>, frame: Frame) -> Response {
    show(&CounterPage { frame, wrong: false }, party.policy())
}

#[derive(Deserialize)]
pub(super) struct ReadOut {
    code: String,
}

/// `POST /counter`
pub(super) async fn ask(
    State(party): State<Party>,
    frame: Frame,
    Form(read_out): Form<ReadOut>,
) -> Response {
    let message = format!("3 号窗口 Window 3 · {}", word());
    let asked =
        party.connection().ask_by_counter(AT_THE_COUNTER, read_out.code.trim(), &message).await;
    match asked {
        Ok(question) => {
            remember(&party, Asked::new(Arc::new(question), Place::Counter { message }))
        }
        Err(Failure::Refused(code)) if code == "unknown_user_id" => {
            let page = CounterPage { frame, wrong: true };
            show_with(StatusCode::BAD_REQUEST, &page, party.policy())
        }
        Err(failure) => say_sorry(&party, frame, Sorry::of(&failure)),
    }
}

/// Drawn for each customer, so that the one at the next window sees another.
fn word() -> String {
    let drawn = new_name();
    let signs = drawn.chars().filter(char::is_ascii_alphanumeric);
    signs.map(|sign| sign.to_ascii_uppercase()).take(WORD_LENGTH).collect()
}

fn remember(party: &Party, asked: Asked) -> Response {
    let id = new_name();
    party.memory().lock().asks(&id, asked);
    Redirect::to(&format!("/asked/{id}")).into_response()
}

#[derive(Template)]
#[template(path = "insurer/asked.html")]
struct AskedPage {
    frame: Frame,
    id: String,
    place: Place,
    outcome: Outcome,
}

/// `GET /asked/{id}`
pub(super) async fn asked(
    State(party): State<Party>,
    frame: Frame,
    Path(id): Path<String>,
) -> Response {
    let Some(asked) = party.memory().lock().asked(&id) else {
        return Redirect::to("/").into_response();
    };
    if asked.outcome == Outcome::Waiting {
        match party.connection().hear(&asked.question).await {
            Ok(Standing::Waiting) => {}
            Ok(standing) => {
                let outcome = Outcome::of(standing, party.setup().clock.now());
                party.memory().lock().hears(&id, outcome);
            }
            Err(failure) => return say_sorry(&party, frame, Sorry::of(&failure)),
        }
    }
    // Asked again: of two who looked at once, one was answered.
    let Some(asked) = party.memory().lock().asked(&id) else {
        return Redirect::to("/").into_response();
    };
    let page = AskedPage { frame, id, place: asked.place, outcome: asked.outcome };
    show(&page, party.policy())
}
