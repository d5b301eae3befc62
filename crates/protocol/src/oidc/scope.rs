//! What is asked: `openid`, at most one `scene:<name>`, and attributes such as `age_over_18`.
//!
//! The words stay text here; `service` holds them against the law's scenes and attributes.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};

use crate::oauth::error::{ErrorCode, OAuthError};

/// The word that makes a request one of `OpenID` Connect.
const OPENID: &str = "openid";

/// What a scene's name is written after.
const SCENE: &str = "scene:";

/// The word that asks for standing access.
///
/// OpenID Connect Core §11: "This scope value requests that an OAuth 2.0 Refresh Token be issued".
pub const OFFLINE_ACCESS: &str = "offline_access";

/// How many words a scope may have: well above what any scene may ask.
const MAX_WORDS: usize = 32;

/// How long one word may be.
const MAX_WORD: usize = 64;

/// A set of scope words with `openid` and at most one scene among them.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Scope(BTreeSet<String>);

impl Scope {
    /// Reads a text.
    pub fn read(text: &str) -> Result<Self, OAuthError> {
        // OpenID Connect Core §14: "a single ASCII space character (0x20) MUST be used as the delimiter."
        // RFC 6749 §3.3: "If the value contains multiple space-delimited strings, their order does
        // not matter, and each string adds an additional access range to the requested scope."
        let words: BTreeSet<String> =
            text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        if words.len() > MAX_WORDS || !words.iter().all(|word| is_word(word)) {
            return Err(ErrorCode::InvalidScope
                .because("scope_malformed", "scope is malformed or too long"));
        }
        // OpenID Connect Core §3.1.2.1: "OpenID Connect requests MUST contain the openid scope
        // value."
        if !words.contains(OPENID) {
            return Err(
                ErrorCode::InvalidScope.because("openid_missing", "scope must contain openid")
            );
        }
        if words.iter().filter(|word| word.starts_with(SCENE)).count() > 1 {
            return Err(
                ErrorCode::InvalidScope.because("scenes_doubled", "scope may name one scene only")
            );
        }
        Ok(Self(words))
    }

    /// The name of the scene, if one is named.
    pub fn scene(&self) -> Option<&str> {
        self.0.iter().find_map(|word| word.strip_prefix(SCENE))
    }

    /// Every other word but `openid`: attributes, and words nobody here knows.
    ///
    /// OpenID Connect Core §3.1.2.1: "Scope values used that are not understood by an
    /// implementation SHOULD be ignored." Ignoring is `service`'s, with [`Self::granting`].
    pub fn attributes(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str).filter(|word| *word != OPENID && !word.starts_with(SCENE))
    }

    /// The same with single claims, asked for as if by scope; a name that could be no word of scope is no claim of ours.
    #[must_use]
    pub fn with(mut self, claims: Vec<String>) -> Self {
        let ours = |claim: &String| {
            *claim != OFFLINE_ACCESS && is_word(claim) && !claim.starts_with(SCENE)
        };
        self.0.extend(claims.into_iter().filter(ours));
        self
    }

    /// Is access to stand?
    pub fn asks_to_stand(&self) -> bool {
        self.0.contains(OFFLINE_ACCESS)
    }

    /// Has it no word that `granted` lacks?
    pub fn is_within(&self, granted: &Self) -> bool {
        self.0.is_subset(&granted.0)
    }

    /// The scope that is granted: `openid`, the scene, and of the attributes those that `may`.
    #[must_use]
    pub fn granting(&self, may: impl Fn(&str) -> bool) -> Self {
        let keep = |word: &&String| *word == OPENID || word.starts_with(SCENE) || may(word);
        Self(self.0.iter().filter(keep).cloned().collect())
    }
}

/// RFC 6749 §3.3: "scope-token = 1*( %x21 / %x23-5B / %x5D-7E )"
fn is_word(word: &str) -> bool {
    (1..=MAX_WORD).contains(&word.len())
        && word.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.0.iter().map(String::as_str).collect();
        f.write_str(&words.join(" "))
    }
}

impl TryFrom<String> for Scope {
    type Error = OAuthError;

    fn try_from(text: String) -> Result<Self, OAuthError> {
        Self::read(&text)
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_scene_and_attributes() {
        let scope = Scope::read("profile openid  scene:check_age age_over_18 openid").unwrap();
        assert_eq!(scope.scene(), Some("check_age"));
        assert_eq!(scope.attributes().collect::<Vec<_>>(), ["age_over_18", "profile"]);
        let granted = scope.granting(|word| word == "age_over_18");
        assert_eq!(granted.to_string(), "age_over_18 openid scene:check_age");
        let sealed = serde_json::to_string(&granted).unwrap();
        assert_eq!(serde_json::from_str::<Scope>(&sealed).unwrap(), granted);
    }

    #[test]
    fn refuses_what_is_no_scope() {
        let words: Vec<_> = (0..32).map(|n| format!("s{n}")).collect();
        for (text, reason) in [
            (String::new(), "openid_missing"),
            ("profile".into(), "openid_missing"),
            ("OpenID".into(), "openid_missing"),
            ("openid scene:log_in scene:register".into(), "scenes_doubled"),
            ("openid a\"b".into(), "scope_malformed"),
            ("openid a\\b".into(), "scope_malformed"),
            ("openid 网".into(), "scope_malformed"),
            (format!("openid {}", "x".repeat(65)), "scope_malformed"),
            (format!("openid {}", words.join(" ")), "scope_malformed"),
        ] {
            assert_eq!(Scope::read(&text).unwrap_err().reason, reason, "{text}");
        }
    }
}
