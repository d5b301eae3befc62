//! `/enrol/portrait`: a portrait after separate consent, or another way of equal standing (Face measures art. 6, 10).

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use rules::{NoticeVersion, Purpose};
use serde::Deserialize;
use service::{PortraitChoice, PortraitTaken, Refusal};
use url::Url;

use super::stage::Stage;
use super::{InFlight, PURPOSE, Typed, next};
use crate::App;
use crate::http::headers::{PageReach, TakesPicture};
use crate::http::limits::EVIDENCE_MAX;
use crate::http::problem::Problem;
use crate::web::fields::{Fields, InQuery};
use crate::web::page::Page;
use crate::web::sign_in_portrait::image;
use crate::web::tour;
use crate::web::trouble::Trouble;

#[derive(Template)]
#[template(path = "enrol/portrait.html")]
struct Portrait<'a> {
    page: &'a Page,
    trouble: Option<Trouble>,
    /// Whether anybody compares; if not, the other way is the way.
    compared: bool,
    version: NoticeVersion,
}

impl Portrait<'_> {
    const STAGE: Stage = Stage::Portrait;
}

/// The picture, taken with the device's own camera.
#[derive(Template)]
#[template(path = "enrol/portrait_take.html")]
struct Take<'a> {
    page: &'a Page,
    version: u32,
    consented: String,
}

impl Take<'_> {
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

/// What carries a picture.
pub(super) fn pictures() -> Router<App> {
    Router::new()
        .route("/enrol/portrait/taken", post(taken))
        .layer(DefaultBodyLimit::max(EVIDENCE_MAX))
}

/// The page; where nobody compares, it has the other way only.
pub(super) async fn page(
    app: &App,
    page: &Page,
    InFlight(token): &InFlight,
    trouble: Option<Trouble>,
) -> Result<Response, Problem> {
    let version = Purpose::Portrait.current();
    let compared = app.platform().register_portrait_is_compared(token).await?;
    let mut response = page.show(&Portrait { page, trouble, compared, version });
    // In the sandbox the form of consent ends at the camera.
    let forms = camera(app, page, version.0).into_iter().collect();
    response.extensions_mut().insert(PageReach { forms, calls: Vec::new() });
    Ok(response)
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
        if let Some(camera) = camera(&app, &page, consent) {
            return Ok(Redirect::to(camera.as_str()).into_response());
        }
        let (page, consented) = (&page, page.ticket(&consented(consent)));
        let mut response = page.show(&Take { page, version: consent, consented });
        response.extensions_mut().insert(TakesPicture);
        return Ok(response);
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
    let taken = match image(&picture.portrait) {
        Ok(live) => {
            let taken = PortraitTaken { consent: NoticeVersion(consent), live, dg2: None };
            app.platform().prove_portrait(&enrolment.0, PortraitChoice::Taken(taken)).await
        }
        Err(refusal) => Err(refusal.into()),
    };
    next(&app, &page, &enrolment, taken, Typed::default()).await
}
