//! Who issues: the one name that stands in discovery, in every token and in every redirect.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use url::Url;

use super::redirect_uri::is_loopback;

/// An issuer identifier, never ending in `/`.
#[derive(Clone, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Issuer(String);

/// The text is no issuer identifier.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not an https URL (or http on loopback) without query, fragment and final slash")]
pub struct NotAnIssuer;

impl Issuer {
    /// The identifier itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address of something below the issuer; `path` begins with `/`.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

impl FromStr for Issuer {
    type Err = NotAnIssuer;

    fn from_str(text: &str) -> Result<Self, NotAnIssuer> {
        let url = Url::parse(text).map_err(|_| NotAnIssuer)?;
        // RFC 9207 §2: the value of iss is this one, so it must be such an address. RFC 8414 §2: "The authorization server's issuer identifier, which is a URL that uses
        // the "https" scheme and has no query or fragment components." Loopback: see
        // docs/divergences.md.
        let secure = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
        let bare = url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        // One spelling only: issuers are compared as text.
        let canonical = url.as_str().strip_suffix('/').unwrap_or(url.as_str()) == text;
        if secure && bare && canonical { Ok(Self(text.to_owned())) } else { Err(NotAnIssuer) }
    }
}

impl TryFrom<String> for Issuer {
    type Error = NotAnIssuer;

    fn try_from(text: String) -> Result<Self, NotAnIssuer> {
        text.parse()
    }
}

impl From<Issuer> for String {
    fn from(issuer: Issuer) -> Self {
        issuer.0
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_one_spelling() {
        for text in ["https://id.example", "https://id.example/cn", "http://localhost:8080"] {
            assert_eq!(text.parse::<Issuer>().expect(text).at("/token"), format!("{text}/token"));
        }
        for text in [
            "https://id.example/",
            "https://ID.example",
            "https://id.example:443",
            "http://id.example",
            "https://id.example?x",
            "https://id.example#",
            "https://me@id.example",
            "ftp://id.example",
            "id.example",
        ] {
            assert_eq!(text.parse::<Issuer>(), Err(NotAnIssuer), "{text}");
        }
    }
}
