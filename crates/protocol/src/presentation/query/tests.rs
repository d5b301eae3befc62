use serde_json::json;

use super::*;

fn query(value: &Value) -> Result<Query, BadQuery> {
    value.to_string().parse()
}

fn credential(more: &Value) -> Value {
    let mut credential = json!({"id": "a", "format": "dc+sd-jwt", "meta": {"vct_values": ["t"]}});
    for (name, value) in more.as_object().unwrap() {
        credential[name] = value.clone();
    }
    credential
}

fn asking(more: &Value) -> Result<Query, BadQuery> {
    query(&json!({ "credentials": [credential(more)] }))
}

#[test]
fn what_is_left_out_has_its_default() {
    let query = asking(&json!({"unknown": 1, "trusted_authorities": []})).unwrap();
    let [asked] = query.credentials() else { panic!() };
    assert_eq!(
        (asked.multiple, asked.holder_binding, asked.format),
        (false, true, Format::SdJwtVc)
    );
    assert_eq!((asked.claims.len(), asked.types.as_slice()), (0, &["t".to_owned()][..]));
    assert!(query.names("a") && !query.names("b"));
}

/// `OpenID4VP` §6.1 to §6.4.
#[test]
fn other_queries_are_refused() {
    let claims = |claims: Value| asking(&json!({ "claims": claims }));
    let sets = |sets: Value| {
        let claims = json!([{"id": "x", "path": ["x"]}, {"id": "y", "path": ["y"]}]);
        asking(&json!({"claims": claims, "claim_sets": sets}))
    };
    for (what, outcome, why) in [
        ("no credentials", query(&json!({"credentials": []})), BadQuery::Missing),
        ("nothing", query(&json!({})), BadQuery::Form),
        (
            "no meta",
            query(&json!({"credentials": [{"id": "a", "format": "dc+sd-jwt"}]})),
            BadQuery::Form,
        ),
        ("no types", asking(&json!({"meta": {}})), BadQuery::Missing),
        ("an empty list of types", asking(&json!({"meta": {"vct_values": []}})), BadQuery::Missing),
        ("an empty name", asking(&json!({"id": ""})), BadQuery::Id),
        ("a name of other characters", asking(&json!({"id": "a.b"})), BadQuery::Id),
        (
            "one name twice",
            query(&json!({"credentials": [credential(&json!({})), credential(&json!({}))]})),
            BadQuery::Id,
        ),
        ("no claims", claims(json!([])), BadQuery::Missing),
        ("a claim without a path", claims(json!([{}])), BadQuery::Form),
        ("an empty path", claims(json!([{"path": []}])), BadQuery::Path),
        ("one path twice", claims(json!([{"path": ["x"]}, {"path": ["x"]}])), BadQuery::Path),
        ("no values", claims(json!([{"path": ["x"], "values": []}])), BadQuery::Missing),
        (
            "values of another kind",
            claims(json!([{"path": ["x"], "values": [1.5]}])),
            BadQuery::Form,
        ),
        (
            "a claim's name twice",
            claims(json!([{"id": "x", "path": ["x"]}, {"id": "x", "path": ["y"]}])),
            BadQuery::Id,
        ),
        ("sets without claims", asking(&json!({"claim_sets": [["x"]]})), BadQuery::Missing),
        (
            "sets of claims without names",
            asking(&json!({"claims": [{"path": ["x"]}], "claim_sets": [["x"]]})),
            BadQuery::Missing,
        ),
        ("an unknown claim", sets(json!([["z"]])), BadQuery::Id),
        ("an empty set", sets(json!([[]])), BadQuery::Missing),
        ("no sets", sets(json!([])), BadQuery::Missing),
        (
            "an unknown credential",
            query(
                &json!({"credentials": [credential(&json!({}))], "credential_sets": [{"options": [["b"]]}]}),
            ),
            BadQuery::Id,
        ),
        (
            "no options",
            query(
                &json!({"credentials": [credential(&json!({}))], "credential_sets": [{"options": []}]}),
            ),
            BadQuery::Missing,
        ),
        (
            "too many claims",
            claims((0..=MOST).map(|n| json!({"path": [n.to_string()]})).collect()),
            BadQuery::TooLong,
        ),
    ] {
        assert_eq!(outcome.unwrap_err(), why, "{what}");
    }
    assert!(sets(json!([["x", "y"], ["x"]])).is_ok());
    assert_eq!(" ".repeat(MAX_LENGTH + 1).parse::<Query>(), Err(BadQuery::TooLong));
    assert_eq!(r#"{"credentials":[],"credentials":[]}"#.parse::<Query>(), Err(BadQuery::Form));
}
