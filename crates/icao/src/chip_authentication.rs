//! Chip authentication (ICAO 9303-11 §6.2, BSI TR-03110-2 §3.4): a channel that only the document's chip can join.
//!
//! The platform plays the terminal: it draws the ephemeral key, and it alone can tell whether the response to one protected
//! command was made under the keys that follow. The reader in between carries bytes and learns no key.

use crate::{
    Refused,
    algorithms::{Curve, PublicKey, agreement},
    challenge::{Expected, Private},
    lds::{Agreement, SecurityInfos},
    question::{Bytes, ChipQuestion},
    secure_messaging::{Channel, Cipher, Command, Keys, Status, Waiting},
};

/// How much of DG14 the protected command reads.
const READ_LENGTH: usize = 8;

/// READ BINARY with the short identifier of EF.DG14 (ICAO 9303-10 Table 37: `0E`), from its first byte.
const READ_DG14: [u8; 4] = [0x00, 0xb0, 0x80 | 0x0e, 0x00];

/// A key of the chip that we can agree with, and the cipher that follows.
pub(crate) struct Choice<'a> {
    key_id: Option<&'a [u8]>,
    curve: Curve,
    point: Vec<u8>,
    cipher: Cipher,
}

impl Choice<'_> {
    pub(crate) fn key_id(&self) -> Option<&[u8]> {
        self.key_id
    }
}

/// The first key of the chip on a curve that we know, with the strongest cipher it offers.
pub(crate) fn choose(infos: &SecurityInfos) -> Result<Choice<'_>, Refused> {
    let mut refused = Refused::ChipNotProvable;
    for key in &infos.chip_keys {
        // Agreement in a prime field is refused, not forgotten (docs/divergences.md).
        let usable = (key.agreement == Agreement::Ecdh).then(|| PublicKey::parse(&key.public_key));
        let (Some(Ok(PublicKey::Ec { curve, point })), Some(cipher)) =
            (usable, strongest(&key.ciphers))
        else {
            refused = Refused::AlgorithmRefused;
            continue;
        };
        return Ok(Choice { key_id: key.id.as_deref(), curve, point, cipher });
    }
    Err(refused)
}

fn strongest(ciphers: &[Cipher]) -> Option<Cipher> {
    [Cipher::Aes256, Cipher::Aes192, Cipher::Aes128, Cipher::TripleDes]
        .into_iter()
        .find(|cipher| ciphers.contains(cipher))
}

/// Draws the ephemeral key and protects the command.
pub(crate) fn ask(
    choice: &Choice<'_>,
    chance: &mut dyn FnMut(&mut [u8]),
) -> Result<(Expected, ChipQuestion), Refused> {
    let private = agreement::draw(choice.curve, chance)?;
    let public_key = agreement::public(choice.curve, &private)?;
    let (command, _) = channel(choice, &private)?;
    let key_id = choice.key_id.map(<[u8]>::to_vec);
    let question = ChipQuestion::Chip {
        key_id: key_id.clone().map(Bytes),
        public_key: Bytes(public_key),
        cipher: choice.cipher,
        command: Bytes(command),
    };
    Ok((Expected::Chip { key_id, private: Private(private.to_vec()) }, question))
}

/// Was the response made by a chip that has the private key, and does it hold what DG14 begins with?
pub(crate) fn verify(
    choice: &Choice<'_>,
    private: &Private,
    dg14: &[u8],
    response: &[u8],
) -> Result<(), Refused> {
    let (_, waiting) = channel(choice, &private.0)?;
    let (opened, _) = waiting.open(response).map_err(|_| Refused::ChipCloned)?;
    let read = (opened.status() == Status(0x9000)).then(|| opened.data());
    if read.is_some() && read == dg14.get(..READ_LENGTH) {
        Ok(())
    } else {
        Err(Refused::ChipCloned)
    }
}

/// The channel after the agreement, its first command already protected.
///
/// ICAO 9303-11 §6.2.1: "Secure Messaging is restarted using the derived session keys", counting from zero.
fn channel(choice: &Choice<'_>, private: &[u8]) -> Result<(Vec<u8>, Waiting), Refused> {
    let secret = agreement::agree(choice.curve, private, &choice.point)?;
    let command = Command::new(READ_DG14).expecting(READ_LENGTH).map_err(|_| Refused::Malformed)?;
    Channel::new(Keys::derive(choice.cipher, &secret))
        .protect(&command)
        .map_err(|_| Refused::Malformed)
}
