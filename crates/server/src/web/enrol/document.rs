//! `/enrol/document`: the document's chip answers a challenge.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use rules::DocumentClass;
use serde::Deserialize;
use service::CardEvidence;

use super::stage::Stage;
use super::{InFlight, PURPOSE, Typed, next};
use crate::App;
use crate::http::problem::Problem;
use crate::web::fields::Fields;
use crate::web::page::Page;
use crate::web::tour;
use crate::web::trouble::Trouble;

#[derive(Template)]
#[template(path = "enrol/document.html")]
struct Document<'a> {
    page: &'a Page,
    trouble: Option<Trouble>,
    reader: Option<String>,
}

impl Document<'_> {
    const STAGE: Stage = Stage::Document;
}

/// What a reader sends back.
#[derive(Deserialize)]
pub(super) struct Read {
    pub(super) ticket: String,
    pub(super) card: String,
    pub(super) answer: String,
}

pub(super) fn page(app: &App, page: &Page, challenge: &str, trouble: Option<Trouble>) -> Response {
    let reader = reader(app, page, challenge, "/enrol/document");
    page.show(&Document { page, trouble, reader })
}

/// In the sandbox, the way to the card reader and back.
pub(super) fn reader(app: &App, page: &Page, challenge: &str, to: &str) -> Option<String> {
    let mut url = tour::errand(app, page, "reader", to, &page.ticket(PURPOSE))?;
    url.query_pairs_mut().append_pair("challenge", challenge);
    Some(url.into())
}

/// `POST /enrol/document`
pub(super) async fn read(
    State(app): State<App>,
    page: Page,
    enrolment: InFlight,
    Fields(Read { ticket, card, answer }): Fields<Read>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &ticket)?;
    let taken = app.platform().prove_document(&enrolment.0, CardEvidence { card, answer }).await;
    next(&app, &page, &enrolment, taken, Typed::default()).await
}
