//! Queries of strangers, as a wallet reads them, held against a credential: what is selected lies in it, and its verifier is content.
#![no_main]

use libfuzzer_sys::fuzz_target;
use protocol::presentation::{Held, Presented, Query, query::Format};
use serde_json::json;

fuzz_target!(|input: &[u8]| {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let Ok(query) = text.parse::<Query>() else { return };
    let claims = json!({"a": 1, "b": [1, {"c": true}], "age_over_18": true});
    let held = Held { format: Format::SdJwtVc, credential_type: "t", claims: &claims, bound: true };
    let Some(selected) = query.select(&[held]) else { return };
    for path in selected.iter().flat_map(|one| &one.claims) {
        assert!(!path.select(&claims).is_empty());
    }
    let ids: Vec<_> = selected.iter().map(|one| one.id.to_string()).collect();
    let presented = |id| Presented {
        id,
        format: Format::SdJwtVc,
        credential_type: "t",
        claims: &claims,
        holder_bound: true,
    };
    let answer: Vec<_> = ids.iter().map(|id| presented(id.as_str())).collect();
    assert_eq!(query.check(&answer), Ok(()));
});
