//! `/enrol/carry` and `/enrol/continue`: an application for a child goes on on the child's own device.
//!
//! The device that shows the link and the device that takes it each take a deliberate step: a link that is merely
//! opened changes nothing.

use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::stage::Stage;
use super::{InFlight, PURPOSE, in_flight, path};
use crate::App;
use crate::http::problem::Problem;
use crate::web::fields::{Fields, InQuery};
use crate::web::page::Page;
use crate::web::qr;

#[derive(Template)]
#[template(path = "enrol/carry.html")]
struct Carry<'a> {
    page: &'a Page,
    link: String,
    picture: Option<qr::Picture>,
}

impl Carry<'_> {
    const STAGE: Stage = Stage::Device;
}

#[derive(Template)]
#[template(path = "enrol/continue.html")]
struct Continue<'a> {
    page: &'a Page,
    link: &'a str,
}

#[derive(Deserialize)]
pub(super) struct Ticketed {
    ticket: String,
}

#[derive(Deserialize)]
pub(super) struct Offered {
    link: String,
}

#[derive(Deserialize)]
pub(super) struct Taken {
    ticket: String,
    link: String,
}

/// `POST /enrol/carry`
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    InFlight(token): InFlight,
    Fields(sent): Fields<Ticketed>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &sent.ticket)?;
    let link = app.platform().carry_enrolment(&token).await?;
    let link = format!("{}/enrol/continue?link={link}", app.issuer().as_str());
    let picture = qr::Picture::of(&link);
    Ok(page.show(&Carry { page: &page, link, picture }))
}

/// `GET /enrol/continue`
pub(super) async fn offered(page: Page, InQuery(Offered { link }): InQuery<Offered>) -> Response {
    page.show(&Continue { page: &page, link: &link })
}

/// `POST /enrol/continue`
pub(super) async fn take(
    State(app): State<App>,
    page: Page,
    Fields(handed): Fields<Taken>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &handed.ticket)?;
    let (token, step) = app.platform().take_over_enrolment(&handed.link).await?;
    let mut response = Redirect::to(path(&step)).into_response();
    if let Some(cookie) = in_flight::keep(&app, &token) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
