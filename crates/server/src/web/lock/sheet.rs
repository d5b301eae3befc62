//! `POST /lock/sheet`: the paper locks its certificate, without the passcode.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::{PURPOSE, device::locked};
use crate::App;
use crate::http::problem::Problem;
use crate::web::fields::Fields;
use crate::web::page::Page;

#[derive(Deserialize)]
pub(super) struct Sent {
    ticket: String,
    challenge: String,
    proof: String,
}

/// `POST /lock/sheet`
pub(super) async fn lock(
    State(app): State<App>,
    page: Page,
    Fields(sent): Fields<Sent>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &sent.ticket)?;
    let outcome = app.platform().lock_by_sheet(&sent.challenge, &sent.proof).await;
    locked(&app, &page, outcome)
}
