//! Data groups, EF.COM, EF.CardSecurity, and the keys inside them.
#![no_main]

use icao::{groups::AgreementKey, lds};
use jiff::civil::date;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| {
    let _ = lds::zone(file, date(2026, 11, 22));
    let _ = lds::groups_listed(file);
    let keys = |infos: lds::SecurityInfos| {
        for key in infos.chip_keys {
            let _ = AgreementKey::parse(&key.public_key);
        }
    };
    let _ = lds::SecurityInfos::parse(file).map(keys);
    let _ = lds::SecurityInfos::unverified_of_card_security(file).map(keys);
    let _ = AgreementKey::parse(file);
    let _ = lds::active_key(file);
    if let Ok(portrait) = lds::portrait(file) {
        assert!(!portrait.bytes.is_empty() && portrait.bytes.len() < file.len());
    }
});
