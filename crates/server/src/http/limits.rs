//! Who may ask how often, how much, and how long it may take.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use axum::http::{HeaderMap, header};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use protocol::oidc::discovery as paths;

use crate::config::Limits;

/// The largest body taken: an enrolment's largest step, a portrait sample, is a fraction of it.
pub(crate) const BODY_MAX: usize = 64 * 1024;

/// The largest evidence taken, in base64url within JSON: a chip's portrait, the other files that are read, and a live
/// image.
pub(crate) const EVIDENCE_MAX: usize = 640 * 1024;

/// How long one request may take, from its head to its answer.
pub(crate) const REQUEST_MAX: Duration = Duration::from_secs(15);

/// How long a client may take to send a request's head, and how long a connection may lie idle.
pub(crate) const HEAD_MAX: Duration = Duration::from_secs(20);

/// The largest head taken. Our cookies and the longest authorization request fit well.
pub(crate) const HEAD_BYTES_MAX: usize = 16 * 1024;

/// The most header fields taken.
pub(crate) const HEADERS_MAX: usize = 64;

/// How often addresses that have been quiet are forgotten.
pub(crate) const FORGET_EVERY: Duration = Duration::from_mins(1);

/// The address a connection comes from; put into each request by the listener, and by whoever tests
/// the router without one.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// What a path is for, hence whose limit counts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Audience {
    /// Browsers of persons.
    Person,
    /// Servers of relying parties.
    Client,
    /// The operator's own probes: never limited.
    Operator,
}

impl Audience {
    /// Whom the route template serves.
    pub(crate) fn of(route: &str) -> Self {
        match route {
            paths::PUSH_PATH
            | paths::DEVICE_AUTHORIZATION_PATH
            | paths::BACKCHANNEL_PATH
            | paths::TOKEN_PATH
            | paths::REVOKE_PATH
            | paths::INTROSPECT_PATH
            | paths::PLAIN_IDENTITY_PATH
            | paths::USERINFO_PATH
            | "/register"
            | "/register/{client_id}"
            | paths::JWKS_PATH
            | "/jwks/certificates"
            | "/jwks/receipts"
            | "/jwks/verifiers"
            | "/status/{list}"
            | "/.well-known/openid-credential-issuer"
            | "/.well-known/jwt-vc-issuer"
            | "/credentials/net-certificate"
            | "/credential-nonce"
            | "/credential"
            | "/deferred-credential"
            | "/credential-notification"
            | "/presentations"
            | "/presentations/{question}"
            | "/presentations/{question}/answer"
            | "/verifier-attestation"
            | "/presentation-result"
            | "/native/verify"
            | "/reports"
            | paths::OPENID_PATH
            | paths::OAUTH_PATH
            // It asks the database, and stands at the public door.
            | "/health/ready" => Self::Client,
            "/health/live" => Self::Operator,
            _ => Self::Person,
        }
    }
}

/// Counts requests by address, in memory only.
pub(crate) struct Limiter {
    pages: DefaultKeyedRateLimiter<IpAddr>,
    clients: DefaultKeyedRateLimiter<IpAddr>,
    behind_proxy: bool,
}

impl Limiter {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            pages: RateLimiter::dashmap(quota(limits.pages)),
            clients: RateLimiter::dashmap(quota(limits.clients)),
            behind_proxy: limits.behind_proxy,
        }
    }

    /// Counts one request; if it was too many, says after how long another may come.
    pub(crate) fn count(
        &self,
        audience: Audience,
        peer: Option<Peer>,
        headers: &HeaderMap,
    ) -> Result<(), Duration> {
        let limiter = match audience {
            Audience::Person => &self.pages,
            Audience::Client => &self.clients,
            Audience::Operator => return Ok(()),
        };
        // Without a connection the caller is a test that holds the router in its hands.
        let Some(Peer(peer)) = peer else { return Ok(()) };
        let address = if self.behind_proxy { forwarded(headers).unwrap_or(peer) } else { peer };
        limiter
            .check_key(&network(address))
            .map_err(|early| early.wait_time_from(DefaultClock::default().now()))
    }

    /// Forgets addresses that have been quiet.
    pub(crate) fn forget_quiet(&self) {
        for limiter in [&self.pages, &self.clients] {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

fn quota((per_second, burst): (NonZeroU32, NonZeroU32)) -> Quota {
    Quota::per_second(per_second).allow_burst(burst)
}

/// The last address in `X-Forwarded-For`: the one that our own proxy wrote; those before it are the
/// caller's tale.
fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    last.rsplit(',').next()?.trim().parse().ok()
}

/// What counts as one caller: an IPv4 address, or an IPv6 /64, which one subscriber has whole.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => (address.to_bits() >> 64 << 64).to_be_bytes().into(),
    }
}

/// Does the head announce more than is taken?
pub(crate) fn announces_too_much(route: &str, headers: &HeaderMap) -> bool {
    let most = match route {
        "/enrolments/current/document"
        | "/enrolments/current/guardian"
        | "/enrolments/current/portrait"
        | "/enrol/portrait/taken"
        | "/sign-in/portrait/taken"
        | "/sign-in/portrait/prove" => EVIDENCE_MAX,
        _ => BODY_MAX,
    };
    headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok())
        .is_some_and(|length| length > most as u64)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn limiter(behind_proxy: bool) -> Limiter {
        let two = NonZeroU32::new(2).expect("not zero");
        Limiter::new(&Limits {
            pages: (NonZeroU32::MIN, two),
            clients: (two, two),
            connections: two,
            connections_per_address: two,
            handshakes_per_second: two,
            credentials_per_second: two,
            behind_proxy,
        })
    }

    fn peer(text: &str) -> Peer {
        Peer(text.parse().expect("an address"))
    }

    #[test]
    fn one_address_does_not_use_up_anothers() {
        let limiter = limiter(false);
        let none = HeaderMap::new();
        for _ in 0..2 {
            assert!(limiter.count(Audience::Person, Some(peer("192.0.2.1")), &none).is_ok());
        }
        let wait =
            limiter.count(Audience::Person, Some(peer("192.0.2.1")), &none).expect_err("too many");
        assert!(wait <= Duration::from_secs(1));
        assert!(limiter.count(Audience::Person, Some(peer("192.0.2.2")), &none).is_ok());
        assert!(limiter.count(Audience::Client, Some(peer("192.0.2.1")), &none).is_ok());
        assert!(limiter.count(Audience::Operator, Some(peer("192.0.2.1")), &none).is_ok());
    }

    #[test]
    fn a_whole_ipv6_network_is_one_caller() {
        let limiter = limiter(false);
        let none = HeaderMap::new();
        for host in 1..=2 {
            assert!(
                limiter
                    .count(Audience::Person, Some(peer(&format!("2001:db8::{host}"))), &none)
                    .is_ok()
            );
        }
        assert!(limiter.count(Audience::Person, Some(peer("2001:db8::3")), &none).is_err());
        assert!(limiter.count(Audience::Person, Some(peer("2001:db8:0:1::3")), &none).is_ok());
    }

    #[test]
    fn only_the_proxys_word_is_believed() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_static("10.0.0.1, 192.0.2.7"));
        assert_eq!(forwarded(&headers).expect("an address").to_string(), "192.0.2.7");
        headers.append("x-forwarded-for", HeaderValue::from_static("192.0.2.8"));
        assert_eq!(forwarded(&headers).expect("an address").to_string(), "192.0.2.8");
        let limiter = limiter(false);
        for _ in 0..2 {
            assert!(limiter.count(Audience::Person, Some(peer("127.0.0.1")), &headers).is_ok());
        }
        assert!(limiter.count(Audience::Person, Some(peer("127.0.0.1")), &headers).is_err());
    }
}
