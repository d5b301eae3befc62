//! Credentials and presentations of strangers: what nobody signed is never believed, and nothing breaks whoever looks.
#![no_main]

use std::sync::OnceLock;

use formats::{
    SigningKey, VerifyingKey, jws,
    sd_jwt::{Disclosure, Expected, Kind, Reader, UnverifiedCredential, UnverifiedSdJwt},
};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

const KIND: Kind = Kind { typ: "dc+sd-jwt", open: &["iss", "cnf"] };

fn nobodys() -> &'static VerifyingKey {
    static KEY: OnceLock<VerifyingKey> = OnceLock::new();
    KEY.get_or_init(|| SigningKey::generate().verifying_key().clone())
}

fn ours() -> &'static SigningKey {
    static KEY: OnceLock<SigningKey> = OnceLock::new();
    KEY.get_or_init(SigningKey::generate)
}

fuzz_target!(|text: &str| {
    // What a signature would cover is walked as if it held: bytes of a stranger and no key at hand would end at the door.
    for part in text.split('~') {
        if let Ok(read) = Disclosure::read(part) {
            assert_eq!(read.as_str(), part);
        }
    }
    if let Some((payload, disclosures)) = text.split_once('~')
        && let Ok(payload @ serde_json::Value::Object(_)) = serde_json::from_str(payload)
    {
        let signed = jws::sign(ours(), "", KIND.typ, &payload) + "~" + disclosures;
        let read = UnverifiedSdJwt::parse(&signed, KIND);
        if let Ok(claims) = read.and_then(|read| read.verify_issued(ours().verifying_key())) {
            assert!(!claims.contains_key("_sd") && !claims.contains_key("..."));
            assert_eq!(claims.get("iss"), payload.get("iss"));
        }
    }
    let now = Timestamp::constant(1_800_000_000, 0);
    let reader = Reader { audience: "https://desk.example", nonce: "nonce", now };
    if let Ok(read) = UnverifiedSdJwt::parse(text, KIND) {
        assert!(read.clone().verify_issued(nobodys()).is_err());
        assert!(read.verify_presented(nobodys(), &reader).is_err());
    }
    if let Ok(read) = UnverifiedCredential::parse(text) {
        let _ = read.unverified_issuer();
        let expected = Expected { issuer: "https://id.example", vct: "a", now };
        assert!(read.verify_presented(nobodys(), &expected, &reader).is_err());
    }
});
