//! Base45 (RFC 9285): bytes in the forty-five characters that a QR code packs most tightly.

/// RFC 9285 §4.2, table 1.
const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// Text that is not base45.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not base45")]
pub struct NotBase45;

/// Bytes to text: two bytes are three characters, a last one alone is two.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(2) * 3);
    for pair in bytes.chunks(2) {
        let mut number = pair.iter().fold(0, |number, byte| number * 256 + usize::from(*byte));
        for _ in 0..=pair.len() {
            text.extend(ALPHABET.get(number % 45).copied().map(char::from));
            number /= 45;
        }
    }
    text
}

/// Text to bytes. One value has one text: what would be more than the bytes hold is refused.
pub fn decode(text: &str) -> Result<Vec<u8>, NotBase45> {
    let mut bytes = Vec::with_capacity(text.len() / 3 * 2 + 1);
    for group in text.as_bytes().chunks(3) {
        let mut number = 0;
        for character in group.iter().rev() {
            let digit = ALPHABET.iter().position(|known| known == character).ok_or(NotBase45)?;
            number = number * 45 + digit;
        }
        match group.len() {
            3 => bytes.extend(u16::try_from(number).map_err(|_| NotBase45)?.to_be_bytes()),
            2 => bytes.push(u8::try_from(number).map_err(|_| NotBase45)?),
            _ => return Err(NotBase45),
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// RFC 9285 §4.3 and §4.4.
    #[test]
    fn examples_of_rfc_9285() {
        for (bytes, text) in [
            ("AB", "BB8"),
            ("Hello!!", "%69 VD92EX0"),
            ("base-45", "UJCLQE7W581"),
            ("ietf!", "QED8WEX0"),
            ("", ""),
        ] {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text).as_deref(), Ok(bytes.as_bytes()));
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for (what, text) in [
            ("65536", "GGW"),
            ("the largest number of three characters", ":::"),
            ("256 of two", "V5"),
            ("the largest number of two characters", "::"),
            ("one character alone", "A"),
            ("four characters", "BB8A"),
            ("small letters", "bb8"),
            ("another character", "BB_"),
            ("beyond ASCII", "B中"),
            ("a line break", "BB8\n"),
        ] {
            assert_eq!(decode(text), Err(NotBase45), "{what}");
        }
        assert_eq!(decode("FGW"), Ok(vec![255, 255]));
        assert_eq!(decode("U5"), Ok(vec![255]));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(bytes: Vec<u8>) {
            prop_assert_eq!(decode(&encode(&bytes)), Ok(bytes));
        }

        #[test]
        fn one_value_has_one_text(text in "[0-9A-Z $%*+./:-]{0,40}") {
            if let Ok(bytes) = decode(&text) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }
    }
}
