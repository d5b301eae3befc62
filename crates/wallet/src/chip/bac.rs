//! Basic access control: what chips without PACE open with (ICAO 9303-11 §4.3).

use formats::Secret;
use icao::secure_messaging::{Channel, Cipher, Command, Keys, Status};

use super::{
    Access, Chance, Error, Next, Progress,
    access::MrzKey,
    dialogue::{Answered, Expect, command, say},
    line::{Line, Listening},
    reading::{APPLICATION, SELECT_APPLICATION, collect},
};

/// GET CHALLENGE, and EXTERNAL AUTHENTICATE with mutual authentication (§4.3.4).
const GET_CHALLENGE: [u8; 4] = [0x00, 0x84, 0x00, 0x00];
const EXTERNAL_AUTHENTICATE: [u8; 4] = [0x00, 0x82, 0x00, 0x00];

const CHALLENGE_LENGTH: usize = 8;
const SECRET_LENGTH: usize = 16;
/// Both challenges and one side's secret.
const TEXT_LENGTH: usize = 2 * CHALLENGE_LENGTH + SECRET_LENGTH;
const MAC_LENGTH: usize = 8;

/// The application is being selected.
struct ExpectApplication {
    key: MrzKey,
    chance: Chance,
}

/// The chip sends its challenge.
struct ExpectChallenge {
    key: MrzKey,
    chance: Chance,
}

/// The chip shows that it knows the key, and sends its part of the secret.
struct ExpectSecret {
    keys: Keys,
    theirs: [u8; CHALLENGE_LENGTH],
    ours: [u8; CHALLENGE_LENGTH],
    secret: Secret<[u8; SECRET_LENGTH]>,
}

/// Begins it; only the three fields of the machine readable zone open a chip this way.
pub(super) fn begin(access: Access, chance: Chance) -> Result<Next, Error> {
    let Access::Mrz(key) = access else { return Err(Error::AccessUnknown) };
    let command = command(SELECT_APPLICATION, &APPLICATION, Answered::WithStatus)?;
    speak(&command, ExpectApplication { key, chance })
}

impl Expect for ExpectApplication {
    fn on_response(self: Box<Self>, response: &[u8]) -> Result<Next, Error> {
        let Self { key, chance } = *self;
        match Listening::Clear.hear(response)?.0.status() {
            Status::DONE => {}
            // ICAO 9303-11 §4.4.2: a chip that wants PACE first answers "Security status not satisfied" (0x6982).
            Status::NOT_ALLOWED => return Err(Error::AccessUnknown),
            status => return Err(Error::NotATravelDocument(status)),
        }
        let command = Command::new(GET_CHALLENGE).expecting(CHALLENGE_LENGTH)?;
        speak(&command, ExpectChallenge { key, chance })
    }
}

impl Expect for ExpectChallenge {
    fn on_response(self: Box<Self>, response: &[u8]) -> Result<Next, Error> {
        let Self { key, mut chance } = *self;
        let (response, _) = Listening::Clear.hear(response)?;
        let status = response.status();
        let refused = Error::Refused { doing: "a challenge", status };
        let Ok(theirs) = <[u8; CHALLENGE_LENGTH]>::try_from(response.data()) else {
            return Err(refused);
        };
        if status != Status::DONE {
            return Err(refused);
        }
        // ICAO 9303-11 §4.3.2: "The most significant 16 bytes of the SHA-1 hash ... are used as key seed".
        let hash = key.hash();
        let (seed, _) = hash.expose().split_at(SECRET_LENGTH);
        let keys = Keys::derive(Cipher::TripleDes, seed);

        let (mut ours, mut secret) = ([0; CHALLENGE_LENGTH], [0; SECRET_LENGTH]);
        chance.fill(&mut ours);
        chance.fill(&mut secret);
        let mut text = [ours.as_slice(), &theirs, secret.as_slice()].concat();
        keys.encipher(&mut text).map_err(|_| Error::Unsayable)?;
        text.extend_from_slice(&keys.mac(&text));
        let command = Command::new(EXTERNAL_AUTHENTICATE)
            .with_data(&text)?
            .expecting(TEXT_LENGTH + MAC_LENGTH)?;
        speak(&command, ExpectSecret { keys, theirs, ours, secret: Secret::new(secret) })
    }
}

impl Expect for ExpectSecret {
    fn on_response(self: Box<Self>, response: &[u8]) -> Result<Next, Error> {
        let Self { keys, theirs, ours, secret } = *self;
        let (response, _) = Listening::Clear.hear(response)?;
        if response.status() != Status::DONE {
            return Err(Error::of_authentication(response.status()));
        }
        let Some((text, mac)) = response.data().split_last_chunk::<MAC_LENGTH>() else {
            return Err(Error::Impostor);
        };
        keys.verify_mac(text, mac).map_err(|_| Error::Impostor)?;
        let mut text = Secret::new(text.to_vec());
        let mut blocks = text.expose().clone();
        keys.decipher(&mut blocks).map_err(|_| Error::Impostor)?;
        text = Secret::new(blocks);
        let challenges = [theirs, ours].concat();
        let their_secret = text.expose().strip_prefix(challenges.as_slice());
        let Some(their_secret) = their_secret.filter(|rest| rest.len() == SECRET_LENGTH) else {
            return Err(Error::Impostor);
        };
        // ICAO 9303-11 §4.3.2: "with (K.IC xor K.IFD) as shared secret".
        let shared: Vec<u8> =
            secret.expose().iter().zip(their_secret).map(|(a, b)| a ^ b).collect();
        let keys = Keys::derive(Cipher::TripleDes, Secret::new(shared).expose());
        collect(Line::Protected(Channel::beginning_at(keys, start_of_count(theirs, ours))), None)
    }
}

/// ICAO 9303-11 §9.8.6.3: "concatenating the four least significant bytes of RND.IC and RND.IFD, respectively".
fn start_of_count(theirs: [u8; CHALLENGE_LENGTH], ours: [u8; CHALLENGE_LENGTH]) -> [u8; 8] {
    let [theirs, ours] = [theirs, ours].map(u64::from_be_bytes);
    (theirs << 32 | ours & u64::from(u32::MAX)).to_be_bytes()
}

fn speak(command: &Command, expecting: impl Expect + 'static) -> Result<Next, Error> {
    let (bytes, _) = Line::Clear.say(command)?;
    Ok(say(bytes, Progress::Opening, expecting))
}

#[cfg(test)]
mod tests;
