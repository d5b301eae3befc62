//! `/enrol/phone`: the phone number a code is sent to.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use rules::PhoneNumber;
use serde::Deserialize;

use super::stage::Stage;
use super::{InFlight, PURPOSE, Typed, next};
use crate::App;
use crate::http::problem::Problem;
use crate::web::fields::Fields;
use crate::web::page::Page;
use crate::web::trouble::Trouble;

#[derive(Template)]
#[template(path = "enrol/phone.html")]
struct Phone<'a> {
    page: &'a Page,
    trouble: Option<Trouble>,
    number: String,
}

impl Phone<'_> {
    const STAGE: Stage = Stage::Phone;
}

#[derive(Deserialize)]
pub(super) struct Given {
    ticket: String,
    phone: String,
}

pub(super) fn page(page: &Page, number: String, trouble: Option<Trouble>) -> Response {
    page.show(&Phone { page, trouble, number })
}

/// `POST /enrol/phone`
pub(super) async fn send(
    State(app): State<App>,
    page: Page,
    enrolment: InFlight,
    Fields(Given { ticket, phone }): Fields<Given>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &ticket)?;
    let taken = match phone.parse::<PhoneNumber>() {
        Ok(number) => app.platform().send_phone_code(&enrolment.0, number).await,
        Err(slip) => Err(rules::Refusal::from(slip).into()),
    };
    next(&app, &page, &enrolment, taken, Typed { phone, ..Typed::default() }).await
}
