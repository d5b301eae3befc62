//! `/me/sheet`: a recovery sheet is made in this browser, printed once, and bound; or revoked.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use rules::Mode;
use serde::Deserialize;

use super::{PURPOSE, Person, Ticketed};
use crate::App;
use crate::http::problem::Problem;
use crate::web::fields::Fields;
use crate::web::page::Page;

#[derive(Template)]
#[template(path = "me/sheet.html")]
struct Sheet<'a> {
    page: &'a Page,
    issuer: &'a str,
    challenge: &'a str,
    /// The day the one in force was made.
    made: Option<String>,
    /// Whether none may be made because the passcode was not told.
    passcode_missing: bool,
    net_number: String,
}

#[derive(Deserialize)]
pub(super) struct Made {
    ticket: String,
    challenge: String,
    proof: String,
}

/// `GET /me/sheet`
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Person(session): Person,
) -> Result<Response, Problem> {
    let overview = app.platform().overview(&session).await?;
    let made = app.platform().sheet_made_at(&session).await?;
    let challenge = app.platform().challenge()?;
    Ok(page.show(&Sheet {
        page: &page,
        issuer: app.issuer().as_str(),
        challenge: &challenge,
        made: made.map(|at| page.day(at)),
        passcode_missing: !session.mode().satisfies(Mode::CertificatePasscode),
        net_number: overview.net_number.masked(),
    }))
}

/// `POST /me/sheet`
pub(super) async fn make(
    State(app): State<App>,
    page: Page,
    Person(session): Person,
    Fields(made): Fields<Made>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &made.ticket)?;
    app.platform().make_sheet(&session, &made.challenge, &made.proof).await?;
    Ok(Redirect::to("/me").into_response())
}

/// `POST /me/sheet/revoke`
pub(super) async fn revoke(
    State(app): State<App>,
    page: Page,
    Person(session): Person,
    Fields(Ticketed { ticket }): Fields<Ticketed>,
) -> Result<Redirect, Problem> {
    page.check(PURPOSE, &ticket)?;
    app.platform().revoke_sheet(&session).await?;
    Ok(Redirect::to("/me/sheet"))
}
