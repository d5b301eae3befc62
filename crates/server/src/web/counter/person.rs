//! `/counter/person`: the screen is turned to the person, who chooses a passcode that no officer sees.

use askama::Template;
use axum::extract::{FromRequestParts, State};
use axum::http::{HeaderValue, header, request::Parts};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use service::{HAND_OVER_LIFETIME, IssuedAtCounter, PasscodeSet, Refusal};

use crate::App;
use crate::http::cookies::Cookie;
use crate::http::problem::Problem;
use crate::http::session_cookie;
use crate::web::fields::Fields;
use crate::web::page::Page;
use crate::web::trouble::Trouble;

/// What the ticket of this form is for: none of an officer's is.
const PURPOSE: &str = "counter-person";

#[derive(Template)]
#[template(path = "counter/person.html")]
struct PersonsTurn<'a> {
    page: &'a Page,
    trouble: Option<Trouble>,
}

#[derive(Deserialize)]
pub(super) struct Chosen {
    ticket: String,
    passcode: String,
    repeat: String,
}

/// The application that was handed over to this screen.
pub(super) struct HandedOver(String);

impl FromRequestParts<App> for HandedOver {
    type Rejection = Redirect;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Redirect> {
        let handed = cookie(app).read(&parts.headers).filter(|handed| !handed.is_empty());
        handed.map(|handed| Self(handed.to_owned())).ok_or_else(|| Redirect::to("/counter/sign-in"))
    }
}

/// Has the browser keep what was handed over, as long as it is good.
pub(super) fn keep(app: &App, handed_over: &str) -> Option<HeaderValue> {
    cookie(app).keep(handed_over, HAND_OVER_LIFETIME.try_into().ok())
}

fn cookie(app: &App) -> Cookie {
    Cookie::named("__Host-yinzheng-counter", "yinzheng-counter", app.is_https())
}

/// `GET /counter/person`
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    HandedOver(handed): HandedOver,
) -> Result<Response, Problem> {
    app.platform().is_handed_over(&handed).await?;
    Ok(page.show(&PersonsTurn { page: &page, trouble: None }))
}

/// `POST /counter/person`
pub(super) async fn complete(
    State(app): State<App>,
    page: Page,
    HandedOver(handed): HandedOver,
    Fields(chosen): Fields<Chosen>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &chosen.ticket)?;
    match issue(&app, &handed, &chosen).await.map_err(Problem::from) {
        Ok(issued) => to_the_sheet(&app, &issued),
        Err(problem) if problem.reference.is_some() || problem.code == "application_unknown" => {
            Err(problem)
        }
        Err(problem) => {
            let trouble = Some(Trouble::new(&page, &problem));
            let mut response = page.show(&PersonsTurn { page: &page, trouble });
            *response.status_mut() = problem.status;
            Ok(response)
        }
    }
}

async fn issue(
    app: &App,
    handed: &str,
    chosen: &Chosen,
) -> Result<IssuedAtCounter, service::Error> {
    if chosen.passcode != chosen.repeat {
        return Err(Refusal::PasscodesDiffer.into());
    }
    let passcode = chosen.passcode.parse::<PasscodeSet>().map_err(rules::Refusal::from)?;
    app.platform().complete_at_counter(handed, passcode).await
}

/// The person is signed in on this screen, to have the sheet printed.
fn to_the_sheet(app: &App, issued: &IssuedAtCounter) -> Result<Response, Problem> {
    let mut response = Redirect::to("/me/sheet").into_response();
    let cookies = [session_cookie::keep(app, &issued.session)?, cookie(app).forget()];
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
