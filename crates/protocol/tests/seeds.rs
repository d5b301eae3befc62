//! Sound inputs for the fuzz target `dcql` to start from, written to `target/tmp/fuzz-seeds`.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "whatever cannot go on here is a test that has failed"
)]

use std::{fs, path::Path};

use serde_json::{Value, json};
use yinzheng_protocol::presentation::Query;

#[test]
fn seeds_are_written() {
    let asking = |claims: Value, others: Value| {
        let mut credential = json!({"id": "c", "format": "dc+sd-jwt", "meta": {"vct_values": ["t"]}, "claims": claims});
        credential.as_object_mut().unwrap().extend(others.as_object().unwrap().clone());
        credential
    };
    let age = asking(json!([{"path": ["age_over_18"], "values": [true]}]), json!({}));
    let sets = asking(
        json!([{"id": "a", "path": ["b", 1, "c"]}, {"id": "b", "path": ["b", null]}]),
        json!({"claim_sets": [["a"], ["b"]]}),
    );
    for (name, query) in [
        ("age", json!({"credentials": [age]})),
        ("sets", json!({"credentials": [sets]})),
        (
            "options",
            json!({"credentials": [age], "credential_sets": [{"options": [["c"]], "required": false}]}),
        ),
    ] {
        let text = query.to_string();
        assert!(text.parse::<Query>().is_ok(), "{name}");
        write("dcql", name, text.as_bytes());
    }
}

fn write(target: &str, name: &str, bytes: &[u8]) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fuzz-seeds").join(target);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(name), bytes).unwrap();
}
