//! `GET /me/guardians`: a minor's guardians, and what they said.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use rules::approval::Word;
use rules::{Capacity, Scene};
use service::MyGuardians;

use super::{Person, named};
use crate::App;
use crate::http::problem::Problem;
use crate::web::page::Page;

#[derive(Template)]
#[template(path = "children/guardians.html")]
struct Guardians<'a> {
    page: &'a Page,
    capacity: Capacity,
    /// Since when, and whether it still counts.
    theirs: Vec<(String, bool)>,
    words: Vec<Said>,
    /// Where, why, since when.
    waiting: Vec<(String, Scene, String)>,
}

/// A word that stands.
struct Said {
    name: String,
    yes: bool,
    scenes: Vec<Scene>,
    until: String,
}

/// `GET /me/guardians`
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Person(session): Person,
) -> Result<Response, Problem> {
    let MyGuardians { capacity, guardians, words, waiting, names } =
        app.platform().my_guardians(&session).await?;
    let name = |organisation| named(&page, &names, organisation);
    let words = words.iter().map(|said| {
        let (yes, scenes, until) = match &said.word {
            Word::Yes { scenes, until } => (true, scenes.iter().collect(), page.day(*until)),
            Word::No => (false, Vec::new(), String::new()),
        };
        Said { name: name(&said.organisation), yes, scenes, until }
    });
    let waiting =
        waiting.iter().map(|(organisation, scene, at)| (name(organisation), *scene, page.day(*at)));
    Ok(page.show(&Guardians {
        page: &page,
        capacity,
        theirs: guardians.iter().map(|&(since, counts)| (page.day(since), counts)).collect(),
        words: words.collect(),
        waiting: waiting.collect(),
    }))
}
