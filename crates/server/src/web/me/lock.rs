//! `POST /me/lock`: one tap, and nobody can use the certificate.

use axum::extract::State;
use axum::response::Redirect;

use super::{PURPOSE, Person, Ticketed};
use crate::App;
use crate::http::problem::Problem;
use crate::web::fields::Fields;
use crate::web::page::Page;

/// `POST /me/lock`
pub(super) async fn lock(
    State(app): State<App>,
    page: Page,
    Person(session): Person,
    Fields(Ticketed { ticket }): Fields<Ticketed>,
) -> Result<Redirect, Problem> {
    page.check(PURPOSE, &ticket)?;
    app.platform().lock(&session).await?;
    Ok(Redirect::to("/me"))
}
