//! CBOR from strangers (RFC 8949): the part that authenticators and signed messages speak, and nothing beside it.
//!
//! CTAP 2.1 §8: "All encoders MUST serialize CBOR in the CTAP2 canonical CBOR encoding form": lengths definite, numbers
//! as short as they go, no tags, no floating point. The order of a map's keys is not held, as no meaning hangs on it;
//! that each stands once is.

mod write;

pub(crate) use write::Writer;

/// Nested values looked at: an attestation object has three levels.
const DEEPEST: u8 = 4;
/// Members of one array or map looked at.
const MOST: u64 = 32;

/// Bytes that are no such CBOR.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct NotCbor;

/// A value, borrowed from its bytes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Value<'a> {
    /// Whole numbers; beyond 64 bits nothing is said.
    Int(i64),
    Bytes(&'a [u8]),
    Text(&'a str),
    Array(Vec<Value<'a>>),
    Map(Vec<(Value<'a>, Value<'a>)>),
    /// True, false and null, by their number.
    Simple(u8),
}

impl<'a> Value<'a> {
    /// Reads one value and nothing after it.
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, NotCbor> {
        match Self::read_first(bytes)? {
            (value, []) => Ok(value),
            _ => Err(NotCbor),
        }
    }

    /// Reads the first value; what follows it.
    pub(crate) fn read_first(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), NotCbor> {
        value(bytes, DEEPEST)
    }

    /// The member of a map that a word names.
    pub(crate) fn named(&self, name: &str) -> Option<&Self> {
        self.member(&Value::Text(name))
    }

    /// The member of a map that a number names.
    pub(crate) fn numbered(&self, number: i64) -> Option<&Self> {
        self.member(&Value::Int(number))
    }

    fn member(&self, key: &Value<'_>) -> Option<&Self> {
        let Self::Map(members) = self else { return None };
        members.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    pub(crate) fn bytes(&self) -> Option<&'a [u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }

    pub(crate) fn int(&self) -> Option<i64> {
        if let Self::Int(number) = self { Some(*number) } else { None }
    }
}

fn value(bytes: &[u8], depth: u8) -> Result<(Value<'_>, &[u8]), NotCbor> {
    let deeper = depth.checked_sub(1).ok_or(NotCbor)?;
    let (major, number, mut rest) = head(bytes)?;
    let found = match major {
        0 => Value::Int(i64::try_from(number).map_err(|_| NotCbor)?),
        1 => Value::Int(-1 - i64::try_from(number).map_err(|_| NotCbor)?),
        2 => Value::Bytes(take(&mut rest, number)?),
        3 => Value::Text(std::str::from_utf8(take(&mut rest, number)?).map_err(|_| NotCbor)?),
        4 if number <= MOST => {
            let mut items = Vec::new();
            for _ in 0..number {
                items.push(next(&mut rest, deeper)?);
            }
            Value::Array(items)
        }
        5 if number <= MOST => {
            let mut members = Vec::new();
            for _ in 0..number {
                let name = next(&mut rest, deeper)?;
                if members.iter().any(|(other, _)| *other == name) {
                    return Err(NotCbor);
                }
                members.push((name, next(&mut rest, deeper)?));
            }
            Value::Map(members)
        }
        // RFC 8949 §3.3: 20 is false, 21 true, 22 null.
        7 => match u8::try_from(number) {
            Ok(simple @ 20..=22) => Value::Simple(simple),
            _ => return Err(NotCbor),
        },
        _ => return Err(NotCbor),
    };
    Ok((found, rest))
}

fn next<'a>(rest: &mut &'a [u8], depth: u8) -> Result<Value<'a>, NotCbor> {
    let (value, after) = value(rest, depth)?;
    *rest = after;
    Ok(value)
}

fn take<'a>(rest: &mut &'a [u8], count: u64) -> Result<&'a [u8], NotCbor> {
    let count = usize::try_from(count).map_err(|_| NotCbor)?;
    let (taken, after) = rest.split_at_checked(count).ok_or(NotCbor)?;
    *rest = after;
    Ok(taken)
}

/// Major type, argument, what follows. RFC 8949 §4.2.1: the argument as short as it goes.
fn head(bytes: &[u8]) -> Result<(u8, u64, &[u8]), NotCbor> {
    let (&first, rest) = bytes.split_first().ok_or(NotCbor)?;
    let (major, short) = (first >> 5, first & 0x1f);
    let length = match short {
        0..24 => return Ok((major, short.into(), rest)),
        24..28 => 1_usize << (short - 24),
        _ => return Err(NotCbor),
    };
    let (argument, rest) = rest.split_at_checked(length).ok_or(NotCbor)?;
    let number = argument.iter().fold(0, |number: u64, byte| number << 8 | u64::from(*byte));
    let least = if length == 1 { 24 } else { 1 << (4 * length) };
    if number < least { Err(NotCbor) } else { Ok((major, number, rest)) }
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;
    use proptest::prelude::*;

    use super::*;

    fn read(hex: &str) -> Option<String> {
        let bytes = HEXLOWER.decode(hex.as_bytes()).unwrap();
        Value::read(&bytes).ok().map(|value| format!("{value:?}"))
    }

    /// RFC 8949 appendix A.
    #[test]
    fn examples_of_rfc_8949() {
        for (hex, value) in [
            ("00", "Int(0)"),
            ("17", "Int(23)"),
            ("1818", "Int(24)"),
            ("1903e8", "Int(1000)"),
            ("1a000f4240", "Int(1000000)"),
            ("1b000000e8d4a51000", "Int(1000000000000)"),
            ("20", "Int(-1)"),
            ("3903e7", "Int(-1000)"),
            ("f4", "Simple(20)"),
            ("f6", "Simple(22)"),
            ("4401020304", "Bytes([1, 2, 3, 4])"),
            ("6449455446", "Text(\"IETF\")"),
            ("83010203", "Array([Int(1), Int(2), Int(3)])"),
            ("a201020304", "Map([(Int(1), Int(2)), (Int(3), Int(4))])"),
        ] {
            assert_eq!(read(hex).as_deref(), Some(value), "{hex}");
        }
    }

    #[test]
    fn whatever_authenticators_do_not_say_is_refused() {
        for (what, hex) in [
            ("nothing", ""),
            ("something after it", "0000"),
            ("a number longer than needed", "1817"),
            ("a number longer than needed", "190017"),
            ("a number longer than needed", "1a0000ffff"),
            ("a number longer than needed", "1b00000000ffffffff"),
            ("a number beyond 63 bits", "1bffffffffffffffff"),
            ("an indefinite array", "9fff"),
            ("an indefinite text", "7fff"),
            ("a tag", "c074323031332d30332d32315432303a30343a30305a"),
            ("floating point", "f93c00"),
            ("undefined", "f7"),
            ("a key twice", "a201000100"),
            ("text that is none", "62c328"),
            ("bytes cut short", "4401"),
            ("too deep", "8181818100"),
            ("too wide", "9821000000000000000000000000000000000000000000000000000000000000000000"),
            ("a length nobody has", "5b7fffffffffffffff"),
        ] {
            assert_eq!(read(hex), None, "{what}: {hex}");
        }
    }

    proptest! {
        #[test]
        fn nothing_breaks_it(bytes: Vec<u8>) {
            let _ = Value::read(&bytes);
        }
    }
}
