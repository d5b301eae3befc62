//! DG1: the machine readable zone.

use jiff::civil::Date;

use crate::{DataGroup, Mrz, Refused, tlv};

/// Reads DG1. `today` decides the century of its dates.
pub fn zone(dg1: &[u8], today: Date) -> Result<Mrz, Refused> {
    let inside = tlv::only(dg1, DataGroup::MRZ.tag().into())?;
    // ICAO 9303-10 §4.7.1: "5F1F", "The MRZ data object as a composite Data Element".
    let zone = tlv::only(inside, 0x5f1f)?;
    Mrz::parse(std::str::from_utf8(zone).map_err(|_| Refused::MrzWrong)?, today)
}
