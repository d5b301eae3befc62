//! `/counter/guardianship`: an officer enters that somebody is a minor's guardian, or is it no more.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use rules::{DocumentClass, DocumentNumber, GuardianshipPaper};
use serde::Deserialize;
use service::{Draft, GuardianshipAct, GuardianshipEntry, OfficerSession, Refusal};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::PURPOSE;
use super::review::review;
use crate::App;
use crate::http::officer_cookie::AtWork;
use crate::http::problem::Problem;
use crate::web::fields::Fields;
use crate::web::page::Page;
use crate::web::trouble::Trouble;

#[derive(Template)]
#[template(path = "counter/guardianship.html")]
struct Enter<'a> {
    page: &'a Page,
    trouble: Option<Trouble>,
    typed: &'a Typed,
    classes: [DocumentClass; DocumentClass::ALL.len()],
    papers: [GuardianshipPaper; 4],
}

/// What an officer typed. Empty where nothing was.
#[derive(Default, Deserialize, Zeroize, ZeroizeOnDrop)]
pub(super) struct Typed {
    ticket: String,
    act: String,
    guardian_class: String,
    guardian_number: String,
    child_class: String,
    child_number: String,
    paper: String,
}

/// `GET /counter/guardianship`
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    AtWork(session): AtWork,
) -> Result<Response, Problem> {
    app.platform().officer_at_work(&session).await?;
    Ok(draw(&page, &Typed::default(), None))
}

fn draw(page: &Page, typed: &Typed, trouble: Option<Trouble>) -> Response {
    let (classes, papers) = (DocumentClass::ALL, GuardianshipPaper::ALL);
    page.show(&Enter { page, trouble, typed, classes, papers })
}

/// `POST /counter/guardianship`
pub(super) async fn check(
    State(app): State<App>,
    page: Page,
    AtWork(session): AtWork,
    Fields(typed): Fields<Typed>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &typed.ticket)?;
    let drafted = draft(&app, &session, &typed).await;
    review(&page, drafted, "/counter/guardianship", |trouble| draw(&page, &typed, Some(trouble)))
}

async fn draft(
    app: &App,
    session: &OfficerSession,
    typed: &Typed,
) -> Result<Draft, service::Error> {
    let entry = GuardianshipEntry {
        act: match typed.act.as_str() {
            "is_guardian" => GuardianshipAct::Confirm,
            "no_guardian" => GuardianshipAct::End,
            _ => return Err(Refusal::EntryMalformed.into()),
        },
        guardian: document(&typed.guardian_class, &typed.guardian_number)?,
        child: document(&typed.child_class, &typed.child_number)?,
        paper: typed.paper.parse().map_err(|_| Refusal::EntryMalformed)?,
    };
    app.platform().draft_guardianship(session, entry).await
}

/// A document by class and number, as typed.
pub(super) fn document(class: &str, number: &str) -> Result<DocumentNumber, Refusal> {
    let class = class.parse().map_err(|_| Refusal::EntryMalformed)?;
    DocumentNumber::new(class, number).map_err(|_| Refusal::EntryMalformed)
}
