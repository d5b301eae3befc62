//! What an officer entered, once more, and `POST /counter/sign`: the passkey signs exactly that.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use service::{CounterMatter, CounterView, Draft};

use super::PURPOSE;
use crate::App;
use crate::http::officer_cookie::AtWork;
use crate::http::problem::Problem;
use crate::web::fields::Fields;
use crate::web::page::Page;

#[derive(Template)]
#[template(path = "counter/review.html")]
struct Review<'a> {
    page: &'a Page,
    view: &'a CounterView,
    draft: &'a str,
    /// Where it is entered anew.
    again: &'a str,
}

#[derive(Deserialize)]
pub(super) struct Signed {
    ticket: String,
    draft: String,
    state: String,
    answer: String,
}

/// The page that asks for the passkey.
pub(super) fn review(page: &Page, draft: &Draft, again: &str) -> Response {
    page.show(&Review { page, view: &draft.view, draft: &draft.sealed, again })
}

/// `POST /counter/sign`
pub(super) async fn sign(
    State(app): State<App>,
    page: Page,
    AtWork(session): AtWork,
    Fields(signed): Fields<Signed>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &signed.ticket)?;
    let Signed { draft, state, answer, .. } = &signed;
    app.platform().enter_application(&session, draft, state, answer).await?;
    Ok(Redirect::to("/counter").into_response())
}
