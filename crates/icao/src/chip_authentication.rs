//! Chip authentication (ICAO 9303-11 §6.2, BSI TR-03110-2 §3.4): a channel that only the document's chip can join.
//!
//! The platform plays the terminal: it draws the ephemeral key, and it alone can tell whether the response to one protected
//! command was made under the keys that follow. The reader in between carries bytes and learns no key.

use crate::{
    Refused,
    challenge::{Expected, Private},
    groups::{AgreementKey, Draw, KeyPair},
    lds::{Agreement, SecurityInfos},
    question::{Bytes, ChipQuestion},
    secure_messaging::{Channel, Cipher, Command, Keys, Status, Waiting},
};

/// How much of DG14 the protected command reads.
const READ_LENGTH: usize = 8;

/// READ BINARY with the short identifier of EF.DG14 (ICAO 9303-10 Table 37: `0E`), from its first byte.
const READ_DG14: [u8; 4] = [0x00, 0xb0, 0x80 | 0x0e, 0x00];

/// Below this a chip's key on a curve is flagged, and below the other one in a prime field.
const SHORT_CURVE: usize = 224;
const SHORT_FIELD: usize = 2048;

/// A key of the chip that we can agree with, and the cipher that follows.
pub(crate) struct Choice<'a> {
    key_id: Option<&'a [u8]>,
    key: AgreementKey,
    cipher: Cipher,
}

impl Choice<'_> {
    pub(crate) fn key_id(&self) -> Option<&[u8]> {
        self.key_id
    }

    /// Is the key shorter than what is in use today?
    pub(crate) fn is_short(&self) -> bool {
        let least = if self.key.group.is_elliptic() { SHORT_CURVE } else { SHORT_FIELD };
        self.key.group.bits() < least
    }
}

/// The first key of the chip in a group that we know, with the strongest cipher it offers.
pub(crate) fn choose(infos: &SecurityInfos) -> Result<Choice<'_>, Refused> {
    let mut refused = Refused::ChipNotProvable;
    for offered in &infos.chip_keys {
        let key = AgreementKey::parse(&offered.public_key);
        // ICAO 9303-11 §9.2.6: the protocol's name says which kind of group it is; a key of the other kind is nobody's.
        let key = key
            .ok()
            .filter(|key| key.group.is_elliptic() == (offered.agreement == Agreement::Ecdh));
        let (Some(key), Some(cipher)) = (key, strongest(&offered.ciphers)) else {
            refused = Refused::AlgorithmRefused;
            continue;
        };
        return Ok(Choice { key_id: offered.id.as_deref(), key, cipher });
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
    chance: Draw<'_>,
) -> Result<(Expected, ChipQuestion), Refused> {
    let pair = choice.key.group.key_pair(chance)?;
    let public_key = pair.public().to_vec();
    let (command, _) = channel(choice, pair.as_ref())?;
    let key_id = choice.key_id.map(<[u8]>::to_vec);
    let question = ChipQuestion::Chip {
        key_id: key_id.clone().map(Bytes),
        public_key: Bytes(public_key),
        cipher: choice.cipher,
        command: Bytes(command),
    };
    Ok((Expected::Chip { key_id, private: Private(pair.private().to_vec()) }, question))
}

/// Was the response made by a chip that has the private key, and does it hold what DG14 begins with?
pub(crate) fn verify(
    choice: &Choice<'_>,
    private: &Private,
    dg14: &[u8],
    response: &[u8],
) -> Result<(), Refused> {
    let pair = choice.key.group.key_pair_of(&private.0)?;
    let (_, waiting) = channel(choice, pair.as_ref())?;
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
fn channel(choice: &Choice<'_>, pair: &dyn KeyPair) -> Result<(Vec<u8>, Waiting), Refused> {
    let secret = pair.agree(&choice.key.public)?;
    let command = Command::new(READ_DG14).expecting(READ_LENGTH).map_err(|_| Refused::Malformed)?;
    Channel::new(Keys::derive(choice.cipher, secret.expose()))
        .protect(&command)
        .map_err(|_| Refused::Malformed)
}
