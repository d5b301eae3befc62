//! `/me/phone`: another phone number, which a code is sent to.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use rules::PhoneNumber;
use serde::Deserialize;

use super::{PURPOSE, Person};
use crate::App;
use crate::http::problem::Problem;
use crate::web::fields::Fields;
use crate::web::page::Page;
use crate::web::trouble::Trouble;

#[derive(Template)]
#[template(path = "me/phone.html")]
struct Phone<'a> {
    page: &'a Page,
    trouble: Option<Trouble>,
    number: &'a str,
    /// For how long the old number is still told.
    hours: u64,
}

#[derive(Deserialize)]
pub(super) struct Sent {
    ticket: String,
    phone: String,
}

/// `GET /me/phone`
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Person(session): Person,
) -> Result<Response, Problem> {
    match app.platform().phone_change(&session).await.map_err(Problem::from) {
        Ok(_) => Ok(draw(&app, &page, "", None)),
        // Signed in without the passcode: the sign-in page asks for it.
        Err(problem) if problem.code == "mode_too_weak" => {
            Ok(Redirect::to("/sign-in?to=/me/phone").into_response())
        }
        Err(problem) => Err(problem),
    }
}

fn draw(app: &App, page: &Page, number: &str, trouble: Option<Trouble>) -> Response {
    let hours = app.platform().settings().cool_down.hours();
    page.show(&Phone { page, trouble, number, hours })
}

/// `POST /me/phone`
pub(super) async fn send(
    State(app): State<App>,
    page: Page,
    Person(session): Person,
    Fields(sent): Fields<Sent>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &sent.ticket)?;
    let number = sent.phone.parse::<PhoneNumber>().map_err(rules::Refusal::from);
    let sending = async {
        let number = number.map_err(service::Error::from)?;
        app.platform().send_phone_change_code(&session, number).await
    };
    match sending.await.map_err(Problem::from) {
        Ok(()) => Ok(Redirect::to("/me/phone/code").into_response()),
        Err(problem) if problem.reference.is_some() => Err(problem),
        Err(problem) => {
            let trouble = Some(Trouble::new(&page, &problem));
            let mut response = draw(&app, &page, &sent.phone, trouble);
            *response.status_mut() = problem.status;
            Ok(response)
        }
    }
}
