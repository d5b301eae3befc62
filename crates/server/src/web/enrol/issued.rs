//! The end of enrolment: net number and net certificate.

use askama::Template;
use axum::http::header;
use axum::response::Response;

use super::in_flight;
use super::stage::Stage;
use crate::App;
use crate::http::problem::Problem;
use crate::http::session_cookie;
use crate::web::card::Card;
use crate::web::page::Page;

#[derive(Template)]
#[template(path = "enrol/issued.html")]
struct Issued<'a> {
    page: &'a Page,
    card: Card,
    certificate_id: String,
    certificate: &'a str,
    /// What the device keeps to have its holder's face compared; empty, if no portrait was.
    portrait_reference: &'a str,
}

impl Issued<'_> {
    const STAGE: Stage = Stage::Issued;
}

/// The answer to the last step; the person is signed in from here on.
pub(super) async fn page(
    app: &App,
    page: &Page,
    issued: &service::Issued,
) -> Result<Response, Problem> {
    let overview = app.platform().overview(&issued.session).await?;
    let mut response = page.show(&Issued {
        page,
        card: Card::new(page, &overview),
        certificate_id: issued.certificate_id.to_string(),
        certificate: &issued.certificate,
        portrait_reference: issued.portrait_reference.as_deref().unwrap_or_default(),
    });
    for cookie in
        [session_cookie::keep(app, &issued.session)?, in_flight::forget(app)].into_iter().flatten()
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
