//! Cookies, read and written: only ours, and always for this host alone.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};

/// The longest cookie value looked at.
const VALUE_MAX: usize = 4096;

/// One of our cookies.
///
/// RFC 6265bis §4.1.3.2: "If a cookie's name begins with a case-sensitive match for the string
/// __Host-, then the cookie will have been set with a Secure attribute, a Path attribute with a
/// value of /, and no Domain attribute." Over plain HTTP, which only the sandbox on localhost
/// speaks, browsers differ in what they take, so there the name goes without prefix.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cookie {
    name: &'static str,
    secure: bool,
}

impl Cookie {
    /// The cookie called `secure` over TLS, and `plain` in the sandbox without it.
    pub(crate) fn named(secure: &'static str, plain: &'static str, https: bool) -> Self {
        Self { name: if https { secure } else { plain }, secure: https }
    }

    /// What the browser sent.
    pub(crate) fn read(self, headers: &HeaderMap) -> Option<&str> {
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split("; "))
            .find_map(|pair| pair.strip_prefix(self.name)?.strip_prefix('='))
            .filter(|value| value.len() <= VALUE_MAX)
    }

    /// Has the browser keep `value`, for `life` or as long as it runs.
    pub(crate) fn keep(self, value: &str, life: Option<Duration>) -> Option<HeaderValue> {
        let max_age = life.map(|life| format!("; Max-Age={}", life.as_secs())).unwrap_or_default();
        let secure = if self.secure { "; Secure" } else { "" };
        HeaderValue::try_from(format!(
            "{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{max_age}",
            self.name
        ))
        .ok()
    }

    /// Has the browser forget it.
    pub(crate) fn forget(self) -> Option<HeaderValue> {
        self.keep("", Some(Duration::ZERO))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_found_among_others() {
        let cookie = Cookie::named("__Host-yinzheng", "yinzheng", true);
        let mut headers = HeaderMap::new();
        headers
            .append(header::COOKIE, HeaderValue::from_static("a=b; __Host-yinzheng-browser=x; c"));
        assert_eq!(cookie.read(&headers), None);
        headers.append(header::COOKIE, HeaderValue::from_static("yinzheng=z; __Host-yinzheng=y"));
        assert_eq!(cookie.read(&headers), Some("y"));
    }

    #[test]
    fn is_for_this_host_alone() {
        let secure = Cookie::named("__Host-yinzheng", "yinzheng", true);
        assert_eq!(
            secure.keep("v", Some(Duration::from_mins(1))).expect("a header"),
            "__Host-yinzheng=v; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=60"
        );
        let plain = Cookie::named("__Host-yinzheng", "yinzheng", false);
        assert_eq!(
            plain.forget().expect("a header"),
            "yinzheng=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"
        );
        assert_eq!(plain.keep("line\nbreak", None), None);
    }
}
