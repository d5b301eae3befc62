//! `GET /`: what this is, and in the sandbox three steps to try.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::page::Page;
use super::tour::tour;
use crate::{App, Tour};

#[derive(Template)]
#[template(path = "start.html")]
struct Start<'a> {
    page: &'a Page,
    tour: Option<Tour>,
}

/// `GET /`
pub(crate) async fn show(State(app): State<App>, page: Page) -> Response {
    page.show(&Start { page: &page, tour: tour(&app, &page) })
}
