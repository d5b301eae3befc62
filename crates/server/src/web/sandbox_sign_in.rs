//! `/sandbox/sign-in`: in the sandbox only, a plain form by which test programs are an invented person.
//!
//! No script and stable element ids: `person`, `sign-in`. Whoever has no net certificate yet gets one on the way, on a
//! pretended phone that the server holds for that person.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use serde::Deserialize;

use super::fields::{Fields, InQuery};
use super::local_path::LocalPath;
use super::page::Page;
use super::sign_in::{PURPOSE, reaching, signed_in};
use super::trouble::Trouble;
use crate::App;
use crate::http::problem::Problem;
use phones::Phones;

mod neighbours;
mod phones;

#[derive(Template)]
#[template(path = "sandbox_sign_in.html")]
struct SandboxSignIn<'a> {
    page: &'a Page,
    trouble: Option<Trouble>,
    person: &'a str,
    to: &'a str,
}

#[derive(Deserialize)]
struct Next {
    #[serde(default)]
    to: LocalPath,
}

#[derive(Deserialize)]
struct Chosen {
    ticket: String,
    person: String,
    to: LocalPath,
}

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/sandbox/sign-in", get(show).post(sign_in))
        .layer(Extension(Phones::default()))
}

/// `GET /sandbox/sign-in`
async fn show(
    State(app): State<App>,
    page: Page,
    InQuery(Next { to }): InQuery<Next>,
) -> Result<Response, Problem> {
    draw(&app, &page, "", &to, None).await
}

async fn draw(
    app: &App,
    page: &Page,
    person: &str,
    to: &LocalPath,
    trouble: Option<Trouble>,
) -> Result<Response, Problem> {
    if !app.is_sandbox() {
        return Err(Problem::NOT_FOUND);
    }
    let response = page.show(&SandboxSignIn { page, trouble, person, to: to.as_str() });
    // The form may end at the relying party that sent the person here.
    match to.request() {
        Some(request) => Ok(reaching(response, app.platform().asked(&request).await?.redirect_uri)),
        None => Ok(response),
    }
}

/// `POST /sandbox/sign-in`
async fn sign_in(
    State(app): State<App>,
    Extension(phones): Extension<Phones>,
    page: Page,
    Fields(chosen): Fields<Chosen>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &chosen.ticket)?;
    if !app.is_sandbox() {
        return Err(Problem::NOT_FOUND);
    }
    match phones.sign_in(&app, &chosen.person).await.map_err(Problem::from) {
        Ok(session) => signed_in(&app, &session, &chosen.to),
        Err(problem) if problem.reference.is_some() => Err(problem),
        Err(problem) => {
            let trouble = Trouble::new(&page, &problem);
            let mut response = draw(&app, &page, &chosen.person, &chosen.to, Some(trouble)).await?;
            *response.status_mut() = problem.status;
            Ok(response)
        }
    }
}
