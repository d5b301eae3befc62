//! Somebody's authenticator: it makes passkeys and answers with them, honestly or as it is told to.

use formats::{SigningKey, base64url::encode, mac::sha256};
use serde_json::{Value, json};
use service::PasskeyQuestion;

use crate::ISSUER;

/// WebAuthn §6.1, flags: present, verified, and a key included.
const PRESENT: u8 = 1;
const VERIFIED: u8 = 1 << 2;
const KEY_INCLUDED: u8 = 1 << 6;

/// A passkey with its authenticator.
#[derive(Clone)]
pub struct Authenticator {
    key: SigningKey,
    id: Vec<u8>,
    user_handle: String,
    /// How often it signed.
    pub count: u32,
    /// Where it believes to be, as the browser says.
    pub origin: String,
    /// For whom it signs.
    pub relying_party: String,
    /// Whether it verifies its user.
    pub verifies: bool,
}

impl Authenticator {
    /// An authenticator without a passkey, at the platform's own page.
    pub fn new() -> Self {
        let key = SigningKey::generate();
        Self {
            id: sha256(key.public().thumbprint().as_bytes()).to_vec(),
            key,
            user_handle: String::new(),
            count: 1,
            origin: ISSUER.to_owned(),
            relying_party: ISSUER.trim_start_matches("https://").to_owned(),
            verifies: true,
        }
    }

    /// Its passkey's id, as pages name it.
    pub fn id(&self) -> String {
        encode(&self.id)
    }

    /// Makes a passkey as it was asked to, without attestation.
    pub fn make(&mut self, question: &PasskeyQuestion) -> String {
        let options: Value = serde_json::from_str(&question.options).expect("JSON");
        options["user"]["id"].as_str().expect("a handle").clone_into(&mut self.user_handle);
        let data = self.authenticator_data(KEY_INCLUDED, &self.cose_key(-7));
        self.made(&options["challenge"], &attestation("none", &[0xa0], &data))
    }

    /// Makes a passkey whose key says it is of another algorithm than it is.
    pub fn make_confused(&self, question: &PasskeyQuestion) -> String {
        let options: Value = serde_json::from_str(&question.options).expect("JSON");
        let data = self.authenticator_data(KEY_INCLUDED, &self.cose_key(-8));
        self.made(&options["challenge"], &attestation("none", &[0xa0], &data))
    }

    /// Makes a passkey that attests itself with so many bytes nobody asked for.
    pub fn make_attested(&self, question: &PasskeyQuestion, bytes: usize) -> String {
        let options: Value = serde_json::from_str(&question.options).expect("JSON");
        let data = self.authenticator_data(KEY_INCLUDED, &self.cose_key(-7));
        let mut statement = vec![0xa1, 0x63, b'x', b'5', b'c'];
        statement.extend(byte_string(&vec![0; bytes]));
        self.made(&options["challenge"], &attestation("packed", &statement, &data))
    }

    /// Answers with its passkey.
    pub fn answer(&mut self, question: &PasskeyQuestion) -> String {
        self.count += 1;
        self.answer_again(question)
    }

    /// Answers without counting up, as a copy would.
    pub fn answer_again(&self, question: &PasskeyQuestion) -> String {
        let options: Value = serde_json::from_str(&question.options).expect("JSON");
        let client_data = self.client_data("webauthn.get", &options["challenge"]);
        let data = self.authenticator_data(0, &[]);
        let signed = [data.as_slice(), &sha256(client_data.as_bytes())].concat();
        json!({
            "id": encode(&self.id), "rawId": encode(&self.id), "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": encode(client_data.as_bytes()),
                "authenticatorData": encode(&data),
                "signature": encode(&der(&self.key.sign(&signed))),
                "userHandle": self.user_handle,
            },
        })
        .to_string()
    }

    fn made(&self, challenge: &Value, attestation: &[u8]) -> String {
        let client_data = self.client_data("webauthn.create", challenge);
        json!({
            "id": encode(&self.id), "rawId": encode(&self.id), "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": encode(client_data.as_bytes()),
                "attestationObject": encode(attestation),
            },
        })
        .to_string()
    }

    fn client_data(&self, kind: &str, challenge: &Value) -> String {
        json!({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false})
            .to_string()
    }

    fn authenticator_data(&self, more: u8, key: &[u8]) -> Vec<u8> {
        let verified = if self.verifies { VERIFIED } else { 0 };
        let mut data = sha256(self.relying_party.as_bytes()).to_vec();
        data.push(PRESENT | verified | more);
        data.extend(self.count.to_be_bytes());
        if !key.is_empty() {
            data.extend([0; 16]);
            data.extend(u16::try_from(self.id.len()).expect("short").to_be_bytes());
            data.extend(&self.id);
            data.extend(key);
        }
        data
    }

    /// RFC 9053 §7.1: an elliptic curve key that says this algorithm.
    fn cose_key(&self, algorithm: i8) -> Vec<u8> {
        let jwk = serde_json::to_value(self.key.public()).expect("JSON");
        let coordinate = |name: &str| {
            formats::base64url::decode(jwk[name].as_str().expect("text")).expect("base64url")
        };
        let negative = u8::try_from(-1 - i16::from(algorithm)).expect("small");
        let mut key = vec![0xa5, 1, 2, 3, 0x20 + negative, 0x20, 1, 0x21];
        key.extend(byte_string(&coordinate("x")));
        key.push(0x22);
        key.extend(byte_string(&coordinate("y")));
        key
    }
}

impl Default for Authenticator {
    fn default() -> Self {
        Self::new()
    }
}

/// WebAuthn §6.5.4: `fmt`, `attStmt`, `authData`.
fn attestation(format: &str, statement: &[u8], data: &[u8]) -> Vec<u8> {
    let mut object = b"\xa3\x63fmt".to_vec();
    object.push(0x60 + u8::try_from(format.len()).expect("short"));
    object.extend(format.as_bytes());
    object.extend(b"\x67attStmt");
    object.extend(statement);
    object.extend(b"\x68authData");
    object.extend(byte_string(data));
    object
}

fn short(bytes: &[u8]) -> u8 {
    u8::try_from(bytes.len()).expect("short")
}

fn byte_string(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).expect("short");
    let mut string = match length {
        0..24 => vec![0x40 + short(bytes)],
        24..256 => vec![0x58, short(bytes)],
        _ => [&[0x59], length.to_be_bytes().as_slice()].concat(),
    };
    string.extend(bytes);
    string
}

/// RFC 3279 §2.2.3: two numbers in a sequence, as authenticators write signatures.
fn der(signature: &[u8; 64]) -> Vec<u8> {
    let number = |half: &[u8]| {
        let first = half.iter().position(|byte| *byte != 0).unwrap_or(half.len() - 1);
        let mut number = half[first..].to_vec();
        if number[0] >= 0x80 {
            number.insert(0, 0);
        }
        [vec![2, short(&number)], number].concat()
    };
    let both = [number(&signature[..32]), number(&signature[32..])].concat();
    [vec![0x30, short(&both)], both].concat()
}
