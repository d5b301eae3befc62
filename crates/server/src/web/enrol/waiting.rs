//! `/enrol/waiting`: from fourteen to eighteen, the guardian was asked from afar and answers on their own device.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;

use super::in_flight;
use super::stage::Stage;
use super::{InFlight, PURPOSE, Typed, next};
use crate::App;
use crate::http::problem::Problem;
use crate::web::fields::Fields;
use crate::web::page::Page;
use crate::web::qr;
use crate::web::trouble::Trouble;

#[derive(Template)]
#[template(path = "enrol/waiting.html")]
struct Waiting<'a> {
    page: &'a Page,
    trouble: Option<Trouble>,
    link: String,
    picture: Option<qr::Picture>,
    until: String,
}

impl Waiting<'_> {
    const STAGE: Stage = Stage::Document;
}

#[derive(Deserialize)]
pub(super) struct Asked {
    ticket: String,
}

pub(super) fn page(
    app: &App,
    page: &Page,
    link: &str,
    until: Timestamp,
    trouble: Option<Trouble>,
) -> Response {
    let link = format!("{}/guardian/request/{link}", app.issuer().as_str());
    let picture = qr::Picture::of(&link);
    page.show(&Waiting { page, trouble, link, picture, until: page.minute(until) })
}

/// `POST /enrol/ask-guardian`
pub(super) async fn ask(
    State(app): State<App>,
    page: Page,
    enrolment: InFlight,
    Fields(asked): Fields<Asked>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &asked.ticket)?;
    let taken = app.platform().await_guardian(&enrolment.0).await;
    let waits = taken.is_ok();
    let mut response = next(&app, &page, &enrolment, taken, Typed::default()).await?;
    if waits && let Some(cookie) = in_flight::keep_waiting(&app, &enrolment.0) {
        response.headers_mut().append(axum::http::header::SET_COOKIE, cookie);
    }
    Ok(response)
}
