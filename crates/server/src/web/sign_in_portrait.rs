//! `/sign-in` where a relying party wants a portrait: first the choice, then the picture, then the device's proof.
//!
//! No picture is asked for before its own consent, each time anew, and beside it stands the way without one: back to
//! the relying party and its other methods (Face measures art. 6, 10).

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use formats::{Secret, base64url};
use rules::{NoticeVersion, Purpose};
use serde::Deserialize;
use service::{Asked, Error, PasscodeTold, PortraitShown, PortraitTaken, Refusal, Session};
use url::Url;

use super::authorize::continuation;
use super::back::back;
use super::fields::{Fields, InQuery};
use super::local_path::LocalPath;
use super::page::Page;
use super::sign_in::{PURPOSE, reaching, signed_in};
use super::tour;
use super::trouble::Trouble;
use crate::App;
use crate::http::headers::{PageReach, TakesPicture};
use crate::http::limits::EVIDENCE_MAX;
use crate::http::problem::Problem;
use crate::locale::Locale;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/sign-in/other-way", post(other_way))
        .route("/sign-in/portrait", post(consent))
        .merge(pictures().layer(DefaultBodyLimit::max(EVIDENCE_MAX)))
}

/// What carries a picture.
fn pictures() -> Router<App> {
    Router::new()
        .route("/sign-in/portrait/taken", post(taken))
        .route("/sign-in/portrait/prove", post(prove))
}

/// The choice: a portrait after separate consent, or back to the other ways.
#[derive(Template)]
#[template(path = "authorize/portrait_choice.html")]
struct Choice<'a> {
    page: &'a Page,
    trouble: Option<Trouble>,
    organisation: &'a str,
    other_methods: &'a [String],
    version: NoticeVersion,
    request: &'a str,
}

/// The picture, or what a simulated camera took for one, and the device's proof.
#[derive(Template)]
#[template(path = "authorize/portrait_proof.html")]
struct Proof<'a> {
    page: &'a Page,
    organisation: &'a str,
    issuer: &'a str,
    challenge: String,
    passcode: bool,
    trouble: Option<Trouble>,
    request: &'a str,
    consent: u32,
    consented: String,
    /// In base64url; none: the page takes it.
    portrait: Option<&'a str>,
}

#[derive(Deserialize)]
pub(super) struct Declined {
    ticket: String,
    request: String,
}

#[derive(Deserialize)]
pub(super) struct Consented {
    ticket: String,
    request: String,
    consent: u32,
}

/// What a picture comes back with.
#[derive(Deserialize)]
pub(super) struct Errand {
    consent: u32,
    request: String,
}

#[derive(Deserialize)]
pub(super) struct Taken {
    ticket: String,
    portrait: String,
}

#[derive(Deserialize)]
pub(super) struct Proved {
    ticket: String,
    request: String,
    consent: u32,
    device_proof: String,
    passcode: Option<String>,
    /// By a wallet, in the passcode's place.
    stretched: Option<String>,
    portrait: String,
    portrait_reference: String,
    dg2: Option<String>,
}

/// The page for a person of whom a relying party wants a portrait.
pub(super) fn choice(
    app: &App,
    page: &mut Page,
    asked: &Asked,
    trouble: Option<Trouble>,
) -> Response {
    let page = prepared(page, asked);
    let version = Purpose::Portrait.current();
    let mut response = page.show(&Choice {
        page,
        trouble,
        organisation: organisation(page, asked),
        other_methods: &asked.scene.other_methods,
        version,
        request: &asked.ticket,
    });
    // One form ends at the relying party, the other at the camera.
    let mut forms = vec![asked.redirect_uri.clone()];
    forms.extend(camera(app, page, &asked.ticket, version.0));
    response.extensions_mut().insert(PageReach { forms, calls: Vec::new() });
    response
}

/// In the sandbox, the way to the camera and back.
fn camera(app: &App, page: &Page, request: &str, consent: u32) -> Option<Url> {
    let to = format!("/sign-in/portrait/taken?consent={consent}&request={request}");
    tour::errand(app, page, "camera", &to, &page.ticket(&consented(consent)))
}

/// What a ticket is for that shows consent to this version of the notice.
fn consented(version: u32) -> String {
    format!("portrait at sign-in {version}")
}

fn prepared<'a>(page: &'a mut Page, asked: &Asked) -> &'a Page {
    page.prefer(&asked.ui_locales);
    page.shown_as(asked.display);
    page.returns_to(continuation(&asked.ticket));
    page
}

fn organisation<'a>(page: &Page, asked: &'a Asked) -> &'a str {
    match page.locale() {
        Locale::ZhCn => &asked.by.organisation_zh,
        Locale::En => &asked.by.organisation_en,
    }
}

/// `POST /sign-in/other-way`
pub(super) async fn other_way(
    State(app): State<App>,
    page: Page,
    Fields(declined): Fields<Declined>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &declined.ticket)?;
    let answer = app.platform().decline_sign_in(&declined.request).await?;
    Ok(back(&page, answer))
}

/// `POST /sign-in/portrait`
pub(super) async fn consent(
    State(app): State<App>,
    mut page: Page,
    Fields(given): Fields<Consented>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &given.ticket)?;
    let asked = app.platform().asked(&given.request).await?;
    if let Some(camera) = camera(&app, &page, &asked.ticket, given.consent) {
        return Ok(Redirect::to(camera.as_str()).into_response());
    }
    proof(&app, &mut page, &asked, given.consent, None, None)
}

/// `POST /sign-in/portrait/taken`
///
/// What the camera took goes back to the browser, which sends it with the device's proof: it is kept nowhere between.
pub(super) async fn taken(
    State(app): State<App>,
    mut page: Page,
    InQuery(errand): InQuery<Errand>,
    Fields(picture): Fields<Taken>,
) -> Result<Response, Problem> {
    page.check(&consented(errand.consent), &picture.ticket)?;
    drop(image(&picture.portrait)?);
    let asked = app.platform().asked(&errand.request).await?;
    proof(&app, &mut page, &asked, errand.consent, Some(&picture.portrait), None)
}

fn proof(
    app: &App,
    page: &mut Page,
    asked: &Asked,
    consent: u32,
    portrait: Option<&str>,
    trouble: Option<Trouble>,
) -> Result<Response, Problem> {
    let page = prepared(page, asked);
    let mut response = page.show(&Proof {
        page,
        organisation: organisation(page, asked),
        issuer: app.issuer().as_str(),
        challenge: app.platform().challenge()?,
        passcode: asked.mode.has_passcode(),
        trouble,
        request: &asked.ticket,
        consent,
        consented: page.ticket(&consented(consent)),
        portrait,
    });
    if portrait.is_none() {
        response.extensions_mut().insert(TakesPicture);
    }
    Ok(reaching(response, asked.redirect_uri.clone()))
}

/// `POST /sign-in/portrait/prove`
pub(super) async fn prove(
    State(app): State<App>,
    mut page: Page,
    Fields(sent): Fields<Proved>,
) -> Result<Response, Problem> {
    page.check(&consented(sent.consent), &sent.ticket)?;
    let asked = app.platform().asked(&sent.request).await?;
    let to = continuation(&asked.ticket);
    let problem = match sign_in(&app, sent).await {
        Ok(session) => return signed_in(&app, &session, &LocalPath::or_start(&to)),
        Err(error) => Problem::from(error),
    };
    if problem.reference.is_some() {
        return Err(problem);
    }
    // Back to the choice: another picture needs its own consent, and the other way stands beside it.
    let trouble = Trouble::new(&page, &problem);
    let mut response = choice(&app, &mut page, &asked, Some(trouble));
    *response.status_mut() = problem.status;
    Ok(response)
}

async fn sign_in(app: &App, sent: Proved) -> Result<Session, Error> {
    let passcode = PasscodeTold::read(sent.passcode.as_deref(), sent.stretched.as_deref())?;
    let live = image(&sent.portrait)?;
    let dg2 = sent.dg2.as_deref().map(image).transpose()?;
    let taken = PortraitTaken { consent: NoticeVersion(sent.consent), live, dg2 };
    let shown = PortraitShown { reference: sent.portrait_reference, taken };
    app.platform().sign_in_with_portrait(&sent.device_proof, passcode, shown).await
}

/// An image out of a form's field.
pub(super) fn image(text: &str) -> Result<Secret<Vec<u8>>, Refusal> {
    base64url::decode(text).map(Secret::new).map_err(|_| Refusal::PortraitUnreadable)
}
