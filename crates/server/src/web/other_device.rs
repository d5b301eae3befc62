//! `/authorize/other-device`: the certificate is on the phone. This screen shows a picture, a number and a code in words,
//! and goes on when the phone has answered: by itself with script, by a button without.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use service::{Error, Refusal, Watched};

use super::authorize::continuation;
use super::back::back;
use super::fields::{Fields, InQuery};
use super::page::Page;
use super::qr::Picture;
use crate::App;
use crate::http::headers::PageReach;
use crate::http::problem::Problem;
use crate::locale::Locale;

/// What the tickets of these forms are for.
const PURPOSE: &str = "other device";

/// Frames given at once: the page asks for more before they end.
const FRAMES: i64 = 3;

#[derive(Template)]
#[template(path = "authorize/other_device.html")]
struct OtherDevice<'a> {
    page: &'a Page,
    organisation: &'a str,
    watched: &'a Watched,
    picture: Option<Picture>,
    watch: &'a str,
    request: &'a str,
    /// Where a code is typed.
    address: String,
    /// Letters and digits one by one, for whoever hears them.
    spelt: String,
    /// Until when it is good.
    until: String,
    /// The answer was asked for, and is not there.
    early: bool,
}

#[derive(Template)]
#[template(path = "authorize/scanned.html")]
struct Scanned<'a> {
    page: &'a Page,
    organisation: &'a str,
    from: String,
    seen: &'a str,
}

#[derive(Deserialize)]
struct Wanted {
    ticket: String,
    request: String,
}

#[derive(Deserialize)]
struct Watching {
    watch: String,
    request: String,
}

#[derive(Deserialize)]
struct Watch {
    watch: String,
}

#[derive(Deserialize)]
struct Done {
    ticket: String,
    watch: String,
    request: String,
}

#[derive(Deserialize)]
struct Frame {
    f: String,
}

#[derive(Deserialize)]
struct Seen {
    ticket: String,
    seen: String,
}

/// What the page's script is told.
#[derive(Serialize)]
struct Standing {
    standing: &'static str,
    frames: Vec<Drawn>,
}

/// One frame, drawn.
#[derive(Serialize)]
struct Drawn {
    frame: String,
    dark: String,
}

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/authorize/other-device", get(show).post(begin))
        .route("/authorize/other-device/standing", get(standing))
        .route("/authorize/other-device/done", post(done))
        .route("/scan", get(scan).post(open))
}

/// `POST /authorize/other-device`
async fn begin(
    State(app): State<App>,
    page: Page,
    Fields(wanted): Fields<Wanted>,
) -> Result<Redirect, Problem> {
    page.check(PURPOSE, &wanted.ticket)?;
    let watch = app.platform().ask_on_phone(&wanted.request, page.browser_id()).await?;
    let request = wanted.request;
    Ok(Redirect::to(&format!("/authorize/other-device?watch={watch}&request={request}")))
}

/// `GET /authorize/other-device`
async fn show(
    State(app): State<App>,
    page: Page,
    InQuery(Watching { watch, request }): InQuery<Watching>,
) -> Result<Response, Problem> {
    app.platform().asked(&request).await?;
    match app.platform().watched(&watch, page.browser_id()).await {
        Ok(watched) => Ok(draw(&app, page, &watched, (&watch, &request), false)),
        // Time is up: the person is where they were.
        Err(Error::Refused(Refusal::KnockUnknown)) => {
            Ok(Redirect::to(&continuation(&request)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

fn draw(
    app: &App,
    mut page: Page,
    watched: &Watched,
    (watch, request): (&str, &str),
    early: bool,
) -> Response {
    page.returns_to(format!("/authorize/other-device?watch={watch}&request={request}"));
    let organisation = match page.locale() {
        Locale::ZhCn => &watched.by.organisation_zh,
        Locale::En => &watched.by.organisation_en,
    };
    let mut response = page.show(&OtherDevice {
        page: &page,
        organisation,
        watched,
        picture: picture(app, watched, page.now),
        watch,
        request,
        address: app.issuer().at(protocol::oidc::discovery::DEVICE_PATH),
        spelt: spelt(&watched.code),
        until: page.minute(watched.until),
        early,
    });
    let reach = PageReach { forms: vec![watched.redirect_uri.clone()], calls: Vec::new() };
    response.extensions_mut().insert(reach);
    response
}

fn picture(app: &App, watched: &Watched, at: jiff::Timestamp) -> Option<Picture> {
    let frame = app.platform().picture_frame(watched, at);
    Picture::of(&format!("{}?f={frame}", app.issuer().at("/scan")))
}

/// Each sign by itself, so that a screen reader says letters and no word.
fn spelt(code: &str) -> String {
    let signs = code.chars().filter(|c| *c != '-').map(String::from);
    signs.collect::<Vec<_>>().join(" ")
}

/// `GET /authorize/other-device/standing`
async fn standing(
    State(app): State<App>,
    page: Page,
    InQuery(Watch { watch }): InQuery<Watch>,
) -> Result<Response, Problem> {
    let watched = app.platform().watched(&watch, page.browser_id()).await?;
    let drawn = |second| {
        let at = page.now + SignedDuration::from_secs(second);
        let picture = picture(&app, &watched, at)?;
        Some(Drawn { frame: picture.frame(), dark: picture.dark().to_owned() })
    };
    let frames = (0..FRAMES).filter_map(drawn).collect();
    Ok(Json(Standing { standing: watched.standing.as_str(), frames }).into_response())
}

/// `POST /authorize/other-device/done`
async fn done(
    State(app): State<App>,
    page: Page,
    Fields(sent): Fields<Done>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &sent.ticket)?;
    app.platform().asked(&sent.request).await?;
    match app.platform().go_on_here(&sent.watch, page.browser_id()).await {
        Ok(delivery) => Ok(back(&page, delivery)),
        Err(Error::Refused(Refusal::KnockUnanswered)) => {
            let watched = app.platform().watched(&sent.watch, page.browser_id()).await?;
            Ok(draw(&app, page, &watched, (&sent.watch, &sent.request), true))
        }
        Err(error) => Err(error.into()),
    }
}

/// `GET /scan`
async fn scan(
    State(app): State<App>,
    page: Page,
    InQuery(Frame { f }): InQuery<Frame>,
) -> Result<Response, Problem> {
    let scanned = app.platform().scan(&f).await?;
    let organisation = match page.locale() {
        Locale::ZhCn => &scanned.by.organisation_zh,
        Locale::En => &scanned.by.organisation_en,
    };
    Ok(page.show(&Scanned {
        page: &page,
        organisation,
        from: scanned.redirect_uri.origin().ascii_serialization(),
        seen: &scanned.seen,
    }))
}

/// `POST /scan`
async fn open(
    State(app): State<App>,
    page: Page,
    Fields(sent): Fields<Seen>,
) -> Result<Redirect, Problem> {
    page.check(PURPOSE, &sent.ticket)?;
    let request = app.platform().open_scanned(&sent.seen).await?;
    Ok(Redirect::to(&continuation(&request)))
}
