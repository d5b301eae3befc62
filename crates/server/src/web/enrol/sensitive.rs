//! `/enrol/sensitive`: separate consent for sensitive information, as an act of its own (PIPL 29).

use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use rules::{NoticeVersion, Purpose};
use serde::Deserialize;
use service::ConsentsGiven;

use super::stage::Stage;
use super::{PURPOSE, in_flight, notice, path};
use crate::App;
use crate::http::problem::Problem;
use crate::web::fields::{Fields, InQuery};
use crate::web::page::Page;

#[derive(Template)]
#[template(path = "enrol/sensitive.html")]
struct Sensitive<'a> {
    page: &'a Page,
    told: Told,
    version: NoticeVersion,
    /// Where the consent goes, and what its ticket is for.
    action: &'static str,
    purpose: &'static str,
    /// A guardian reads it, and applies for a child.
    child: bool,
}

impl Sensitive<'_> {
    const STAGE: Stage = Stage::Notice;
}

/// The consent before this one.
#[derive(Deserialize)]
pub(in crate::web) struct Told {
    notice: u32,
    told: String,
}

#[derive(Deserialize)]
pub(super) struct Agreed {
    ticket: String,
    notice: u32,
    told: String,
    sensitive: u32,
}

/// `GET /enrol/sensitive`
pub(super) async fn show(page: Page, InQuery(told): InQuery<Told>) -> Response {
    if page.check(&notice::told(told.notice), &told.told).is_err() {
        return Redirect::to("/enrol").into_response();
    }
    let version = Purpose::SensitiveInformation.current();
    let action = "/enrol/sensitive";
    page.show(&Sensitive { page: &page, told, version, action, purpose: PURPOSE, child: false })
}

/// The same for a guardian who applies for a child.
pub(in crate::web) fn for_child(page: &Page, told: Told) -> Response {
    if page.check(&notice::told(told.notice), &told.told).is_err() {
        return Redirect::to("/me/children/apply").into_response();
    }
    let version = Purpose::SensitiveInformation.current();
    let action = "/me/children/apply/sensitive";
    page.show(&Sensitive { page, told, version, action, purpose: "children", child: true })
}

/// `POST /enrol/sensitive`
pub(super) async fn agree(
    State(app): State<App>,
    page: Page,
    Fields(agreed): Fields<Agreed>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &agreed.ticket)?;
    page.check(&notice::told(agreed.notice), &agreed.told)?;
    let (enrolment, sensitive) = (NoticeVersion(agreed.notice), NoticeVersion(agreed.sensitive));
    let (token, step) =
        app.platform().begin_enrolment(ConsentsGiven { enrolment, sensitive }).await?;
    let mut response = Redirect::to(path(&step)).into_response();
    if let Some(cookie) = in_flight::keep(&app, &token) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
