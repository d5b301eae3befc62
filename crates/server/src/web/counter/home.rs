//! `GET /counter`: what waits for a second officer here.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use crate::App;
use crate::http::officer_cookie::AtWork;
use crate::http::problem::Problem;
use crate::web::fields::InQuery;
use crate::web::page::Page;

#[derive(Template)]
#[template(path = "counter/home.html")]
struct Home<'a> {
    page: &'a Page,
    office: &'a str,
    waiting: Vec<Line>,
    /// Whether a guardianship was just changed.
    done: bool,
}

#[derive(Deserialize)]
pub(super) struct After {
    #[serde(default)]
    done: String,
}

/// An application in the list: nothing of whom it concerns.
struct Line {
    id: String,
    /// Four characters to tell it by, aloud.
    short: String,
    minutes: i64,
    own: bool,
}

/// `GET /counter`
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    AtWork(session): AtWork,
    InQuery(After { done }): InQuery<After>,
) -> Result<Response, Problem> {
    let officer = app.platform().officer_at_work(&session).await?;
    let waiting = app.platform().waiting_applications(&session).await?;
    let line = |waiting: &service::Waiting| {
        let id = waiting.id.to_string();
        let tail = id.get(id.len().saturating_sub(4)..).unwrap_or_default();
        Line {
            short: tail.to_uppercase(),
            minutes: (waiting.expires_at.as_second() - page.now.as_second()).max(0) / 60,
            own: waiting.own,
            id,
        }
    };
    let waiting = waiting.iter().map(line).collect();
    Ok(page.show(&Home { page: &page, office: &officer.office, waiting, done: done == "1" }))
}
