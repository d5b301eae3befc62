//! The door of the page: who may ask, and what a page may do.
//!
//! Loopback keeps other machines out, not other pages in the same browser. A page elsewhere could send forms here, or have its
//! own name resolve to this machine; so the `Host` must be this address, and what is sent must come from this page.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

const ALWAYS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::CACHE_CONTROL, "no-store"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(self), microphone=(), geolocation=()"),
];

/// Lets our own page in, and gives every answer its headers.
pub(super) async fn keep(port: u16, request: Request, next: Next) -> Response {
    let mut response = if is_ours(port, request.method(), request.headers()) {
        next.run(request).await
    } else {
        StatusCode::FORBIDDEN.into_response()
    };
    for (name, value) in ALWAYS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn is_ours(port: u16, method: &Method, headers: &HeaderMap) -> bool {
    let said = |name| headers.get(name).map(|value: &HeaderValue| value.to_str().unwrap_or("?"));
    let [name, number] = [format!("localhost:{port}"), format!("127.0.0.1:{port}")];
    if !said(header::HOST).is_some_and(|host| host == name || host == number) {
        return false;
    }
    let origin =
        said(header::ORIGIN).and_then(|origin| origin.strip_prefix("http://").or(Some("?")));
    let from_here = origin.is_none_or(|origin| Some(origin) == said(header::HOST));
    let site = said(HeaderName::from_static("sec-fetch-site"));
    let same_site = site.is_none_or(|site| matches!(site, "same-origin" | "none"));
    method == Method::GET || (from_here && same_site)
}
