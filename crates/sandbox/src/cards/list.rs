//! `GET /`: everybody the registry knows, for a newcomer to become.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;

use super::picking::{Asked, Picking};
use crate::language::Frame;
use crate::page::{Policy, show};
use crate::registry::Registry;

#[derive(Template)]
#[template(path = "registry/list.html")]
struct ListPage {
    frame: Frame,
    picking: Picking,
    count: usize,
    platform: String,
}

pub(crate) async fn list(
    State(registry): State<Registry>,
    frame: Frame,
    Query(asked): Query<Asked>,
) -> Response {
    let page = ListPage {
        frame,
        picking: Picking::new(&asked, Vec::new(), &registry),
        count: registry.population().people().len(),
        platform: registry.setup().platform.to_string(),
    };
    show(&page, &Policy::home_only())
}
