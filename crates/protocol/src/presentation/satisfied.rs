//! The verifier's side: is what was presented what was asked for?

use serde_json::Value;

use super::{Query, query::Format};

/// One presentation, verified as its format wants it.
#[derive(Clone, Copy, Debug)]
pub struct Presented<'a> {
    /// Under which name of the query it came.
    pub id: &'a str,
    /// Its format.
    pub format: Format,
    /// Its type.
    pub credential_type: &'a str,
    /// The claims it disclosed and those it always shows.
    pub claims: &'a Value,
    /// Did the holder prove to hold it, for this verifier and this question?
    pub holder_bound: bool,
}

/// How an answer falls short of the query.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Unsatisfied {
    /// Something came under a name that nobody asked for.
    #[error("a presentation that was not asked for")]
    Unasked,
    /// Several came where one was asked for.
    #[error("more presentations than were asked for")]
    TooMany,
    /// Of another format or type.
    #[error("a credential of another type")]
    Type,
    /// Without the holder's proof.
    #[error("the holder did not prove to hold it")]
    HolderBinding,
    /// Claims are missing, or have other values.
    #[error("claims are missing, or have other values")]
    Claims,
    /// Not every credential that is needed came.
    #[error("credentials are missing")]
    Incomplete,
}

impl Query {
    /// Holds a whole answer against the query.
    ///
    /// `OpenID4VP` §8.6: "Check that the set of Presentations returned satisfies all requirements defined in the Verifier's
    /// request". Values are checked as well: `OpenID4VP` §6.4.1 says that verifiers "MUST NOT rely on it for security checks".
    pub fn check(&self, answer: &[Presented<'_>]) -> Result<(), Unsatisfied> {
        for presented in answer {
            let query = self.credentials.iter().find(|query| query.id.to_string() == presented.id);
            let query = query.ok_or(Unsatisfied::Unasked)?;
            if query.format != presented.format
                || !query.types.iter().any(|wanted| wanted == presented.credential_type)
            {
                return Err(Unsatisfied::Type);
            }
            if query.holder_binding && !presented.holder_bound {
                return Err(Unsatisfied::HolderBinding);
            }
            query.claim_set(presented.claims).ok_or(Unsatisfied::Claims)?;
            let same = answer.iter().filter(|other| other.id == presented.id).count();
            if same > 1 && !query.multiple {
                return Err(Unsatisfied::TooMany);
            }
        }
        let has = |id: &super::query::QueryId| {
            answer.iter().any(|presented| presented.id == id.to_string())
        };
        if self.is_complete(has) { Ok(()) } else { Err(Unsatisfied::Incomplete) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn credential(id: &str, multiple: bool) -> Value {
        json!({
            "id": id, "format": "dc+sd-jwt", "meta": {"vct_values": ["card"]}, "multiple": multiple,
            "claims": [{"path": ["age_over_18"], "values": [true]}],
        })
    }

    #[test]
    fn what_was_asked_and_nothing_less() {
        let query: Query = json!({"credentials": [credential("a", false), credential("b", true)]})
            .to_string()
            .parse()
            .unwrap();
        let (of_age, minor) = (json!({"age_over_18": true}), json!({"age_over_18": false}));
        let one = |id| Presented {
            id,
            format: Format::SdJwtVc,
            credential_type: "card",
            claims: &of_age,
            holder_bound: true,
        };
        let (a, b) = (one("a"), one("b"));
        assert_eq!(query.check(&[a, b]), Ok(()));
        assert_eq!(query.check(&[a, b, b]), Ok(()));
        let empty = json!({});
        for (answer, why) in [
            (vec![], Unsatisfied::Incomplete),
            (vec![a], Unsatisfied::Incomplete),
            (vec![a, a, b], Unsatisfied::TooMany),
            (vec![a, b, one("c")], Unsatisfied::Unasked),
            (vec![a, Presented { credential_type: "ticket", ..b }], Unsatisfied::Type),
            (vec![a, Presented { format: Format::Other, ..b }], Unsatisfied::Type),
            (vec![a, Presented { holder_bound: false, ..b }], Unsatisfied::HolderBinding),
            (vec![a, Presented { claims: &minor, ..b }], Unsatisfied::Claims),
            (vec![a, Presented { claims: &empty, ..b }], Unsatisfied::Claims),
        ] {
            assert_eq!(query.check(&answer), Err(why));
        }
    }

    #[test]
    fn sets_are_met_by_any_option() {
        let query: Query = json!({
            "credentials": [credential("a", false), credential("b", false)],
            "credential_sets": [{"options": [["a"], ["b"]]}],
        })
        .to_string()
        .parse()
        .unwrap();
        let claims = json!({"age_over_18": true});
        let one = |id| Presented {
            id,
            format: Format::SdJwtVc,
            credential_type: "card",
            claims: &claims,
            holder_bound: true,
        };
        assert_eq!(query.check(&[one("b")]), Ok(()));
        assert_eq!(query.check(&[]), Err(Unsatisfied::Incomplete));
    }
}
