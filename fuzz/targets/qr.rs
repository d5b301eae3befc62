//! What is scanned at a gate: as it comes, and as the bytes behind the text, before a reader who knows one key whose private half
//! nobody has. A code that verifies is a finding.
#![no_main]

use std::sync::LazyLock;

use formats::{
    Jwk, SigningKey, Suite, UnverifiedSign1, base45,
    qr::{Challenge, PREFIX, UnverifiedCode},
};
use libfuzzer_sys::fuzz_target;

const NOW: i64 = 1_795_348_800;

static ISSUERS: LazyLock<[Jwk; Suite::ALL.len()]> =
    LazyLock::new(|| Suite::ALL.map(|suite| SigningKey::generate_in(suite).public()));

fn judge(text: &str) {
    if let Ok(code) = UnverifiedCode::parse(text) {
        for question in [None, Some(Challenge([7; 12]))] {
            assert!(code.verify(&*ISSUERS, question, NOW).is_err());
        }
    }
}

fuzz_target!(|input: &[u8]| {
    if let Ok(text) = std::str::from_utf8(input) {
        judge(text);
        if let Ok(bytes) = base45::decode(text) {
            assert_eq!(base45::encode(&bytes), text);
        }
    }
    judge(&format!("{PREFIX}{}", base45::encode(input)));
    if let Ok(message) = UnverifiedSign1::parse(input, 1_000) {
        for issuer in &*ISSUERS {
            assert!(message.verify(issuer.verifying_key(), b"kind").is_err());
        }
    }
});
