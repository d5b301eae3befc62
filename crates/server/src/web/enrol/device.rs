//! `/enrol/device`: the passcode, and the key that this browser makes.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use service::{Error, Issued, PasscodeSet};

use super::stage::Stage;
use super::{InFlight, PURPOSE, Typed, issued, next};
use crate::App;
use crate::http::problem::Problem;
use crate::web::fields::Fields;
use crate::web::page::Page;
use crate::web::trouble::Trouble;

#[derive(Template)]
#[template(path = "enrol/device.html")]
struct Device<'a> {
    page: &'a Page,
    trouble: Option<Trouble>,
    issuer: &'a str,
    challenge: &'a str,
    for_child: bool,
}

impl Device<'_> {
    const STAGE: Stage = Stage::Device;
}

#[derive(Deserialize)]
pub(super) struct Bound {
    ticket: String,
    passcode: String,
    device_proof: String,
}

pub(super) fn page(
    app: &App,
    page: &Page,
    challenge: &str,
    for_child: bool,
    trouble: Option<Trouble>,
) -> Response {
    page.show(&Device { page, trouble, issuer: app.issuer().as_str(), challenge, for_child })
}

/// `POST /enrol/device`
///
/// That the passcode was typed alike twice is the page's to see: it is the person's typing, not a rule.
pub(super) async fn bind(
    State(app): State<App>,
    page: Page,
    enrolment: InFlight,
    Fields(bound): Fields<Bound>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &bound.ticket)?;
    match issue(&app, &enrolment, &bound).await {
        Ok(issued) => issued::page(&app, &page, &issued).await,
        Err(error) => next(&app, &page, &enrolment, Err(error), Typed::default()).await,
    }
}

async fn issue(app: &App, InFlight(token): &InFlight, bound: &Bound) -> Result<Issued, Error> {
    let passcode = bound.passcode.parse::<PasscodeSet>().map_err(rules::Refusal::from)?;
    app.platform().issue(token, passcode, &bound.device_proof).await
}
