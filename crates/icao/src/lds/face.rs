//! DG2: the portrait, inside biometric information templates (ISO/IEC 7816-11) and a face record (ISO/IEC 19794-5).

use crate::{DataGroup, Refused, tlv, tlv::Reader};

/// How a portrait is encoded.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum PortraitFormat {
    /// JPEG (ISO/IEC 10918-1).
    Jpeg,
    /// JPEG 2000 (ISO/IEC 15444-1), as a file or a bare code stream.
    Jpeg2000,
}

/// The first portrait of a document. Its bytes are the holder's face: they do not print and are not kept.
#[derive(Clone, Copy)]
pub struct Portrait<'a> {
    /// How it is encoded.
    pub format: PortraitFormat,
    /// The encoded image.
    pub bytes: &'a [u8],
}

impl std::fmt::Debug for Portrait<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Portrait({:?}, [secret])", self.format)
    }
}

/// Reads the first portrait of DG2.
pub fn portrait(dg2: &[u8]) -> Result<Portrait<'_>, Refused> {
    let group = tlv::only(dg2, DataGroup::PORTRAIT.tag().into())?;
    // ICAO 9303-10 §4.7.2: "7F61" holds "02" (the number of instances) and then a "7F60" for each.
    let mut templates = Reader::new(tlv::only(group, 0x7f61)?);
    let [1..=9] = templates.expect(0x02)? else { return Err(Refused::Malformed) };
    let mut template = Reader::new(templates.expect(0x7f60)?);
    let _header = template.expect(0xa1)?;
    face_record(template.expect(0x5f2e)?)
}

/// ISO/IEC 19794-5:2005 §5: header, one record a face, in it points, image information and the image.
fn face_record(block: &[u8]) -> Result<Portrait<'_>, Refused> {
    const FACE_INFORMATION: usize = 20;
    const FEATURE_POINT: usize = 8;
    const IMAGE_INFORMATION: usize = 12;

    let mut rest = block;
    let header = cut(&mut rest, 14)?;
    if !header.starts_with(b"FAC\x000") || number(header.get(8..12))? != block.len() {
        return Err(Refused::Malformed);
    }
    let record_length = number(rest.get(..4))?;
    let mut record = cut(&mut rest, record_length)?;
    let information = cut(&mut record, FACE_INFORMATION)?;
    let points = number(information.get(4..6))?;
    cut(&mut record, points * FEATURE_POINT)?;
    let image_information = cut(&mut record, IMAGE_INFORMATION)?;
    let said = match image_information.get(1) {
        Some(0) => PortraitFormat::Jpeg,
        Some(1) => PortraitFormat::Jpeg2000,
        _ => return Err(Refused::Malformed),
    };
    // Chips are in circulation that say one and hold the other; the image itself knows best.
    let format = format_of(record).unwrap_or(said);
    if record.is_empty() { Err(Refused::Malformed) } else { Ok(Portrait { format, bytes: record }) }
}

/// What an image says of itself by how it begins.
fn format_of(image: &[u8]) -> Option<PortraitFormat> {
    if image.starts_with(&[0xff, 0xd8, 0xff]) {
        Some(PortraitFormat::Jpeg)
    } else if image.starts_with(b"\x00\x00\x00\x0cjP  ")
        || image.starts_with(&[0xff, 0x4f, 0xff, 0x51])
    {
        Some(PortraitFormat::Jpeg2000)
    } else {
        None
    }
}

fn cut<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8], Refused> {
    let (taken, after) = rest.split_at_checked(length).ok_or(Refused::Malformed)?;
    *rest = after;
    Ok(taken)
}

fn number(bytes: Option<&[u8]>) -> Result<usize, Refused> {
    let bytes = bytes.ok_or(Refused::Malformed)?;
    Ok(bytes.iter().fold(0, |sum, &byte| sum << 8 | usize::from(byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrap(tag: &[u8], value: &[u8]) -> Vec<u8> {
        let length = u16::try_from(value.len()).unwrap().to_be_bytes();
        [tag, &[0x82], &length, value].concat()
    }

    fn dg2(image: &[u8], kind: u8) -> Vec<u8> {
        let image_information = [&[1, kind][..], &[0; 10]].concat();
        let points = [0; 8];
        let length = 20 + points.len() + 12 + image.len();
        let mut information = [0; 20];
        information[..4].copy_from_slice(&u32::try_from(length).unwrap().to_be_bytes());
        information[5] = 1;
        let record = [&information[..], &points, &image_information, image].concat();
        let length = u32::try_from(14 + record.len()).unwrap().to_be_bytes();
        let block = [b"FAC\x00010\x00", &length[..], &[0, 1], &record].concat();
        let template =
            wrap(&[0x7f, 0x60], &[wrap(&[0xa1], &[]), wrap(&[0x5f, 0x2e], &block)].concat());
        wrap(&[0x75], &wrap(&[0x7f, 0x61], &[&[0x02, 0x01, 0x01][..], &template].concat()))
    }

    #[test]
    fn finds_the_image_behind_its_headers() {
        let jpeg = [0xff, 0xd8, 0xff, 0xe0, 1, 2, 3];
        let file = dg2(&jpeg, 0);
        let found = portrait(&file).unwrap();
        assert_eq!((found.format, found.bytes), (PortraitFormat::Jpeg, &jpeg[..]));
        assert_eq!(format!("{found:?}"), "Portrait(Jpeg, [secret])");

        let mislabelled = dg2(&[0xff, 0x4f, 0xff, 0x51, 9], 0);
        assert_eq!(portrait(&mislabelled).unwrap().format, PortraitFormat::Jpeg2000);
    }

    #[test]
    fn lengths_that_lie_are_refused() {
        let sound = dg2(&[0xff, 0xd8, 0xff, 0xe0], 0);
        for place in 0..sound.len() {
            for bit in [0x01, 0x80] {
                let mut odd = sound.clone();
                odd[place] ^= bit;
                let _ = portrait(&odd);
            }
            assert!(portrait(&sound[..place]).is_err());
        }
    }
}
