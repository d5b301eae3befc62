//! `/enrol/guardian`: from fourteen to eighteen, the guardian's chip answers too (Measures art. 4).

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use service::Refusal;

use super::document::{Shown, reader};
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
    let reader = with_chips(app, page, challenge);
    page.show(&Guardian { page, trouble, reader, own_card: false })
}

/// The page for the guardian who applies for a child under fourteen.
pub(super) fn own_card(
    app: &App,
    page: &Page,
    challenge: &str,
    trouble: Option<Trouble>,
) -> Response {
    let reader = with_chips(app, page, challenge);
    page.show(&Guardian { page, trouble, reader, own_card: true })
}

fn with_chips(app: &App, page: &Page, challenge: &str) -> Option<String> {
    reader(app, page, challenge, "/enrol/guardian").map(|url| format!("{url}&chips=1"))
}

/// `POST /enrol/guardian`
pub(super) async fn read(
    State(app): State<App>,
    page: Page,
    enrolment: InFlight,
    Fields(shown): Fields<Shown>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, shown.ticket())?;
    let taken = match shown.evidence()? {
        Ok(evidence) => app.platform().prove_guardian(&enrolment.0, evidence).await,
        Err(refused) => Err(Refusal::from(refused).into()),
    };
    next(&app, &page, &enrolment, taken, Typed::default()).await
}
