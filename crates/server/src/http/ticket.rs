//! Tickets against forged forms: a form is taken only from the browser it was given to, for its
//! purpose, in time.
//!
//! The browser holds a random cookie; a page's form holds a ticket, which is a tag over that
//! cookie, the purpose and the time it ends. Nothing is remembered here. What may be done only once
//! is guarded where it is done.
//!
//! OpenID Connect Core §3.1.2.3: "the Authorization Server MUST employ appropriate measures against Cross-Site Request Forgery and
//! Clickjacking"; against the latter see `headers`.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, HeaderValue, Method, header, request::Parts};
use formats::{MacKey, base64url, mac};
use jiff::Timestamp;

use super::cookies::Cookie;
use super::problem::Problem;
use crate::App;

/// How long a page may lie open before its form is sent.
const LIFE: Duration = Duration::from_hours(1);

/// Bytes of a ticket: when it ends, then the tag.
const LENGTH: usize = 8 + 32;

/// Makes and checks tickets.
#[derive(Clone, Debug)]
pub(crate) struct Tickets {
    key: MacKey,
    cookie: Cookie,
}

impl Tickets {
    pub(crate) fn new(key: &[u8; 32], https: bool) -> Self {
        Self {
            key: MacKey::from_bytes(key),
            cookie: Cookie::named("__Host-yinzheng-browser", "yinzheng-browser", https),
        }
    }

    fn tag(&self, browser: &[u8; 16], purpose: &str, ends: [u8; 8]) -> [u8; 32] {
        self.key.tag(&[b"ticket", browser, purpose.as_bytes(), &ends])
    }
}

/// The browser that sent this request, known by its cookie or met just now.
#[derive(Clone, Debug)]
pub(crate) struct Browser {
    id: [u8; 16],
    tickets: Tickets,
    now: Timestamp,
    met: Met,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Met {
    Before,
    JustNow,
}

impl FromRequestParts<App> for Browser {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers, app))
    }
}

impl Browser {
    /// The browser whose headers these are.
    pub(crate) fn of(headers: &HeaderMap, app: &App) -> Self {
        let tickets = app.tickets().clone();
        let now = app.world().now();
        if let Some(id) =
            tickets.cookie.read(headers).and_then(|text| base64url::decode_array(text).ok())
        {
            return Self { id, tickets, now, met: Met::Before };
        }
        let mut id = [0; 16];
        app.world().fill(&mut id);
        Self { id, tickets, now, met: Met::JustNow }
    }

    /// What tells it from every other.
    pub(crate) fn id(&self) -> &[u8; 16] {
        &self.id
    }

    /// A ticket for the hidden field of a form on a page for this browser.
    pub(crate) fn ticket(&self, purpose: &str) -> String {
        let life = i64::try_from(LIFE.as_secs()).unwrap_or_default();
        let ends = (self.now.as_second() + life).to_be_bytes();
        let mut ticket = [0; LENGTH];
        let (first, rest) = ticket.split_at_mut(ends.len());
        first.copy_from_slice(&ends);
        rest.copy_from_slice(&self.tickets.tag(&self.id, purpose, ends));
        base64url::encode(&ticket)
    }

    /// Was this ticket given to this browser for this purpose, and not too long ago?
    pub(crate) fn check(&self, purpose: &str, ticket: &str) -> Result<(), Problem> {
        let ticket: [u8; LENGTH] = base64url::decode_array(ticket).map_err(|_| Problem::TICKET)?;
        let Some((&ends, tag)) = ticket.split_first_chunk::<8>() else {
            return Err(Problem::TICKET);
        };
        if self.met == Met::JustNow || !mac::same(tag, &self.tickets.tag(&self.id, purpose, ends)) {
            return Err(Problem::TICKET);
        }
        if i64::from_be_bytes(ends) < self.now.as_second() {
            Err(Problem::TICKET_EXPIRED)
        } else {
            Ok(())
        }
    }

    /// The cookie to set with a page that holds a ticket, if the browser has none yet.
    pub(crate) fn cookie(&self) -> Option<HeaderValue> {
        match self.met {
            Met::Before => None,
            Met::JustNow => self.tickets.cookie.keep(&base64url::encode(&self.id), None),
        }
    }
}

/// Does the browser say that a page of someone else made it send this?
///
/// A second wall behind tickets. Clients that are not browsers send neither header.
pub(crate) fn is_foreign(
    method: &Method,
    headers: &HeaderMap,
    is_ours: impl Fn(&[u8]) -> bool,
) -> bool {
    if method.is_safe() {
        return false;
    }
    let origin = headers.get(header::ORIGIN).map(HeaderValue::as_bytes);
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    match (origin, site) {
        // Fetch §3.2: "null" stands for an origin that may not be told, our own under a strict
        // referrer policy included.
        (Some(b"null") | None, Some(site)) => !matches!(site, b"same-origin" | b"none"),
        (Some(origin), _) => !is_ours(origin),
        (None, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn browser(id: u8, now: i64, met: Met) -> Browser {
        let now = Timestamp::from_second(now).expect("in range");
        Browser { id: [id; 16], tickets: Tickets::new(&[1; 32], true), now, met }
    }

    #[test]
    fn is_good_for_one_browser_one_purpose_and_an_hour() {
        let ticket = browser(1, 1000, Met::JustNow).ticket("enrol");
        assert!(browser(1, 1000 + 3600, Met::Before).check("enrol", &ticket).is_ok());
        assert_eq!(
            browser(1, 1000 + 3601, Met::Before).check("enrol", &ticket),
            Err(Problem::TICKET_EXPIRED)
        );
        assert_eq!(browser(2, 1000, Met::Before).check("enrol", &ticket), Err(Problem::TICKET));
        assert_eq!(browser(1, 1000, Met::Before).check("lock", &ticket), Err(Problem::TICKET));
        assert_eq!(browser(1, 1000, Met::JustNow).check("enrol", &ticket), Err(Problem::TICKET));
    }

    #[test]
    fn every_changed_character_is_noticed() {
        let ticket = browser(1, 1000, Met::JustNow).ticket("enrol");
        for place in 0..ticket.len() {
            let mut other = ticket.clone().into_bytes();
            other[place] = if other[place] == b'A' { b'B' } else { b'A' };
            let other = String::from_utf8(other).expect("letters");
            assert!(browser(1, 1000, Met::Before).check("enrol", &other).is_err(), "{place}");
        }
        assert_eq!(browser(1, 1000, Met::Before).check("enrol", ""), Err(Problem::TICKET));
    }

    #[test]
    fn another_site_is_refused() {
        let foreign = |method: Method, name: &'static str, value: &'static str| {
            let headers = HeaderMap::from_iter([(
                name.parse().expect("a name"),
                HeaderValue::from_static(value),
            )]);
            is_foreign(&method, &headers, |origin| origin == b"https://id.example")
        };
        assert!(!foreign(Method::GET, "sec-fetch-site", "cross-site"));
        assert!(foreign(Method::POST, "sec-fetch-site", "cross-site"));
        assert!(foreign(Method::POST, "sec-fetch-site", "same-site"));
        assert!(!foreign(Method::POST, "sec-fetch-site", "same-origin"));
        assert!(foreign(Method::POST, "origin", "https://evil.example"));
        assert!(foreign(Method::POST, "origin", "null"));
        assert!(!foreign(Method::POST, "origin", "https://id.example"));
        assert!(!foreign(Method::POST, "accept", "*/*"));
    }
}
