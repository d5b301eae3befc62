//! `/enrol`: the notice, and consent to it.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use rules::{NoticeVersion, Purpose};
use serde::Deserialize;

use super::PURPOSE;
use super::stage::Stage;
use crate::App;
use crate::http::problem::Problem;
use crate::web::fields::Fields;
use crate::web::page::Page;

#[derive(Template)]
#[template(path = "enrol/notice.html")]
struct Notice<'a> {
    page: &'a Page,
    version: NoticeVersion,
    /// Where the consent goes, and what its ticket is for.
    action: &'static str,
    purpose: &'static str,
    /// A guardian reads it, and applies for a child.
    child: bool,
}

impl Notice<'_> {
    const STAGE: Stage = Stage::Notice;
}

#[derive(Deserialize)]
pub(in crate::web) struct Agreed {
    pub(in crate::web) ticket: String,
    pub(in crate::web) notice: u32,
}

/// `GET /enrol`
pub(super) async fn show(page: Page) -> Response {
    let version = Purpose::Enrolment.current();
    page.show(&Notice { page: &page, version, action: "/enrol", purpose: PURPOSE, child: false })
}

/// The same notice for a guardian who applies for a child.
pub(in crate::web) fn for_child(page: &Page) -> Response {
    let version = Purpose::Enrolment.current();
    let action = "/me/children/apply";
    page.show(&Notice { page, version, action, purpose: "children", child: true })
}

/// `POST /enrol`
///
/// Nothing is remembered yet: the consent goes to the next page as a ticket that only this act gives out.
pub(super) async fn agree(
    State(_): State<App>,
    page: Page,
    Fields(agreed): Fields<Agreed>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &agreed.ticket)?;
    let told = page.ticket(&told(agreed.notice));
    Ok(Redirect::to(&format!("/enrol/sensitive?notice={}&told={told}", agreed.notice))
        .into_response())
}

/// What a ticket is for that shows consent to this version of the notice.
pub(in crate::web) fn told(version: u32) -> String {
    format!("told {version}")
}
