//! Signing out: the page that asks, where it is not sure who wants it, and the page that says what was done.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use protocol::oidc::discovery::END_SESSION_PATH;
use serde::Deserialize;
use service::{Admission, AskedToSignOut, EndSession, SignedOut};
use url::Url;

use super::enrol::in_flight;
use super::fields::Fields;
use super::page::Page;
use crate::App;
use crate::http::authorize::see_other;
use crate::http::headers::{Frames, PageReach};
use crate::http::problem::Problem;
use crate::http::session_cookie::{self, SignedIn};
use crate::locale::Locale;

/// What the ticket of this form is for.
const PURPOSE: &str = "sign-out";

pub(super) fn routes() -> Router<App> {
    Router::new().route("/end-session/confirm", post(confirm))
}

#[derive(Template)]
#[template(path = "end_session/ask.html")]
struct Ask<'a> {
    page: &'a Page,
    /// Who asks, if that is said.
    application: Option<&'a str>,
    /// Where the browser goes on.
    host: Option<&'a str>,
    request: &'a str,
}

#[derive(Template)]
#[template(path = "end_session/done.html")]
struct Done<'a> {
    page: &'a Page,
    /// The relying parties that are told.
    told: Vec<&'a str>,
    /// What the browser loads to tell some of them.
    frames: Vec<&'a str>,
    /// Where the browser goes on, and whether by itself.
    back: Option<Back<'a>>,
    /// Who asked.
    application: Option<&'a str>,
}

struct Back<'a> {
    to: &'a str,
    host: &'a str,
    goes: bool,
}

/// The answer to a relying party's request.
pub(crate) fn page(
    app: &App,
    headers: &HeaderMap,
    query: &str,
    outcome: EndSession,
) -> Result<Response, Problem> {
    let mut page = Page::of(app, headers, None);
    page.returns_to(format!("{END_SESSION_PATH}{}", without_hints(query)));
    match outcome {
        EndSession::Ask(asked) => Ok(ask(page, &asked)),
        EndSession::Done(done) => signed_out(app, page, &done),
    }
}

/// The request as it may stand in a page's address: it says nothing of a person.
fn without_hints(query: &str) -> String {
    let kept = form_urlencoded::parse(query.as_bytes())
        .filter(|(name, _)| !matches!(name.as_ref(), "id_token_hint" | "logout_hint"));
    let kept = form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish();
    if kept.is_empty() { kept } else { format!("?{kept}") }
}

fn ask(mut page: Page, asked: &AskedToSignOut) -> Response {
    page.prefer(&asked.ui_locales);
    let application = asked.by.as_deref().map(|by| name(&page, by));
    let host = asked.back.as_ref().and_then(Url::host_str);
    let mut response = page.show(&Ask { page: &page, application, host, request: &asked.ticket });
    let reach = PageReach { forms: asked.back.iter().cloned().collect(), ..PageReach::default() };
    response.extensions_mut().insert(reach);
    response
}

/// The browser forgets the session, and the person is told who else is; or it goes back at once where nobody is told
/// through the browser.
pub(super) fn signed_out(app: &App, mut page: Page, done: &SignedOut) -> Result<Response, Problem> {
    page.prefer(&done.ui_locales);
    let frames: Vec<Url> = done.told.iter().filter_map(|one| one.frame.clone()).collect();
    let mut response = match &done.back {
        Some(back) if done.goes && frames.is_empty() => see_other(back.as_str())?,
        back => page.show(&Done {
            page: &page,
            told: done.told.iter().map(|one| name(&page, &one.by)).collect(),
            frames: frames.iter().map(Url::as_str).collect(),
            back: back.as_ref().map(|to| Back {
                to: to.as_str(),
                host: to.host_str().unwrap_or_default(),
                goes: done.goes,
            }),
            application: done.by.as_deref().map(|by| name(&page, by)),
        }),
    };
    response.extensions_mut().insert(Frames(frames));
    // A document that was being added goes on for nobody else at this browser.
    for cookie in [session_cookie::forget(app), in_flight::forget(app)].into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// What the person signed out of by their own button: the start page, unless there is something to say.
pub(crate) fn by_oneself(app: &App, mut page: Page, done: &SignedOut) -> Result<Response, Problem> {
    if !done.told.is_empty() {
        page.returns_to(END_SESSION_PATH.to_owned());
        return signed_out(app, page, done);
    }
    let mut response = Redirect::to("/").into_response();
    for cookie in [session_cookie::forget(app), in_flight::forget(app)].into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

#[derive(Deserialize)]
struct Confirmed {
    ticket: String,
    request: String,
}

/// `POST /end-session/confirm`
async fn confirm(
    State(app): State<App>,
    mut page: Page,
    SignedIn(session): SignedIn,
    Fields(confirmed): Fields<Confirmed>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &confirmed.ticket)?;
    let done = app.platform().confirm_sign_out(&session, &confirmed.request).await?;
    page.returns_to(END_SESSION_PATH.to_owned());
    signed_out(&app, page, &done)
}

fn name<'a>(page: &Page, by: &'a Admission) -> &'a str {
    match page.locale() {
        Locale::ZhCn => &by.client_zh,
        Locale::En => &by.client_en,
    }
}

#[cfg(test)]
mod tests {
    use super::without_hints;

    #[test]
    fn an_address_says_nothing_of_a_person() {
        let query = "id_token_hint=e.y.J&client_id=shop&logout_hint=me%40shop.example&state=a%26b";
        assert_eq!(without_hints(query), "?client_id=shop&state=a%26b");
        assert_eq!(without_hints("id_token_hint=x"), "");
    }
}
