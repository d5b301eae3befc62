//! An address on this platform to go to next. Anything else would let a link here send a person anywhere.

use serde::{Deserialize, Deserializer};

/// The longest address carried along: an authorization request with room to spare.
const LONGEST: usize = 4096;

/// A path on this platform, with its query.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct LocalPath(String);

impl LocalPath {
    /// The path if it is one, else the start page.
    pub(crate) fn or_start(text: &str) -> Self {
        if is_local(text) { Self(text.to_owned()) } else { Self::default() }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The sealed request of a relying party that it carries, if it carries one.
    pub(crate) fn request(&self) -> Option<String> {
        let (_, query) = self.0.split_once('?')?;
        let mut fields = form_urlencoded::parse(query.as_bytes());
        fields.find_map(|(name, value)| (name == "request").then(|| value.into_owned()))
    }
}

impl Default for LocalPath {
    fn default() -> Self {
        Self("/".to_owned())
    }
}

impl<'de> Deserialize<'de> for LocalPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self::or_start(&text))
    }
}

/// Browsers read `//host` and `/\host` as another host, and drop tabs and line ends before they look.
fn is_local(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next() == Some('/')
        && !characters.next().is_some_and(|second| matches!(second, '/' | '\\'))
        && text.len() <= LONGEST
        && text.chars().all(|c| c.is_ascii_graphic() && c != '\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leads_nowhere_else() {
        for text in ["/", "/me", "/authorize?client_id=a&redirect_uri=https%3A%2F%2Fair.example%2F"]
        {
            assert_eq!(LocalPath::or_start(text).as_str(), text);
        }
        for text in [
            "",
            "me",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/\t/evil.example",
            "/a\r\nb",
            "/ä",
        ] {
            assert_eq!(LocalPath::or_start(text).as_str(), "/", "{text}");
        }
    }
}
