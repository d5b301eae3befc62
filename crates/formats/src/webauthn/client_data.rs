//! What the browser says it was asked, and by whom (WebAuthn §5.8.1). The authenticator signs its hash.

use serde::Deserialize;

use super::{BadPasskey, RelyingParty};
use crate::{base64url, json, mac::same};

/// Longest client data looked at; a browser's has some two hundred bytes.
const LONGEST: usize = 2 * 1024;

/// Which ceremony.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ceremony {
    /// A passkey is made.
    Create,
    /// A passkey signs.
    Get,
}

impl Ceremony {
    const fn word(self) -> &'static str {
        match self {
            Self::Create => "webauthn.create",
            Self::Get => "webauthn.get",
        }
    }
}

/// WebAuthn §5.8.1: "future versions may add additional fields": they are not read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    #[serde(rename = "type")]
    ceremony: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
}

/// WebAuthn §7.1 steps 7 to 11, §7.2 steps 10 to 14.
pub(super) fn check(
    bytes: &[u8],
    ceremony: Ceremony,
    challenge: &[u8],
    by: RelyingParty<'_>,
) -> Result<(), BadPasskey> {
    if bytes.len() > LONGEST {
        return Err(BadPasskey::Malformed);
    }
    let said: ClientData = json::read(bytes).map_err(|_| BadPasskey::Malformed)?;
    if said.ceremony != ceremony.word() {
        return Err(BadPasskey::Ceremony);
    }
    let answered = base64url::decode(&said.challenge).map_err(|_| BadPasskey::Malformed)?;
    if !same(&answered, challenge) {
        return Err(BadPasskey::Challenge);
    }
    if said.origin != by.origin || said.cross_origin {
        return Err(BadPasskey::Origin);
    }
    Ok(())
}
