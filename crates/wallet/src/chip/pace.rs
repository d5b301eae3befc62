//! PACE with generic mapping: from a password that is short to keys that are not (ICAO 9303-11 §4.4).

use formats::Secret;
use icao::secure_messaging::{
    Channel, Keys, PasswordKey, Response, Status,
    objects::{append, take},
};

use super::{
    Access, Chance, Error, Next, Progress, bac,
    card_access::Variant,
    dialogue::{Answered, Expect, command, say},
    elliptic::{BadPoint, KeyPair},
    line::{Line, Listening},
    reading::select_application,
};

/// ICAO 9303-11 §4.4.4.1: "Set Authentication Template for mutual authentication".
const SET_TEMPLATE: [u8; 4] = [0x00, 0x22, 0xC1, 0xA4];

/// §4.4.4.2 GENERAL AUTHENTICATE, with more of the chain to come.
const STEP: [u8; 4] = [0x10, 0x86, 0x00, 0x00];
/// The last of the chain.
const LAST_STEP: [u8; 4] = [0x00, 0x86, 0x00, 0x00];

/// "Dynamic Authentication Data".
const DYNAMIC: u8 = 0x7C;

/// Longest nonce read: two blocks of AES, which is what the widest key asks for.
const LONGEST_NONCE: usize = 32;

/// The chip is told which variant and which password.
struct ExpectTemplate {
    variant: Variant,
    access: Access,
    chance: Chance,
}

/// It sends its nonce, encrypted under the password.
struct ExpectNonce {
    variant: Variant,
    access: Access,
    chance: Chance,
}

/// It sends its key for the mapping.
struct ExpectMapping {
    variant: Variant,
    chance: Chance,
    nonce: Secret<Vec<u8>>,
    pair: Box<dyn KeyPair>,
}

/// It sends its key on the mapped generator.
struct ExpectAgreement {
    variant: Variant,
    pair: Box<dyn KeyPair>,
}

/// It shows that it came to the same keys.
struct ExpectToken {
    variant: Variant,
    keys: Keys,
    ours: Vec<u8>,
}

/// Begins PACE.
pub(super) fn begin(variant: Variant, access: Access, chance: Chance) -> Result<Next, Error> {
    let mut data = Vec::new();
    append(0x80, &variant.identifier(), &mut data);
    append(0x83, &[access.reference()], &mut data);
    // "REQUIRED ... if the domain parameters are ambiguous, i.e. more than one set of domain parameters is available".
    if variant.name_curve {
        append(0x84, &[variant.curve.parameters()], &mut data);
    }
    let command = command(SET_TEMPLATE, &data, Answered::WithStatus)?;
    speak(&command, ExpectTemplate { variant, access, chance })
}

impl Expect for ExpectTemplate {
    fn on_response(self: Box<Self>, response: &[u8]) -> Result<Next, Error> {
        let Self { variant, access, chance } = *self;
        let status = hear(response)?.status();
        // ISO 7816-4 table 6: 63CX is a warning that counts tries, and not a refusal.
        if status != Status::DONE && status.0 & 0xFFF0 != 0x63C0 {
            return bac::begin(access, chance);
        }
        step(STEP, None, ExpectNonce { variant, access, chance })
    }
}

impl Expect for ExpectNonce {
    fn on_response(self: Box<Self>, response: &[u8]) -> Result<Next, Error> {
        let Self { variant, access, mut chance } = *self;
        let mut nonce = Secret::new(answer(response, 0x80, "its nonce")?);
        if nonce.expose().is_empty() || nonce.expose().len() > LONGEST_NONCE {
            return Err(Error::Impostor);
        }
        let key = PasswordKey::derive(variant.cipher, access.password().expose());
        let mut blocks = nonce.expose().clone();
        key.decipher(&mut blocks).map_err(|_| Error::Impostor)?;
        nonce = Secret::new(blocks);
        let pair = variant.curve.key_pair(&mut chance)?;
        let public = pair.public().to_vec();
        step(STEP, Some((0x81, &public)), ExpectMapping { variant, chance, nonce, pair })
    }
}

impl Expect for ExpectMapping {
    fn on_response(self: Box<Self>, response: &[u8]) -> Result<Next, Error> {
        let Self { variant, mut chance, nonce, pair } = *self;
        let theirs = answer(response, 0x82, "its key for the mapping")?;
        let pair = pair.map(&theirs, nonce.expose(), &mut chance)?;
        let public = pair.public().to_vec();
        step(STEP, Some((0x83, &public)), ExpectAgreement { variant, pair })
    }
}

impl Expect for ExpectAgreement {
    fn on_response(self: Box<Self>, response: &[u8]) -> Result<Next, Error> {
        let Self { variant, pair } = *self;
        let theirs = answer(response, 0x84, "its key")?;
        // "the IC and the inspection system SHOULD check that the two public keys ... differ": agreeing refuses our own.
        let keys = Keys::derive(variant.cipher, pair.agree(&theirs)?.expose());
        let token = keys.mac(&authenticated(variant, &theirs));
        let expecting = ExpectToken { variant, keys, ours: pair.public().to_vec() };
        step(LAST_STEP, Some((0x85, &token)), expecting)
    }
}

impl Expect for ExpectToken {
    fn on_response(self: Box<Self>, response: &[u8]) -> Result<Next, Error> {
        let Self { variant, keys, ours } = *self;
        let response = hear(response)?;
        if response.status() != Status::DONE {
            return Err(Error::of_authentication(response.status()));
        }
        let token = dynamic(&response, 0x86).ok_or(Error::Impostor)?;
        keys.verify_mac(&authenticated(variant, &ours), &token).map_err(|_| Error::Impostor)?;
        select_application(Line::Protected(Channel::new(keys)))
    }
}

/// ICAO 9303-11 §4.4.3.4: "a public key data object ... containing the object identifier as indicated in MSE:Set AT ...
/// and the received ephemeral public key".
fn authenticated(variant: Variant, public: &[u8]) -> Vec<u8> {
    let mut inside = Vec::new();
    append(0x06, &variant.identifier(), &mut inside);
    append(0x86, public, &mut inside);
    // The template's tag, 7F49, has two bytes.
    let mut object = vec![0x7F];
    append(0x49, &inside, &mut object);
    object
}

/// Says one step of the chain, with its data object if it has one.
fn step(
    header: [u8; 4],
    object: Option<(u8, &[u8])>,
    expecting: impl Expect + 'static,
) -> Result<Next, Error> {
    let (mut inside, mut data) = (Vec::new(), Vec::new());
    if let Some((tag, value)) = object {
        append(tag, value, &mut inside);
    }
    append(DYNAMIC, &inside, &mut data);
    speak(&command(header, &data, Answered::WithData)?, expecting)
}

fn speak(
    command: &icao::secure_messaging::Command,
    expecting: impl Expect + 'static,
) -> Result<Next, Error> {
    let (bytes, _) = Line::Clear.say(command)?;
    Ok(say(bytes, Progress::Opening, expecting))
}

fn hear(response: &[u8]) -> Result<Response, Error> {
    Ok(Listening::Clear.hear(response)?.0)
}

/// The data object a step answers with.
fn answer(response: &[u8], tag: u8, doing: &'static str) -> Result<Vec<u8>, Error> {
    let response = hear(response)?;
    match response.status() {
        Status::DONE => dynamic(&response, tag).ok_or(Error::Impostor),
        // The chip may find out at any step that the password is another.
        status @ (Status::WRONG_SECRET | Status(0x6983)) => Err(Error::of_authentication(status)),
        status => Err(Error::Refused { doing, status }),
    }
}

/// The value of the first object inside the dynamic authentication data, which must have this tag.
fn dynamic(response: &Response, tag: u8) -> Option<Vec<u8>> {
    let mut data = response.data();
    let (DYNAMIC, mut inside) = take(&mut data)? else { return None };
    let (found, value) = take(&mut inside)?;
    (data.is_empty() && found == tag).then(|| value.to_vec())
}

impl From<BadPoint> for Error {
    fn from(_: BadPoint) -> Self {
        Self::Impostor
    }
}

#[cfg(test)]
mod tests;
