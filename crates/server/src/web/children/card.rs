//! `POST /me/children/card`: the guardian's own card answers, and the registry says whose guardian that is.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use service::CardEvidence;

use super::{Guardian, PURPOSE, overview};
use crate::App;
use crate::http::problem::Problem;
use crate::web::fields::{Fields, InQuery};
use crate::web::page::Page;
use crate::web::trouble::Trouble;

/// The challenge the card answered.
#[derive(Deserialize)]
pub(super) struct Asked {
    pub(super) challenge: String,
}

/// What a reader sends back.
#[derive(Deserialize)]
pub(super) struct Read {
    pub(super) ticket: String,
    pub(super) card: String,
    pub(super) answer: String,
}

/// `POST /me/children/card`
pub(super) async fn read(
    State(app): State<App>,
    page: Page,
    Guardian(session): Guardian,
    InQuery(Asked { challenge }): InQuery<Asked>,
    Fields(Read { ticket, card, answer }): Fields<Read>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &ticket)?;
    let evidence = CardEvidence { card, answer };
    match app.platform().confirm_children(&session, &challenge, evidence).await {
        Ok(_) => Ok(Redirect::to("/me/children").into_response()),
        Err(error) => refused(&app, &page, &session, error.into()).await,
    }
}

/// The guardian's page with the reason.
pub(super) async fn refused(
    app: &App,
    page: &Page,
    session: &service::Session,
    problem: Problem,
) -> Result<Response, Problem> {
    if problem.reference.is_some() || problem.code == "not_signed_in" {
        return Err(problem);
    }
    let trouble = Trouble::new(page, &problem);
    let mut response = overview::draw(app, page, session, Some(trouble)).await?;
    *response.status_mut() = problem.status;
    Ok(response)
}
