//! Verified claims (OpenID Connect for Identity Assurance 1.0, with its schema): how an identity was proved, asked for in the
//! `claims` parameter and told without the identity.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::oauth::error::{ErrorCode, OAuthError};

/// The trust framework: identities proved for the national network identity authentication service, by the Measures of
/// 2025. A name of ours, until somebody registers one.
pub const TRUST_FRAMEWORK: &str = "cn_net_identity";
/// Kinds of evidence there are, for discovery.
pub const EVIDENCE: [&str; 2] = ["document", "electronic_record"];
/// How evidence can have been checked, for discovery.
pub const CHECK_METHODS: [&str; 3] = ["vcrypt", "data", "vpip"];

/// How many sets may be asked for.
const MAX_SETS: usize = 4;
/// How many members an object of it may have, and entries an array.
const MAX_MEMBERS: usize = 16;
/// How deep it may go: evidence, its details, their constraint.
const MAX_DEPTH: usize = 6;

/// A set of verified claims as it is asked for.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct VerifiedRequest {
    /// What is asked of the verification, with its constraints.
    verification: Map<String, Value>,
    /// Which claims, by name.
    pub claims: Vec<String>,
}

/// How an identity was proved.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Proved {
    /// A card that answered the state register.
    Register,
    /// A document whose chip proved to be no copy.
    Chip,
    /// Two officers who saw person and document.
    Counter,
}

/// A set of verified claims as it is told.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct VerifiedClaims {
    verification: Value,
    claims: BTreeMap<String, bool>,
}

impl VerifiedRequest {
    /// Reads the member `verified_claims`: one set, or several.
    pub(crate) fn read(asked: &Value) -> Result<Vec<Self>, OAuthError> {
        let sets = match asked {
            Value::Array(sets) if (1..=MAX_SETS).contains(&sets.len()) => sets.as_slice(),
            Value::Object(_) => std::slice::from_ref(asked),
            _ => return Err(MALFORMED),
        };
        sets.iter().map(Self::read_one).collect()
    }

    fn read_one(set: &Value) -> Result<Self, OAuthError> {
        let object = |name| match set.get(name) {
            Some(Value::Object(members)) if !members.is_empty() => Ok(members),
            _ => Err(MALFORMED),
        };
        let (verification, claims) = (object("verification")?, object("claims")?);
        // The trust framework is a part of every verification, whether or not a value is named.
        if !verification.contains_key("trust_framework") || claims.len() > MAX_MEMBERS {
            return Err(MALFORMED);
        }
        if !verification.values().all(|value| is_bounded(value, MAX_DEPTH)) {
            return Err(MALFORMED);
        }
        Ok(Self { verification: verification.clone(), claims: claims.keys().cloned().collect() })
    }

    /// What of it can be told; nothing if a constraint cannot be met, or no claim of it may be told.
    ///
    /// What is not known is left out. What is not known but must be so (`value`, `values`, `max_age`, `essential`) leaves the
    /// whole set out, and so does anything known that is otherwise: the relying party sees that it has less than it asked.
    pub fn answered(
        &self,
        proved: Proved,
        on: Date,
        told: &BTreeMap<String, bool>,
        now: Timestamp,
    ) -> Option<VerifiedClaims> {
        let claims: BTreeMap<_, _> =
            self.claims.iter().filter_map(|name| Some((name.clone(), *told.get(name)?))).collect();
        if claims.is_empty() {
            return None;
        }
        let known = known(proved, on);
        let asked = Value::Object(self.verification.clone());
        let verification = met(&asked, Some(&known), now).ok()??;
        Some(VerifiedClaims { verification, claims })
    }
}

/// All that is known of a verification. No level: a level would let relying parties turn away whoever enrolled without
/// showing a face (`docs/assurance.md`). No class and no number of a document: those lie in the vault.
fn known(proved: Proved, on: Date) -> Value {
    let (kind, method) = match proved {
        Proved::Register => ("electronic_record", "data"),
        Proved::Chip => ("document", "vcrypt"),
        Proved::Counter => ("document", "vpip"),
    };
    json!({
        "trust_framework": TRUST_FRAMEWORK,
        // The month, by its first day: whoever is told the day somebody enrolled may know them by it elsewhere.
        "time": on.first_of_month().to_string(),
        "evidence": [{"type": kind, "check_details": [{"check_method": method}]}],
    })
}

struct Unmet;

/// The part of `known` that is asked for.
fn met(asked: &Value, known: Option<&Value>, now: Timestamp) -> Result<Option<Value>, Unmet> {
    let Some(known) = known else {
        return if constrains(asked) { Err(Unmet) } else { Ok(None) };
    };
    match (asked, known) {
        (Value::Null, _) => Ok(Some(known.clone())),
        (Value::Object(asked), Value::Object(known)) => {
            let mut told = Map::new();
            for (name, asked) in asked {
                if let Some(value) = met(asked, known.get(name), now)? {
                    told.insert(name.clone(), value);
                }
            }
            Ok((!told.is_empty()).then_some(Value::Object(told)))
        }
        (Value::Array(asked), Value::Array(known)) => {
            let mut told = Vec::new();
            for known in known {
                let fits = asked.iter().find_map(|asked| met(asked, Some(known), now).ok()?);
                told.extend(fits);
            }
            if told.is_empty() { Err(Unmet) } else { Ok(Some(Value::Array(told))) }
        }
        (Value::Object(constraint), Value::String(known)) => {
            if holds(constraint, known, now) {
                Ok(Some(json!(known)))
            } else {
                Err(Unmet)
            }
        }
        _ => Err(Unmet),
    }
}

/// Does a value hold against its constraint?
fn holds(constraint: &Map<String, Value>, known: &str, now: Timestamp) -> bool {
    constraint.iter().all(|(name, wanted)| match (name.as_str(), wanted) {
        ("value", Value::String(wanted)) => wanted == known,
        ("values", Value::Array(wanted)) => wanted.iter().any(|one| one.as_str() == Some(known)),
        ("max_age", Value::Number(seconds)) => {
            seconds.as_i64().is_some_and(|most| is_younger(known, most, now))
        }
        ("essential", Value::Bool(_)) | ("purpose", Value::String(_)) => true,
        _ => false,
    })
}

/// A month's age counts from its beginning: nothing is said to be younger than it may be.
fn is_younger(day: &str, most: i64, now: Timestamp) -> bool {
    let began = day.parse::<Date>().ok().and_then(|day| day.to_zoned(TimeZone::UTC).ok());
    began.is_some_and(|began| now.as_second() - began.timestamp().as_second() <= most)
}

/// Must something be so, anywhere inside?
fn constrains(asked: &Value) -> bool {
    match asked {
        Value::Object(members) => members.iter().any(|(name, value)| match name.as_str() {
            "value" | "values" | "max_age" => true,
            "essential" => *value == Value::Bool(true),
            _ => constrains(value),
        }),
        Value::Array(entries) => entries.iter().any(constrains),
        _ => false,
    }
}

fn is_bounded(value: &Value, depth: usize) -> bool {
    match (value, depth) {
        (Value::Object(_) | Value::Array(_), 0) => false,
        (Value::Object(members), _) => {
            members.len() <= MAX_MEMBERS
                && members.values().all(|inner| is_bounded(inner, depth - 1))
        }
        (Value::Array(entries), _) => {
            entries.len() <= MAX_MEMBERS && entries.iter().all(|inner| is_bounded(inner, depth - 1))
        }
        _ => true,
    }
}

const MALFORMED: OAuthError = ErrorCode::InvalidRequest.because(
    "verified_claims_malformed",
    "verified_claims names a verification with its trust_framework, and at least one claim",
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::now;

    fn told(request: &Value) -> Option<Value> {
        let [request] = &VerifiedRequest::read(request).unwrap()[..] else { panic!("one set") };
        let known = BTreeMap::from([("age_over_18".to_owned(), true)]);
        let on = now().to_zoned(TimeZone::UTC).date();
        let answer = request.answered(Proved::Chip, on, &known, now());
        answer.map(|told| serde_json::to_value(told).unwrap())
    }

    fn asking(verification: &Value) -> Value {
        json!({"verification": verification, "claims": {"age_over_18": null}})
    }

    #[test]
    fn what_is_asked_is_told_and_no_more() {
        let told_ = told(&asking(&json!({"trust_framework": null}))).unwrap();
        let only = json!({"trust_framework": "cn_net_identity"});
        assert_eq!(told_, json!({"verification": only, "claims": {"age_over_18": true}}));
        let all = json!({
            "trust_framework": {"value": "cn_net_identity"},
            "time": {"max_age": 31 * 86_400},
            "assurance_level": null,
            "evidence": [
                {"type": {"value": "vouch"}},
                {"type": {"values": ["document"]}, "check_details": [{"check_method": null}],
                 "document_details": {"document_number": null}},
            ],
        });
        let told_ = told(&asking(&all)).unwrap();
        assert_eq!(
            told_["verification"],
            json!({
                "trust_framework": "cn_net_identity",
                "time": now().to_zoned(TimeZone::UTC).date().first_of_month().to_string(),
                "evidence": [{"type": "document", "check_details": [{"check_method": "vcrypt"}]}],
            })
        );
    }

    #[test]
    fn what_cannot_be_met_leaves_the_set_out() {
        for verification in [
            json!({"trust_framework": {"value": "eidas"}}),
            json!({"trust_framework": {"values": ["eidas", "de_aml"]}}),
            json!({"trust_framework": null, "time": {"max_age": 1}}),
            json!({"trust_framework": null, "assurance_level": {"value": "high"}}),
            json!({"trust_framework": null, "assurance_level": {"essential": true}}),
            json!({"trust_framework": null, "evidence": [{"type": {"value": "vouch"}}]}),
            json!({"trust_framework": null,
                   "evidence": [{"type": null, "check_details": [{"check_method": {"value": "vpip"}}]}]}),
            json!({"trust_framework": {"unheard_of": 1}}),
        ] {
            assert_eq!(told(&asking(&verification)), None, "{verification}");
        }
    }

    #[test]
    fn without_a_claim_nothing_is_told() {
        let name = json!({"verification": {"trust_framework": null}, "claims": {"name": null}});
        assert_eq!(told(&name), None);
    }

    #[test]
    fn malformed_requests_are_refused() {
        let claims = json!({"age_over_18": null});
        let many: Vec<_> = (0..5).map(|_| asking(&json!({"trust_framework": null}))).collect();
        let deep = json!([[[[[[[[1]]]]]]]]);
        for request in [
            json!(null),
            json!([]),
            json!(many),
            json!({"claims": claims}),
            json!({"verification": {}, "claims": claims}),
            json!({"verification": {"time": null}, "claims": claims}),
            json!({"verification": {"trust_framework": null}}),
            json!({"verification": {"trust_framework": null}, "claims": {}}),
            json!({"verification": {"trust_framework": null, "evidence": deep}, "claims": claims}),
        ] {
            assert_eq!(VerifiedRequest::read(&request), Err(MALFORMED), "{request}");
        }
    }
}
