//! `/enrol/declined`: the guardian said no. Nothing that was proved is kept.

use askama::Template;
use axum::response::Response;

use super::stage::Stage;
use crate::web::page::Page;
use crate::web::trouble::Trouble;

#[derive(Template)]
#[template(path = "enrol/declined.html")]
struct Declined<'a> {
    page: &'a Page,
    trouble: Option<Trouble>,
}

impl Declined<'_> {
    const STAGE: Stage = Stage::Document;
}

pub(super) fn page(page: &Page, trouble: Option<Trouble>) -> Response {
    page.show(&Declined { page, trouble })
}
