//! `/enrol/guardian`: from fourteen to eighteen, the guardian's chip answers too (Measures art. 4).

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use service::CardEvidence;

use super::document::{Read, reader};
use super::stage::Stage;
use super::{InFlight, PURPOSE, Typed, next};
use crate::App;
use crate::http::problem::Problem;
use crate::web::fields::Fields;
use crate::web::page::Page;
use crate::web::trouble::Trouble;

#[derive(Template)]
#[template(path = "enrol/guardian.html")]
struct Guardian<'a> {
    page: &'a Page,
    trouble: Option<Trouble>,
    reader: Option<String>,
    /// The guardian applies for a child, and is alone here.
    own_card: bool,
}

impl Guardian<'_> {
    const STAGE: Stage = Stage::Document;
}

pub(super) fn page(app: &App, page: &Page, challenge: &str, trouble: Option<Trouble>) -> Response {
    let reader = reader(app, page, challenge, "/enrol/guardian");
    page.show(&Guardian { page, trouble, reader, own_card: false })
}

/// The page for the guardian who applies for a child under fourteen.
pub(super) fn own_card(
    app: &App,
    page: &Page,
    challenge: &str,
    trouble: Option<Trouble>,
) -> Response {
    let reader = reader(app, page, challenge, "/enrol/guardian");
    page.show(&Guardian { page, trouble, reader, own_card: true })
}

/// `POST /enrol/guardian`
pub(super) async fn read(
    State(app): State<App>,
    page: Page,
    enrolment: InFlight,
    Fields(Read { ticket, card, answer }): Fields<Read>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &ticket)?;
    let taken = app.platform().prove_guardian(&enrolment.0, CardEvidence { card, answer }).await;
    next(&app, &page, &enrolment, taken, Typed::default()).await
}
