//! `POST /me/children/resign`: a guardian stands behind a child no more.

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
pub(super) struct Resigned {
    ticket: String,
    guardianship: String,
}

/// `POST /me/children/resign`
pub(super) async fn resign(
    State(app): State<App>,
    page: Page,
    Guardian(session): Guardian,
    Fields(resigned): Fields<Resigned>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &resigned.ticket)?;
    let outcome = match resigned.guardianship.parse() {
        Ok(guardianship) => app.platform().resign_guardianship(&session, guardianship).await,
        Err(_) => Err(Refusal::GuardianshipUnknown.into()),
    };
    done(&app, &page, &session, outcome).await
}
