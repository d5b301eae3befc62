//! Single claims a client asks for: the `claims` parameter (OpenID Connect Core §5.5).
//!
//! OpenID Connect Core §5.5: a member that is not understood is passed over.

use formats::json;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::verified_claims::VerifiedRequest;
use crate::oauth::error::{ErrorCode, OAuthError};

/// How long the parameter may be.
const MAX_LENGTH: usize = 2 * 1024;

/// How many claims, or values of one, it may name: more than there are attributes or modes.
const MAX_ENTRIES: usize = 16;

/// What of it concerns us.
///
/// OpenID Connect Core §5.5.1: "the Authorization Server MUST NOT generate an error when Claims are not returned".
/// OpenID Connect Core §5.5.1: "If the OP does not recognize a Claim it MUST ignore it"; ID token and userinfo tell the same
/// here, so that it makes no difference in which of them a claim is asked for.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct ClaimsRequest {
    /// The person must be this one, by application identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// Authentication modes of which one must be met.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub essential_acr: Vec<String>,
    /// Authentication modes that are only wished for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wished_acr: Vec<String>,
    /// Verified claims for the ID token.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verified_in_id_token: Vec<VerifiedRequest>,
    /// Verified claims for userinfo.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verified_in_userinfo: Vec<VerifiedRequest>,
    /// Every other name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
}

#[derive(Default, Deserialize)]
struct Wish {
    #[serde(default)]
    essential: bool,
    value: Option<Value>,
    values: Option<Vec<Value>>,
}

impl ClaimsRequest {
    pub(crate) fn read(text: Option<&str>) -> Result<Self, OAuthError> {
        let Some(text) = text else { return Ok(Self::default()) };
        if text.len() > MAX_LENGTH {
            return Err(MALFORMED);
        }
        let raw: Map<String, Value> = json::read(text.as_bytes()).map_err(|_| MALFORMED)?;
        let mut read = Self::default();
        let (mut userinfo, mut id_token) = (asked(&raw, "userinfo")?, asked(&raw, "id_token")?);
        for (place, sets) in [
            (&mut userinfo, &mut read.verified_in_userinfo),
            (&mut id_token, &mut read.verified_in_id_token),
        ] {
            let Some(verified) = place.remove("verified_claims") else { continue };
            *sets = VerifiedRequest::read(&verified)?;
            // Whatever is told with a verification is asked for, and agreed to, like anything else.
            let names = sets.iter().flat_map(|set| &set.claims);
            read.names.extend(names.cloned());
        }
        for (name, wish) in userinfo.iter().chain(id_token.iter()) {
            let wish = Wish::read(wish)?;
            match name.as_str() {
                "sub" => read.sub = wish.values()?.into_iter().next().or(read.sub),
                "acr" if wish.essential => read.essential_acr.extend(wish.values()?),
                "acr" => read.wished_acr.extend(wish.values()?),
                _ if read.names.contains(name) => {}
                _ => read.names.push(name.clone()),
            }
        }
        Ok(read)
    }
}

/// What is asked to be told in this place.
fn asked(raw: &Map<String, Value>, place: &str) -> Result<Map<String, Value>, OAuthError> {
    match raw.get(place) {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(wishes)) if wishes.len() <= MAX_ENTRIES => Ok(wishes.clone()),
        Some(_) => Err(MALFORMED),
    }
}

impl Wish {
    /// OpenID Connect Core §5.5.1: "null: Indicates that this Claim is being requested in the default manner", or an object.
    fn read(value: &Value) -> Result<Self, OAuthError> {
        match value {
            Value::Null => Ok(Self::default()),
            Value::Object(_) => serde_json::from_value(value.clone()).map_err(|_| MALFORMED),
            _ => Err(MALFORMED),
        }
    }

    fn values(self) -> Result<Vec<String>, OAuthError> {
        let values: Vec<_> =
            self.value.into_iter().chain(self.values.into_iter().flatten()).collect();
        if values.len() > MAX_ENTRIES {
            return Err(MALFORMED);
        }
        let text = |value| if let Value::String(text) = value { Ok(text) } else { Err(MALFORMED) };
        values.into_iter().map(text).collect()
    }
}

const MALFORMED: OAuthError = ErrorCode::InvalidRequest
    .because("claims_malformed", "claims is not the JSON of OpenID Connect Core 5.5");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_concerns_us() {
        let read = ClaimsRequest::read(Some(
            r#"{"userinfo": {"age_over_18": {"essential": true}, "name": null},
                "id_token": {"auth_time": {"essential": true}, "age_over_18": null,
                             "sub": {"value": "mfrg"}, "acr": {"essential": true, "values": ["a", "b"]}}}"#,
        ));
        let read = read.unwrap();
        assert_eq!(read.sub.as_deref(), Some("mfrg"));
        assert_eq!(read.essential_acr, ["a", "b"]);
        assert_eq!(read.wished_acr, [""; 0]);
        assert_eq!(read.names, ["age_over_18", "name", "auth_time"]);
        assert_eq!(ClaimsRequest::read(None), Ok(ClaimsRequest::default()));
        assert_eq!(ClaimsRequest::read(Some("{}")), Ok(ClaimsRequest::default()));
    }

    #[test]
    fn refuses_what_is_no_such_json() {
        let many: Vec<_> = (0..17).map(|n| format!(r#""c{n}":null"#)).collect();
        for text in [
            "",
            "[]",
            "{",
            r#"{"id_token":[]}"#,
            r#"{"id_token":{},"id_token":{}}"#,
            r#"{"id_token":{"acr":{"essential":"yes"}}}"#,
            r#"{"id_token":{"acr":{"values":[1]}}}"#,
            &format!(r#"{{"id_token":{{{}}}}}"#, many.join(",")),
            &format!("{{{}}}", " ".repeat(3000)),
        ] {
            assert_eq!(ClaimsRequest::read(Some(text)), Err(MALFORMED), "{text}");
        }
    }
}
