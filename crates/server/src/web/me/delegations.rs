//! `/me/delegations`: whom one lets act in one's stead, and for whom one may act.

use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::SignedDuration;
use rules::{DelegationId, DelegationScope, Scene, delegation::delegable};
use serde::Deserialize;
use service::{DelegationOffer, DelegationView, Delegations, Refusal};

use super::{PURPOSE, Person};
use crate::App;
use crate::http::problem::Problem;
use crate::http::session_cookie;
use crate::web::fields::Fields;
use crate::web::page::Page;
use crate::web::scene_boxes::SceneBoxes;

#[derive(Template)]
#[template(path = "delegations/mine.html")]
struct Mine<'a> {
    page: &'a Page,
    delegations: &'a Delegations,
    scenes: Vec<Scene>,
    /// For whom one acts now.
    acting_for: Option<String>,
    /// An offer just made: the address to open on the other screen.
    offer: Option<String>,
}

impl Mine<'_> {
    fn until(&self, view: &DelegationView) -> String {
        self.page.day(view.expires_at)
    }
}

/// What is offered.
#[derive(Deserialize)]
pub(super) struct Offered {
    ticket: String,
    called: String,
    days: i64,
    #[serde(flatten)]
    scenes: SceneBoxes,
}

#[derive(Deserialize)]
pub(super) struct Confirmed {
    ticket: String,
    delegation: String,
    number: String,
}

#[derive(Deserialize)]
pub(super) struct Which {
    ticket: String,
    /// Empty where one acts in one's own name again.
    delegation: String,
}

/// `GET /me/delegations`
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Person(session): Person,
) -> Result<Response, Problem> {
    draw(&app, &page, &session, None).await
}

async fn draw(
    app: &App,
    page: &Page,
    session: &service::Session,
    offer: Option<String>,
) -> Result<Response, Problem> {
    app.platform().overview(session).await?;
    let delegations = app.platform().delegations(session).await?;
    Ok(page.show(&Mine {
        page,
        delegations: &delegations,
        scenes: page.settings().own_scenes.known().filter(|&scene| delegable(scene)).collect(),
        acting_for: app.platform().acting_for(session).await?,
        offer,
    }))
}

/// `POST /me/delegations`
pub(super) async fn offer(
    State(app): State<App>,
    page: Page,
    Person(session): Person,
    Fields(offered): Fields<Offered>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &offered.ticket)?;
    let scenes = offered.scenes.in_force(&page.settings().own_scenes);
    let offer = DelegationOffer {
        scope: DelegationScope { scenes, organisations: Vec::new() },
        lasts: SignedDuration::from_hours(offered.days.clamp(0, 400) * 24),
        called: offered.called.parse().map_err(|_| Refusal::EntryMalformed)?,
    };
    let text = app.platform().offer_delegation(&session, offer).await?;
    let link = format!("{}/delegate?offer={text}", app.issuer().as_str());
    draw(&app, &page, &session, Some(link)).await
}

/// `POST /me/delegations/confirm`
pub(super) async fn confirm(
    State(app): State<App>,
    page: Page,
    Person(session): Person,
    Fields(sent): Fields<Confirmed>,
) -> Result<Redirect, Problem> {
    page.check(PURPOSE, &sent.ticket)?;
    let id = read(&sent.delegation)?;
    app.platform().confirm_delegation(&session, id, &sent.number).await?;
    Ok(Redirect::to("/me/delegations"))
}

/// `POST /me/delegations/revoke`
pub(super) async fn revoke(
    State(app): State<App>,
    page: Page,
    Person(session): Person,
    Fields(sent): Fields<Which>,
) -> Result<Redirect, Problem> {
    page.check(PURPOSE, &sent.ticket)?;
    app.platform().revoke_delegation(&session, read(&sent.delegation)?).await?;
    Ok(Redirect::to("/me/delegations"))
}

/// `POST /me/delegations/act`
pub(super) async fn act(
    State(app): State<App>,
    page: Page,
    Person(session): Person,
    Fields(sent): Fields<Which>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &sent.ticket)?;
    let session = if sent.delegation.is_empty() {
        app.platform().act_for_oneself(&session)
    } else {
        app.platform().act_for(&session, read(&sent.delegation)?).await?
    };
    let mut response = Redirect::to("/me/delegations").into_response();
    if let Some(cookie) = session_cookie::keep(&app, &session)? {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

fn read(id: &str) -> Result<DelegationId, Refusal> {
    id.parse().map_err(|_| Refusal::DelegationUnknown)
}
