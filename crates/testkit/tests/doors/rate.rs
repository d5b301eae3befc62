//! Too many requests from one address are refused; from any other they are not.

use yinzheng_testkit::Town;

use crate::answer::Answer;
use crate::call::Call;
use crate::front::Front;
use crate::stand::{STANDS, Stand};
use crate::wallets::WALLETS;

#[test]
fn one_address_uses_up_its_own_limit() {
    yinzheng_testkit::on_sqlite(|town: Town| async move {
        let front = Front::with_limits(town, LIMITS).await;
        for (method, path, stand) in STANDS {
            let at = match stand {
                Stand::Open(at) => (*at).to_owned(),
                _ => (*path).to_owned(),
            };
            one_endpoint(&front, &Call { method, ..Call::get(at) }).await;
        }
        for (method, path) in WALLETS {
            one_endpoint(&front, &Call { method, ..Call::get(*path) }).await;
        }
    });
}

/// A few at once, and one a second from then on.
const LIMITS: &str =
    "pages_per_second = 1\npages_burst = 3\nclients_per_second = 1\nclients_burst = 3";

/// How many requests are let in at once.
const BURST: usize = 3;

async fn one_endpoint(front: &Front, call: &Call) {
    let (noisy, quiet) = (address(call, 1), address(call, 2));
    let before = front.census().await;
    let mut answers = Vec::new();
    for _ in 0..BURST * 4 {
        answers.push(front.send_from(&noisy, call).await);
    }
    let refused: Vec<_> = answers.iter().filter(|answer| answer.status == 429).collect();
    if call.path == "/health/live" {
        assert!(refused.is_empty(), "whether it lives is never refused");
        return;
    }
    assert!(answers.iter().take(BURST).all(|answer| answer.status != 429), "{call:?}");
    assert!(refused.len() >= BURST * 3 - 2, "{call:?} was let in too often");
    for answer in refused {
        answer.refused(429, "too_many_requests");
        assert_eq!(answer.header("retry-after"), "1");
    }
    // Whatever else it sends, this address waits; another does not.
    let elsewhere = Call::get(if is_for_clients(call) { "/jwks" } else { "/" });
    let tale = call.clone().header("x-forwarded-for", "203.0.113.9");
    let tale = tale.header("forwarded", "for=203.0.113.9");
    for other in [elsewhere, tale] {
        insisting(front, &noisy, &other).await.refused(429, "too_many_requests");
    }
    let page = insisting(front, &noisy, &call.clone().by_a_reader()).await;
    page.refused(429, "too_many_requests");
    assert!(page.is_page());
    front.send_from(&noisy, &Call::get("/health/live")).await.let_in();
    assert_ne!(front.send_from(&quiet, call).await.status, 429);
    assert_eq!(front.census().await, before, "{call:?}");
}

/// The answer to the last of many: a second that passed meanwhile lets one more in, not all.
async fn insisting(front: &Front, address: &str, call: &Call) -> Answer {
    for _ in 0..BURST {
        front.send_from(address, call).await;
    }
    front.send_from(address, call).await
}

fn is_for_clients(call: &Call) -> bool {
    [
        "/backchannel-authentication",
        "/device_authorization",
        "/token",
        "/revoke",
        "/introspect",
        "/plain-identity",
        "/userinfo",
        "/reports",
        "/jwks",
        "/.well-known/",
        "/status/",
        "/credential",
        "/presentation",
        "/health/ready",
    ]
    .iter()
    .any(|path| call.path.starts_with(path))
}

/// An address of the endpoint's own.
fn address(call: &Call, host: u8) -> String {
    let pages = STANDS.iter().map(|(method, path, stand)| {
        let at = if let Stand::Open(at) = stand { at } else { path };
        (*method, *at)
    });
    let mut all = pages.chain(WALLETS.iter().copied());
    let place = all.position(|endpoint| endpoint == (call.method, call.path.as_str()));
    format!("198.18.{}.{host}", place.expect("a stand"))
}
