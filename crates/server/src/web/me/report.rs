//! `/me/report`: what a relying party did that it must not, from a use in the person's own record, or from a line of a guardian's page.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use rules::report::{Grievance, ReportWords, WORDS_MAX};
use serde::Deserialize;
use service::{About, OwnUse, Refusal, Reportable, Said};

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
    event: &'a str,
    client: &'a str,
    when: String,
    /// Of one's own use, the scene, and what was asked to be told; nothing: the result only.
    own: Option<(&'a str, Vec<Cow<'static, str>>)>,
    /// The family of their texts: of oneself, or of one's child.
    grievances_of: &'static str,
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
pub(super) struct Chosen {
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
    InQuery(about): InQuery<Chosen>,
) -> Result<Response, Problem> {
    let reportable = app.platform().reportable(&session, &about.event.as_str().into()).await?;
    Ok(draw(&page, (&about.event, &reportable), None, "", None))
}

/// `POST /me/report`
pub(super) async fn file(
    State(app): State<App>,
    page: Page,
    Person(session): Person,
    Fields(filed): Fields<Filed>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &filed.ticket)?;
    let about: About = filed.event.as_str().into();
    let grievance = filed.grievance.parse::<Grievance>().ok();
    let filing = async {
        let said = Said {
            about: about.clone(),
            grievance: grievance.ok_or(Refusal::GrievanceMissing)?,
            words: words(&filed.words).map_err(service::Error::from)?,
            named: filed.named.is_some(),
        };
        app.platform().report(&session, said).await
    };
    match filing.await.map_err(Problem::from) {
        Ok(()) => Ok(Redirect::to("/me/reported").into_response()),
        Err(problem) if matches!(problem.code, "grievance_missing" | "words_malformed") => {
            let reportable = app.platform().reportable(&session, &about).await?;
            let trouble = Some(Trouble::new(&page, &problem));
            let shown = (filed.event.as_str(), &reportable);
            let mut response = draw(&page, shown, grievance, &filed.words, trouble);
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
    (event, about): (&str, &Reportable),
    chosen: Option<Grievance>,
    words: &str,
    trouble: Option<Trouble>,
) -> Response {
    let client = match page.locale() {
        Locale::ZhCn => &about.name_zh,
        Locale::En => &about.name_en,
    };
    let asked = |own: &OwnUse| {
        let attributes = own.asked.iter().filter_map(|claim| claim.parse().ok());
        attributes.map(|attribute| says(page, attribute)).collect()
    };
    page.show(&Report {
        page,
        trouble,
        event,
        client,
        when: if about.own.is_some() { page.minute(about.at) } else { page.day(about.at) },
        own: about.own.as_ref().map(|own| (own.scene.as_str(), asked(own))),
        grievances_of: if about.own.is_some() { "grievance" } else { "grievance-child" },
        grievances: Grievance::ALL,
        chosen,
        words,
        most: WORDS_MAX,
    })
}

/// Nothing written is no words; anything else has to be some.
fn words(text: &str) -> Result<Option<ReportWords>, rules::Refusal> {
    if text.trim().is_empty() { Ok(None) } else { text.parse().map(Some) }
}
