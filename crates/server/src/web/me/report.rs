//! `/me/report`: what a relying party did that it must not, from a use in the person's own record.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use rules::EventId;
use rules::report::{Grievance, ReportWords, WORDS_MAX};
use serde::Deserialize;
use service::{Refusal, Reportable, Said};

use super::{PURPOSE, Person};
use crate::App;
use crate::http::problem::Problem;
use crate::locale::Locale;
use crate::web::authorize::approve::says;
use crate::web::fields::{Fields, InQuery};
use crate::web::page::Page;
use crate::web::trouble::Trouble;

#[derive(Template)]
#[template(path = "me/report.html")]
struct Report<'a> {
    page: &'a Page,
    trouble: Option<Trouble>,
    /// The use it is about.
    event: String,
    client: String,
    scene: String,
    when: String,
    /// What was asked to be told; empty: the result only.
    asked: Vec<Cow<'static, str>>,
    grievances: [Grievance; 4],
    chosen: Option<Grievance>,
    words: &'a str,
    most: usize,
}

#[derive(Template)]
#[template(path = "me/reported.html")]
struct Reported<'a> {
    page: &'a Page,
}

#[derive(Deserialize)]
pub(super) struct About {
    #[serde(rename = "use")]
    event: String,
}

#[derive(Deserialize)]
pub(super) struct Filed {
    ticket: String,
    #[serde(rename = "use")]
    event: String,
    #[serde(default)]
    grievance: String,
    #[serde(default)]
    words: String,
    named: Option<String>,
}

/// `GET /me/report?use=…`
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Person(session): Person,
    InQuery(about): InQuery<About>,
) -> Result<Response, Problem> {
    let reportable = app.platform().reportable(&session, event(&about.event)?).await?;
    Ok(draw(&page, &reportable, None, "", None))
}

/// `POST /me/report`
pub(super) async fn file(
    State(app): State<App>,
    page: Page,
    Person(session): Person,
    Fields(filed): Fields<Filed>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &filed.ticket)?;
    let event = event(&filed.event)?;
    let grievance = filed.grievance.parse::<Grievance>().ok();
    let filing = async {
        let said = Said {
            event,
            grievance: grievance.ok_or(Refusal::GrievanceMissing)?,
            words: words(&filed.words).map_err(service::Error::from)?,
            named: filed.named.is_some(),
        };
        app.platform().report(&session, said).await
    };
    match filing.await.map_err(Problem::from) {
        Ok(()) => Ok(Redirect::to("/me/reported").into_response()),
        Err(problem) if matches!(problem.code, "grievance_missing" | "words_malformed") => {
            let reportable = app.platform().reportable(&session, event).await?;
            let trouble = Some(Trouble::new(&page, &problem));
            let mut response = draw(&page, &reportable, grievance, &filed.words, trouble);
            *response.status_mut() = problem.status;
            Ok(response)
        }
        Err(problem) => Err(problem),
    }
}

/// `GET /me/reported`
pub(super) async fn done(page: Page, Person(_): Person) -> Response {
    page.show(&Reported { page: &page })
}

fn draw(
    page: &Page,
    about: &Reportable,
    chosen: Option<Grievance>,
    words: &str,
    trouble: Option<Trouble>,
) -> Response {
    let client = match page.locale() {
        Locale::ZhCn => &about.client_zh,
        Locale::En => &about.client_en,
    };
    page.show(&Report {
        page,
        trouble,
        event: about.event.to_string(),
        client: client.clone(),
        scene: about.scene.clone(),
        when: page.minute(about.at),
        asked: about
            .asked
            .iter()
            .filter_map(|claim| claim.parse().ok())
            .map(|attribute| says(page, attribute))
            .collect(),
        grievances: Grievance::ALL,
        chosen,
        words,
        most: WORDS_MAX,
    })
}

fn event(text: &str) -> Result<EventId, Refusal> {
    text.parse().map_err(|_| Refusal::UseUnknown)
}

/// Nothing written is no words; anything else has to be some.
fn words(text: &str) -> Result<Option<ReportWords>, rules::Refusal> {
    if text.trim().is_empty() { Ok(None) } else { text.parse().map(Some) }
}
