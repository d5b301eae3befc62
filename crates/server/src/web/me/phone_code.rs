//! `/me/phone/code`: the code that was sent to the new number.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{PURPOSE, Person};
use crate::App;
use crate::http::problem::Problem;
use crate::web::fields::Fields;
use crate::web::page::Page;
use crate::web::tour::tour;
use crate::web::trouble::Trouble;

#[derive(Template)]
#[template(path = "me/phone_code.html")]
struct PhoneCode<'a> {
    page: &'a Page,
    trouble: Option<Trouble>,
    phone_masked: &'a str,
    code: &'a str,
    inbox: Option<String>,
}

impl PhoneCode<'_> {
    /// Where the code goes, and where another number is given.
    const ACTION: &'static str = "/me/phone/code";
    const AGAIN: &'static str = "/me/phone";
}

#[derive(Template)]
#[template(path = "me/phone_changed.html")]
struct PhoneChanged<'a> {
    page: &'a Page,
    /// For how long the old number is still told.
    hours: u64,
}

#[derive(Deserialize)]
pub(super) struct Sent {
    ticket: String,
    code: String,
}

/// `GET /me/phone/code`
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Person(session): Person,
) -> Result<Response, Problem> {
    Ok(match app.platform().phone_change(&session).await? {
        Some(masked) => draw(&app, &page, &masked, "", None),
        None => Redirect::to("/me/phone").into_response(),
    })
}

fn draw(
    app: &App,
    page: &Page,
    phone_masked: &str,
    code: &str,
    trouble: Option<Trouble>,
) -> Response {
    let inbox = tour(app, page).map(|tour| tour.inbox);
    page.show(&PhoneCode { page, trouble, phone_masked, code, inbox })
}

/// `POST /me/phone/code`
pub(super) async fn check(
    State(app): State<App>,
    page: Page,
    Person(session): Person,
    Fields(sent): Fields<Sent>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &sent.ticket)?;
    match app.platform().change_phone(&session, &sent.code).await.map_err(Problem::from) {
        Ok(()) => {
            let hours = app.platform().settings().cool_down.hours();
            Ok(page.show(&PhoneChanged { page: &page, hours }))
        }
        Err(problem) if problem.reference.is_some() => Err(problem),
        Err(problem) => {
            let masked = app.platform().phone_change(&session).await?.unwrap_or_default();
            let trouble = Some(Trouble::new(&page, &problem));
            let mut response = draw(&app, &page, &masked, &sent.code, trouble);
            *response.status_mut() = problem.status;
            Ok(response)
        }
    }
}
