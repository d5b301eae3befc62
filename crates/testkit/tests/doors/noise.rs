//! Noise: whatever bytes come, nobody is let in by them and nothing breaks.

use axum::body::Body;
use axum::http::Request;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use tokio::runtime::Handle;

use crate::bodies::FORWARDS;
use crate::call::{Call, FORM};
use crate::front::{Front, only_counted};
use crate::stand::{STANDS, counting};

crate::told!(
    noise_is_refused_by_every_form,
    noise_in_a_field_is_refused,
    noise_in_the_head_is_refused
);

/// Rounds for each endpoint; many bytes each.
const ROUNDS: u32 = 24;

/// The same noise at every run.
fn runner() -> TestRunner {
    let config = Config { cases: ROUNDS, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

/// Waits for an answer where no waiting is written.
fn wait(front: &Front, request: Request<Body>) -> crate::answer::Answer {
    Handle::current().block_on(front.ask(request))
}

/// Bytes, and what looks like more than bytes.
fn noise() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..300),
        "\\PC{0,120}".prop_map(String::into_bytes),
        "([a-z_]{1,12}=[^&]{0,20}&){0,12}".prop_map(String::into_bytes),
        "([A-Za-z0-9_-]{1,80}\\.){2}[A-Za-z0-9_-]{1,90}".prop_map(String::into_bytes),
        "(%[0-9a-fA-F]{0,2}|&|=|;|\\+|\\[\\]){0,60}".prop_map(String::into_bytes),
    ]
}

async fn noise_is_refused_by_every_form(front: Front) {
    for stand in STANDS.iter().filter(|(method, ..)| *method == "POST") {
        let call = front.honest(*stand).await.bare_of("authorization");
        let before = front.census().await;
        tokio::task::block_in_place(|| {
            runner()
                .run(&noise(), |body| {
                    let answer = wait(&front, call.request_with(Some(FORM), body.into()));
                    prop_assert!(answer.status < 500);
                    prop_assert!(answer.status >= 400 || FORWARDS.contains(&stand.1));
                    Ok(())
                })
                .unwrap();
        });
        assert_eq!(front.census().await, before, "{stand:?}");
    }
}

async fn noise_in_a_field_is_refused(front: Front) {
    for stand in STANDS.iter().filter(|(method, path, _)| *method == "POST" && *path != "/userinfo")
    {
        let call = front.honest(*stand).await;
        let fields = call.names();
        let fields: Vec<_> = fields.iter().filter(|name| !is_free(stand.1, name)).collect();
        let before = front.census().await;
        let which = 0..fields.len();
        tokio::task::block_in_place(|| {
            runner()
                .run(&(which, noise()), |(which, value)| {
                    let spoilt = call.clone().with(fields[which], &value);
                    let answer = wait(&front, spoilt.request());
                    // A sample that nobody can read is, to this town, a verifier that is away.
                    let what = format!("{} in {}", fields[which], stand.1);
                    let away = answer.status >= 500 && answer.code() == "outside_party_away";
                    prop_assert!(answer.status < 500 || away, "{what}");
                    prop_assert!(answer.status >= 400 || FORWARDS.contains(&stand.1), "{what}");
                    Ok(())
                })
                .unwrap();
        });
        only_counted(&before, &front.census().await, counting(stand.1), stand.1);
    }
}

/// Fields in which anything may stand.
fn is_free(path: &str, name: &str) -> bool {
    let optional = path == "/counter/enter" && ["phone", "valid_until"].contains(&name);
    ["to", "called", "days", "scene_log_in"].contains(&name)
        || optional
        || (path, name) == ("/me/delegations/act", "delegation")
        || (path, name) == ("/sign-in", "request")
        // A box is ticked by whatever stands in it.
        || (path, name) == ("/me/report", "named")
        // Forty characters in one line, whichever they are.
        || (path, name) == ("/me/passkeys", "name")
        || (["/revoke", "/introspect"].contains(&path) && name == "token")
}

async fn noise_in_the_head_is_refused(front: Front) {
    let before = front.census().await;
    let header = prop_oneof![
        Just("cookie"),
        Just("authorization"),
        Just("accept"),
        Just("accept-language"),
        Just("content-length"),
        Just("origin"),
        Just("sec-fetch-site"),
        Just("x-forwarded-for"),
    ];
    let value = vec(prop_oneof![0x20u8..0x7f, 0x80u8..=0xff], 0..200);
    tokio::task::block_in_place(|| {
        for (method, path, _) in STANDS {
            let call = Call { method, ..Call::get(*path) };
            runner()
                .run(&(&header, &value), |(name, value)| {
                    let answer = wait(&front, call.clone().header(name, value).request());
                    prop_assert!(answer.status < 500);
                    Ok(())
                })
                .unwrap();
        }
    });
    assert_eq!(front.census().await, before);
}
