//! The logout token: what a relying party's servers are told when a session ends (Back-Channel Logout 1.0 §2.4).

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::numeric_date;
use crate::oauth::{client::ClientId, issuer::Issuer};

/// The `typ` of its header.
pub const TYP: &str = "logout+jwt";

/// How long a logout token may be believed: it is made when it is sent.
pub const LIFETIME: SignedDuration = SignedDuration::from_mins(2);

/// The claims of a logout token.
///
/// Back-Channel Logout 1.0 §2.4: "A Logout Token MUST contain either a sub or a sid Claim, and MAY contain both." Ours always
/// has `sub`; there is no `nonce`, so that none is taken for an ID token.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct LogoutToken {
    /// Who says so.
    pub iss: Issuer,
    /// Whose session ended: the application identifier.
    pub sub: String,
    /// To whom it is said.
    pub aud: ClientId,
    /// When it was said.
    #[serde(with = "numeric_date")]
    pub iat: Timestamp,
    /// Until when it may be believed.
    #[serde(with = "numeric_date")]
    pub exp: Timestamp,
    /// Its own name, another each time it is sent.
    pub jti: String,
    /// That it is a logout.
    pub events: Events,
    /// Which session ended; all of the person's at this client otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
}

/// The claim that makes it a logout token.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Events {
    #[serde(rename = "http://schemas.openid.net/event/backchannel-logout")]
    logout: Nothing,
}

/// `{}`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
struct Nothing {}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::samples::{issuer, now};

    #[test]
    fn says_what_it_must_and_nothing_else() {
        let token = LogoutToken {
            iss: issuer(),
            sub: "mfrggzdfmztwq2lknnwg23tpobyxe43u".to_owned(),
            aud: "shop".parse().unwrap(),
            iat: now(),
            exp: now() + LIFETIME,
            jti: "bWJq".to_owned(),
            events: Events::default(),
            sid: Some("08a5019c".to_owned()),
        };
        assert_eq!(
            serde_json::to_value(&token).unwrap(),
            json!({
                "iss": "https://id.example",
                "sub": "mfrggzdfmztwq2lknnwg23tpobyxe43u",
                "aud": "shop",
                "iat": 1_795_323_600,
                "exp": 1_795_323_720,
                "jti": "bWJq",
                "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
                "sid": "08a5019c",
            })
        );
        let bare = serde_json::to_value(LogoutToken { sid: None, ..token }).unwrap();
        assert_eq!((bare.get("sid"), bare.get("nonce")), (None, None));
    }
}
