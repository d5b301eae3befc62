//! Data groups and EF.COM.
#![no_main]

use icao::lds;
use jiff::civil::date;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| {
    let _ = lds::zone(file, date(2026, 11, 22));
    let _ = lds::groups_listed(file);
    let _ = lds::SecurityInfos::parse(file);
    let _ = lds::active_key(file);
    if let Ok(portrait) = lds::portrait(file) {
        assert!(!portrait.bytes.is_empty() && portrait.bytes.len() < file.len());
    }
});
