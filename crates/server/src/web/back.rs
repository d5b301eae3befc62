//! Back to the relying party: by a redirect, or by a form that the browser posts.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use protocol::oauth::Delivery;

use super::page::Page;
use crate::http::headers::PageReach;

/// A page whose form is the answer; script sends it, a button where there is none.
///
/// OAuth 2.0 Form Post Response Mode §2: "the parameters are encoded as HTML form values that are auto-submitted in the
/// User Agent". It has no ticket: it goes to somebody else, who has the `state` for that.
#[derive(Template)]
#[template(path = "authorize/back.html")]
struct Back<'a> {
    page: &'a Page,
    to: &'a str,
    host: &'a str,
    fields: &'a [(&'static str, String)],
}

/// The answer as the browser carries it.
pub(crate) fn back(page: &Page, delivery: Delivery) -> Response {
    match delivery {
        // OpenID Connect Core §16.22: "HTTP 307 redirects MUST NOT be used when redirecting to the Redirection URI." This is a 303.
        Delivery::Redirect(to) => Redirect::to(to.as_str()).into_response(),
        Delivery::Post { to, fields } => {
            let host = to.host_str().unwrap_or_default();
            let mut response = page.show(&Back { page, to: to.as_str(), host, fields: &fields });
            response.extensions_mut().insert(PageReach { forms: vec![to], calls: Vec::new() });
            response
        }
    }
}
