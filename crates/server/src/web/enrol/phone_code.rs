//! `/enrol/phone-code`: the code that was sent to the phone.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::stage::Stage;
use super::{InFlight, PURPOSE, Typed, next};
use crate::App;
use crate::http::problem::Problem;
use crate::web::fields::Fields;
use crate::web::page::Page;
use crate::web::tour::tour;
use crate::web::trouble::Trouble;

#[derive(Template)]
#[template(path = "enrol/phone_code.html")]
struct PhoneCode<'a> {
    page: &'a Page,
    trouble: Option<Trouble>,
    phone_masked: &'a str,
    code: String,
    inbox: Option<String>,
}

impl PhoneCode<'_> {
    const STAGE: Stage = Stage::Phone;
    /// Where the code goes, and where another number is given.
    const ACTION: &'static str = "/enrol/phone-code";
    const AGAIN: &'static str = "/enrol/phone";
}

#[derive(Deserialize)]
pub(super) struct Received {
    ticket: String,
    code: String,
}

pub(super) fn page(
    app: &App,
    page: &Page,
    phone_masked: &str,
    code: String,
    trouble: Option<Trouble>,
) -> Response {
    let inbox = tour(app, page).map(|tour| tour.inbox);
    page.show(&PhoneCode { page, trouble, phone_masked, code, inbox })
}

/// `POST /enrol/phone-code`
pub(super) async fn check(
    State(app): State<App>,
    page: Page,
    enrolment: InFlight,
    Fields(Received { ticket, code }): Fields<Received>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &ticket)?;
    let taken = app.platform().prove_phone(&enrolment.0, &code).await;
    next(&app, &page, &enrolment, taken, Typed { code, ..Typed::default() }).await
}
