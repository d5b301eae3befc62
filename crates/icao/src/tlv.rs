//! BER-TLV as chips and certificates write it: definite lengths only, and never beyond the bytes that are there.

use crate::Refused;

/// How many bytes a length may have after its first; more than 16 MB is no document.
const MOST_LENGTH_BYTES: usize = 3;

/// How many bytes a tag may have.
///
/// ICAO 9303-10 uses one ("61") and two ("5F1F"); a third leaves room and ends the reading of nonsense.
const MOST_TAG_BYTES: usize = 3;

/// One object: tag, value, and both with the length between them.
#[derive(Clone, Copy)]
pub(crate) struct Tlv<'a> {
    /// The tag's bytes as one number: `61`, `5F1F`.
    pub(crate) tag: u32,
    pub(crate) value: &'a [u8],
    /// Tag, length and value.
    pub(crate) whole: &'a [u8],
}

/// Reads objects one after another.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a>(&'a [u8]);

/// The one object these bytes are; nothing may follow it.
pub(crate) fn only(bytes: &[u8], tag: u32) -> Result<&[u8], Refused> {
    let mut reader = Reader::new(bytes);
    let value = reader.expect(tag)?;
    reader.end()?;
    Ok(value)
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The next object, if there is one.
    pub(crate) fn next(&mut self) -> Result<Option<Tlv<'a>>, Refused> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let start = self.0;
        let (tag, rest) = tag(start).ok_or(Refused::Malformed)?;
        let (length, rest) = length(rest).ok_or(Refused::Malformed)?;
        let (value, rest) = rest.split_at_checked(length).ok_or(Refused::Malformed)?;
        let whole = start.get(..start.len() - rest.len()).ok_or(Refused::Malformed)?;
        self.0 = rest;
        Ok(Some(Tlv { tag, value, whole }))
    }

    /// The next object, which must be there.
    pub(crate) fn any(&mut self) -> Result<Tlv<'a>, Refused> {
        self.next()?.ok_or(Refused::Malformed)
    }

    /// The value of the next object, which must have this tag.
    pub(crate) fn expect(&mut self, tag: u32) -> Result<&'a [u8], Refused> {
        let next = self.any()?;
        if next.tag == tag { Ok(next.value) } else { Err(Refused::Malformed) }
    }

    /// The next object if it has this tag; otherwise it stays where it is.
    pub(crate) fn take(&mut self, tag: u32) -> Result<Option<Tlv<'a>>, Refused> {
        let mut ahead = *self;
        match ahead.next()? {
            Some(next) if next.tag == tag => {
                *self = ahead;
                Ok(Some(next))
            }
            _ => Ok(None),
        }
    }

    /// Nothing may be left.
    pub(crate) fn end(self) -> Result<(), Refused> {
        if self.0.is_empty() { Ok(()) } else { Err(Refused::Malformed) }
    }
}

fn tag(bytes: &[u8]) -> Option<(u32, &[u8])> {
    /// ISO/IEC 7816-4 §5.2.2.1: the five low bits all set announce further tag bytes.
    const MORE_FOLLOW: u8 = 0x1f;
    let (&first, mut rest) = bytes.split_first()?;
    let mut tag = u32::from(first);
    if first & MORE_FOLLOW != MORE_FOLLOW {
        return Some((tag, rest));
    }
    for _ in 1..MOST_TAG_BYTES {
        let (&next, after) = rest.split_first()?;
        (tag, rest) = (tag << 8 | u32::from(next), after);
        if next & 0x80 == 0 {
            return Some((tag, rest));
        }
    }
    None
}

fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (&first, rest) = bytes.split_first()?;
    if first < 0x80 {
        return Some((usize::from(first), rest));
    }
    let count = usize::from(first & 0x7f);
    // None: the indefinite form, which ISO/IEC 7816-4 §5.2.2.2 does not know.
    if count == 0 || count > MOST_LENGTH_BYTES {
        return None;
    }
    let (length, rest) = rest.split_at_checked(count)?;
    Some((length.iter().fold(0, |sum, &byte| sum << 8 | usize::from(byte)), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_tags_and_lengths_of_every_form() {
        let long = [&[0x04, 0x82, 0x01, 0x00][..], &[7; 256]].concat();
        let bytes = [&[0x5f, 0x1f, 0x01, 0xaa, 0x30, 0x81, 0x01, 0xbb][..], &long].concat();
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.expect(0x5f1f), Ok(&[0xaa][..]));
        assert!(reader.take(0x31).unwrap().is_none());
        assert_eq!(reader.take(0x30).unwrap().unwrap().whole, [0x30, 0x81, 0x01, 0xbb]);
        assert_eq!(reader.expect(0x04).unwrap().len(), 256);
        assert!(reader.end().is_ok());
    }

    #[test]
    fn refuses_what_goes_beyond_its_bytes() {
        for odd in [
            &[0x30][..],
            &[0x30, 0x02, 0x00],
            &[0x30, 0x80, 0x00, 0x00],
            &[0x30, 0x84, 0x00, 0x00, 0x00, 0x00],
            &[0x1f],
            &[0x1f, 0xff, 0xff, 0x01, 0x00],
            &[0x30, 0x83, 0xff, 0xff, 0xff],
        ] {
            assert_eq!(only(odd, 0x30), Err(Refused::Malformed), "{odd:02x?}");
        }
        assert_eq!(only(&[0x30, 0x00, 0x00], 0x30), Err(Refused::Malformed));
        assert_eq!(only(&[0x30, 0x00], 0x30), Ok(&[][..]));
    }
}
