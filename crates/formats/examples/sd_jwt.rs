//! Credentials and status lists from a command line, one JSON document in and one out: what `conformance/sd-jwt` talks to.
//!
//! `issue` makes an issuer, a holder, a credential, a presentation and its status list; `read` checks those of others.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "an example ends where it cannot go on"
)]

use std::io::Read as _;

use aws_lc_rs::rand::fill;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use yinzheng_formats::{
    Jwk, SigningKey,
    sd_jwt::{Binding, Credential, Expected, Reader, StatusReference, UnverifiedCredential},
    status_list::{StatusList, StatusToken, UnverifiedStatusToken},
};

fn main() {
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input).expect("a document on standard input");
    let input: Value = serde_json::from_str(&input).expect("JSON on standard input");
    let said = match std::env::args().nth(1).as_deref() {
        Some("issue") => issue(&input),
        Some("read") => read(&input),
        _ => json!({"usage": "sd_jwt issue | read, with JSON on standard input"}),
    };
    println!("{said}");
}

fn text<'a>(input: &'a Value, name: &str) -> &'a str {
    input[name].as_str().unwrap_or_else(|| panic!("{name} is a text"))
}

fn now(input: &Value) -> Timestamp {
    Timestamp::from_second(input["now"].as_i64().expect("now")).expect("a time")
}

fn issue(input: &Value) -> Value {
    let (issuer, holder) = (SigningKey::generate(), SigningKey::generate());
    let now = now(input);
    let (name, vct, uri) = (text(input, "issuer"), text(input, "vct"), text(input, "status"));
    let index = 70_001;
    let credential = Credential {
        issuer: name.to_owned(),
        vct: vct.to_owned(),
        expires_at: now + SignedDuration::from_hours(72),
        status: Some(StatusReference { index, uri: uri.to_owned() }),
        holder: holder.public(),
    };
    let hidden: Vec<_> = input["hidden"].as_object().expect("hidden").iter().collect();
    let hidden: Vec<_> =
        hidden.into_iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    let mut chance = |bytes: &mut [u8]| fill(bytes).expect("entropy");
    let handed_over = credential
        .issue((&issuer, "issuer-1").into(), Map::new(), &hidden, 4, &mut chance)
        .expect("names that may be hidden");
    let expected = Expected { issuer: name, vct, now };
    let unverified = UnverifiedCredential::parse(&handed_over).expect("our own form");
    let (_, held) =
        unverified.receive(issuer.verifying_key(), &expected).expect("our own").into_inner();
    let shown = held.show(|one| one.name() == Some(text(input, "show")));
    let (audience, nonce) = (text(input, "audience"), text(input, "nonce"));
    let presentation = shown.bind(&holder, Binding { audience, nonce, now, others: Map::new() });
    let list = |revoked: &[u32]| {
        let list = StatusList::revoking(revoked.iter().copied());
        let token = StatusToken {
            uri: uri.to_owned(),
            issued_at: now,
            expires_at: now + SignedDuration::from_mins(15),
            time_to_live: SignedDuration::from_mins(2),
            list,
        };
        token.sign(&issuer, "issuer-1")
    };
    json!({
        "issuer_key": issuer.public(), "holder_key": holder.public(), "issued": handed_over,
        "presentation": presentation, "good": list(&[3, 9]), "revoked": list(&[3, index]),
    })
}

fn read(input: &Value) -> Value {
    let issuer: Jwk = serde_json::from_value(input["issuer_key"].clone()).expect("a key");
    let (key, now) = (issuer.verifying_key(), now(input));
    let expected = Expected { issuer: text(input, "issuer"), vct: text(input, "vct"), now };
    let reader = Reader { audience: text(input, "audience"), nonce: text(input, "nonce"), now };
    let presented = UnverifiedCredential::parse(text(input, "presentation"))
        .and_then(|unverified| unverified.verify_presented(key, &expected, &reader));
    let presented = match presented {
        Ok(presented) => presented.into_inner(),
        Err(refused) => return json!({"refused": format!("{refused:?}")}),
    };
    let reference = presented.credential.status.expect("a status");
    let token = UnverifiedStatusToken::parse(text(input, "status_token"))
        .and_then(|unverified| unverified.verify(key, &reference.uri, now));
    match token {
        Ok(token) => json!({
            "claims": presented.claims, "status": token.list.status(reference.index),
        }),
        Err(refused) => json!({"refused": format!("{refused:?}")}),
    }
}
