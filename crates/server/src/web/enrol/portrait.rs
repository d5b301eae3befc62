//! `/enrol/portrait`: a portrait after separate consent, or another way of equal standing (Face measures art. 6, 10).

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use formats::Secret;
use rules::{NoticeVersion, Purpose};
use serde::Deserialize;
use service::{PortraitChoice, PortraitTaken, Refusal};
use url::Url;

use super::stage::Stage;
use super::{InFlight, PURPOSE, Typed, next};
use crate::App;
use crate::http::headers::PageReach;
use crate::http::problem::Problem;
use crate::web::fields::{Fields, InQuery};
use crate::web::page::Page;
use crate::web::tour;
use crate::web::trouble::Trouble;

#[derive(Template)]
#[template(path = "enrol/portrait.html")]
struct Portrait<'a> {
    page: &'a Page,
    trouble: Option<Trouble>,
    /// Whether there is a camera; without one, the other way is the way.
    camera: bool,
    version: NoticeVersion,
}

impl Portrait<'_> {
    const STAGE: Stage = Stage::Portrait;
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Way {
    Portrait,
    Other,
}

#[derive(Deserialize)]
pub(super) struct Chosen {
    ticket: String,
    way: Way,
    consent: Option<u32>,
}

/// The consent that a camera's picture comes with.
#[derive(Deserialize)]
pub(super) struct Consented {
    consent: u32,
}

#[derive(Deserialize)]
pub(super) struct Taken {
    ticket: String,
    portrait: String,
}

pub(super) fn page(app: &App, page: &Page, trouble: Option<Trouble>) -> Response {
    let version = Purpose::Portrait.current();
    let camera = camera(app, page, version.0);
    let mut response = page.show(&Portrait { page, trouble, camera: camera.is_some(), version });
    // The form of consent ends at the camera.
    response
        .extensions_mut()
        .insert(PageReach { forms: camera.into_iter().collect(), calls: Vec::new() });
    response
}

/// In the sandbox, the way to the camera and back. Its ticket is given out by consent alone.
fn camera(app: &App, page: &Page, consent: u32) -> Option<Url> {
    let to = format!("/enrol/portrait/taken?consent={consent}");
    tour::errand(app, page, "camera", &to, &page.ticket(&consented(consent)))
}

fn consented(version: u32) -> String {
    format!("portrait {version}")
}

/// `POST /enrol/portrait`
pub(super) async fn choose(
    State(app): State<App>,
    page: Page,
    enrolment: InFlight,
    Fields(chosen): Fields<Chosen>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &chosen.ticket)?;
    if let Way::Portrait = chosen.way {
        let missing = rules::Refusal::ConsentMissing(Purpose::Portrait);
        let consent = chosen.consent.ok_or(Refusal::Rule(missing))?;
        let camera = camera(&app, &page, consent).ok_or(Problem::NOT_FOUND)?;
        return Ok(Redirect::to(camera.as_str()).into_response());
    }
    let taken = app.platform().prove_portrait(&enrolment.0, PortraitChoice::OtherWay).await;
    next(&app, &page, &enrolment, taken, Typed::default()).await
}

/// `POST /enrol/portrait/taken`
pub(super) async fn taken(
    State(app): State<App>,
    page: Page,
    enrolment: InFlight,
    InQuery(Consented { consent }): InQuery<Consented>,
    Fields(picture): Fields<Taken>,
) -> Result<Response, Problem> {
    page.check(&consented(consent), &picture.ticket)?;
    let taken = PortraitTaken {
        consent: NoticeVersion(consent),
        live: Secret::new(picture.portrait.into_bytes()),
        dg2: None,
    };
    let choice = PortraitChoice::Taken(taken);
    let taken = app.platform().prove_portrait(&enrolment.0, choice).await;
    next(&app, &page, &enrolment, taken, Typed::default()).await
}
