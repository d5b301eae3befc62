//! `/children`: how a child gets a net certificate, and who does what. For anybody.

use askama::Template;
use axum::response::Response;

use crate::web::page::Page;

#[derive(Template)]
#[template(path = "children/how.html")]
struct How<'a> {
    page: &'a Page,
}

/// `GET /children`
pub(super) async fn show(page: Page) -> Response {
    page.show(&How { page: &page })
}
