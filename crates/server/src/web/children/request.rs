//! `/guardian/request/{link}`: a young person's application waits; the guardian signs in, shows the own card, and answers.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use service::{ApplicationAnswer, CardEvidence, Session};

use super::card::{Asked, Read};
use super::{Guardian, PURPOSE};
use crate::App;
use crate::http::problem::Problem;
use crate::web::fields::{Fields, InQuery};
use crate::web::page::Page;
use crate::web::tour;
use crate::web::trouble::Trouble;

/// Before the card: nothing of the young person stands here.
#[derive(Template)]
#[template(path = "children/request.html")]
struct Waiting<'a> {
    page: &'a Page,
    trouble: Option<Trouble>,
    until: String,
    reader: Option<String>,
}

/// After the registry confirmed the guardian.
#[derive(Template)]
#[template(path = "children/request_seen.html")]
struct Seen<'a> {
    page: &'a Page,
    link: &'a str,
    name: &'a str,
    request: &'a str,
}

#[derive(Template)]
#[template(path = "children/request_answered.html")]
struct Answered<'a> {
    page: &'a Page,
    approved: bool,
}

/// `GET /guardian/request/{link}`
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Path(link): Path<String>,
    Guardian(session): Guardian,
) -> Result<Response, Problem> {
    draw(&app, &page, &session, &link, None).await
}

async fn draw(
    app: &App,
    page: &Page,
    session: &Session,
    link: &str,
    trouble: Option<Trouble>,
) -> Result<Response, Problem> {
    let until = app.platform().waiting_application(session, link).await?;
    let challenge = app.platform().guardian_card_challenge(session)?;
    let to = format!("/guardian/request/{link}/card?challenge={challenge}");
    let reader = tour::errand(app, page, "reader", &to, &page.ticket(PURPOSE)).map(|mut url| {
        url.query_pairs_mut().append_pair("challenge", &challenge);
        url.into()
    });
    Ok(page.show(&Waiting { page, trouble, until: page.minute(until), reader }))
}

/// `POST /guardian/request/{link}/card`
pub(super) async fn read(
    State(app): State<App>,
    page: Page,
    Path(link): Path<String>,
    Guardian(session): Guardian,
    InQuery(Asked { challenge }): InQuery<Asked>,
    Fields(Read { ticket, card, answer }): Fields<Read>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &ticket)?;
    let evidence = CardEvidence { card, answer };
    match app.platform().see_application(&session, &link, &challenge, evidence).await {
        Ok(seen) => Ok(page.show(&Seen {
            page: &page,
            link: &link,
            name: seen.name.as_str(),
            request: &seen.ticket,
        })),
        Err(error) => {
            let problem = Problem::from(error);
            if problem.reference.is_some() {
                return Err(problem);
            }
            let trouble = Trouble::new(&page, &problem);
            let mut response = draw(&app, &page, &session, &link, Some(trouble)).await?;
            *response.status_mut() = problem.status;
            Ok(response)
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Approve,
    Decline,
}

#[derive(Deserialize)]
pub(super) struct Decided {
    ticket: String,
    request: String,
    answer: Answer,
}

/// `POST /guardian/request/{link}`
pub(super) async fn decide(
    State(app): State<App>,
    page: Page,
    Guardian(session): Guardian,
    Fields(decided): Fields<Decided>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &decided.ticket)?;
    let (answer, approved) = match decided.answer {
        Answer::Approve => (ApplicationAnswer::Approve, true),
        Answer::Decline => (ApplicationAnswer::Decline, false),
    };
    app.platform().answer_application(&session, &decided.request, answer).await?;
    Ok(page.show(&Answered { page: &page, approved }))
}
