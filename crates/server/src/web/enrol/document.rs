//! `/enrol/document`: the document's chip answers a challenge.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use icao::{ChipFiles, Refused};
use rules::DocumentClass;
use serde::Deserialize;
use service::{CardEvidence, Evidence, Refusal};

use super::stage::Stage;
use super::{InFlight, PURPOSE, Typed, next};
use crate::App;
use crate::http::chip_files::Files;
use crate::http::problem::Problem;
use crate::web::fields::Fields;
use crate::web::page::Page;
use crate::web::tour;
use crate::web::trouble::Trouble;

#[derive(Template)]
#[template(path = "enrol/document.html")]
struct Document<'a> {
    page: &'a Page,
    trouble: Option<Trouble>,
    reader: Option<String>,
    /// The document is added to the record of somebody who holds a certificate.
    adding: bool,
    classes: Vec<DocumentClass>,
}

impl Document<'_> {
    const STAGE: Stage = Stage::Document;
}

/// What a reader sends back: a card with its answer, or the files of a chip.
#[derive(Deserialize)]
pub(super) struct Shown {
    ticket: String,
    card: Option<String>,
    answer: Option<String>,
    /// JSON, as wallets send it.
    chip: Option<String>,
}

pub(super) fn page(
    app: &App,
    page: &Page,
    challenge: &str,
    adding: bool,
    trouble: Option<Trouble>,
) -> Response {
    let reader =
        reader(app, page, challenge, "/enrol/document").map(|url| format!("{url}&chips=1"));
    let taken = |class: &DocumentClass| {
        class.is_registered() || app.platform().settings().foreign_passports
    };
    let classes = DocumentClass::ALL.into_iter().filter(taken).collect();
    page.show(&Document { page, trouble, reader, adding, classes })
}

/// In the sandbox, the way to the card reader and back.
pub(super) fn reader(app: &App, page: &Page, challenge: &str, to: &str) -> Option<String> {
    let mut url = tour::errand(app, page, "reader", to, &page.ticket(PURPOSE))?;
    url.query_pairs_mut().append_pair("challenge", challenge);
    Some(url.into())
}

/// `POST /enrol/document`
pub(super) async fn read(
    State(app): State<App>,
    page: Page,
    enrolment: InFlight,
    Fields(shown): Fields<Shown>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &shown.ticket)?;
    let taken = match shown.evidence()? {
        Ok(evidence) => app.platform().prove_document(&enrolment.0, evidence).await,
        Err(refused) => Err(Refusal::from(refused).into()),
    };
    next(&app, &page, &enrolment, taken, Typed::default()).await
}

impl Shown {
    pub(super) fn ticket(&self) -> &str {
        &self.ticket
    }

    pub(super) fn evidence(self) -> Result<Result<Evidence, Refused>, Problem> {
        match (self.card, self.answer, self.chip) {
            (Some(card), Some(answer), None) => Ok(Ok(CardEvidence { card, answer }.into())),
            (None, None, Some(chip)) => {
                let files: Files =
                    serde_json::from_str(&chip).map_err(|_| Problem::BODY_UNREADABLE)?;
                Ok(ChipFiles::try_from(files).map(Evidence::from))
            }
            _ => Err(Problem::BODY_UNREADABLE),
        }
    }
}
