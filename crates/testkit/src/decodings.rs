//! The ways in which bytes can say something without saying it in clear.

use std::collections::{BTreeSet, HashMap};

use data_encoding::{BASE32_NOPAD, BASE64_NOPAD, BASE64URL_NOPAD, Encoding, HEXLOWER, HEXUPPER};
use formats::mac::sha256;

/// Shorter traces turn up by chance: six bytes once in 2⁴⁸ places.
const LEAST: usize = 6;

/// Every trace that `text` would leave, with the name of the way.
///
/// Left out: GBK and GB 18030, for which a table would be needed; and compression, which nothing here uses.
pub fn traces(text: &str) -> Vec<(String, Vec<u8>)> {
    let mut plain: Vec<(&str, Vec<u8>)> = vec![
        ("utf-8", text.as_bytes().to_vec()),
        ("utf-16le", text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("utf-16be", text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        ("utf-32be", text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect()),
        ("json escapes", json_escapes(text).into_bytes()),
        ("percent", percent(text).into_bytes()),
        ("sha-256", sha256(text.as_bytes()).to_vec()),
    ];
    if text.len() >= 2 * LEAST && text.bytes().all(|byte| byte.is_ascii_digit()) {
        plain.extend(packed_decimal(text).map(|packed| ("packed decimal", packed)));
    }
    let reversed: Vec<_> =
        plain.iter().map(|(_, bytes)| bytes.iter().rev().copied().collect()).collect();
    let characters_reversed = text.chars().rev().collect::<String>().into_bytes();
    plain.extend(reversed.into_iter().map(|bytes| ("reversed", bytes)));
    plain.push(("characters reversed", characters_reversed));

    let mut traces = Vec::new();
    for (way, bytes) in plain {
        let mut add = |how: &str, trace: Vec<u8>| {
            if trace.len() >= LEAST {
                traces.push((format!("{way} {how}"), trace));
            }
        };
        for (name, encoding, group) in [
            ("hex", &HEXLOWER, 1),
            ("HEX", &HEXUPPER, 1),
            ("base64", &BASE64_NOPAD, 3),
            ("base64url", &BASE64URL_NOPAD, 3),
            ("BASE32", &BASE32_NOPAD, 5),
        ] {
            for at in 0..group {
                let inside = inside(encoding, &bytes, at);
                if name == "BASE32" {
                    add("base32", inside.to_ascii_lowercase().into_bytes());
                }
                add(name, inside.into_bytes());
            }
        }
        add("", bytes);
    }
    traces
}

/// Every way in which one of the texts stands somewhere in `bytes`, each told once.
pub fn found<'a>(texts: &[&'a str], bytes: &[u8]) -> Vec<(&'a str, String)> {
    let all: Vec<_> = texts
        .iter()
        .flat_map(|text| traces(text).into_iter().map(move |(way, trace)| (*text, way, trace)))
        .collect();
    hits(&all, bytes)
}

/// Every way in which a piece of one of these files (images, a chip's data) stands somewhere in `bytes`: as it is, in hex
/// or in base64.
pub fn found_pieces<'a>(files: &[(&'a str, &[u8])], bytes: &[u8]) -> Vec<(&'a str, String)> {
    let mut all = Vec::new();
    for (name, file) in files {
        // Pieces along the whole file: a part of it would be too much as well.
        for piece in file.chunks(PIECE).filter(|piece| telling(piece)) {
            all.push((*name, "as it is".to_owned(), piece.to_vec()));
            for (way, encoding, group) in [
                ("hex", &HEXLOWER, 1),
                ("HEX", &HEXUPPER, 1),
                ("base64", &BASE64_NOPAD, 3),
                ("base64url", &BASE64URL_NOPAD, 3),
            ] {
                for at in 0..group {
                    all.push((*name, way.to_owned(), inside(encoding, piece, at).into_bytes()));
                }
            }
        }
    }
    hits(&all, bytes)
}

/// Bytes of one piece of a file.
const PIECE: usize = 24;

/// Whether a piece is no mere padding, which stands anywhere.
fn telling(piece: &[u8]) -> bool {
    piece.len() == PIECE && piece.iter().collect::<BTreeSet<_>>().len() > PIECE / 2
}

fn hits<'a>(all: &[(&'a str, String, Vec<u8>)], bytes: &[u8]) -> Vec<(&'a str, String)> {
    // All traces at once, by what they begin with: there are thousands, and megabytes to look through.
    let mut sought: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (number, (_, _, trace)) in all.iter().enumerate() {
        sought.entry(&trace[..LEAST]).or_default().push(number);
    }
    let mut hits: BTreeSet<&usize> = BTreeSet::new();
    for (at, window) in bytes.windows(LEAST).enumerate() {
        let candidates = sought.get(window).into_iter().flatten();
        hits.extend(candidates.filter(|number| bytes[at..].starts_with(&all[**number].2)));
    }
    hits.into_iter().map(|number| (all[*number].0, all[*number].1.clone())).collect()
}

/// What an encoding makes of `bytes` wherever they begin within a group: its characters that no neighbour changes.
fn inside(encoding: &Encoding, bytes: &[u8], at: usize) -> String {
    let bits = encoding.bit_width();
    let mut shifted = vec![0; at];
    shifted.extend_from_slice(bytes);
    let text = encoding.encode(&shifted);
    let (first, last) = ((at * 8).div_ceil(bits), shifted.len() * 8 / bits);
    text.get(first..last).unwrap_or_default().to_owned()
}

fn json_escapes(text: &str) -> String {
    let escapes: Vec<_> = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
    escapes.concat()
}

fn percent(text: &str) -> String {
    let escapes: Vec<_> = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    escapes.concat()
}

/// Two digits a byte; of an odd number of digits, without the first.
fn packed_decimal(digits: &str) -> Option<Vec<u8>> {
    let even = digits.get(digits.len() % 2..)?;
    HEXLOWER.decode(even.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_hidden_wherever_it_begins() {
        let secret = "欧阳明珠 110105194912310021";
        for at in 0..7 {
            let before = "x".repeat(at);
            let line = format!("{before}{secret}yz");
            for hidden in [
                line.clone().into_bytes(),
                line.encode_utf16().flat_map(u16::to_le_bytes).collect(),
                line.encode_utf16().flat_map(u16::to_be_bytes).collect(),
                HEXLOWER.encode(line.as_bytes()).into_bytes(),
                HEXUPPER.encode(line.as_bytes()).into_bytes(),
                BASE64_NOPAD.encode(line.as_bytes()).into_bytes(),
                BASE64URL_NOPAD.encode(line.as_bytes()).into_bytes(),
                BASE32_NOPAD.encode(line.as_bytes()).to_ascii_lowercase().into_bytes(),
                line.bytes().rev().collect(),
                line.chars().rev().collect::<String>().into_bytes(),
                BASE64_NOPAD.encode(&line.bytes().rev().collect::<Vec<_>>()).into_bytes(),
                json_escapes(&line).into_bytes(),
                HEXLOWER.encode(&sha256(secret.as_bytes())).into_bytes(),
            ] {
                assert!(!found(&[secret], &hidden).is_empty(), "{}", hidden.escape_ascii());
            }
        }
        assert!(found(&[secret], "欧阳明珠 110105194912310022".as_bytes()).is_empty());
    }

    #[test]
    fn finds_digits_packed_two_to_a_byte() {
        let hidden = [9, 0x16, 0x00, 0x00, 0x01, 0x23, 0x41, 9];
        assert!(!found(&["160000012341"], &hidden).is_empty());
    }
}
