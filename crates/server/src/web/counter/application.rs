//! `/counter/application`: the second officer holds what was entered against the document, and signs it or turns it down.

use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use rules::ApplicationId;
use serde::Deserialize;
use service::{CounterMatter, CounterOutcome, CounterView, Refusal};

use super::{PURPOSE, person};
use crate::App;
use crate::http::officer_cookie::{self, AtWork};
use crate::http::problem::Problem;
use crate::web::fields::{Fields, InQuery};
use crate::web::page::Page;

#[derive(Template)]
#[template(path = "counter/application.html")]
struct Application<'a> {
    page: &'a Page,
    view: &'a CounterView,
    id: String,
}

#[derive(Deserialize)]
pub(super) struct Which {
    id: String,
}

#[derive(Deserialize)]
pub(super) struct Confirmed {
    ticket: String,
    id: String,
    state: String,
    answer: String,
}

#[derive(Deserialize)]
pub(super) struct Declined {
    ticket: String,
    id: String,
}

/// `GET /counter/application`
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    AtWork(session): AtWork,
    InQuery(Which { id }): InQuery<Which>,
) -> Result<Response, Problem> {
    let view = app.platform().application_to_confirm(&session, read(&id)?).await?;
    Ok(page.show(&Application { page: &page, view: &view, id }))
}

/// `POST /counter/confirm`
///
/// A guardianship changes at once. Of an application, the screen is the person's from here on: the officer is signed
/// out, and what follows has a ticket of its own.
pub(super) async fn confirm(
    State(app): State<App>,
    page: Page,
    AtWork(session): AtWork,
    Fields(sent): Fields<Confirmed>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &sent.ticket)?;
    let (id, Confirmed { state, answer, .. }) = (read(&sent.id)?, &sent);
    let handed = match app.platform().confirm_application(&session, id, state, answer).await? {
        CounterOutcome::HandedOver(handed) => handed,
        CounterOutcome::Done => return Ok(Redirect::to("/counter?done=1").into_response()),
    };
    let mut response = Redirect::to("/counter/person").into_response();
    for cookie in [person::keep(&app, &handed), officer_cookie::forget(&app)].into_iter().flatten()
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// `POST /counter/decline`
pub(super) async fn decline(
    State(app): State<App>,
    page: Page,
    AtWork(session): AtWork,
    Fields(sent): Fields<Declined>,
) -> Result<Redirect, Problem> {
    page.check(PURPOSE, &sent.ticket)?;
    app.platform().decline_application(&session, read(&sent.id)?).await?;
    Ok(Redirect::to("/counter"))
}

fn read(id: &str) -> Result<ApplicationId, Refusal> {
    id.parse().map_err(|_| Refusal::ApplicationUnknown)
}
