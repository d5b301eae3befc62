//! `POST /me/children/resign` and `/me/children/lock`: a guardian stands behind a child no more, or locks its certificate.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use service::Refusal;

use super::answer::done;
use super::{Guardian, PURPOSE};
use crate::App;
use crate::http::problem::Problem;
use crate::web::fields::Fields;
use crate::web::page::Page;

#[derive(Deserialize)]
pub(super) struct Which {
    ticket: String,
    guardianship: String,
}

/// `POST /me/children/resign`
pub(super) async fn resign(
    State(app): State<App>,
    page: Page,
    Guardian(session): Guardian,
    Fields(which): Fields<Which>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &which.ticket)?;
    let outcome = match which.guardianship.parse() {
        Ok(guardianship) => app.platform().resign_guardianship(&session, guardianship).await,
        Err(_) => Err(Refusal::GuardianshipUnknown.into()),
    };
    done(&app, &page, &session, outcome).await
}

/// `POST /me/children/lock`
pub(super) async fn lock(
    State(app): State<App>,
    page: Page,
    Guardian(session): Guardian,
    Fields(which): Fields<Which>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &which.ticket)?;
    let outcome = match which.guardianship.parse() {
        Ok(guardianship) => app.platform().lock_child(&session, guardianship).await,
        Err(_) => Err(Refusal::GuardianshipUnknown.into()),
    };
    done(&app, &page, &session, outcome).await
}
