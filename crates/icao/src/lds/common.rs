//! EF.COM: which data groups a chip says it has. Nobody signs it, so it guides the reader and proves nothing.

use crate::{DataGroup, Refused, tlv};

/// The data groups that EF.COM lists.
pub fn groups_listed(com: &[u8]) -> Result<Vec<DataGroup>, Refused> {
    let mut inside = tlv::Reader::new(tlv::only(com, 0x60)?);
    // ICAO 9303-10 §4.6.1: LDS version "5F01", Unicode version "5F36", tag list "5C".
    let (version, unicode) = (inside.expect(0x5f01)?, inside.expect(0x5f36)?);
    if version.len() != 4 || unicode.len() != 6 {
        return Err(Refused::Malformed);
    }
    let tags = inside.expect(0x5c)?;
    tags.iter().map(|tag| DataGroup::of_tag(*tag).ok_or(Refused::Malformed)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_what_the_standard_lists() {
        // ICAO 9303-10 §4.6.1: LDS 1.7, Unicode 4.0.0, DG1, DG2, DG4 and DG12.
        let com = b"\x60\x16\x5f\x01\x040107\x5f\x36\x06040000\x5c\x04\x61\x75\x76\x6c";
        let numbers: Vec<u8> =
            groups_listed(com).unwrap().into_iter().map(DataGroup::number).collect();
        assert_eq!(numbers, [1, 2, 4, 12]);
    }
}
