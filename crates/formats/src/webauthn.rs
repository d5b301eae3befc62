//! Passkeys: what an authenticator answers, held against what it was asked (WebAuthn Level 3 §7.1, §7.2).
//!
//! User verification is required in every ceremony. No attestation is asked for, so none is believed: of an
//! authenticator nothing is known but what it says with its own key.

mod authenticator_data;
mod client_data;
mod method;

use serde::{Deserialize, Serialize};

pub use method::Method;

use authenticator_data::AuthenticatorData;
use client_data::Ceremony;

use crate::{Verified, base64url, cbor::Value, cose::CoseKey, json, mac::sha256};

/// Longest answer looked at, as text.
const LONGEST_ANSWER: usize = 16 * 1024;
/// Longest attestation object looked at: authenticator data, and a statement that says little.
const LONGEST_ATTESTATION: usize = 4 * 1024;
/// WebAuthn §4, Credential ID: "At most 1023 bytes long."
const LONGEST_ID: usize = 1023;

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub struct RelyingParty<'a> {
    /// The domain passkeys belong to.
    pub id: &'a str,
    /// The one origin whose pages may ask.
    pub origin: &'a str,
}

/// Why an answer is not believed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadPasskey {
    /// Not an answer, or one that is too large.
    #[error("not an answer of an authenticator")]
    Malformed,
    /// It answers the other ceremony.
    #[error("it answers another ceremony")]
    Ceremony,
    /// It answers another challenge.
    #[error("it answers another challenge")]
    Challenge,
    /// It was given to a page of another origin, or to one inside another's page.
    #[error("it was given to a page of another origin")]
    Origin,
    /// It is for another relying party.
    #[error("it is for another relying party")]
    RelyingParty,
    /// The authenticator did not verify its user.
    #[error("the authenticator did not verify its user")]
    UserNotVerified,
    /// Its key is of an algorithm that is not taken, or no key.
    #[error("the key is of no algorithm that is taken")]
    Algorithm,
    /// It attests itself in a way that was not asked for, or wrongly.
    #[error("the attestation does not hold or was not asked for")]
    Attestation,
    /// The signature does not hold.
    #[error("the signature does not hold")]
    Signature,
}

/// A passkey just made.
#[derive(Clone, Debug)]
pub struct NewPasskey {
    /// Its name, chosen by the authenticator.
    pub id: Vec<u8>,
    /// Its public half.
    pub key: CoseKey,
    /// How it stood and how its user was verified.
    pub state: Assured,
}

/// What an authenticator says beside its signature.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Assured {
    /// How often it signed; zero for good where it does not count.
    pub count: u32,
    /// Whether the key may be copied to other devices of its user.
    pub synced: bool,
    /// How the user was verified, where it says so.
    pub method: Option<Method>,
}

/// The JSON of `PublicKeyCredential.toJSON()`; members that decide nothing are not read.
#[derive(Deserialize, Serialize)]
struct Answer<R> {
    #[serde(rename = "rawId", with = "crate::base64url::text")]
    id: Vec<u8>,
    #[serde(rename = "type")]
    kind: String,
    response: R,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Made {
    #[serde(rename = "clientDataJSON", with = "crate::base64url::text")]
    client_data: Vec<u8>,
    #[serde(with = "crate::base64url::text")]
    attestation_object: Vec<u8>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Used {
    #[serde(rename = "clientDataJSON", with = "crate::base64url::text")]
    client_data: Vec<u8>,
    #[serde(with = "crate::base64url::text")]
    authenticator_data: Vec<u8>,
    #[serde(with = "crate::base64url::text")]
    signature: Vec<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user_handle: Option<String>,
}

/// A passkey that was just made, if this answer to `challenge` shows one.
pub fn made(
    answer: &str,
    challenge: &[u8],
    by: RelyingParty<'_>,
) -> Result<Verified<NewPasskey>, BadPasskey> {
    let Answer { id, response, .. } = read::<Made>(answer)?;
    client_data::check(&response.client_data, Ceremony::Create, challenge, by)?;
    let object = response.attestation_object;
    if object.len() > LONGEST_ATTESTATION {
        return Err(BadPasskey::Malformed);
    }
    let object = Value::read(&object).map_err(|_| BadPasskey::Malformed)?;
    let bytes = object.named("authData").and_then(Value::bytes).ok_or(BadPasskey::Malformed)?;
    let data = AuthenticatorData::read(bytes)?;
    data.check(by)?;
    let (new_id, key) = data.made.ok_or(BadPasskey::Malformed)?;
    if new_id != id {
        return Err(BadPasskey::Malformed);
    }
    let signed = [bytes, &sha256(&response.client_data)].concat();
    check_attestation(&object, &key, &signed)?;
    Ok(Verified::new(NewPasskey { id, key, state: data.assured }))
}

/// WebAuthn §5.4.7: where none is asked for, a client "SHOULD replace the … attestation statement with None", save
/// self attestation, which tells no model apart.
fn check_attestation(object: &Value<'_>, key: &CoseKey, signed: &[u8]) -> Result<(), BadPasskey> {
    let statement = object.named("attStmt").ok_or(BadPasskey::Malformed)?;
    match object.named("fmt") {
        Some(Value::Text("none")) if *statement == Value::Map(Vec::new()) => Ok(()),
        // WebAuthn §8.2, self attestation: "Validate that alg matches the algorithm of the credentialPublicKey in
        // authenticatorData. Verify that sig is a valid signature over the concatenation of authenticatorData and
        // clientDataHash using the credential public key with alg."
        Some(Value::Text("packed")) if statement.named("x5c").is_none() => {
            let algorithm = statement.named("alg").and_then(Value::int);
            let signature = statement.named("sig").and_then(Value::bytes);
            let holds = algorithm == Some(key.algorithm())
                && signature.is_some_and(|signature| key.verify(signed, signature).is_ok());
            if holds { Ok(()) } else { Err(BadPasskey::Attestation) }
        }
        _ => Err(BadPasskey::Attestation),
    }
}

/// What an answer says of itself, to look the passkey up by.
#[derive(Clone, Debug)]
pub struct Unverified {
    /// The passkey.
    pub id: Vec<u8>,
    /// What the authenticator calls the passkey's owner.
    pub user_handle: Option<Vec<u8>>,
}

/// What an answer says of itself, before it is held against a key.
pub fn unverified(answer: &str) -> Result<Unverified, BadPasskey> {
    let Answer { id, response, .. } = read::<Used>(answer)?;
    let user_handle = response.user_handle.filter(|handle| !handle.is_empty());
    let user_handle = user_handle.map(|handle| base64url::decode(&handle)).transpose();
    Ok(Unverified { id, user_handle: user_handle.map_err(|_| BadPasskey::Malformed)? })
}

/// What the authenticator says, if this is the answer of the passkey with `key` to `challenge`. Whether it counted
/// up is for whoever keeps the count.
pub fn used(
    answer: &str,
    challenge: &[u8],
    by: RelyingParty<'_>,
    key: &CoseKey,
) -> Result<Verified<Assured>, BadPasskey> {
    let Answer { response, .. } = read::<Used>(answer)?;
    client_data::check(&response.client_data, Ceremony::Get, challenge, by)?;
    let data = AuthenticatorData::read(&response.authenticator_data)?;
    data.check(by)?;
    let signed = [response.authenticator_data.as_slice(), &sha256(&response.client_data)].concat();
    key.verify(&signed, &response.signature).map_err(|_| BadPasskey::Signature)?;
    Ok(Verified::new(data.assured))
}

/// An answer without whatever decides nothing, for whoever keeps it: [`used`] says the same of it as of the original.
pub fn kept(answer: &str) -> Result<String, BadPasskey> {
    let mut answer = read::<Used>(answer)?;
    answer.response.user_handle = None;
    serde_json::to_string(&answer).map_err(|_| BadPasskey::Malformed)
}

fn read<R: serde::de::DeserializeOwned>(answer: &str) -> Result<Answer<R>, BadPasskey> {
    if answer.len() > LONGEST_ANSWER {
        return Err(BadPasskey::Malformed);
    }
    let answer: Answer<R> = json::read(answer.as_bytes()).map_err(|_| BadPasskey::Malformed)?;
    if answer.kind != "public-key" || answer.id.is_empty() || answer.id.len() > LONGEST_ID {
        return Err(BadPasskey::Malformed);
    }
    Ok(answer)
}
