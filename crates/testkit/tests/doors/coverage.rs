//! No endpoint without a story, no story without its endpoint, and every honest call is let in: what is refused
//! elsewhere is refused for what was done to it.

use std::collections::BTreeSet;

use crate::credentials::CREDENTIALS;
use crate::front::Front;
use crate::native::NATIVE;
use crate::presentations::PRESENTATIONS;
use crate::registering::REGISTERING;
use crate::stand::STANDS;
use crate::wallet_codes::WALLET_CODES;
use crate::wallets::WALLETS;

crate::told!(every_honest_call_is_let_in, no_other_method_is_answered);

#[test]
fn every_endpoint_is_attacked_and_no_other() {
    let attacked = STANDS.iter().map(|(method, path, _)| (*method, *path));
    let more = WALLETS.iter().chain(NATIVE).chain(REGISTERING).chain(CREDENTIALS);
    let more = more.chain(WALLET_CODES).chain(PRESENTATIONS).copied();
    let attacked: BTreeSet<_> = attacked.chain(more).collect();
    let endpoints: BTreeSet<_> = server::ENDPOINTS.iter().copied().collect();
    let missing: Vec<_> = endpoints.difference(&attacked).collect();
    let gone: Vec<_> = attacked.difference(&endpoints).collect();
    assert!(missing.is_empty(), "nobody attacks {missing:?}: give them a stand");
    assert!(gone.is_empty(), "{gone:?} are attacked but no longer there");
}

async fn every_honest_call_is_let_in(front: Front) {
    // Locking and leaving come last: they cannot be taken back.
    let mut stands = STANDS.to_vec();
    stands.sort_by_key(|(method, path, _)| match (*method, *path) {
        ("POST", "/me/lock" | "/lock" | "/me/children/lock") => 1,
        ("POST", "/me/cancel") => 2,
        _ => 0,
    });
    for stand in stands {
        let answer = front.send(&front.honest(stand).await).await;
        if stand.1 == "/sandbox/sign-in" && stand.0 == "POST" {
            // It asks the sandbox, which this town has in process and not beside it.
            answer.refused(503, "outside_party_away");
        } else {
            answer.let_in();
        }
    }
}

async fn no_other_method_is_answered(front: Front) {
    let before = front.census().await;
    let paths: BTreeSet<_> = STANDS.iter().map(|(_, path, _)| *path).collect();
    for path in paths {
        let taken = |method: &str| STANDS.iter().any(|stand| (stand.0, stand.1) == (method, path));
        let at = path.replace("{tag}", "en").replace("{file}", "style.css");
        let at = at.replace("{link}", "AAAAAAAAAAAAAAAAAAAAAA").replace("{list}", "0");
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"] {
            if !taken(method) {
                let mut call = crate::call::Call::post(at.as_str());
                call.method = method;
                front.send(&call).await.refused(405, "method_not_allowed");
            }
        }
    }
    assert_eq!(front.census().await, before);
}
