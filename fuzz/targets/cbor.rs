//! What authenticators send in CBOR: attestation objects through the door they come in by, and keys.
#![no_main]

use formats::{CoseKey, base64url, webauthn};
use libfuzzer_sys::fuzz_target;

const CHALLENGE: [u8; 32] = [7; 32];

fuzz_target!(|object: &[u8]| {
    if let Ok(key) = CoseKey::read(object) {
        assert_eq!(key.bytes(), object);
        assert!(key.verify(b"message", &[0; 64]).is_err());
    }
    let client_data = format!(
        r#"{{"type":"webauthn.create","challenge":"{}","origin":"https://id.example","crossOrigin":false}}"#,
        base64url::encode(&CHALLENGE)
    );
    let answer = serde_json::json!({
        "id": "AA", "rawId": "AA", "type": "public-key",
        "response": {
            "clientDataJSON": base64url::encode(client_data.as_bytes()),
            "attestationObject": base64url::encode(object),
        },
    });
    let party = webauthn::RelyingParty { id: "id.example", origin: "https://id.example" };
    let _ = webauthn::made(&answer.to_string(), &CHALLENGE, party);
});
