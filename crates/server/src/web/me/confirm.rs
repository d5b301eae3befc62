//! `/me/confirm`: the person signed in on this browser confirms with the code shown on their phone.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use rules::DynamicCode;
use serde::Deserialize;
use service::{Error, Session};

use super::{PURPOSE, Person};
use crate::App;
use crate::http::problem::Problem;
use crate::web::fields::Fields;
use crate::web::local_path::LocalPath;
use crate::web::page::Page;
use crate::web::sign_in::signed_in;
use crate::web::trouble::Trouble;

#[derive(Template)]
#[template(path = "me/confirm.html")]
struct Confirm<'a> {
    page: &'a Page,
    trouble: Option<Trouble>,
}

#[derive(Deserialize)]
pub(super) struct Sent {
    ticket: String,
    code: String,
}

/// `GET /me/confirm`
pub(super) async fn show(page: Page, _: Person) -> Response {
    page.show(&Confirm { page: &page, trouble: None })
}

/// `POST /me/confirm`
pub(super) async fn confirm(
    State(app): State<App>,
    page: Page,
    Person(session): Person,
    Fields(sent): Fields<Sent>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &sent.ticket)?;
    match prove(&app, &session, &sent).await.map_err(Problem::from) {
        Ok(session) => signed_in(&app, &session, &LocalPath::or_start("/me")),
        Err(problem) if problem.reference.is_some() => Err(problem),
        Err(problem) => {
            let trouble = Some(Trouble::new(&page, &problem));
            let mut response = page.show(&Confirm { page: &page, trouble });
            *response.status_mut() = problem.status;
            Ok(response)
        }
    }
}

async fn prove(app: &App, session: &Session, sent: &Sent) -> Result<Session, Error> {
    let code: DynamicCode = sent.code.parse().map_err(rules::Refusal::from)?;
    app.platform().confirm_with_code(session, code).await
}
