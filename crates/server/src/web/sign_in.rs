//! `/sign-in`: the browser's key signs once, and the passcode where it is wanted.

use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use service::{Asked, Error, PasscodeTold, Session};
use url::Url;

use super::authorize::continuation;
use super::fields::{Fields, InQuery};
use super::local_path::LocalPath;
use super::page::Page;
use super::sign_in_portrait;
use super::trouble::Trouble;
use crate::App;
use crate::http::headers::PageReach;
use crate::http::problem::Problem;
use crate::http::session_cookie;
use crate::locale::Locale;

/// What the tickets of these forms are for.
pub(super) const PURPOSE: &str = "sign-in";

#[derive(Template)]
#[template(path = "authorize/sign_in.html")]
struct SignIn<'a> {
    page: &'a Page,
    trouble: Option<Trouble>,
    /// Who asks, if a relying party does.
    organisation: Option<&'a str>,
    issuer: &'a str,
    challenge: String,
    passcode: bool,
    /// Whether it can be answered on the phone: it was asked on this very device.
    on_phone: bool,
    /// The relying party's request, sealed.
    request: Option<&'a str>,
    /// Where to go next.
    to: &'a str,
    /// The same, for a query.
    to_encoded: String,
}

#[derive(Deserialize)]
pub(super) struct Next {
    #[serde(default)]
    pub(super) to: LocalPath,
}

impl Next {
    /// Where to go next.
    pub(super) fn to(&self) -> &LocalPath {
        &self.to
    }
}

#[derive(Deserialize)]
pub(super) struct Sent {
    ticket: String,
    device_proof: String,
    passcode: Option<String>,
    /// By a wallet, in the passcode's place.
    stretched: Option<String>,
    request: Option<String>,
    to: LocalPath,
}

/// `GET /sign-in`
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    InQuery(Next { to }): InQuery<Next>,
) -> Result<Response, Problem> {
    plain(&app, &page, &to, None)
}

/// The page for a person who comes to see their own.
fn plain(
    app: &App,
    page: &Page,
    to: &LocalPath,
    trouble: Option<Trouble>,
) -> Result<Response, Problem> {
    Ok(page.show(&SignIn {
        page,
        trouble,
        organisation: None,
        issuer: app.issuer().as_str(),
        challenge: app.platform().challenge()?,
        passcode: true,
        on_phone: false,
        request: None,
        to: to.as_str(),
        to_encoded: encoded(to.as_str()),
    }))
}

/// The page for a person whom a relying party sent.
pub(super) fn for_client(
    app: &App,
    mut page: Page,
    asked: &Asked,
    trouble: Option<Trouble>,
) -> Result<Response, Problem> {
    if asked.mode.has_portrait() {
        return Ok(sign_in_portrait::choice(app, &mut page, asked, trouble));
    }
    page.prefer(&asked.ui_locales);
    page.shown_as(asked.display);
    let to = continuation(&asked.ticket);
    page.returns_to(to.clone());
    let organisation = match page.locale() {
        Locale::ZhCn => &asked.by.organisation_zh,
        Locale::En => &asked.by.organisation_en,
    };
    let response = page.show(&SignIn {
        page: &page,
        trouble,
        organisation: Some(organisation),
        issuer: app.issuer().as_str(),
        challenge: app.platform().challenge()?,
        passcode: asked.mode.has_passcode(),
        on_phone: asked.knock.is_none(),
        request: Some(&asked.ticket),
        to: &to,
        to_encoded: encoded(&to),
    });
    Ok(reaching(response, asked.redirect_uri.clone()))
}

pub(super) fn encoded(to: &str) -> String {
    form_urlencoded::byte_serialize(to.as_bytes()).collect()
}

/// The form may end at the relying party, when the person agreed before.
pub(super) fn reaching(mut response: Response, client: Url) -> Response {
    response.extensions_mut().insert(PageReach { forms: vec![client], calls: Vec::new() });
    response
}

/// `POST /sign-in`
pub(super) async fn sign_in(
    State(app): State<App>,
    page: Page,
    Fields(sent): Fields<Sent>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &sent.ticket)?;
    let problem = match prove(&app, &sent).await {
        Ok(session) => return signed_in(&app, &session, &sent.to),
        Err(error) => Problem::from(error),
    };
    if problem.reference.is_some() {
        return Err(problem);
    }
    let trouble = Some(Trouble::new(&page, &problem));
    let mut response = match &sent.request {
        Some(request) => for_client(&app, page, &app.platform().asked(request).await?, trouble)?,
        None => plain(&app, &page, &sent.to, trouble)?,
    };
    *response.status_mut() = problem.status;
    Ok(response)
}

async fn prove(app: &App, sent: &Sent) -> Result<Session, Error> {
    let passcode = PasscodeTold::read(sent.passcode.as_deref(), sent.stretched.as_deref())?;
    app.platform().sign_in(&sent.device_proof, passcode).await
}

/// The person is signed in, and goes on.
pub(super) fn signed_in(app: &App, session: &Session, to: &LocalPath) -> Result<Response, Problem> {
    let mut response = Redirect::to(to.as_str()).into_response();
    if let Some(cookie) = session_cookie::keep(app, session)? {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
