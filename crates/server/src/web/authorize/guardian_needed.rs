//! The page of a child under fourteen whose guardian has not agreed yet (Measures art. 5): ask, or go back.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use protocol::oauth::Delivery;
use serde::Deserialize;
use service::{GuardianNeeded, Standing};

use crate::App;
use crate::http::headers::PageReach;
use crate::http::problem::Problem;
use crate::http::session_cookie::SignedIn;
use crate::locale::Locale;
use crate::web::back::back;
use crate::web::fields::Fields;
use crate::web::page::Page;

/// What the ticket of this form is for.
const PURPOSE: &str = "ask-guardian";

#[derive(Template)]
#[template(path = "authorize/guardian_needed.html")]
struct Needed<'a> {
    page: &'a Page,
    organisation: &'a str,
    standing: Standing,
    /// The day on which the child asked.
    asked: String,
    back: &'a Delivery,
    request: &'a str,
}

pub(super) fn page(mut page: Page, needed: &GuardianNeeded) -> Response {
    page.prefer(&needed.asked.ui_locales);
    page.shown_as(needed.asked.display);
    let by = &needed.asked.by;
    let organisation = match page.locale() {
        Locale::ZhCn => &by.organisation_zh,
        Locale::En => &by.organisation_en,
    };
    let mut response = page.show(&Needed {
        page: &page,
        organisation,
        standing: needed.standing,
        asked: match needed.standing {
            Standing::Waiting { since } => page.day(since),
            _ => String::new(),
        },
        back: &needed.back,
        request: &needed.asked.ticket,
    });
    let reach = PageReach { forms: vec![needed.asked.redirect_uri.clone()], calls: Vec::new() };
    response.extensions_mut().insert(reach);
    response
}

#[derive(Deserialize)]
pub(super) struct Sent {
    ticket: String,
    request: String,
}

/// `POST /authorize/ask-guardian`
///
/// Back to the relying party: the question is asked, and it may take days.
pub(super) async fn ask(
    State(app): State<App>,
    page: Page,
    SignedIn(session): SignedIn,
    Fields(sent): Fields<Sent>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &sent.ticket)?;
    let answer = app.platform().ask_guardian(&session, &sent.request).await?;
    Ok(back(&page, answer))
}
