//! Where a browser is sent back: registered in full, matched in full.
//!
//! OpenID Connect Core §15.5.2: registered beforehand, whole.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// How long a redirect URI may be; with `state` and `code` it still fits common URL limits.
const MAX_LENGTH: usize = 512;

/// Names we add to a redirect URI; one that already has them would be ambiguous.
const RESERVED: [&str; 7] =
    ["code", "state", "iss", "error", "error_description", "error_uri", "response"];

/// A registered redirect URI: `https`, or `http` on the loopback interface.
///
/// It is kept in the one spelling browsers give it, so that what we compare is where the browser
/// goes.
#[derive(Clone, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct RedirectUri(Url);

/// Why a text cannot be registered as a redirect URI.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NotARedirectUri {
    /// It is no absolute URL, or too long.
    #[error("not an absolute URL of at most {MAX_LENGTH} characters")]
    Malformed,
    /// A browser would write it another way (case, default port, dot segments, IDN, …).
    #[error("not written the way a browser writes it")]
    NotCanonical,
    /// Its scheme is neither `https` nor `http` on loopback.
    #[error("neither https nor http on the loopback interface")]
    Scheme,
    /// It carries a user name or password.
    #[error("contains user information")]
    UserInformation,
    /// It has a fragment.
    #[error("contains a fragment")]
    Fragment,
    /// Its host ends in a dot.
    #[error("the host ends in a dot")]
    TrailingDot,
    /// Its query uses a name that belongs to the response.
    #[error("the query uses a name that belongs to the response")]
    ReservedName,
}

impl RedirectUri {
    /// The text, as registered.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The same, as a URL to add a response to.
    pub fn as_url(&self) -> &Url {
        &self.0
    }

    /// Is it this very text?
    ///
    /// RFC 9700 §2.1: "When comparing client redirection URIs against pre-registered URIs,
    /// authorization servers MUST utilize exact string matching except for port numbers in localhost
    /// redirection URIs of native apps" — of which there are none here.
    pub fn is(&self, text: &str) -> bool {
        self.as_str() == text
    }
}

impl FromStr for RedirectUri {
    type Err = NotARedirectUri;

    fn from_str(text: &str) -> Result<Self, NotARedirectUri> {
        if text.len() > MAX_LENGTH {
            return Err(NotARedirectUri::Malformed);
        }
        // RFC 6749 §3.1.2: "The redirection endpoint URI MUST be an absolute URI"
        let url = Url::parse(text).map_err(|_| NotARedirectUri::Malformed)?;
        // RFC 6749 §3.1.2: "The endpoint URI MUST NOT include a fragment component."
        if url.fragment().is_some() {
            return Err(NotARedirectUri::Fragment);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(NotARedirectUri::UserInformation);
        }
        // RFC 9700 §2.6: "authorization servers MUST NOT allow redirection URIs that use the http
        // scheme except for native clients that use loopback interface redirection". We except
        // every client on loopback: see docs/divergences.md.
        let secure = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
        if !secure {
            return Err(NotARedirectUri::Scheme);
        }
        if url.host_str().is_some_and(|host| host.ends_with('.')) {
            return Err(NotARedirectUri::TrailingDot);
        }
        if url.as_str() != text {
            return Err(NotARedirectUri::NotCanonical);
        }
        if url.query_pairs().any(|(name, _)| RESERVED.contains(&name.as_ref())) {
            return Err(NotARedirectUri::ReservedName);
        }
        Ok(Self(url))
    }
}

/// Does what is sent to this address stay unread on its way? With `https`, and with `http` that does not leave this machine
/// (docs/divergences.md).
pub fn is_guarded(address: &str) -> bool {
    Url::parse(address)
        .is_ok_and(|url| url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url)))
}

/// Does the URL's host name this very machine?
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

impl TryFrom<String> for RedirectUri {
    type Error = NotARedirectUri;

    fn try_from(text: String) -> Result<Self, NotARedirectUri> {
        text.parse()
    }
}

impl From<RedirectUri> for String {
    fn from(uri: RedirectUri) -> Self {
        uri.0.into()
    }
}

impl fmt::Debug for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RedirectUri({self})")
    }
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::{NotARedirectUri as No, *};

    #[test]
    fn what_leaves_the_machine_is_encrypted() {
        for address in ["https://a.example/q", "http://localhost:8080/q", "http://[::1]/q"] {
            assert!(is_guarded(address), "{address}");
        }
        for address in ["http://a.example", "http://localhost.a.example", "ftp://localhost", "q"] {
            assert!(!is_guarded(address), "{address}");
        }
    }

    #[test]
    fn admits_https_and_plain_loopback() {
        for text in [
            "https://air.example/callback",
            "https://air.example/",
            "https://air.example:8443/a/b?tenant=1",
            "https://xn--fiq228c.example/cb",
            "http://localhost:9001/callback",
            "http://127.0.0.1:9001/callback",
            "http://[::1]:9001/callback",
        ] {
            let uri: RedirectUri = text.parse().expect(text);
            assert_eq!(uri.as_str(), text);
            assert!(uri.is(text));
        }
    }

    #[test]
    fn refuses_what_could_lead_elsewhere() {
        for (text, why) in [
            ("", No::Malformed),
            ("/callback", No::Malformed),
            ("//air.example/cb", No::Malformed),
            ("https://", No::Malformed),
            ("javascript:alert(1)", No::Scheme),
            ("data:text/html,x", No::Scheme),
            ("air.app:/cb", No::Scheme),
            ("http://air.example/cb", No::Scheme),
            ("http://localhost.evil.example/cb", No::Scheme),
            ("http://10.0.0.1/cb", No::Scheme),
            ("https://air.example/cb#", No::Fragment),
            ("https://air.example/cb#x", No::Fragment),
            ("https://air.example@evil.example/", No::UserInformation),
            ("https://:pw@air.example/", No::UserInformation),
            ("https://air.example./cb", No::TrailingDot),
            ("https://air.example", No::NotCanonical),
            ("https://AIR.example/cb", No::NotCanonical),
            ("HTTPS://air.example/cb", No::NotCanonical),
            ("https://air.example:443/cb", No::NotCanonical),
            ("https://air.example/a/../cb", No::NotCanonical),
            ("https://air.example/a/%2e%2e/cb", No::NotCanonical),
            ("https://air.example\\@evil.example/", No::NotCanonical),
            ("https:air.example/cb", No::NotCanonical),
            ("https://中国.example/cb", No::NotCanonical),
            ("https://air.example/中", No::NotCanonical),
            (" https://air.example/cb", No::NotCanonical),
            ("https://air.example/cb\n", No::NotCanonical),
            ("http://127.1:9001/cb", No::NotCanonical),
            ("https://air.example/cb?code=1", No::ReservedName),
            ("https://air.example/cb?%73tate=1", No::ReservedName),
        ] {
            assert_eq!(text.parse::<RedirectUri>(), Err(why), "{text:?}");
        }
        let long = format!("https://air.example/{}", "x".repeat(MAX_LENGTH));
        assert_eq!(long.parse::<RedirectUri>(), Err(No::Malformed));
    }
}
