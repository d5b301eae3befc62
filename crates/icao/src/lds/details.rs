//! DG11: further details of the holder. We read the name in national characters and the whole date of birth.

use jiff::civil::Date;
use zeroize::Zeroizing;

use crate::{DataGroup, Refused, tlv, tlv::Reader};

/// The longest name taken, in bytes: more than eighty characters of any script.
const LONGEST_NAME: usize = 400;

/// What of DG11 we understand; the rest (addresses, telephones, professions) is nobody's business here.
#[derive(Clone, Default, Eq, PartialEq)]
pub struct Details {
    /// The name in national characters, blanks for fillers; none if it is missing, or no UTF-8.
    pub name: Option<Zeroizing<String>>,
    /// The whole date of birth.
    pub born: Option<Date>,
}

impl std::fmt::Debug for Details {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Details([secret])")
    }
}

/// Reads DG11.
///
/// ICAO 9303-10 §4.7.11: "5C" lists the tags that follow; "5F0E" is the "full name of document holder in national
/// characters", "5F2B" the full date of birth.
pub fn details(dg11: &[u8]) -> Result<Details, Refused> {
    let mut inside = Reader::new(tlv::only(dg11, DataGroup::DETAILS.tag().into())?);
    inside.expect(0x5c)?;
    let (mut name, mut born) = (None, None);
    while let Some(object) = inside.next()? {
        let place = match object.tag {
            0x5f0e => &mut name,
            0x5f2b => &mut born,
            _ => continue,
        };
        if place.replace(object.value).is_some() {
            return Err(Refused::Malformed);
        }
    }
    Ok(Details { name: name.and_then(read_name), born: born.map(read_date).transpose()?.flatten() })
}

/// ICAO 9303-10 §4.7.11: names are "encoded per Doc 9303 rules": fillers stand for blanks. A name that is no UTF-8, in
/// whatever older code, is left to the zone.
fn read_name(bytes: &[u8]) -> Option<Zeroizing<String>> {
    let text = std::str::from_utf8(bytes).ok().filter(|_| bytes.len() <= LONGEST_NAME)?;
    if text.chars().any(char::is_control) {
        return None;
    }
    let words = text.split(|c: char| c == '<' || c.is_whitespace()).filter(|word| !word.is_empty());
    let name = Zeroizing::new(words.collect::<Vec<_>>().join(" "));
    (!name.is_empty()).then_some(name)
}

/// Eight digits, as text or packed in four bytes: both are in circulation. Parts left open make no date.
fn read_date(bytes: &[u8]) -> Result<Option<Date>, Refused> {
    let digits: Zeroizing<Vec<u8>> = Zeroizing::new(match bytes.len() {
        8 if bytes.iter().all(u8::is_ascii_digit) => bytes.iter().map(|c| c - b'0').collect(),
        8 if bytes.iter().all(|c| c.is_ascii_digit() || *c == b'<') => return Ok(None),
        4 => bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]).collect(),
        _ => return Err(Refused::Malformed),
    });
    if digits.iter().any(|digit| *digit > 9) {
        return Err(Refused::Malformed);
    }
    let number = |range: std::ops::Range<usize>| {
        let digits = digits.get(range).unwrap_or_default();
        digits.iter().fold(0, |sum: i16, digit| sum * 10 + i16::from(*digit))
    };
    let (year, month, day) = (number(0..4), number(4..6), number(6..8));
    if month == 0 || day == 0 {
        return Ok(None);
    }
    let (month, day) = (i8::try_from(month), i8::try_from(day));
    let (Ok(month), Ok(day)) = (month, day) else { return Err(Refused::Malformed) };
    Date::new(year, month, day).map(Some).map_err(|_| Refused::Malformed)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn dg11(objects: &[(&[u8], &[u8])]) -> Vec<u8> {
        let mut inside = vec![0x5c, 0];
        for (tag, value) in objects {
            inside.extend_from_slice(tag);
            inside.push(u8::try_from(value.len()).unwrap());
            inside.extend_from_slice(value);
        }
        [&[0x6b, 0x82], &u16::try_from(inside.len()).unwrap().to_be_bytes()[..], &inside].concat()
    }

    fn name(bytes: &[u8]) -> Option<String> {
        let read = details(&dg11(&[(b"\x5f\x0e", bytes)])).unwrap();
        read.name.map(|name| name.to_string())
    }

    fn born(bytes: &[u8]) -> Result<Option<Date>, Refused> {
        details(&dg11(&[(b"\x5f\x2b", bytes)])).map(|read| read.born)
    }

    #[test]
    fn what_others_wrote_is_read() {
        // A vector of pymrtd's tests, and the example of ICAO 9303-10 §4.7.11 (John J. Smith of Anytown).
        let theirs = b"\x6b\x30\x5c\x06\x5f\x0e\x5f\x2b\x5f\x11\x5f\x0e\x0cTest<<Tester\x5f\x2b\x0819701201\x5f\x11\x0bNorthampton";
        let read = details(theirs).unwrap();
        assert_eq!(read.name.as_ref().unwrap().as_str(), "Test Tester");
        assert_eq!(read.born, Some(date(1970, 12, 1)));
        assert_eq!(format!("{read:?}"), "Details([secret])");
        let smith = b"\x6b\x63\x5c\x0a\x5f\x0e\x5f\x11\x5f\x42\x5f\x12\x5f\x13\x5f\x0e\x0dSMITH<<JOHN<J\x5f\x11\x0aANYTOWN<MN\x5f\x42\x17123 MAPLE RD<ANYTOWN<MN\x5f\x12\x0e1-612-555-1212\x5f\x13\x0cTRAVEL<AGENT";
        let read = details(smith).unwrap();
        assert_eq!(read.name.as_ref().unwrap().as_str(), "SMITH JOHN J");
        assert_eq!(read.born, None);
    }

    #[test]
    fn a_name_is_text_of_bounded_length() {
        assert_eq!(name("张<<三".as_bytes()).as_deref(), Some("张 三"));
        assert_eq!(
            name("  Müller<<Änne<Maria<<<".as_bytes()).as_deref(),
            Some("Müller Änne Maria")
        );
        for none in [&b""[..], b"<<<", b"\xd5\xc5<<\xc8\xfd", b"A\0B", "a\u{85}b".as_bytes()] {
            assert_eq!(name(none), None, "{none:02x?}");
        }
        let long = "长".repeat(LONGEST_NAME / 3 + 1);
        let inside = [
            b"\x5c\x00\x5f\x0e\x82",
            &u16::try_from(long.len()).unwrap().to_be_bytes()[..],
            long.as_bytes(),
        ]
        .concat();
        let file =
            [&[0x6b, 0x82], &u16::try_from(inside.len()).unwrap().to_be_bytes()[..], &inside]
                .concat();
        assert_eq!(details(&file).unwrap().name, None);
    }

    #[test]
    fn a_date_is_text_or_packed_and_may_be_open() {
        assert_eq!(born(b"19740812"), Ok(Some(date(1974, 8, 12))));
        assert_eq!(born(b"\x19\x74\x08\x12"), Ok(Some(date(1974, 8, 12))));
        assert_eq!(born(b"19740000"), Ok(None));
        assert_eq!(born(b"1974<<<<"), Ok(None));
        for odd in [&b""[..], b"740812", b"1974081a", b"19741301", b"\x19\x74\x0a\x12"] {
            assert_eq!(born(odd), Err(Refused::Malformed), "{odd:02x?}");
        }
    }

    #[test]
    fn what_is_said_twice_or_cut_is_refused() {
        let twice = dg11(&[(b"\x5f\x0e", b"A"), (b"\x5f\x0e", b"B")]);
        assert_eq!(details(&twice), Err(Refused::Malformed));
        let sound = dg11(&[(b"\x5f\x0e", b"A<<B"), (b"\x5f\x2b", b"19740812")]);
        for place in 0..sound.len() {
            assert_eq!(details(&sound[..place]), Err(Refused::Malformed));
        }
        assert_eq!(details(b"\x6b\x03\x5f\x0e\x00"), Err(Refused::Malformed), "no list");
    }
}
