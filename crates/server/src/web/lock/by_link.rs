//! `/lock/{link}`: the link of a message. Opening it changes nothing, for previews and prefetches open links too; the
//! one button does.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Redirect, Response};
use serde::Deserialize;
use store::authentication::About;

use super::PURPOSE;
use crate::App;
use crate::http::problem::Problem;
use crate::web::fields::Fields;
use crate::web::page::Page;

#[derive(Template)]
#[template(path = "lock/by_link.html")]
struct ByLink<'a> {
    page: &'a Page,
    link: &'a str,
    /// The text that says what the message told.
    told: &'static str,
    /// What the button does, and what stands on it.
    stops: &'static str,
    go: &'static str,
    until: String,
}

#[derive(Template)]
#[template(path = "lock/stopped.html")]
struct Stopped<'a> {
    page: &'a Page,
    lead: &'static str,
}

#[derive(Deserialize)]
pub(super) struct Sent {
    ticket: String,
}

/// `GET /lock/{link}`
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Path(link): Path<String>,
) -> Result<Response, Problem> {
    let objection = app.platform().objection(&link).await?;
    let (told, stops, lead) = match (objection.about, objection.locks) {
        (About::Reissue, false) => ("lock-told-reissue", "stop-not-me-text", "stopped-lead"),
        (About::Reissue, true) => ("lock-told-reissue", "stop-locks-text", "stopped-locked"),
        (About::PhoneChange, _) => ("lock-told-phone_change", "stop-not-me-text", "stopped-lead"),
        (About::ReissueCut, _) => ("lock-told-reissue_cut", "stop-cut-text", "stopped-cut"),
    };
    if objection.objected {
        return Ok(page.show(&Stopped { page: &page, lead }));
    }
    let go = if objection.about == About::ReissueCut { "stop-cut-go" } else { "stop-go" };
    let until = page.minute(objection.until);
    Ok(page.show(&ByLink { page: &page, link: &link, told, stops, go, until }))
}

/// `POST /lock/{link}`
pub(super) async fn object(
    State(app): State<App>,
    page: Page,
    Path(link): Path<String>,
    Fields(Sent { ticket }): Fields<Sent>,
) -> Result<Redirect, Problem> {
    page.check(PURPOSE, &ticket)?;
    app.platform().object(&link).await?;
    Ok(Redirect::to(&format!("/lock/{link}")))
}
