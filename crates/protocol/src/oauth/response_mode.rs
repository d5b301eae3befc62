//! By which way an answer goes back through the browser: the `response_mode` parameter.
//!
//! OAuth 2.0 Multiple Response Type Encoding Practices §2.1, OAuth 2.0 Form Post Response Mode, JARM §2.3.

use serde::{Deserialize, Serialize};

use super::error::{ErrorCode, OAuthError};

/// The words of `response_mode` we know, for discovery.
pub const SUPPORTED: [&str; 5] = ["query", "form_post", "jwt", "query.jwt", "form_post.jwt"];

/// By which way, and in what.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct ResponseMode {
    /// By which way.
    pub carrier: Carrier,
    /// In what.
    pub wrapping: Wrapping,
}

/// How the browser carries an answer.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Carrier {
    /// In the query of the redirect URI.
    #[default]
    Query,
    /// In a form posted to the redirect URI: it stands in no address, history or log.
    FormPost,
}

/// In what an answer is.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Wrapping {
    /// Its parameters.
    #[default]
    Plain,
    /// One parameter, `response`: a JWT signed by us.
    Signed,
    /// The names of the native interface. No `response_mode` asks for it: whoever speaks that interface is answered so.
    Native,
    /// The same, where a passcode was asked for.
    NativeWithPasscode,
}

impl ResponseMode {
    pub(super) fn read(text: Option<&str>) -> Result<Self, OAuthError> {
        let (carrier, wrapping) = match text {
            None | Some("query") => (Carrier::Query, Wrapping::Plain),
            Some("form_post") => (Carrier::FormPost, Wrapping::Plain),
            // JARM §2.3.4: "The response mode "jwt" is a shortcut and indicates the default redirect encoding (query,
            // fragment) for the requested response type. The default for response type "code" is "query.jwt"".
            Some("jwt" | "query.jwt") => (Carrier::Query, Wrapping::Signed),
            Some("form_post.jwt") => (Carrier::FormPost, Wrapping::Signed),
            // No answer of ours goes into a fragment, which script alone can read.
            Some(_) => {
                return Err(ErrorCode::InvalidRequest
                    .because("response_mode_unknown", "response_mode is not one of ours"));
            }
        };
        Ok(Self { carrier, wrapping })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_supported_word_is_read_and_no_other() {
        for word in SUPPORTED {
            assert!(ResponseMode::read(Some(word)).is_ok(), "{word}");
        }
        assert_eq!(ResponseMode::read(None), Ok(ResponseMode::default()));
        for word in ["fragment", "fragment.jwt", "Query", "web_message", "jwt query"] {
            assert_eq!(ResponseMode::read(Some(word)).unwrap_err().reason, "response_mode_unknown");
        }
    }
}
