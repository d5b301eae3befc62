//! Signed notes (C2SP signed-note 1.0.0): a text, an empty line, and a line for every signature over it.
//!
//! ```text
//! log.example/one
//! 17
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//!
//! — log.example/one Az3grlgtzPICa5OS8npVmf1Myq/5IZni…
//! ```

use std::{fmt, str::FromStr};

use data_encoding::BASE64;

use crate::mac::sha256;

/// The longest note that is read, in bytes: sixteen signatures of five kilobytes, in base64, and room for the text.
///
/// C2SP signed-note §Format: "Verifiers SHOULD apply a maximum limit to the number of signatures in a note (or, equivalently, to
/// the overall size of a note), but MUST accept at least up to 16 signatures. Remember that post-quantum signatures can be
/// up to nearly 5kB in size."
pub const LONGEST: usize = 128 * 1024;

/// The longest name of a key, in bytes: what a signed message of tlog-cosignature has room for.
pub const LONGEST_NAME: usize = 255;

/// What a signature line begins with: an em dash and a space.
const DASH: &str = "\u{2014} ";

/// Length of a key's identifier.
const KEY_ID_LENGTH: usize = 4;

/// Which kind of signature a key makes. C2SP signed-note §Signature types; the last from C2SP tlog-cosignature.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub enum SignatureType {
    /// Ed25519 over the text.
    Ed25519 = 0x01,
    /// ML-DSA-44 over a message made of the checkpoint in the text, with a time.
    MlDsa44 = 0x06,
}

/// The first bytes of a hash of a key: which key a line is of, and no proof of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct KeyId([u8; KEY_ID_LENGTH]);

impl KeyId {
    /// C2SP signed-note §Signatures: "key ID = SHA-256(key name || 0x0A || signature type || public key)[:4]".
    pub fn of(name: &KeyName, kind: SignatureType, public: &[u8]) -> Self {
        let [first, second, third, fourth, ..] =
            sha256(&[name.0.as_bytes(), b"\n", &[kind as u8], public].concat());
        Self([first, second, third, fourth])
    }
}

/// What is no name of a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "the name of a log or key has 1 to 255 bytes, without spaces, plus signs and control characters"
)]
pub struct BadName;

/// What a key is called; for a log also its origin.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KeyName(String);

impl KeyName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for KeyName {
    type Err = BadName;

    /// C2SP signed-note §Format: "Key names MUST be non-empty and MUST NOT contain any Unicode spaces or plus (U+002B) characters."
    fn from_str(text: &str) -> Result<Self, BadName> {
        let odd = |c: char| c.is_whitespace() || c.is_control() || c == '+';
        if text.is_empty() || text.len() > LONGEST_NAME || text.contains(odd) {
            return Err(BadName);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Bytes that are no signed note.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadNote {
    /// Longer than [`LONGEST`].
    #[error("a note has at most 128 kilobytes")]
    Long,
    /// Not the characters a note may have.
    #[error("a note is UTF-8 without control characters other than line ends")]
    Characters,
    /// No text, no empty line, or no signature after it.
    #[error("a note is a text, an empty line and signatures, each ended by a line end")]
    Parts,
    /// A line after the empty one that is no signature.
    #[error("a signature is a dash, the key's name and canonical base64")]
    Line,
}

/// A note that nobody checked.
#[derive(Debug)]
pub struct UnverifiedNote<'a> {
    text: &'a str,
    lines: Vec<Line<'a>>,
}

#[derive(Debug)]
struct Line<'a> {
    name: &'a str,
    id: KeyId,
    signature: Vec<u8>,
}

impl<'a> UnverifiedNote<'a> {
    /// Takes a note apart.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, BadNote> {
        if bytes.len() > LONGEST {
            return Err(BadNote::Long);
        }
        let note = std::str::from_utf8(bytes).map_err(|_| BadNote::Characters)?;
        // C2SP signed-note §Format: "Signed notes MUST be valid UTF-8 and MUST NOT contain any ASCII control characters (those
        // below U+0020) other than newline."
        if note.bytes().any(|byte| byte < b' ' && byte != b'\n') {
            return Err(BadNote::Characters);
        }
        // C2SP signed-note §Format: "the text is separated from the signatures by the last empty line in the note".
        let empty = note.rfind("\n\n").ok_or(BadNote::Parts)?;
        let (text, signatures) = note.split_at(empty + 1);
        let signatures = signatures.strip_prefix('\n').ok_or(BadNote::Parts)?;
        let signatures = signatures.strip_suffix('\n').ok_or(BadNote::Parts)?;
        let lines = signatures.split('\n').map(Line::parse).collect::<Result<_, _>>()?;
        Ok(Self { text, lines })
    }

    /// The text, its last line end included.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// Every signature that says it is of this key.
    ///
    /// C2SP signed-note §Signatures: "Verifiers MUST ignore signatures from unknown keys, even if they share a name or ID (but
    /// not both) with a known key."
    pub fn signatures(&self, name: &KeyName, id: KeyId) -> impl Iterator<Item = &[u8]> {
        let of_key = move |line: &&Line<'_>| line.name == name.0 && line.id == id;
        self.lines.iter().filter(of_key).map(|line| line.signature.as_slice())
    }
}

impl<'a> Line<'a> {
    fn parse(line: &'a str) -> Result<Self, BadNote> {
        let (name, signature) =
            line.strip_prefix(DASH).and_then(|rest| rest.split_once(' ')).ok_or(BadNote::Line)?;
        let bytes = BASE64.decode(signature.as_bytes()).map_err(|_| BadNote::Line)?;
        // Another's name may be longer than ours may; it is ignored anyway.
        if name.is_empty() || name.contains(|c: char| c.is_whitespace() || c == '+') {
            return Err(BadNote::Line);
        }
        match bytes.split_first_chunk() {
            Some((id, signature)) if !signature.is_empty() => {
                Ok(Self { name, id: KeyId(*id), signature: signature.to_vec() })
            }
            _ => Err(BadNote::Line),
        }
    }
}

/// A text and its signatures, as one note.
pub(crate) fn write(text: &str, signatures: &[(&KeyName, KeyId, &[u8])]) -> String {
    let mut note = format!("{text}\n");
    for (name, KeyId(id), signature) in signatures {
        note.push_str(DASH);
        note.push_str(&name.0);
        note.push(' ');
        BASE64.encode_append(&[&id[..], signature].concat(), &mut note);
        note.push('\n');
    }
    note
}
