//! `/me/documents`: what the person is recognised by; adding a document by showing it, and taking one away.
//!
//! Showing it is the first step of an enrolment, on the same pages, and ends here.

use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use rules::{DocumentClass, NoticeVersion, Purpose};
use serde::Deserialize;
use service::{Error, MyDocument, Session};

use super::{PURPOSE, Person};
use crate::App;
use crate::http::problem::Problem;
use crate::web::enrol::in_flight;
use crate::web::fields::Fields;
use crate::web::page::Page;
use crate::web::trouble::Trouble;

#[derive(Template)]
#[template(path = "me/documents.html")]
struct Documents<'a> {
    page: &'a Page,
    trouble: Option<Trouble>,
    lines: Vec<Line>,
    /// Whether this sign-in may change anything now; else, whether signing in again would do.
    may_change: bool,
    sign_in_again: bool,
    version: NoticeVersion,
    /// Documents of other states whose place a new one may take.
    foreign: Vec<(String, String)>,
}

struct Line {
    handle: String,
    class: DocumentClass,
    added: String,
    replaced: Option<String>,
    names_the_person: bool,
}

#[derive(Deserialize)]
pub(super) struct Added {
    ticket: String,
    sensitive: u32,
    /// The handle of the document whose place it takes; empty: of none.
    #[serde(default)]
    replaces: String,
}

#[derive(Deserialize)]
pub(super) struct Removed {
    ticket: String,
    document: String,
}

/// `GET /me/documents`
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Person(session): Person,
) -> Result<Response, Problem> {
    draw(&app, &page, &session, None).await
}

async fn draw(
    app: &App,
    page: &Page,
    session: &Session,
    trouble: Option<Trouble>,
) -> Result<Response, Problem> {
    let documents = app.platform().my_documents(session).await?;
    let (refused, trouble) = match app.platform().may_change_documents(session).await {
        Ok(()) => (None, trouble),
        Err(fault @ Error::Faulted { .. }) => return Err(fault.into()),
        Err(Error::Refused(refusal)) => {
            let problem = Problem::from(refusal);
            let again = ["mode_too_weak", "sign_in_too_old"].contains(&problem.code);
            // That it waits, or is locked, is told; to sign in again is asked for in its own place.
            let trouble = trouble.or_else(|| (!again).then(|| Trouble::new(page, &problem)));
            (Some(again), trouble)
        }
    };
    let replaceable = documents
        .iter()
        .filter(|one| one.class == DocumentClass::ForeignPassport && one.replaced_at.is_none());
    let foreign = replaceable.map(|one| (one.handle.clone(), page.day(one.added_at))).collect();
    Ok(page.show(&Documents {
        page,
        trouble,
        lines: documents.into_iter().map(|one| Line::new(page, one)).collect(),
        may_change: refused.is_none(),
        sign_in_again: refused == Some(true),
        version: Purpose::SensitiveInformation.current(),
        foreign,
    }))
}

/// `POST /me/documents`
pub(super) async fn add(
    State(app): State<App>,
    page: Page,
    Person(session): Person,
    Fields(sent): Fields<Added>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &sent.ticket)?;
    let replaces = Some(sent.replaces.as_str()).filter(|handle| !handle.is_empty());
    let consent = NoticeVersion(sent.sensitive);
    match app.platform().begin_adding_document(&session, consent, replaces).await {
        Ok((token, _)) => {
            let mut response = Redirect::to("/enrol/document").into_response();
            if let Some(cookie) = in_flight::keep(&app, &token) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            Ok(response)
        }
        Err(error) => refused(&app, &page, &session, error.into()).await,
    }
}

/// `POST /me/documents/remove`
pub(super) async fn remove(
    State(app): State<App>,
    page: Page,
    Person(session): Person,
    Fields(sent): Fields<Removed>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &sent.ticket)?;
    match app.platform().remove_document(&session, &sent.document).await {
        Ok(()) => Ok(Redirect::to("/me/documents").into_response()),
        Err(error) => refused(&app, &page, &session, error.into()).await,
    }
}

/// The page with the reason.
async fn refused(
    app: &App,
    page: &Page,
    session: &Session,
    problem: Problem,
) -> Result<Response, Problem> {
    if problem.reference.is_some() || problem.code == "not_signed_in" {
        return Err(problem);
    }
    let trouble = Some(Trouble::new(page, &problem));
    let mut response = draw(app, page, session, trouble).await?;
    *response.status_mut() = problem.status;
    Ok(response)
}

impl Line {
    fn new(page: &Page, document: MyDocument) -> Self {
        Self {
            handle: document.handle,
            class: document.class,
            added: page.day(document.added_at),
            replaced: document.replaced_at.map(|at| page.day(at)),
            names_the_person: document.names_the_person,
        }
    }
}
