//! How keys begin, how an older set is completed, and how one key follows another.

use formats::{Cipher, Secret, SigningKey, base64url};
use jiff::Timestamp;

use super::{BadKeys, KeyPurpose, KeyRecord, KeyState};

/// Keys for a platform that begins.
pub fn first_keys(now: Timestamp, chance: &mut dyn FnMut(&mut [u8])) -> Vec<KeyRecord> {
    let mut records = Vec::new();
    for purpose in KeyPurpose::ALL {
        begin(&mut records, purpose, now, chance);
    }
    records
}

/// Adds the keys of purposes that an older version did not know; whether there were any.
///
/// A key of another purpose that is missing was lost, and is not made anew: identifiers would change without a word.
pub fn complete(
    records: &mut Vec<KeyRecord>,
    now: Timestamp,
    chance: &mut dyn FnMut(&mut [u8]),
) -> bool {
    let lacks = |purpose: &KeyPurpose| records.iter().all(|record| record.purpose != *purpose);
    let missing: Vec<_> = KeyPurpose::LATER.into_iter().filter(lacks).collect();
    for &purpose in &missing {
        begin(records, purpose, now, chance);
    }
    !missing.is_empty()
}

fn begin(
    records: &mut Vec<KeyRecord>,
    purpose: KeyPurpose,
    now: Timestamp,
    chance: &mut dyn FnMut(&mut [u8]),
) {
    let cipher = Cipher::Aes256Gcm;
    records.push(make(purpose, cipher, KeyState::Active, now, chance));
    if purpose.signs() {
        records.push(make(purpose, cipher, KeyState::Next, now, chance));
    }
}

/// Retires the active key of a purpose and puts the next one in its place.
///
/// What references seal lives hours: of their keys only the last retired one still opens, so that
/// rotating twice ends whatever a stolen key could forge. A purpose that seals goes on with this cipher; without one, with the
/// one it had.
pub fn rotate(
    records: &mut Vec<KeyRecord>,
    purpose: KeyPurpose,
    cipher: Option<Cipher>,
    now: Timestamp,
    chance: &mut dyn FnMut(&mut [u8]),
) -> Result<(), BadKeys> {
    if !purpose.rotates() {
        return Err(BadKeys::Fixed(purpose));
    }
    if cipher.is_some() && !purpose.seals() {
        return Err(BadKeys::SealsNothing(purpose));
    }
    let had = records.iter().find(|key| key.purpose == purpose && key.state == KeyState::Active);
    let cipher = cipher.or_else(|| had.and_then(KeyRecord::cipher)).unwrap_or(Cipher::Aes256Gcm);
    if purpose == KeyPurpose::References {
        records.retain(|record| record.purpose != purpose || record.state != KeyState::Retired);
    }
    if !purpose.signs() {
        records.push(make(purpose, cipher, KeyState::Next, now, chance));
    }
    for record in records.iter_mut().filter(|record| record.purpose == purpose) {
        record.state = match record.state {
            KeyState::Next => KeyState::Active,
            KeyState::Active | KeyState::Retired => KeyState::Retired,
        };
    }
    if purpose.signs() {
        records.push(make(purpose, cipher, KeyState::Next, now, chance));
    }
    Ok(())
}

fn make(
    purpose: KeyPurpose,
    cipher: Cipher,
    state: KeyState,
    made_at: Timestamp,
    chance: &mut dyn FnMut(&mut [u8]),
) -> KeyRecord {
    let (id, secret) = if let Some(suite) = purpose.suite() {
        let key = SigningKey::generate_in(suite);
        (key.public().thumbprint(), base64url::encode(key.to_pkcs8().expose()))
    } else {
        let length = if purpose.seals() { cipher.key_length() } else { 32 };
        let (mut id, mut secret) = ([0; 4], vec![0; length]);
        chance(&mut id);
        chance(&mut secret);
        let secret = Secret::new(secret);
        (data_encoding::HEXLOWER.encode(&id), base64url::encode(secret.expose()))
    };
    KeyRecord { id, purpose, state, made_at, secret, x5c: Vec::new() }
}
