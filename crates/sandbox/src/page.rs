//! Pages and problems as the sandbox's parties send them: no script, no inline style, nothing from elsewhere.

use askama::Template;
use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{Html, IntoResponse, Response};
use serde::Serialize;
use url::Url;

/// What a page may do: load the one style sheet, and send forms home or to the named neighbours.
#[derive(Clone, Debug)]
pub(crate) struct Policy(HeaderValue);

impl Policy {
    /// Forms may also be sent, or redirected, to the origin of `neighbour`.
    pub(crate) fn with_forms_to(neighbour: &Url) -> Self {
        let text =
            format!("{BASE}; form-action 'self' {}", neighbour.origin().ascii_serialization());
        Self(HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(BASE_AND_HOME)))
    }

    /// Forms go home only; the page has a script of its own.
    pub(crate) fn with_own_script() -> Self {
        let text = format!("{BASE}; script-src 'self'; form-action 'self'");
        Self(HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(BASE_AND_HOME)))
    }

    /// Forms go home only.
    pub(crate) fn home_only() -> Self {
        Self(HeaderValue::from_static(BASE_AND_HOME))
    }
}

const BASE: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";
const BASE_AND_HOME: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
                             frame-ancestors 'none'; form-action 'self'";

/// A rendered page under its policy.
pub(crate) fn show(page: &impl Template, policy: &Policy) -> Response {
    show_with(StatusCode::OK, page, policy)
}

/// The same with another status.
pub(crate) fn show_with(status: StatusCode, page: &impl Template, policy: &Policy) -> Response {
    let Ok(text) = page.render() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut response = (status, Html(text)).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, policy.0.clone());
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// `strict-origin` rather than `no-referrer`: under the latter a form would arrive with `Origin: null`.
const ALWAYS: [(HeaderName, &str); 3] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "strict-origin"),
    (CACHE_CONTROL, "no-store"),
];

/// `GET /style.css`
pub(crate) async fn style() -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, "text/css; charset=utf-8"),
        (CACHE_CONTROL, "max-age=60"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, include_str!("../assets/sandbox.css"))
}

/// A refusal of an interface for machines, RFC 9457, with our stable code beside it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) title: &'static str,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        #[derive(Serialize)]
        struct Document {
            r#type: String,
            title: &'static str,
            status: u16,
            code: &'static str,
        }
        // RFC 9457 §3.1.1: "Consumers MUST use the "type" URI (after resolution, if necessary) as the problem type's
        // primary identifier."
        let document = Document {
            r#type: format!("urn:yinzheng:sandbox:problem:{}", self.code),
            title: self.title,
            status: self.status.as_u16(),
            code: self.code,
        };
        let kind = [(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"))];
        (self.status, kind, Json(document)).into_response()
    }
}
