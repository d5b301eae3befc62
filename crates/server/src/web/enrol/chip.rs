//! `/enrol/chip`: the document's chip proves that it is no copy.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use icao::{Bytes, ChipAnswer, ChipQuestion};
use serde::Deserialize;

use super::stage::Stage;
use super::{InFlight, PURPOSE, Typed, next};
use crate::App;
use crate::http::problem::Problem;
use crate::web::fields::Fields;
use crate::web::page::Page;
use crate::web::tour;
use crate::web::trouble::Trouble;

#[derive(Template)]
#[template(path = "enrol/chip.html")]
struct Chip<'a> {
    page: &'a Page,
    trouble: Option<Trouble>,
    reader: Option<String>,
    /// The document is added to the record of somebody who holds a certificate.
    adding: bool,
}

impl Chip<'_> {
    const STAGE: Stage = Stage::Document;
}

#[derive(Deserialize)]
pub(super) struct Answered {
    ticket: String,
    response: String,
}

pub(super) fn page(
    app: &App,
    page: &Page,
    question: &ChipQuestion,
    adding: bool,
    trouble: Option<Trouble>,
) -> Response {
    page.show(&Chip { page, trouble, reader: reader(app, page, question), adding })
}

/// In the sandbox, the way to the reader that asks the chip, and back.
fn reader(app: &App, page: &Page, question: &ChipQuestion) -> Option<String> {
    let mut url = tour::errand(app, page, "reader", "/enrol/chip", &page.ticket(PURPOSE))?;
    let question = serde_json::to_string(question).ok()?;
    url.query_pairs_mut().append_pair("question", &question);
    Some(url.into())
}

/// `POST /enrol/chip`
pub(super) async fn answer(
    State(app): State<App>,
    page: Page,
    enrolment: InFlight,
    Fields(Answered { ticket, response }): Fields<Answered>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &ticket)?;
    let response = Bytes::try_from(response).map_err(|_| Problem::BODY_UNREADABLE)?;
    let taken = app.platform().prove_chip(&enrolment.0, &ChipAnswer { response }).await;
    next(&app, &page, &enrolment, taken, Typed::default()).await
}
