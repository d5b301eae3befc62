//! Which pages a client wants shown: the `prompt` parameter.
//!
//! OpenID Connect Core §15.1: `none` and `login` as said, with `max_age`.

use serde::{Deserialize, Serialize};

use crate::oauth::error::{ErrorCode, OAuthError};

/// The words of `prompt` we know, for discovery.
pub const SUPPORTED: [&str; 4] = ["none", "login", "consent", "select_account"];

/// Which pages may or must be shown to the person.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Prompt {
    /// `none`: no page at all; answer at once or with an error.
    Silent,
    /// Whatever is needed, and what the client insists on.
    Pages {
        /// `login` or `select_account`: sign in again, session or not.
        sign_in: bool,
        /// `consent`: ask again, consent on file or not.
        consent: bool,
    },
}

impl Prompt {
    pub(crate) fn read(text: Option<&str>) -> Result<Self, OAuthError> {
        let words: Vec<&str> =
            text.unwrap_or_default().split(' ').filter(|word| !word.is_empty()).collect();
        let (mut sign_in, mut consent) = (false, false);
        for word in &words {
            match *word {
                // OpenID Connect Core §3.1.2.1: "If this parameter contains none with any other
                // value, an error is returned."
                "none" if words.len() == 1 => return Ok(Self::Silent),
                "none" => {
                    return Err(ErrorCode::InvalidRequest
                        .because("prompt_none_with_others", "prompt=none must stand alone"));
                }
                // OpenID Connect Core §3.1.2.1: "If it cannot obtain an account selection choice made by the End-User, it
                // MUST return an error". It can: a person has one account, so that who is meant is chosen by who signs in.
                "login" | "select_account" => sign_in = true,
                "consent" => consent = true,
                _ => {
                    return Err(ErrorCode::InvalidRequest
                        .because("prompt_unknown", "prompt has a value that is not supported"));
                }
            }
        }
        Ok(Self::Pages { sign_in, consent })
    }

    /// May a page be shown?
    pub fn allows_pages(self) -> bool {
        self != Self::Silent
    }

    /// Must the person sign in again?
    pub fn wants_sign_in(self) -> bool {
        matches!(self, Self::Pages { sign_in: true, .. })
    }

    /// Must the person be asked again?
    pub fn wants_consent(self) -> bool {
        matches!(self, Self::Pages { consent: true, .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_each_word() {
        let pages = |sign_in, consent| Ok(Prompt::Pages { sign_in, consent });
        assert_eq!(Prompt::read(None), pages(false, false));
        assert_eq!(Prompt::read(Some("login")), pages(true, false));
        assert_eq!(Prompt::read(Some("consent  login")), pages(true, true));
        assert_eq!(Prompt::read(Some("select_account")), pages(true, false));
        assert_eq!(Prompt::read(Some("login select_account consent")), pages(true, true));
        assert_eq!(Prompt::read(Some("none")), Ok(Prompt::Silent));
    }

    #[test]
    fn refuses_what_cannot_be_done() {
        for (text, reason) in [
            ("none login", "prompt_none_with_others"),
            ("login none", "prompt_none_with_others"),
            ("none none", "prompt_none_with_others"),
            ("none select_account", "prompt_none_with_others"),
            ("LOGIN", "prompt_unknown"),
            ("create", "prompt_unknown"),
        ] {
            assert_eq!(Prompt::read(Some(text)).unwrap_err().reason, reason, "{text}");
        }
    }
}
