//! `POST /me/withdraw`: a consent is withdrawn as easily as it was given (PIPL 15).

use axum::extract::State;
use axum::response::Redirect;
use serde::Deserialize;
use service::Refusal;

use super::{PURPOSE, Person};
use crate::App;
use crate::http::problem::Problem;
use crate::web::fields::Fields;
use crate::web::page::Page;

#[derive(Deserialize)]
pub(super) struct Withdrawn {
    ticket: String,
    consent: String,
}

/// `POST /me/withdraw`
pub(super) async fn withdraw(
    State(app): State<App>,
    page: Page,
    Person(session): Person,
    Fields(withdrawn): Fields<Withdrawn>,
) -> Result<Redirect, Problem> {
    page.check(PURPOSE, &withdrawn.ticket)?;
    let consent = withdrawn.consent.parse().map_err(|_| Refusal::ConsentUnknown)?;
    app.platform().withdraw(&session, consent).await?;
    Ok(Redirect::to("/me"))
}
