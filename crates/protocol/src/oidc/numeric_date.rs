//! Times as the tokens write them.
//!
//! RFC 7519 §2: "A JSON numeric value representing the number of seconds from
//! 1970-01-01T00:00:00Z UTC until the specified UTC date/time, ignoring leap seconds."

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serializer, de::Error};

/// Writes whole seconds.
pub fn serialize<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_i64(at.as_second())
}

/// Reads seconds; a fraction (RFC 7519 allows one) is cut off.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    read(Number::deserialize(deserializer)?)
}

#[derive(Clone, Copy, Deserialize)]
#[serde(untagged)]
enum Number {
    Whole(i64),
    Fraction(f64),
}

fn read<E: Error>(number: Number) -> Result<Timestamp, E> {
    let seconds = match number {
        Number::Whole(seconds) => seconds,
        #[expect(
            clippy::cast_possible_truncation,
            reason = "`as` saturates, and the range is checked next"
        )]
        Number::Fraction(seconds) => seconds.floor() as i64,
    };
    Timestamp::from_second(seconds).map_err(E::custom)
}

/// The same for a time that may be missing; use with `#[serde(default)]`.
pub mod optional {
    use super::{Deserialize, Deserializer, Number, Timestamp, read};

    /// Reads seconds, if there are any.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Timestamp>, D::Error> {
        Option::<Number>::deserialize(deserializer)?.map(read).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Read(#[serde(with = "super")] Timestamp);

    impl serde::Serialize for Read {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            super::serialize(&self.0, serializer)
        }
    }

    #[test]
    fn is_seconds_since_1970() {
        let read: Read = serde_json::from_str("1300819380").unwrap();
        assert_eq!(read.0.to_string(), "2011-03-22T18:43:00Z");
        assert_eq!(serde_json::to_string(&read).unwrap(), "1300819380");
        assert_eq!(serde_json::from_str::<Read>("1300819380.9").unwrap().0, read.0);
        for odd in ["1e300", "9999999999999", "-1e30", "\"1300819380\"", "null", "true"] {
            assert!(serde_json::from_str::<Read>(odd).is_err(), "{odd}");
        }
    }
}
