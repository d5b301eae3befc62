//! A browser, known by a cookie that says nothing.

use axum::http::HeaderMap;
use axum::http::header::{HeaderValue, SET_COOKIE};
use axum::response::Response;
use openidconnect::CsrfToken;
use url::Url;

use crate::language::cookie;

/// Bytes of chance in a browser's name.
const NAME_BYTES: u32 = 32;

/// A name nobody can guess, drawn from the client library's chance as `state` and `nonce` are.
pub(crate) fn new_name() -> String {
    CsrfToken::new_random_len(NAME_BYTES).into_secret()
}

/// The name in this party's cookie.
pub(crate) fn name(headers: &HeaderMap, party: &str) -> Option<String> {
    cookie(headers, party).map(str::to_owned)
}

/// Gives the browser a name. `Lax`: it must come along when the platform sends the browser back.
pub(crate) fn remember(response: &mut Response, party: &str, name: &str, base_url: &Url) {
    let secure = if base_url.scheme() == "https" { "; Secure" } else { "" };
    if let Ok(cookie) =
        HeaderValue::try_from(format!("{party}={name}; Path=/; HttpOnly; SameSite=Lax{secure}"))
    {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

/// Takes the name away again.
pub(crate) fn forget(response: &mut Response, party: &str) {
    let cookie = format!("{party}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}
