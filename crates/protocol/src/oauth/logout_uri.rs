//! Where a client is told that a session ended: registered in full, called as registered.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use super::redirect_uri::{NotARedirectUri, RedirectUri};

/// What a front-channel logout adds to its URI, beside what a redirect adds.
const RESERVED: &str = "sid";

/// A registered logout URI: `https`, or `http` on the loopback interface, in the one spelling browsers give it.
///
/// Its host is made of letters, digits, dots and hyphens, so that it can stand in a policy that names what a page may
/// frame; a host can hold a semicolon otherwise.
#[derive(Clone, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct LogoutUri(RedirectUri);

/// Why a text cannot be registered as a logout URI.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NotALogoutUri {
    /// It could not be registered as a redirect URI either.
    #[error(transparent)]
    Uri(#[from] NotARedirectUri),
    /// Its host is made of other characters.
    #[error("the host is not made of letters, digits, dots and hyphens")]
    Host,
    /// Its query uses a name that we add.
    #[error("the query uses a name that the logout adds")]
    ReservedName,
}

impl LogoutUri {
    /// The text, as registered.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The same, as a URL.
    pub fn as_url(&self) -> &Url {
        self.0.as_url()
    }
}

impl FromStr for LogoutUri {
    type Err = NotALogoutUri;

    fn from_str(text: &str) -> Result<Self, NotALogoutUri> {
        let uri: RedirectUri = text.parse()?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
        let host = match uri.as_url().host() {
            Some(Host::Domain(name)) => name.bytes().all(plain),
            Some(Host::Ipv4(_)) => true,
            Some(Host::Ipv6(_)) | None => false,
        };
        if !host {
            return Err(NotALogoutUri::Host);
        }
        if uri.as_url().query_pairs().any(|(name, _)| name == RESERVED) {
            return Err(NotALogoutUri::ReservedName);
        }
        Ok(Self(uri))
    }
}

impl TryFrom<String> for LogoutUri {
    type Error = NotALogoutUri;

    fn try_from(text: String) -> Result<Self, NotALogoutUri> {
        text.parse()
    }
}

impl From<LogoutUri> for String {
    fn from(uri: LogoutUri) -> Self {
        uri.0.into()
    }
}

impl fmt::Debug for LogoutUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LogoutUri({})", self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_could_say_more_is_refused() {
        for good in [
            "https://air.example/logout?tenant=1",
            "https://xn--fiq228c.example/out",
            "http://127.0.0.1:9001/logout",
        ] {
            assert_eq!(good.parse::<LogoutUri>().unwrap().as_str(), good);
        }
        for (text, why) in [
            ("https://a;script-src.example/", NotALogoutUri::Host),
            ("https://a,b.example/", NotALogoutUri::Host),
            ("https://a'b.example/", NotALogoutUri::Host),
            ("http://[::1]:9001/logout", NotALogoutUri::Host),
            ("https://air.example/logout?sid=1", NotALogoutUri::ReservedName),
            ("https://air.example/logout?iss=1", NotARedirectUri::ReservedName.into()),
            ("https://air.example/logout#x", NotARedirectUri::Fragment.into()),
            ("http://air.example/logout", NotARedirectUri::Scheme.into()),
        ] {
            assert_eq!(text.parse::<LogoutUri>(), Err(why), "{text}");
        }
    }
}
