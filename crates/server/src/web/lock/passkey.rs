//! `POST /lock/passkey`: a passkey locks the certificate it belongs to, on any device that holds it.

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
    state: String,
    answer: String,
}

/// `POST /lock/passkey`
pub(super) async fn lock(
    State(app): State<App>,
    page: Page,
    Fields(sent): Fields<Sent>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &sent.ticket)?;
    let outcome = app.platform().lock_by_passkey(&sent.state, &sent.answer).await;
    locked(&app, &page, outcome)
}
