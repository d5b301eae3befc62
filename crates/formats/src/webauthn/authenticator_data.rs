//! What the authenticator says: for whom, that it verified its user, its count, and a new key (WebAuthn §6.1).

use super::{Assured, BadPasskey, LONGEST_ID, Method, RelyingParty};
use crate::{
    cbor::Value,
    cose::CoseKey,
    mac::{same, sha256},
};

// WebAuthn §6.1, flags.
const USER_PRESENT: u8 = 1;
const USER_VERIFIED: u8 = 1 << 2;
const BACKUP_ELIGIBLE: u8 = 1 << 3;
const BACKED_UP: u8 = 1 << 4;
const KEY_INCLUDED: u8 = 1 << 6;
const EXTENSIONS_INCLUDED: u8 = 1 << 7;

pub(super) struct AuthenticatorData {
    relying_party: [u8; 32],
    flags: u8,
    /// Id and key of the passkey just made.
    pub(super) made: Option<(Vec<u8>, CoseKey)>,
    pub(super) assured: Assured,
}

impl AuthenticatorData {
    /// Every byte is accounted for.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, BadPasskey> {
        let mut rest = bytes;
        let relying_party = take(&mut rest)?;
        let [flags] = take(&mut rest)?;
        let count = u32::from_be_bytes(take(&mut rest)?);
        let made = if flags & KEY_INCLUDED == 0 { None } else { Some(new_key(&mut rest)?) };
        let mut method = None;
        if flags & EXTENSIONS_INCLUDED != 0 {
            let (extensions, after) = Value::read_first(rest).map_err(|_| BadPasskey::Malformed)?;
            method = Method::of_extensions(&extensions);
            rest = after;
        }
        if !rest.is_empty() {
            return Err(BadPasskey::Malformed);
        }
        let assured = Assured { count, synced: flags & BACKUP_ELIGIBLE != 0, method };
        Ok(Self { relying_party, flags, made, assured })
    }

    /// WebAuthn §7.1 steps 14 to 17, §7.2 steps 16 to 19.
    pub(super) fn check(&self, by: RelyingParty<'_>) -> Result<(), BadPasskey> {
        if !same(&self.relying_party, &sha256(by.id.as_bytes())) {
            return Err(BadPasskey::RelyingParty);
        }
        // WebAuthn §7.2 step 18: "If user verification was determined to be required, verify that the UV bit of the
        // flags in authData is set. Otherwise, ignore the value of the UV flag." Ours is always required.
        let wanted = USER_PRESENT | USER_VERIFIED;
        if self.flags & wanted != wanted {
            return Err(BadPasskey::UserNotVerified);
        }
        // WebAuthn §7.2 step 19: "If the BE bit of the flags in authData is not set, verify that the BS bit is not
        // set."
        if self.flags & (BACKUP_ELIGIBLE | BACKED_UP) == BACKED_UP {
            return Err(BadPasskey::Malformed);
        }
        Ok(())
    }
}

/// WebAuthn §6.5.1: AAGUID, length of the id, the id, the key. The AAGUID names a model nobody vouches for: not read.
fn new_key(rest: &mut &[u8]) -> Result<(Vec<u8>, CoseKey), BadPasskey> {
    let _: [u8; 16] = take(rest)?;
    let length = usize::from(u16::from_be_bytes(take(rest)?));
    if length == 0 || length > LONGEST_ID {
        return Err(BadPasskey::Malformed);
    }
    let (id, after) = rest.split_at_checked(length).ok_or(BadPasskey::Malformed)?;
    let (_, following) = Value::read_first(after).map_err(|_| BadPasskey::Malformed)?;
    let key = after.get(..after.len() - following.len()).ok_or(BadPasskey::Malformed)?;
    let key = CoseKey::read(key).map_err(|_| BadPasskey::Algorithm)?;
    *rest = following;
    Ok((id.to_vec(), key))
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], BadPasskey> {
    let (&taken, after) = rest.split_first_chunk::<N>().ok_or(BadPasskey::Malformed)?;
    *rest = after;
    Ok(taken)
}
