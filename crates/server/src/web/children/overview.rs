//! `GET /me/children`: who asks, what was said, where a child was. Where, never what.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use rules::approval::{Term, Word};
use rules::{Capacity, Scene};
use service::{Child, Children, Session};

use super::{Guardian, named};
use crate::App;
use crate::http::problem::Problem;
use crate::web::me::events::became_of;
use crate::web::page::Page;
use crate::web::tour;
use crate::web::trouble::Trouble;

#[derive(Template)]
#[template(path = "children/overview.html")]
struct Overview<'a> {
    page: &'a Page,
    trouble: Option<Trouble>,
    children: Vec<Shown>,
    /// In the sandbox, the way to the card reader and back.
    reader: Option<String>,
}

/// A child on the page.
struct Shown {
    guardianship: String,
    masked: String,
    age: i16,
    represented: bool,
    since: String,
    confirmed: String,
    unconfirmed: bool,
    requests: Vec<Request>,
    words: Vec<Said>,
    used: Vec<Used>,
}

/// A use on the page: where, when, and by what a report names it.
struct Used {
    day: String,
    place: String,
    name: String,
    /// What became of a report about it.
    reported: Option<&'static str>,
}

/// A question on the page.
struct Request {
    organisation: String,
    name: String,
    day: String,
    scenes: Vec<Choice>,
}

/// A scene to choose.
struct Choice {
    scene: Scene,
    /// What the child asked about.
    asked: bool,
}

/// A word that stands.
struct Said {
    own: Option<String>,
    name: String,
    yes: bool,
    scenes: Vec<Scene>,
    until: String,
    since: String,
}

/// `GET /me/children`
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Guardian(session): Guardian,
) -> Result<Response, Problem> {
    draw(&app, &page, &session, None).await
}

/// The page, with the reason why nothing changed, if there is one.
pub(super) async fn draw(
    app: &App,
    page: &Page,
    session: &Session,
    trouble: Option<Trouble>,
) -> Result<Response, Problem> {
    let seen = app.platform().children(session).await?;
    let challenge = app.platform().guardian_card_challenge(session);
    let reader = challenge.ok().and_then(|challenge| reader(app, page, &challenge));
    let children = seen.children.iter().map(|child| Shown::new(page, &seen, child)).collect();
    Ok(page.show(&Overview { page, trouble, children, reader }))
}

fn reader(app: &App, page: &Page, challenge: &str) -> Option<String> {
    let to = format!("/me/children/card?challenge={challenge}");
    let mut url = tour::errand(app, page, "reader", &to, &page.ticket(super::PURPOSE))?;
    url.query_pairs_mut().append_pair("challenge", challenge);
    Some(url.into())
}

impl Shown {
    fn new(page: &Page, seen: &Children, child: &Child) -> Self {
        let name = |organisation| named(page, &seen.names, organisation);
        Self {
            guardianship: child.guardianship.to_string(),
            masked: child.masked.clone(),
            age: child.age,
            represented: child.capacity == Capacity::Represented,
            since: page.day(child.since),
            confirmed: page.day(child.confirmed_at),
            unconfirmed: child.unconfirmed,
            requests: child
                .requests
                .iter()
                .map(|request| Request {
                    organisation: request.organisation.as_str().to_owned(),
                    name: name(&request.organisation),
                    day: page.day(request.asked_at),
                    scenes: request
                        .scenes
                        .iter()
                        .map(|&scene| Choice { scene, asked: scene == request.scene })
                        .collect(),
                })
                .collect(),
            words: child
                .words
                .iter()
                .map(|said| {
                    let (yes, scenes, until) = match &said.word {
                        Word::Yes { scenes, until } => {
                            (true, scenes.iter().collect(), page.day(*until))
                        }
                        Word::No => (false, Vec::new(), String::new()),
                    };
                    Said {
                        own: said.own.map(|id| id.to_string()),
                        name: name(&said.organisation),
                        yes,
                        scenes,
                        until,
                        since: page.day(said.said_at),
                    }
                })
                .collect(),
            used: child
                .used
                .iter()
                .map(|used| Used {
                    day: used.day.to_string(),
                    place: name(&used.organisation),
                    name: used.name.clone(),
                    reported: became_of(used.report),
                })
                .collect(),
        }
    }
}
