//! What a client says of itself beside what it must: names and shapes of RFC 7591 and of the profiles that add to it,
//! the same in an admission file, in a registration and in the store.

use serde::{Deserialize, Serialize};

/// Client metadata. What is not said has the standards' default; what is not known here is refused, so that nobody
/// believes in a setting that does nothing.
///
/// RFC 7591 §2: "Registered clients have a set of metadata values associated with their client identifier at an
/// authorization server".
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClientMetadata {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_said_is_nothing_written() {
        assert_eq!(serde_json::to_string(&ClientMetadata::default()).unwrap(), "{}");
        assert_eq!(
            serde_json::from_str::<ClientMetadata>("{}").unwrap(),
            ClientMetadata::default()
        );
    }

    #[test]
    fn an_unknown_setting_is_refused() {
        assert!(serde_json::from_str::<ClientMetadata>(r#"{"token_lifetime": 1}"#).is_err());
    }
}
