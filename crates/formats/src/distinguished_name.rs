//! Distinguished names: in certificates as DER (RFC 5280 §4.1.2.4), in registrations as text (RFC 4514).

use std::{fmt, str::FromStr};

use data_encoding::HEXLOWER;
use der::{Encode, Tag, Tagged, asn1::Any};
use serde::{Deserialize, Serialize};
use x509_cert::name::Name;

/// A name that is compared part by part, in order, by what was written and not by which string type wrote it. Case
/// counts: `docs/divergences.md` says why.
#[derive(Clone, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct DistinguishedName {
    text: String,
    /// Each relative name's attributes, sorted: they are a set.
    parts: Vec<Vec<(String, String)>>,
}

/// How long one may be, in bytes.
const MAX_LENGTH: usize = 1024;

/// The text is no distinguished name.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a distinguished name as RFC 4514 writes it, for instance `CN=airline,O=Sky Air,C=CN`")]
pub struct NotADistinguishedName;

impl PartialEq for DistinguishedName {
    fn eq(&self, other: &Self) -> bool {
        self.parts == other.parts
    }
}

impl Eq for DistinguishedName {}

impl FromStr for DistinguishedName {
    type Err = NotADistinguishedName;

    fn from_str(text: &str) -> Result<Self, NotADistinguishedName> {
        // An empty name would be everybody's who has none.
        // The parser passes over a last backslash that escapes nothing.
        let open = text.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1;
        if text.is_empty() || text.len() > MAX_LENGTH || open {
            return Err(NotADistinguishedName);
        }
        let name = Name::from_str(text).map_err(|_| NotADistinguishedName)?;
        Ok(Self { text: text.to_owned(), parts: parts(&name) })
    }
}

impl From<&Name> for DistinguishedName {
    fn from(name: &Name) -> Self {
        Self { text: name.to_string(), parts: parts(name) }
    }
}

impl TryFrom<String> for DistinguishedName {
    type Error = NotADistinguishedName;

    fn try_from(text: String) -> Result<Self, NotADistinguishedName> {
        text.parse()
    }
}

impl From<DistinguishedName> for String {
    fn from(name: DistinguishedName) -> Self {
        name.text
    }
}

impl fmt::Display for DistinguishedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for DistinguishedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DistinguishedName({:?})", self.text)
    }
}

fn parts(name: &Name) -> Vec<Vec<(String, String)>> {
    name.iter_rdn()
        .map(|relative| {
            let mut attributes: Vec<_> =
                relative.iter().map(|part| (part.oid.to_string(), written(&part.value))).collect();
            attributes.sort();
            attributes
        })
        .collect()
}

/// The text of the usual string types; of everything else its bytes, marked so that no text equals them.
fn written(value: &Any) -> String {
    let text = match value.tag() {
        Tag::Utf8String | Tag::PrintableString | Tag::Ia5String => {
            std::str::from_utf8(value.value()).ok()
        }
        _ => None,
    };
    match text {
        Some(text) => format!("={text}"),
        None => format!("#{}", HEXLOWER.encode(&value.to_der().unwrap_or_default())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> DistinguishedName {
        text.parse().unwrap()
    }

    #[test]
    fn compares_what_was_written() {
        let air = name("CN=airline,OU=web+L=北京,O=Sky\\, Air,C=CN");
        assert_eq!(air, name("CN=airline,L=北京+OU=web,O=Sky\\, Air,C=CN"));
        assert_eq!(air, name("2.5.4.3=airline,OU=web+L=北京,O=Sky\\2c Air,2.5.4.6=CN"));
        for other in [
            "CN=Airline,OU=web+L=北京,O=Sky\\, Air,C=CN",
            "CN=airline,O=Sky\\, Air,C=CN",
            "C=CN,O=Sky\\, Air,OU=web+L=北京,CN=airline",
            "CN=airline,OU=web,L=北京,O=Sky\\, Air,C=CN",
            "CN=airline,OU=web+L=北京,O=Sky\\, Air,C=CN,CN=airline",
        ] {
            assert_ne!(air, name(other), "{other}");
        }
        // A string type does not matter, a value that is no string is never a text.
        assert_eq!(name("CN=a"), name("2.5.4.3=#130161"));
        assert_ne!(name("CN=a"), name("2.5.4.3=#020161"));
        assert_eq!(name("CN=a").to_string(), "CN=a");
    }

    #[test]
    fn other_texts_are_refused() {
        let long = format!("CN={}", "a".repeat(MAX_LENGTH));
        for odd in ["", "airline", "CN=a, O=b", "CN=a,", "XX=a", "CN=a\\", "CN=#zz", &long] {
            assert!(odd.parse::<DistinguishedName>().is_err(), "{odd:?}");
        }
    }
}
