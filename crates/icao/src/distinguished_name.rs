//! Names in certificates, compared as people would compare them.

use der::{Decode, Tag, Tagged};
use x509_cert::name::Name;

use crate::Refused;

/// An issuer's or a subject's name.
///
/// Countries write their own name in one string type in one certificate and in another type, or case, in the next;
/// RFC 5280 §7.1 compares what was written, not how.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct DistinguishedName {
    parts: Vec<(String, String)>,
}

/// `id-at-countryName`.
const COUNTRY: &str = "2.5.4.6";

impl DistinguishedName {
    pub(crate) fn parse(der: &[u8]) -> Result<Self, Refused> {
        Name::from_der(der).map(|name| Self::new(&name)).map_err(|_| Refused::Malformed)
    }

    pub(crate) fn new(name: &Name) -> Self {
        let parts = name.iter().map(|part| {
            let value = text(part.value.tag(), part.value.value());
            (part.oid.to_string(), folded(&value))
        });
        Self { parts: parts.collect() }
    }

    /// The two letters of its country, in capitals.
    pub(crate) fn country(&self) -> Option<String> {
        let (_, country) = self.parts.iter().find(|(kind, _)| kind == COUNTRY)?;
        Some(country.to_uppercase())
    }
}

fn text(tag: Tag, bytes: &[u8]) -> String {
    match tag {
        Tag::TeletexString => bytes.iter().copied().map(char::from).collect(),
        Tag::BmpString => {
            let units = bytes
                .chunks(2)
                .map(|pair| pair.iter().fold(0, |sum, byte| sum << 8 | u16::from(*byte)));
            char::decode_utf16(units)
                .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect()
        }
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// RFC 4518: case does not count, nor how many blanks stand between two words.
fn folded(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
