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
use crate::web::trouble::Trouble;

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

/// The page that asks for the passkey; or what was typed at `again` once more, with what is wrong with it.
pub(super) fn review(
    page: &Page,
    drafted: Result<Draft, service::Error>,
    again: &str,
    draw_again: impl FnOnce(Trouble) -> Response,
) -> Result<Response, Problem> {
    match drafted.map_err(Problem::from) {
        Ok(Draft { view, sealed }) => {
            Ok(page.show(&Review { page, view: &view, draft: &sealed, again }))
        }
        Err(problem) if problem.reference.is_some() => Err(problem),
        Err(problem) => {
            let mut response = draw_again(Trouble::new(page, &problem));
            *response.status_mut() = problem.status;
            Ok(response)
        }
    }
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
