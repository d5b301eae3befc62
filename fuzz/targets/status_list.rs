//! Status lists: streams that claim to be small, and tokens nobody signed.
#![no_main]

use std::sync::OnceLock;

use formats::{
    SigningKey, VerifyingKey,
    status_list::{Bits, ENTRIES, StatusList, UnverifiedStatusCwt, UnverifiedStatusToken},
};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

fn nobodys() -> &'static VerifyingKey {
    static KEY: OnceLock<VerifyingKey> = OnceLock::new();
    KEY.get_or_init(|| SigningKey::generate().verifying_key().clone())
}

fuzz_target!(|bytes: &[u8]| {
    for bits in [Bits::One, Bits::Two, Bits::Four, Bits::Eight] {
        if let Ok(list) = StatusList::decompress(bits, bytes) {
            assert_eq!(list.status(ENTRIES), None);
            let again = StatusList::decompress(bits, &list.compressed());
            assert_eq!(again.as_ref(), Ok(&list));
        }
    }
    let now = Timestamp::constant(1_686_920_200, 0);
    let uri = "https://example.com/statuslists/1";
    if let Ok(token) = UnverifiedStatusCwt::parse(bytes) {
        assert!(token.verify(nobodys(), uri, now).is_err());
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(token) = UnverifiedStatusToken::parse(text) {
        assert!(token.verify(nobodys(), uri, now).is_err());
    }
});
