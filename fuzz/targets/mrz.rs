//! Machine readable zones: any text, and what was read must read the same a second time.
#![no_main]

use icao::Mrz;
use jiff::civil::date;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let today = date(2026, 11, 22);
    if let Ok(mrz) = Mrz::parse(text, today) {
        assert!(!mrz.number().is_empty() && !mrz.primary().is_empty());
        assert!(mrz.born().is_none_or(|born| born <= today));
        assert!(mrz.information().len() >= 24);
    }
});
