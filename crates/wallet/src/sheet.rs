//! A recovery sheet: a key on paper, typed in where no device is.
//!
//! 128 bits of chance are written as 26 characters of Crockford's base32 and two that check them, in seven groups of
//! four. The browser does the same (`server/static/sheet.js`); what is printed never reaches the platform.

use std::{fmt, str::FromStr};

use formats::{Ed25519Key, base64url, mac};
use protocol::oauth::issuer::Issuer;

/// Digits and capitals without I, L, O and U, which are taken for others.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters on the sheet, the two that check included.
const LENGTH: usize = 28;
const GROUP: usize = 4;
const SECRET: usize = 16;
/// Names what is derived, so that the same paper means nothing elsewhere.
const DERIVATION: &[u8] = b"yinzheng-sheet-v1";
/// Begins whatever a sheet signs.
const PROOF: &[u8] = b"yinzheng-sheet-proof-v1";

/// What is printed on a sheet.
#[derive(Clone, Eq, PartialEq)]
pub struct SheetCode([u8; SECRET]);

/// The text is not what stands on a sheet.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NotASheetCode {
    /// Some other number of characters than 28.
    #[error("a sheet has 28 characters")]
    Length,
    /// A character that no sheet has.
    #[error("a character that stands on no sheet")]
    Character,
    /// The last two do not fit the others: a slip.
    #[error("the characters do not fit together")]
    Check,
}

impl SheetCode {
    /// The code of this secret.
    pub const fn from_secret(secret: [u8; SECRET]) -> Self {
        Self(secret)
    }

    /// The key that is the sheet's for the platform at `issuer`.
    pub fn key(&self, issuer: &Issuer) -> Sheet {
        let seed = mac::derive(&self.0, DERIVATION, issuer.as_str().as_bytes());
        Sheet { key: Ed25519Key::from_seed(&seed), issuer: issuer.clone() }
    }

    /// As printed, group by group.
    pub fn text(&self) -> String {
        let characters = characters(&self.0);
        let groups = characters.chunks(GROUP).map(String::from_utf8_lossy);
        groups.collect::<Vec<_>>().join("-")
    }
}

impl fmt::Debug for SheetCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SheetCode([secret])")
    }
}

impl FromStr for SheetCode {
    type Err = NotASheetCode;

    /// Reads what somebody typed: groups and capitals do not matter, O is taken for 0, I and L for 1.
    fn from_str(text: &str) -> Result<Self, NotASheetCode> {
        let written = text.chars().filter(|c| !c.is_whitespace() && !"-–—_.".contains(*c));
        let values: Option<Vec<u8>> = written.take(LENGTH + 1).map(value).collect();
        let values = values.ok_or(NotASheetCode::Character)?;
        let (secret, [high, low]) = values.split_last_chunk().ok_or(NotASheetCode::Length)?;
        let (last, first) = secret.split_last().ok_or(NotASheetCode::Length)?;
        if values.len() != LENGTH {
            return Err(NotASheetCode::Length);
        }
        // The 26th has three bits of the secret and two zeros.
        let bits = first.iter().fold(0_u128, |bits, value| bits << 5 | u128::from(*value));
        let secret = (bits << 3 | u128::from(last >> 2)).to_be_bytes();
        let check = u16::from(*high) << 5 | u16::from(*low);
        if last.trailing_zeros() >= 2 && check == check_of(&secret) {
            Ok(Self(secret))
        } else {
            Err(NotASheetCode::Check)
        }
    }
}

fn value(character: char) -> Option<u8> {
    let character = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let place = ALPHABET.iter().position(|&known| char::from(known) == character)?;
    u8::try_from(place).ok()
}

fn characters(secret: &[u8; SECRET]) -> Vec<u8> {
    let (secret_bits, check) = (u128::from_be_bytes(*secret), check_of(secret));
    let of = |bits: u128| ALPHABET.get((bits & 31) as usize).copied().unwrap_or(b'0');
    let mut text: Vec<_> = (0..25).map(|place| of(secret_bits >> (123 - 5 * place))).collect();
    text.push(of(secret_bits << 2));
    text.extend([of(u128::from(check >> 5)), of(u128::from(check))]);
    text
}

/// Ten bits of a hash: a slip of the finger passes once in a thousand, and then fits no sheet.
fn check_of(secret: &[u8; SECRET]) -> u16 {
    let hash = mac::sha256(&[DERIVATION, secret].concat());
    let [first, second, ..] = hash;
    u16::from_be_bytes([first, second]) >> 6
}

/// A sheet in use.
#[derive(Debug)]
pub struct Sheet {
    key: Ed25519Key,
    issuer: Issuer,
}

impl Sheet {
    /// The proof with which a new sheet asks to be taken.
    pub fn bind(&self, challenge: &str) -> String {
        self.answer("bind", challenge)
    }

    /// The proof with which its holder signs in.
    pub fn prove(&self, challenge: &str) -> String {
        self.answer("sign-in", challenge)
    }

    /// The proof with which whoever holds it locks the certificate.
    pub fn lock(&self, challenge: &str) -> String {
        self.answer("lock", challenge)
    }

    fn answer(&self, act: &str, challenge: &str) -> String {
        let parts = [PROOF, self.issuer.as_str().as_bytes(), act.as_bytes(), challenge.as_bytes()];
        let signature = self.key.sign(&parts.join(&0));
        format!("{}.{}", base64url::encode(&self.key.public()), base64url::encode(&signature))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The browser's module is held to the same words (`conformance/browser/sheet.test.mjs`).
    const SECRET_OF_THE_TEST: [u8; 16] =
        *b"\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff";

    #[test]
    fn is_read_as_it_was_written() {
        for secret in [[0; 16], [0xff; 16], SECRET_OF_THE_TEST] {
            let code = SheetCode::from_secret(secret);
            assert_eq!(code.text().len(), LENGTH + 6);
            assert_eq!(code.text().parse(), Ok(code));
        }
    }

    #[test]
    fn slips_of_hand_and_eye_are_forgiven() {
        let code = SheetCode::from_secret([0; 16]);
        let text = code.text();
        assert!(text.starts_with("0000-"), "{text}");
        let sloppy = format!("  oO0o {}", text[5..].to_lowercase().replace('-', " "));
        assert_eq!(sloppy.parse(), Ok(code));
        let ones = SheetCode::from_secret([0x08; 16]).text();
        assert_eq!(ones.replace('1', "l").parse::<SheetCode>(), ones.parse());
        assert_eq!(ones.replace('1', "I").parse::<SheetCode>(), ones.parse());
    }

    #[test]
    fn a_character_changed_left_out_or_doubled_is_noticed() {
        let text = SheetCode::from_secret(SECRET_OF_THE_TEST).text();
        let (mut passed, mut tried) = (0, 0);
        for place in (0..text.len()).filter(|&place| &text[place..=place] != "-") {
            for other in ALPHABET.iter().map(|&byte| char::from(byte).to_string()) {
                let mut altered = text.clone();
                altered.replace_range(place..=place, &other);
                if altered != text {
                    tried += 1;
                    passed += u32::from(altered.parse::<SheetCode>().is_ok());
                }
            }
            let mut shorter = text.clone();
            shorter.remove(place);
            assert_eq!(shorter.parse::<SheetCode>(), Err(NotASheetCode::Length));
        }
        assert!(passed * 200 < tried, "{passed} of {tried} slips passed");
        assert_eq!(format!("{text}0").parse::<SheetCode>(), Err(NotASheetCode::Length));
        assert_eq!(
            text.replace(&text[..1], "U").parse::<SheetCode>(),
            Err(NotASheetCode::Character)
        );
    }

    #[test]
    fn signs_for_one_platform_one_act_and_one_challenge() {
        let issuer: Issuer = "https://id.example".parse().unwrap();
        let code = SheetCode::from_secret(SECRET_OF_THE_TEST);
        let sheet = code.key(&issuer);
        let (public, signature) = {
            let proof = sheet.prove("fresh");
            let (public, signature) = proof.split_once('.').unwrap();
            (
                base64url::decode_array::<32>(public).unwrap(),
                base64url::decode_array::<64>(signature).unwrap(),
            )
        };
        let said = b"yinzheng-sheet-proof-v1\0https://id.example\0sign-in\0fresh";
        assert_eq!(formats::ed25519::verify(&public, said, &signature), Ok(()));
        assert_ne!(sheet.bind("fresh"), sheet.prove("fresh"));
        let elsewhere = code.key(&"https://other.example".parse().unwrap());
        assert_ne!(elsewhere.prove("fresh"), sheet.prove("fresh"));
    }

    /// What the browser's module must make of the same secret.
    #[test]
    fn the_browser_makes_the_same_of_it() {
        let code = SheetCode::from_secret(SECRET_OF_THE_TEST);
        let proof = code.key(&"https://id.example".parse().unwrap()).prove("fresh");
        let shared = include_str!("../../../conformance/browser/sheet.json");
        assert!(shared.contains(&format!("\"{}\"", code.text())), "{}", code.text());
        assert!(shared.contains(&format!("\"{proof}\"")), "{proof}");
    }
}
