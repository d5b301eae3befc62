//! `/me/asked`: what relying parties ask a person here, a code by which one may, and whom one is not asked by.

use askama::Template;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use serde::Deserialize;
use service::{AskedOfMe, ReadOut, Refusal, Session, TurnedAway, Waits};

use super::{PURPOSE, Ticketed};
use crate::App;
use crate::http::problem::Problem;
use crate::http::session_cookie::CurrentSession;
use crate::locale::Locale;
use crate::web::authorize::continuation;
use crate::web::fields::Fields;
use crate::web::page::Page;

/// Where it stands.
const HERE: &str = "/me/asked";

#[derive(Template)]
#[template(path = "me/asked.html")]
struct AskedPage<'a> {
    page: &'a Page,
    mine: &'a AskedOfMe,
    /// A code just drawn.
    code: Option<ReadOut>,
}

impl AskedPage<'_> {
    fn who<'a>(&self, waits: &'a Waits) -> &'a str {
        match self.page.locale() {
            Locale::ZhCn => &waits.organisation_zh,
            Locale::En => &waits.organisation_en,
        }
    }

    fn until(&self, at: &Timestamp) -> String {
        self.page.minute(*at)
    }

    fn since(&self, away: &TurnedAway) -> String {
        self.page.day(away.since)
    }

    fn away<'a>(&self, away: &'a TurnedAway) -> &'a str {
        match self.page.locale() {
            Locale::ZhCn => &away.organisation_zh,
            Locale::En => &away.organisation_en,
        }
    }
}

/// The person; whoever is not signed in does that first, and comes back here: the message brought them.
pub(super) struct Called(Session);

impl FromRequestParts<App> for Called {
    type Rejection = Redirect;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Redirect> {
        CurrentSession::of(&parts.headers, app)
            .0
            .map(Self)
            .ok_or_else(|| Redirect::to(&format!("/sign-in?to={HERE}")))
    }
}

#[derive(Deserialize)]
pub(super) struct Which {
    ticket: String,
    asked: String,
}

#[derive(Deserialize)]
pub(super) struct Whom {
    ticket: String,
    organisation: String,
}

/// `GET /me/asked`
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Called(session): Called,
) -> Result<Response, Problem> {
    draw(&app, &page, &session, None).await
}

async fn draw(
    app: &App,
    page: &Page,
    session: &Session,
    code: Option<ReadOut>,
) -> Result<Response, Problem> {
    let asked = app.platform().asked_of_me(session).await?;
    Ok(page.show(&AskedPage { page, mine: &asked, code }))
}

/// `POST /me/asked`
pub(super) async fn open(
    State(app): State<App>,
    page: Page,
    Called(session): Called,
    Fields(which): Fields<Which>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &which.ticket)?;
    let id = which.asked.parse().map_err(|_| Refusal::KnockUnknown)?;
    let request = app.platform().open_call(&session, id).await?;
    Ok(Redirect::to(&continuation(&request)).into_response())
}

/// `POST /me/asked/turn-away`
pub(super) async fn turn_away(
    State(app): State<App>,
    page: Page,
    Called(session): Called,
    Fields(which): Fields<Which>,
) -> Result<Redirect, Problem> {
    page.check(PURPOSE, &which.ticket)?;
    let id = which.asked.parse().map_err(|_| Refusal::KnockUnknown)?;
    app.platform().turn_away(&session, id).await?;
    Ok(Redirect::to(HERE))
}

/// `POST /me/asked/welcome`
pub(super) async fn welcome(
    State(app): State<App>,
    page: Page,
    Called(session): Called,
    Fields(whom): Fields<Whom>,
) -> Result<Redirect, Problem> {
    page.check(PURPOSE, &whom.ticket)?;
    let organisation = whom.organisation.parse().map_err(|_| Refusal::OrganisationUnknown)?;
    app.platform().welcome_again(&session, &organisation).await?;
    Ok(Redirect::to(HERE))
}

/// `POST /me/asked/code`
pub(super) async fn code(
    State(app): State<App>,
    page: Page,
    Called(session): Called,
    Fields(Ticketed { ticket }): Fields<Ticketed>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &ticket)?;
    let code = app.platform().draw_reach_code(&session).await?;
    draw(&app, &page, &session, Some(code)).await
}
