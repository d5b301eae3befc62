//! `/me/passkeys`: what else opens the certificate, with a name the person gave it; adding and removing.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use formats::base64url;
use rules::{Mode, PasskeyName};
use serde::Deserialize;
use service::{Error, PasskeyQuestion, Refusal, Session};
use store::authentication::Passkey;

use super::{PURPOSE, Person};
use crate::App;
use crate::http::problem::Problem;
use crate::web::fields::Fields;
use crate::web::page::Page;
use crate::web::trouble::Trouble;

#[derive(Template)]
#[template(path = "me/passkeys.html")]
struct Passkeys<'a> {
    page: &'a Page,
    trouble: Option<Trouble>,
    lines: Vec<Line>,
    /// What the browser is asked to make one; none, where none may be added now.
    question: Option<PasskeyQuestion>,
    /// Whether none may be added because the passcode was not told.
    passcode_missing: bool,
    name: &'a str,
}

struct Line {
    id: String,
    name: String,
    added: String,
    used: Option<String>,
    synced: bool,
    /// The text that says how its user is verified, where it says so.
    method: Option<&'static str>,
}

#[derive(Deserialize)]
pub(super) struct Added {
    ticket: String,
    state: String,
    answer: String,
    name: String,
}

#[derive(Deserialize)]
pub(super) struct Removed {
    ticket: String,
    passkey: String,
}

/// `GET /me/passkeys`
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Person(session): Person,
) -> Result<Response, Problem> {
    draw(&app, &page, &session, None, "").await
}

async fn draw(
    app: &App,
    page: &Page,
    session: &Session,
    trouble: Option<Trouble>,
    name: &str,
) -> Result<Response, Problem> {
    let overview = app.platform().overview(session).await?;
    let passcode_missing = !session.mode().satisfies(Mode::CertificatePasscode);
    let (question, trouble) = match app.platform().ask_to_add_passkey(session).await {
        Ok(question) => (Some(question), trouble),
        Err(fault @ Error::Faulted { .. }) => return Err(fault.into()),
        Err(Error::Refused(Refusal::NotSignedIn)) if passcode_missing => (None, trouble),
        Err(Error::Refused(refusal)) => {
            (None, trouble.or_else(|| Some(Trouble::new(page, &refusal.into()))))
        }
    };
    let lines = overview.passkeys.iter().map(|passkey| Line::new(page, passkey)).collect();
    Ok(page.show(&Passkeys { page, trouble, lines, question, passcode_missing, name }))
}

/// `POST /me/passkeys`
pub(super) async fn add(
    State(app): State<App>,
    page: Page,
    Person(session): Person,
    Fields(sent): Fields<Added>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &sent.ticket)?;
    match keep(&app, &session, &sent).await.map_err(Problem::from) {
        Ok(()) => Ok(Redirect::to("/me/passkeys").into_response()),
        Err(problem) if problem.reference.is_some() => Err(problem),
        Err(problem) => {
            let trouble = Some(Trouble::new(&page, &problem));
            let mut response = draw(&app, &page, &session, trouble, &sent.name).await?;
            *response.status_mut() = problem.status;
            Ok(response)
        }
    }
}

async fn keep(app: &App, session: &Session, sent: &Added) -> Result<(), Error> {
    let name: PasskeyName = sent.name.parse().map_err(rules::Refusal::from)?;
    app.platform().add_passkey(session, &sent.state, &sent.answer, name).await
}

/// `POST /me/passkeys/remove`
pub(super) async fn remove(
    State(app): State<App>,
    page: Page,
    Person(session): Person,
    Fields(sent): Fields<Removed>,
) -> Result<Redirect, Problem> {
    page.check(PURPOSE, &sent.ticket)?;
    app.platform().remove_passkey(&session, &sent.passkey).await?;
    Ok(Redirect::to("/me/passkeys"))
}

impl Line {
    fn new(page: &Page, passkey: &Passkey) -> Self {
        Self {
            id: base64url::encode(&passkey.id),
            name: passkey.name.as_str().to_owned(),
            added: page.day(passkey.added_at),
            used: passkey.used_on.map(|on| page.day(on)),
            synced: passkey.synced,
            method: key(&passkey.method),
        }
    }
}

fn key(method: &str) -> Option<&'static str> {
    Some(match method {
        "fingerprint" => "passkey-method-fingerprint",
        "device_code" => "passkey-method-device-code",
        "voice" => "passkey-method-voice",
        "face" => "passkey-method-face",
        "eye" => "passkey-method-eye",
        "pattern" => "passkey-method-pattern",
        "palm" => "passkey-method-palm",
        _ => return None,
    })
}
