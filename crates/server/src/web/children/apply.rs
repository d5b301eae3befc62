//! `/me/children/apply`: a guardian applies for a child, and gives each consent by an act of its own (PIPL 29, 31).

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use rules::NoticeVersion;
use serde::Deserialize;
use service::ConsentsGiven;

use super::{Guardian, PURPOSE};
use crate::App;
use crate::http::problem::Problem;
use crate::web::enrol::{in_flight, notice, path, sensitive};
use crate::web::fields::{Fields, InQuery};
use crate::web::page::Page;

/// `GET /me/children/apply`
pub(super) async fn show(page: Page, _: Guardian) -> Response {
    notice::for_child(&page)
}

/// `POST /me/children/apply`
pub(super) async fn agree(
    State(_): State<App>,
    page: Page,
    _: Guardian,
    Fields(agreed): Fields<notice::Agreed>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &agreed.ticket)?;
    let told = page.ticket(&notice::told(agreed.notice));
    let to = format!("/me/children/apply/sensitive?notice={}&told={told}", agreed.notice);
    Ok(Redirect::to(&to).into_response())
}

/// `GET /me/children/apply/sensitive`
pub(super) async fn sensitive(
    page: Page,
    _: Guardian,
    InQuery(told): InQuery<sensitive::Told>,
) -> Response {
    sensitive::for_child(&page, told)
}

/// The second consent, with the first one.
#[derive(Deserialize)]
pub(super) struct Agreed {
    ticket: String,
    notice: u32,
    told: String,
    sensitive: u32,
}

/// `POST /me/children/apply/sensitive`
pub(super) async fn begin(
    State(app): State<App>,
    page: Page,
    Guardian(session): Guardian,
    Fields(agreed): Fields<Agreed>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &agreed.ticket)?;
    page.check(&notice::told(agreed.notice), &agreed.told)?;
    let (enrolment, sensitive) = (NoticeVersion(agreed.notice), NoticeVersion(agreed.sensitive));
    let consents = ConsentsGiven { enrolment, sensitive };
    let (token, step) = app.platform().begin_enrolment_for_child(&session, consents).await?;
    let mut response = Redirect::to(path(&step)).into_response();
    if let Some(cookie) = in_flight::keep(&app, &token) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
