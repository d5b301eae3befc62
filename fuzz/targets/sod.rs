//! Security objects, certificates, revocation lists, master lists: whatever is signed about documents.
//!
//! No input is believed: the store trusts nobody, so a verdict of `Ok` would be a finding.
#![no_main]

use std::{collections::BTreeMap, sync::LazyLock};

use icao::{ChipFiles, TrustStore, passive, trust};
use jiff::{Zoned, civil::date, tz::TimeZone};
use libfuzzer_sys::fuzz_target;

static NOW: LazyLock<Zoned> =
    LazyLock::new(|| date(2026, 11, 22).at(12, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap());

const ZONE: &[u8] = b"\x61\x5b\x5f\x1f\x58P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F3104157<<<<<<<<<<<<<<<2";

fuzz_target!(|file: &[u8]| {
    let nobody = TrustStore::default();
    let groups = BTreeMap::from([(1, ZONE.to_vec())]);
    if let Ok(files) = ChipFiles::new(file.to_vec(), groups) {
        assert!(passive::verify(files, &nobody, &NOW).is_err());
    }
    if let Ok(import) = trust::import(file, &nobody) {
        // Self-signed authorities verify by themselves; whatever came out can be read again.
        for anchor in &import.anchors {
            assert!(icao::Anchor::parse(anchor.der()).is_ok());
        }
        assert!(import.beside(&nobody).anchors().count() <= import.anchors.len());
    }
});
