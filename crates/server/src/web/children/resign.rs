//! `POST /me/children/resign` and `/me/children/lock`: a guardian stands behind a child no more, or locks its certificate.

use axum::extract::State;
use axum::response::Response;
use rules::GuardianshipId;
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

impl Which {
    fn guardianship(&self) -> Result<GuardianshipId, Refusal> {
        self.guardianship.parse().map_err(|_| Refusal::GuardianshipUnknown)
    }
}

/// `POST /me/children/resign`
pub(super) async fn resign(
    State(app): State<App>,
    page: Page,
    Guardian(session): Guardian,
    Fields(which): Fields<Which>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &which.ticket)?;
    let outcome = match which.guardianship() {
        Ok(guardianship) => app.platform().resign_guardianship(&session, guardianship).await,
        Err(unknown) => Err(unknown.into()),
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
    let outcome = match which.guardianship() {
        Ok(guardianship) => app.platform().lock_child(&session, guardianship).await,
        Err(unknown) => Err(unknown.into()),
    };
    done(&app, &page, &session, outcome).await
}
