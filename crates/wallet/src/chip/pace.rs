//! PACE: from a password that is short to keys that are not (ICAO 9303-11 §4.4).

use formats::Secret;
use icao::{
    groups::{BadKey, KeyPair},
    secure_messaging::{
        Channel, Cipher, Keys, PasswordKey, Response, Status,
        objects::{append, take},
    },
};

use super::{
    Access, Chance, Error, Next, Progress, bac,
    card_access::{Mapping, Variant},
    dialogue::{Answered, Expect, command, say},
    line::{Line, Listening},
    mapping_proof::{self, MappingProof},
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

/// It has our nonce, and needs nothing more for the mapping.
struct ExpectNonceTaken {
    variant: Variant,
    chance: Chance,
    nonce: Secret<Vec<u8>>,
    ours: Vec<u8>,
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
    /// Its key of the mapping, where that is to prove something.
    mapping: Option<Vec<u8>>,
}

/// It shows that it came to the same keys.
struct ExpectToken {
    variant: Variant,
    keys: Keys,
    ours: Vec<u8>,
    mapping: Option<Vec<u8>>,
}

/// Begins PACE.
pub(super) fn begin(variant: Variant, access: Access, chance: Chance) -> Result<Next, Error> {
    let mut data = Vec::new();
    append(0x80, &variant.identifier(), &mut data);
    append(0x83, &[access.reference()], &mut data);
    // "REQUIRED ... if the domain parameters are ambiguous, i.e. more than one set of domain parameters is available".
    if variant.name_group {
        append(0x84, &[variant.number()], &mut data);
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
        if variant.mapping == Mapping::Integrated {
            let mut ours = vec![0; nonce_length(variant.cipher)];
            chance.fill(&mut ours);
            let said = ours.clone();
            let expecting = ExpectNonceTaken { variant, chance, nonce, ours };
            return step(STEP, Some((0x81, &said)), expecting);
        }
        let pair = variant.group.key_pair(&mut |bytes| chance.fill(bytes))?;
        let public = pair.public().to_vec();
        step(STEP, Some((0x81, &public)), ExpectMapping { variant, chance, nonce, pair })
    }
}

impl Expect for ExpectNonceTaken {
    fn on_response(self: Box<Self>, response: &[u8]) -> Result<Next, Error> {
        let Self { variant, mut chance, nonce, ours } = *self;
        // ICAO 9303-11 §4.4.4.2: with integrated mapping the chip's mapping data are absent.
        let status = hear(response)?.status();
        if status != Status::DONE {
            return Err(Error::Refused { doing: "our nonce", status });
        }
        let nonces = (nonce.expose().as_slice(), ours.as_slice());
        let draw = &mut |bytes: &mut [u8]| chance.fill(bytes);
        let pair = variant.group.map(variant.cipher, nonces, draw)?;
        agree(variant, pair, None)
    }
}

impl Expect for ExpectMapping {
    fn on_response(self: Box<Self>, response: &[u8]) -> Result<Next, Error> {
        let Self { variant, mut chance, nonce, pair } = *self;
        let theirs = answer(response, 0x82, "its key for the mapping")?;
        let pair = pair.map(&theirs, nonce.expose(), &mut |bytes| chance.fill(bytes))?;
        let proves = variant.mapping == Mapping::ChipAuthentication;
        agree(variant, pair, proves.then_some(theirs))
    }
}

/// Sends our key on the mapped generator.
fn agree(
    variant: Variant,
    pair: Box<dyn KeyPair>,
    mapping: Option<Vec<u8>>,
) -> Result<Next, Error> {
    let public = pair.public().to_vec();
    step(STEP, Some((0x83, &public)), ExpectAgreement { variant, pair, mapping })
}

impl Expect for ExpectAgreement {
    fn on_response(self: Box<Self>, response: &[u8]) -> Result<Next, Error> {
        let Self { variant, pair, mapping } = *self;
        let theirs = answer(response, 0x84, "its key")?;
        // "the IC and the inspection system SHOULD check that the two public keys ... differ": agreeing refuses our own.
        let keys = Keys::derive(variant.cipher, pair.agree(&theirs)?.expose());
        let token = keys.mac(&authenticated(&variant, &theirs));
        let expecting = ExpectToken { variant, keys, ours: pair.public().to_vec(), mapping };
        step(LAST_STEP, Some((0x85, &token)), expecting)
    }
}

impl Expect for ExpectToken {
    fn on_response(self: Box<Self>, response: &[u8]) -> Result<Next, Error> {
        let Self { variant, keys, ours, mapping } = *self;
        let response = hear(response)?;
        if response.status() != Status::DONE {
            return Err(Error::of_authentication(response.status()));
        }
        let token = dynamic(&response, 0x86).ok_or(Error::Impostor)?;
        keys.verify_mac(&authenticated(&variant, &ours), &token).map_err(|_| Error::Impostor)?;
        let Some(mapping) = mapping else {
            return select_application(Line::Protected(Channel::new(keys)), None);
        };
        // §4.4.3.5: "Encrypted Chip Authentication Data is REQUIRED for PACE with Chip Authentication Mapping."
        let sealed = second(&response, 0x8A).ok_or(Error::Impostor)?;
        let data = keys.unseal_chip_authentication(&sealed).map_err(|_| Error::Impostor)?;
        let proof = MappingProof::new(variant.group, mapping, data);
        mapping_proof::begin(Line::Protected(Channel::new(keys)), proof)
    }
}

/// How long our nonce is.
///
/// ICAO 9303-11 §4.4.3.3: "a binary bit string of length k ... k is the key size in bits of the respective block cipher".
fn nonce_length(cipher: Cipher) -> usize {
    match cipher {
        Cipher::TripleDes | Cipher::Aes128 => 16,
        Cipher::Aes192 => 24,
        Cipher::Aes256 => 32,
    }
}

/// ICAO 9303-11 §4.4.3.4: "a public key data object ... containing the object identifier as indicated in MSE:Set AT ...
/// and the received ephemeral public key".
fn authenticated(variant: &Variant, public: &[u8]) -> Vec<u8> {
    let mut inside = Vec::new();
    append(0x06, &variant.identifier(), &mut inside);
    // ICAO 9303-11 §9.4.3 and §9.4.4: a point stands under 86, a number under 84.
    append(if variant.group.is_elliptic() { 0x86 } else { 0x84 }, public, &mut inside);
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
    // What goes in needs as much room as what comes out: long keys go and come in extended length (§9.3.1.2).
    let long = data.len() > 0xF0;
    speak(
        &command(header, &data, if long { Answered::AtLength } else { Answered::WithData })?,
        expecting,
    )
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

/// The value of the object after the first, which must have this tag.
fn second(response: &Response, tag: u8) -> Option<Vec<u8>> {
    let mut data = response.data();
    let (DYNAMIC, mut inside) = take(&mut data)? else { return None };
    take(&mut inside)?;
    let (found, value) = take(&mut inside)?;
    (data.is_empty() && found == tag).then(|| value.to_vec())
}

impl From<BadKey> for Error {
    fn from(_: BadKey) -> Self {
        Self::Impostor
    }
}

#[cfg(test)]
mod tests;
