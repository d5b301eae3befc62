//! The wallet's side: which credentials and claims a query gets, and never more.

use serde_json::Value;

use super::{
    Path, Query,
    query::{ClaimQuery, CredentialQuery, Format, QueryId},
};

/// A credential that a wallet holds, as far as a query looks at it.
#[derive(Clone, Copy, Debug)]
pub struct Held<'a> {
    /// Its format.
    pub format: Format,
    /// Its type (`vct`).
    pub credential_type: &'a str,
    /// All its claims, the hidden ones too.
    pub claims: &'a Value,
    /// Has the wallet the key it is bound to?
    pub bound: bool,
}

/// One credential to present.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Selected {
    /// What the query calls it.
    pub id: QueryId,
    /// Which of the held ones, by its place.
    pub held: usize,
    /// What may be disclosed of it.
    pub claims: Vec<Path>,
}

impl Query {
    /// What answers the query with the least; nothing, if it cannot be answered.
    ///
    /// `OpenID4VP` §6.4.2: "If the Wallet cannot deliver all non-optional Credentials requested by the Verifier according to these
    /// rules, it MUST NOT return any Credential(s)." What is optional is left out: a wallet that wants more asks its holder.
    pub fn select(&self, held: &[Held<'_>]) -> Option<Vec<Selected>> {
        let found: Vec<_> =
            self.credentials.iter().filter_map(|query| selected(query, held)).collect();
        let has = |id: &QueryId| found.iter().any(|selected| selected.id == *id);
        if !self.is_complete(has) {
            return None;
        }
        if self.sets.is_empty() {
            return Some(found);
        }
        let mut wanted: Vec<&QueryId> = Vec::new();
        for set in self.sets.iter().filter(|set| set.required) {
            wanted.extend(set.options.iter().find(|option| option.iter().all(has))?);
        }
        let needed = |selected: &Selected| wanted.contains(&&selected.id);
        Some(found.iter().filter(|selected| needed(selected)).cloned().collect())
    }
}

/// The first held credential that matches, and what of it.
fn selected(query: &CredentialQuery, held: &[Held<'_>]) -> Option<Selected> {
    held.iter().enumerate().find_map(|(place, held)| {
        let suits = query.format == Format::SdJwtVc
            && held.format == query.format
            && query.types.iter().any(|wanted| wanted == held.credential_type)
            && (held.bound || !query.holder_binding);
        let claims = suits.then(|| claims(query, held.claims)).flatten()?;
        Some(Selected { id: query.id.clone(), held: place, claims })
    })
}

/// `OpenID4VP` §6.4.1: "If the Wallet cannot deliver all claims requested by the Verifier according to these rules, it MUST NOT
/// return the respective Credential."
fn claims(query: &CredentialQuery, claims: &Value) -> Option<Vec<Path>> {
    let set = query.claim_set(claims)?;
    Some(set.into_iter().map(|claim| claim.path.clone()).collect())
}

impl CredentialQuery {
    /// The first combination of claims that is all there; nothing, if none is.
    pub(super) fn claim_set(&self, claims: &Value) -> Option<Vec<&ClaimQuery>> {
        if self.claim_sets.is_empty() {
            let all: Vec<_> = self.claims.iter().collect();
            return all.iter().all(|claim| claim.is_met_by(claims)).then_some(all);
        }
        self.claim_sets
            .iter()
            .map(|set| set.iter().filter_map(|&place| self.claims.get(place)).collect())
            .find(|set: &Vec<&ClaimQuery>| set.iter().all(|claim| claim.is_met_by(claims)))
    }
}

impl ClaimQuery {
    /// Is the claim there, with a value that is wanted?
    ///
    /// `OpenID4VP` §6.3: "the type and value of the claim both match exactly for at least one of the elements in the array".
    fn is_met_by(&self, claims: &Value) -> bool {
        let selected = self.path.select(claims);
        let wanted = |value: &&Value| self.values.is_empty() || self.values.contains(value);
        selected.iter().any(wanted)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const PID: &str = "https://credentials.example.com/identity_credential";

    fn held<'a>(credential_type: &'a str, claims: &'a Value) -> Held<'a> {
        Held { format: Format::SdJwtVc, credential_type, claims, bound: true }
    }

    fn query(value: &Value) -> Query {
        value.to_string().parse().unwrap()
    }

    fn asked(selected: Option<Vec<Selected>>) -> Option<Vec<(String, Vec<Value>)>> {
        let asked =
            |one: Selected| (one.id.to_string(), one.claims.iter().map(Path::to_value).collect());
        Some(selected?.into_iter().map(asked).collect())
    }

    /// `OpenID4VP` §D, `claims_alternatives`: name and place, or name and postal code.
    #[test]
    fn the_first_combination_that_is_there() {
        let query = query(&json!({"credentials": [{
            "id": "pid", "format": "dc+sd-jwt", "meta": {"vct_values": [PID]},
            "claims": [
                {"id": "a", "path": ["family_name"]}, {"id": "b", "path": ["postal_code"]},
                {"id": "c", "path": ["locality"]}, {"id": "d", "path": ["region"]},
                {"id": "e", "path": ["date_of_birth"]},
            ],
            "claim_sets": [["a", "c", "d", "e"], ["a", "b", "e"]],
        }]}));
        let claims =
            json!({"family_name": "Dent", "postal_code": "1", "date_of_birth": "1952-03-11"});
        let paths = ["family_name", "postal_code", "date_of_birth"].map(|name| json!([name]));
        let expected = Some(vec![("pid".to_owned(), paths.to_vec())]);
        assert_eq!(asked(query.select(&[held(PID, &claims)])), expected);
        let mut more = claims.clone();
        more["locality"] = json!("Milliways");
        more["region"] = json!("End");
        let first = asked(query.select(&[held(PID, &more)])).unwrap();
        assert_eq!(first[0].1.len(), 4);
        let less = json!({"family_name": "Dent"});
        assert_eq!(query.select(&[held(PID, &less)]), None);
        assert_eq!(query.select(&[held("another type", &more)]), None);
        assert_eq!(query.select(&[Held { bound: false, ..held(PID, &more) }]), None);
    }

    /// `OpenID4VP` §D, `value_matching_simple`.
    #[test]
    fn a_claim_of_another_value_counts_as_absent() {
        let query = query(&json!({"credentials": [{
            "id": "pid", "format": "dc+sd-jwt", "meta": {"vct_values": [PID]},
            "claims": [
                {"path": ["age_over_18"], "values": [true]},
                {"path": ["postal_code"], "values": ["90210", "90211"]},
            ],
        }]}));
        let answers = |age: Value, code: Value| {
            let claims = json!({"age_over_18": age, "postal_code": code});
            query.select(&[held(PID, &claims)]).is_some()
        };
        assert!(answers(json!(true), json!("90211")));
        assert!(!answers(json!(true), json!("90212")));
        assert!(!answers(json!(true), json!(90211)), "another type");
        assert!(!answers(json!("true"), json!("90211")), "another type");
        assert!(!answers(json!(false), json!("90211")));
    }

    /// `OpenID4VP` §D, `credentials_alternatives`: one card, or two lesser ones; what is nice to have stays at home.
    #[test]
    fn one_option_of_each_required_set_and_nothing_optional() {
        let credential = |id: &str, wanted: &str| json!({"id": id, "format": "dc+sd-jwt", "meta": {"vct_values": [wanted]}, "claims": [{"path": ["x"]}]});
        let query = query(&json!({
            "credentials": [credential("pid", "P"), credential("one", "1"), credential("two", "2"), credential("nice", "N")],
            "credential_sets": [
                {"options": [["pid"], ["one", "two"]]},
                {"required": false, "options": [["nice"]]},
            ],
        }));
        let claims = json!({"x": 1});
        let ids = |types: &[&'static str]| {
            let held: Vec<_> = types.iter().map(|kind| held(kind, &claims)).collect();
            let ids = |one: (String, Vec<Value>)| one.0;
            asked(query.select(&held)).map(|all| all.into_iter().map(ids).collect::<Vec<_>>())
        };
        assert_eq!(ids(&["N", "2", "P", "1"]).unwrap(), ["pid"]);
        assert_eq!(ids(&["N", "2", "1"]).unwrap(), ["one", "two"]);
        assert_eq!(ids(&["N", "2"]), None, "half of it is nothing");
    }

    #[test]
    fn no_claims_asked_is_no_claims_shown() {
        let query = query(&json!({"credentials": [
            {"id": "pid", "format": "dc+sd-jwt", "meta": {"vct_values": [PID]}},
        ]}));
        let claims = json!({"family_name": "Dent"});
        assert_eq!(
            asked(query.select(&[held(PID, &claims)])),
            Some(vec![("pid".to_owned(), vec![])])
        );
    }

    #[test]
    fn formats_we_do_not_hold_are_not_answered() {
        let query = query(&json!({"credentials": [
            {"id": "mdl", "format": "mso_mdoc", "meta": {"doctype_value": "org.iso.18013.5.1.mDL"}},
        ]}));
        let claims = json!({});
        let other = Held { format: Format::Other, ..held("org.iso.18013.5.1.mDL", &claims) };
        assert_eq!(query.select(&[other]), None);
    }
}
