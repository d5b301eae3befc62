//! Digital Credentials Query Language (`OpenID4VP` §6): what a verifier asks for.
//!
//! `OpenID4VP` §6: "Implementations MUST ignore any unknown properties." What we know is read strictly and bounded.

use std::{collections::BTreeSet, fmt, str::FromStr};

use formats::json;
use serde::Deserialize;
use serde_json::Value;

use super::Path;

/// Longest query read.
pub const MAX_LENGTH: usize = 32 * 1024;

/// Most of anything in one array.
const MOST: usize = 32;

/// A query, checked to be one that can be answered.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Query {
    pub(super) credentials: Vec<CredentialQuery>,
    pub(super) sets: Vec<CredentialSet>,
}

/// What is asked of one credential.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CredentialQuery {
    /// What the answer calls it.
    pub id: QueryId,
    /// The format it must have.
    pub format: Format,
    /// The types it may have (`vct_values`); empty where the format has none.
    pub types: Vec<String>,
    /// May several credentials answer?
    pub multiple: bool,
    /// Must the holder prove to hold it?
    pub holder_binding: bool,
    /// Which claims may be shown; none asks for those that are always shown.
    pub claims: Vec<ClaimQuery>,
    /// Combinations of claims, by their places, the preferred first; empty asks for all claims.
    pub claim_sets: Vec<Vec<usize>>,
}

/// What is asked of one claim.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ClaimQuery {
    /// Where it is.
    pub path: Path,
    /// The values it may have; empty for any.
    pub values: Vec<Value>,
}

/// Combinations of credentials that serve one purpose.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct CredentialSet {
    pub(super) options: Vec<Vec<QueryId>>,
    pub(super) required: bool,
}

/// A format of credentials.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Format {
    /// `dc+sd-jwt`.
    SdJwtVc,
    /// Another, which we hold none of.
    Other,
}

/// What a credential is called in one request.
///
/// `OpenID4VP` §6.1: "The value MUST be a non-empty string consisting of alphanumeric, underscore (`_`), or hyphen (`-`)
/// characters."
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct QueryId(String);

/// Why a text is no query.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadQuery {
    /// Longer than [`MAX_LENGTH`], or more of something than is looked at.
    #[error("the query is too long")]
    TooLong,
    /// Not JSON of the form, or a member twice.
    #[error("not a DCQL query")]
    Form,
    /// A name that is none, stands twice, or is meant and does not stand anywhere.
    #[error("an identifier is malformed, repeated or unknown")]
    Id,
    /// A path that is none, or points where another already does.
    #[error("a claims path is malformed or repeated")]
    Path,
    /// What must not be empty is, or what needs another thing stands alone.
    #[error("something is empty or missing")]
    Missing,
}

impl FromStr for QueryId {
    type Err = BadQuery;

    fn from_str(text: &str) -> Result<Self, BadQuery> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        match text.len() {
            1..=64 if text.bytes().all(plain) => Ok(Self(text.to_owned())),
            _ => Err(BadQuery::Id),
        }
    }
}

impl fmt::Display for QueryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Query {
    type Err = BadQuery;

    fn from_str(text: &str) -> Result<Self, BadQuery> {
        if text.len() > MAX_LENGTH {
            return Err(BadQuery::TooLong);
        }
        json::read::<RawQuery>(text.as_bytes()).map_err(|_| BadQuery::Form)?.try_into()
    }
}

#[derive(Deserialize)]
struct RawQuery {
    credentials: Vec<RawCredential>,
    #[serde(default)]
    credential_sets: Option<Vec<RawSet>>,
}

#[derive(Deserialize)]
struct RawCredential {
    id: String,
    format: String,
    meta: RawMeta,
    #[serde(default)]
    multiple: bool,
    #[serde(default = "yes")]
    require_cryptographic_holder_binding: bool,
    #[serde(default)]
    claims: Option<Vec<RawClaim>>,
    #[serde(default)]
    claim_sets: Option<Vec<Vec<String>>>,
}

#[derive(Deserialize)]
struct RawMeta {
    #[serde(default)]
    vct_values: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct RawClaim {
    #[serde(default)]
    id: Option<String>,
    path: Value,
    #[serde(default)]
    values: Option<Vec<Value>>,
}

#[derive(Deserialize)]
struct RawSet {
    options: Vec<Vec<String>>,
    #[serde(default = "yes")]
    required: bool,
}

const fn yes() -> bool {
    true
}

impl TryFrom<RawQuery> for Query {
    type Error = BadQuery;

    fn try_from(raw: RawQuery) -> Result<Self, BadQuery> {
        let credentials = some(raw.credentials)?.into_iter().map(CredentialQuery::try_from);
        let credentials: Vec<_> = credentials.collect::<Result<_, _>>()?;
        let ids: BTreeSet<_> = credentials.iter().map(|query| &query.id).collect();
        if ids.len() != credentials.len() {
            return Err(BadQuery::Id);
        }
        let option = |option: Vec<String>| -> Result<Vec<QueryId>, BadQuery> {
            let named = |id: String| id.parse().ok().filter(|id| ids.contains(id));
            some(option)?.into_iter().map(|id| named(id).ok_or(BadQuery::Id)).collect()
        };
        let set = |set: RawSet| -> Result<CredentialSet, BadQuery> {
            let options = some(set.options)?.into_iter().map(option).collect::<Result<_, _>>()?;
            Ok(CredentialSet { options, required: set.required })
        };
        let sets = raw.credential_sets.map(some).transpose()?.unwrap_or_default();
        let sets = sets.into_iter().map(set).collect::<Result<_, _>>()?;
        Ok(Self { credentials, sets })
    }
}

impl TryFrom<RawCredential> for CredentialQuery {
    type Error = BadQuery;

    fn try_from(raw: RawCredential) -> Result<Self, BadQuery> {
        let format = if raw.format == "dc+sd-jwt" { Format::SdJwtVc } else { Format::Other };
        let types = match (format, raw.meta.vct_values) {
            // `OpenID4VP` §B.3.5, of `vct_values`: "REQUIRED. A non-empty array of strings".
            (Format::SdJwtVc, types) => some(types.ok_or(BadQuery::Missing)?)?,
            (Format::Other, _) => Vec::new(),
        };
        let raw_claims = raw.claims.map(some).transpose()?.unwrap_or_default();
        let ids: Vec<_> = raw_claims.iter().map(|claim| claim.id.clone()).collect();
        let claim_sets = match raw.claim_sets.map(some).transpose()? {
            Some(sets) => claim_sets(sets, &ids)?,
            None => Vec::new(),
        };
        let named: Vec<_> = ids.into_iter().flatten().collect();
        let different: BTreeSet<_> = named.iter().collect();
        if different.len() != named.len() || named.iter().any(|id| id.parse::<QueryId>().is_err()) {
            return Err(BadQuery::Id);
        }
        let mut claims: Vec<ClaimQuery> = Vec::new();
        for claim in raw_claims {
            let claim = ClaimQuery::try_from(claim)?;
            // `OpenID4VP` §6.1: "Verifiers MUST NOT point to the same claim more than once in a single query."
            if claims.iter().any(|other| other.path == claim.path) {
                return Err(BadQuery::Path);
            }
            claims.push(claim);
        }
        Ok(Self {
            id: raw.id.parse()?,
            format,
            types,
            multiple: raw.multiple,
            holder_binding: raw.require_cryptographic_holder_binding,
            claims,
            claim_sets,
        })
    }
}

impl TryFrom<RawClaim> for ClaimQuery {
    type Error = BadQuery;

    fn try_from(raw: RawClaim) -> Result<Self, BadQuery> {
        let values = raw.values.map(some).transpose()?.unwrap_or_default();
        // `OpenID4VP` §6.3: "A non-empty array of strings, integers or boolean values".
        let plain = |value: &Value| {
            value.is_string() || value.is_i64() || value.is_u64() || value.is_boolean()
        };
        if !values.iter().all(plain) {
            return Err(BadQuery::Form);
        }
        Ok(Self { path: Path::read(&raw.path).map_err(|_| BadQuery::Path)?, values })
    }
}

/// `OpenID4VP` §6.4.1: "`claim_sets` MUST NOT be present if `claims` is absent."
fn claim_sets(sets: Vec<Vec<String>>, ids: &[Option<String>]) -> Result<Vec<Vec<usize>>, BadQuery> {
    if ids.is_empty() || ids.iter().any(Option::is_none) {
        return Err(BadQuery::Missing);
    }
    let place =
        |id: &String| ids.iter().position(|known| known.as_ref() == Some(id)).ok_or(BadQuery::Id);
    let set = |set: Vec<String>| some(set)?.iter().map(place).collect();
    sets.into_iter().map(set).collect()
}

/// An array with something in it, and not too much.
fn some<T>(array: Vec<T>) -> Result<Vec<T>, BadQuery> {
    match array.len() {
        0 => Err(BadQuery::Missing),
        1..=MOST => Ok(array),
        _ => Err(BadQuery::TooLong),
    }
}

impl Query {
    /// What is asked of each credential.
    pub fn credentials(&self) -> &[CredentialQuery] {
        &self.credentials
    }

    /// Is there a credential of that name?
    pub fn names(&self, id: &str) -> bool {
        self.credentials.iter().any(|query| query.id.0 == id)
    }

    /// May all of these names together be the answer? Every required set by one of its options, or everything where there are
    /// no sets.
    pub(super) fn is_complete(&self, has: impl Fn(&QueryId) -> bool) -> bool {
        if self.sets.is_empty() {
            return self.credentials.iter().all(|query| has(&query.id));
        }
        let met = |set: &CredentialSet| set.options.iter().any(|option| option.iter().all(&has));
        self.sets.iter().filter(|set| set.required).all(met)
    }
}

#[cfg(test)]
mod tests;
