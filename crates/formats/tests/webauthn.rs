//! The vectors that the WebAuthn standard publishes (Level 3 §16), and every byte of them changed.
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

use std::collections::HashMap;

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use formats::{
    CoseKey,
    webauthn::{BadPasskey, RelyingParty, made, unverified, used},
};
use proptest::{prelude::*, sample::Index};
use yinzheng_formats as formats;

/// WebAuthn §16.1: "All examples use the RP ID example.org, the origin <https://example.org>".
const US: RelyingParty<'_> = RelyingParty { id: "example.org", origin: "https://example.org" };

struct Vector(HashMap<&'static str, Vec<u8>>);

fn vector(name: &str) -> Vector {
    let lines = include_str!("webauthn_vectors.txt").lines();
    let fields =
        lines.filter_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.split_once(' '));
    Vector(fields.map(|(field, hex)| (field, HEXLOWER.decode(hex.as_bytes()).unwrap())).collect())
}

impl Vector {
    fn text(&self, field: &str) -> String {
        BASE64URL_NOPAD.encode(&self.0[field])
    }

    fn made(&self) -> String {
        format!(
            r#"{{"id":"{0}","rawId":"{0}","type":"public-key","clientExtensionResults":{{}},
                "response":{{"clientDataJSON":"{1}","attestationObject":"{2}","transports":[]}}}}"#,
            self.text("made.credential_id"),
            self.text("made.clientDataJSON"),
            self.text("made.attestationObject"),
        )
    }

    fn used(&self) -> String {
        format!(
            r#"{{"id":"{0}","rawId":"{0}","type":"public-key","clientExtensionResults":{{}},
                "response":{{"clientDataJSON":"{1}","authenticatorData":"{2}","signature":"{3}"}}}}"#,
            self.text("made.credential_id"),
            self.text("used.clientDataJSON"),
            self.text("used.authenticatorData"),
            self.text("used.signature"),
        )
    }

    fn registration(&self) -> Result<(), BadPasskey> {
        made(&self.made(), &self.0["made.challenge"], US).map(drop)
    }

    fn authentication(&self) -> Result<(), BadPasskey> {
        used(&self.used(), &self.0["used.challenge"], US, &self.key()).map(drop)
    }

    /// The key stands at the end of the authenticator data, after the id.
    fn key(&self) -> CoseKey {
        let (object, id) = (&self.0["made.attestationObject"], &self.0["made.credential_id"]);
        let place = object.windows(id.len()).position(|bytes| bytes == id).unwrap();
        let from = place + id.len();
        let whole = |end: usize| CoseKey::read(&object[from..end]).ok();
        (from..=object.len()).find_map(whole).unwrap()
    }
}

#[test]
fn the_published_ceremonies_end_as_ours_must() {
    use BadPasskey::{Algorithm, Attestation, Origin, UserNotVerified};
    for (name, registration, authentication) in [
        ("none-es256", Err(UserNotVerified), Err(UserNotVerified)),
        ("packed-self-es256", Ok(()), Err(UserNotVerified)),
        ("none-es256-crossOrigin", Err(Origin), Err(Origin)),
        // Attested by a certificate, which nobody asked for; its signatures hold.
        ("packed-es256", Err(Attestation), Ok(())),
        ("packed-rs256", Err(Attestation), Err(UserNotVerified)),
        ("packed-eddsa", Err(UserNotVerified), Err(UserNotVerified)),
    ] {
        let vector = vector(name);
        assert_eq!(vector.registration(), registration, "{name}");
        assert_eq!(vector.authentication(), authentication, "{name}");
    }
    assert_eq!(vector("packed-es384").registration(), Err(Algorithm));
}

#[test]
fn the_published_signatures_hold_in_every_algorithm_taken() {
    for (name, algorithm) in [
        ("none-es256", -7),
        ("packed-self-es256", -7),
        ("none-es256-crossOrigin", -7),
        ("packed-es256", -7),
        ("packed-eddsa", -8),
        ("packed-rs256", -257),
    ] {
        let vector = vector(name);
        let hash = formats::mac::sha256(&vector.0["used.clientDataJSON"]);
        let signed = [vector.0["used.authenticatorData"].as_slice(), &hash].concat();
        let key = vector.key();
        assert_eq!(key.algorithm(), algorithm, "{name}");
        assert_eq!(key.verify(&signed, &vector.0["used.signature"]), Ok(()), "{name}");
        for (other, ()) in [("none-es256", ()), ("packed-eddsa", ()), ("packed-rs256", ())] {
            if other != name {
                let other = self::vector(other).key();
                assert!(other.verify(&signed, &vector.0["used.signature"]).is_err(), "{name}");
            }
        }
    }
}

#[test]
fn an_answer_is_for_one_challenge_one_origin_and_one_relying_party() {
    let (this, other) = (vector("packed-self-es256"), vector("packed-es256"));
    let challenge = &this.0["made.challenge"];
    let ask = |id, origin, challenge: &[u8]| {
        made(&this.made(), challenge, RelyingParty { id, origin }).map(drop)
    };
    assert_eq!(ask("example.org", "https://example.org", challenge), Ok(()));
    assert_eq!(
        ask("example.org", "https://example.org", &other.0["made.challenge"]),
        Err(BadPasskey::Challenge)
    );
    for origin in ["https://example.org.", "https://example.org:8443", "http://example.org"] {
        assert_eq!(ask("example.org", origin, challenge), Err(BadPasskey::Origin), "{origin}");
    }
    assert_eq!(ask("org", "https://example.org", challenge), Err(BadPasskey::RelyingParty));

    let challenge = &other.0["used.challenge"];
    assert_eq!(
        used(&other.used(), challenge, US, &this.key()).map(drop),
        Err(BadPasskey::Signature),
        "another passkey's key"
    );
    assert_eq!(unverified(&other.used()).unwrap().id, other.0["made.credential_id"]);
}

#[test]
fn one_ceremony_is_not_the_other() {
    let mut vector = vector("packed-es256");
    let asked = vector.0["made.clientDataJSON"].clone();
    let challenge = vector.0["made.challenge"].clone();
    vector.0.insert("used.clientDataJSON", asked);
    let key = vector.key();
    assert_eq!(used(&vector.used(), &challenge, US, &key).map(drop), Err(BadPasskey::Ceremony));
}

#[test]
fn oversized_and_misshapen_answers_are_refused() {
    let mut vector = vector("packed-self-es256");
    let challenge = vector.0["made.challenge"].clone();
    let honest = vector.made();
    for (what, answer) in [
        ("no object", "7".to_owned()),
        ("no credential", honest.replace("public-key", "password")),
        ("a member twice", honest.replacen('{', r#"{"type":"public-key","#, 1)),
        ("too long", format!("{honest}{}", " ".repeat(16 * 1024))),
        ("another id", honest.replace(&vector.text("made.credential_id"), "AAAA")),
    ] {
        assert_eq!(made(&answer, &challenge, US).map(drop), Err(BadPasskey::Malformed), "{what}");
    }
    vector.0.get_mut("made.attestationObject").unwrap().resize(4097, 0);
    assert_eq!(vector.registration(), Err(BadPasskey::Malformed), "an oversized attestation");
}

proptest! {
    #[test]
    fn any_byte_changed_in_a_registration_is_refused(place: Index, change in 1_u8..) {
        for field in ["made.clientDataJSON", "made.attestationObject"] {
            let mut vector = vector("packed-self-es256");
            let bytes = vector.0.get_mut(field).unwrap();
            let place = place.index(bytes.len());
            bytes[place] ^= change;
            prop_assert!(vector.registration().is_err(), "{} at {}", field, place);
        }
    }

    #[test]
    fn any_byte_changed_in_an_authentication_is_refused(place: Index, change in 1_u8..) {
        for field in ["used.clientDataJSON", "used.authenticatorData", "used.signature"] {
            let mut vector = vector("packed-es256");
            let bytes = vector.0.get_mut(field).unwrap();
            let place = place.index(bytes.len());
            bytes[place] ^= change;
            prop_assert!(vector.authentication().is_err(), "{} at {}", field, place);
        }
    }

    #[test]
    fn any_bytes_at_all_break_nothing(text: String, bytes: Vec<u8>) {
        prop_assert!(made(&text, b"", US).is_err());
        let mut vector = vector("packed-self-es256");
        vector.0.insert("made.attestationObject", bytes);
        prop_assert!(vector.registration().is_err());
    }
}
