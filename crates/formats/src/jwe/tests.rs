//! What is written is read back, by one key alone, and nothing that was changed.

use aws_lc_rs::{
    encoding::AsDer,
    rsa::{KeySize, PrivateDecryptingKey},
};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::json;

const ROOM: usize = 8192;

/// Chance that is none: keys and nonces of a test.
fn draw(bytes: &mut [u8]) {
    bytes.fill(7);
}

fn form(alg: KeyAlgorithm, enc: ContentEncryption) -> Form<'static> {
    Form { alg, enc, typ: "", cty: "JWT" }
}

fn sealed(key: &OpeningKey, alg: KeyAlgorithm, enc: ContentEncryption) -> String {
    encrypt(key.public(), &form(alg, enc), draw, b"plain").unwrap()
}

fn open(text: &str, key: &OpeningKey) -> Result<Vec<u8>, BadJwe> {
    Ok(UnopenedJwe::parse(text, ROOM)?.open(key)?.expose().clone())
}

fn rsa(size: KeySize) -> OpeningKey {
    let key = PrivateDecryptingKey::generate(size).unwrap();
    let der = key.public_key().as_der().unwrap();
    // The modulus is the one long integer of a SubjectPublicKeyInfo; before it stands its sign's zero.
    let length = key.key_size_bytes();
    let end = der.as_ref().len() - 5;
    let modulus = &der.as_ref()[end - length..end];
    let document = AsDer::<aws_lc_rs::encoding::Pkcs8V1Der>::as_der(&key).unwrap();
    OpeningKey::from_rsa_pkcs8(document.as_ref(), modulus, "rsa-1").unwrap()
}

#[test]
fn what_was_encrypted_opens_by_every_algorithm() {
    let (curve, rsa) = (OpeningKey::generate("ec-1"), rsa(KeySize::Rsa2048));
    for alg in KeyAlgorithm::ALL {
        let key = if alg == KeyAlgorithm::RsaOaep256 { &rsa } else { &curve };
        for enc in [ContentEncryption::A128Gcm, ContentEncryption::A256Gcm] {
            let text = sealed(key, alg, enc);
            let jwe = UnopenedJwe::parse(&text, ROOM).unwrap();
            assert_eq!(jwe.algorithms(), (alg, enc));
            assert_eq!((jwe.kid(), jwe.cty()), (key.public().kid(), Some("JWT")));
            assert_eq!(jwe.open(key).unwrap().expose(), b"plain");
        }
    }
}

/// Written by npm `jose` 6.2.17 to Bob's key of RFC 7518 appendix C: each agreement with each content, two with `apu`, `apv`.
#[test]
fn what_another_library_wrote_is_read() {
    let scalar = base64url::decode_array("VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw").unwrap();
    let bob = OpeningKey::from_scalar(&scalar, "bob").unwrap();
    for text in [
        concat!(
            "eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTEyOEdDTSIsImtpZCI6ImJvYiIsImVwayI6eyJ4IjoiRHZZd19Tc3NRLXd2enhnR2g1",
            "c3lqeFRQR3kxeVloY3JyUzRzRkc0UnhobyIsImNydiI6IlAtMjU2Iiwia3R5IjoiRUMiLCJ5IjoicExZck9hVktsWGJoak1XLW56",
            "d0oyVGY3NjdlTjMybXdnRkxodmxScXp6RSJ9LCJhcHUiOiJRV3hwWTJVIiwiYXB2IjoiUW05aSJ9..TEpcjfp0aHFPBd3q.NvyXO",
            "N1paRhP_ASbdViiD254AA.aiqc6-jfnKqi3mB6wQMBlg",
        ),
        concat!(
            "eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6ImJvYiIsImVwayI6eyJ4Ijoid0NydzhqTnFDcnNpMDBZSGFZ",
            "YWttMWZFSVltZzdMdzJDdnVrZTJUWmVSWSIsImNydiI6IlAtMjU2Iiwia3R5IjoiRUMiLCJ5Ijoia1RsSHMwb2c4NzRmbE1xa09J",
            "cXB5WUJkREozb0hfbWluM2RKVFl3al81ayJ9LCJhcHUiOiJRV3hwWTJVIiwiYXB2IjoiUW05aSJ9..pnGgSjhZB1kQHnQw.ooEPz",
            "u0ZjQvudATVIRIgpKey6A.em_ymQx9GYgXvBM6-NE4ew",
        ),
        concat!(
            "eyJhbGciOiJFQ0RILUVTK0ExMjhLVyIsImVuYyI6IkExMjhHQ00iLCJraWQiOiJib2IiLCJlcGsiOnsieCI6Inp4bXRBdlNSeVlu",
            "Nk1ydGx1OHEwMGpFQ0ctYjNJaGhFNHVaRXF4bUdZWlkiLCJjcnYiOiJQLTI1NiIsImt0eSI6IkVDIiwieSI6IjhnN2VVczVHSTdI",
            "aDZSSjBucjNQSzBtaUtzV1BQeVFnUGtsTnZZQzAyU2cifX0.X6tSt6dSDEo7v_U0xpenWZn4gOpXurDv.tkoORjJXHSYTAp0C.fR",
            "7WwGm9Zhwkq1oQrKKXMm2seQ.Y_NfQdIa_Um_me2f6eVkvg",
        ),
        concat!(
            "eyJhbGciOiJFQ0RILUVTK0ExMjhLVyIsImVuYyI6IkEyNTZHQ00iLCJraWQiOiJib2IiLCJlcGsiOnsieCI6Ikk5NzNMeWlSTzdv",
            "cHRjTVdkSm1FcGsxLXE5d0NGM0FQeC1FVWZWbFZ2TkUiLCJjcnYiOiJQLTI1NiIsImt0eSI6IkVDIiwieSI6InF6dW9Tb3lTX0FL",
            "UHFLSG93ZHBEbEt5b2pJU0NDdnhvRmJ6dEk4X1hXOTQifX0.lDLHRGHwYPBKnrDKPEb7jpjUVNk3SpYoIyrm_jwfxI22_HdCbnvc",
            "kw.SVHBrEGqRtZlVkAB.OiPqC2cdGyIQuOY22ULnRSTz-A.yJA6boY_SFRG24I-EEPu7g",
        ),
        concat!(
            "eyJhbGciOiJFQ0RILUVTK0EyNTZLVyIsImVuYyI6IkExMjhHQ00iLCJraWQiOiJib2IiLCJlcGsiOnsieCI6IkZLY3phSjJlV0F6",
            "aHJsZTFHVUhIbk9kbW5jMEEyMnRaa28yRmdzZDRCTVkiLCJjcnYiOiJQLTI1NiIsImt0eSI6IkVDIiwieSI6Ik5GZ1NieV9nNElP",
            "R1lEVEVmSUlxWkdNTEhxRUU1ZjJ1QmtlZDNKSzRCNUkifX0.ea6Yyaehdu-XJXyXVtatSF3i1PGfHrCk.l0W4DQVYLAfT4WqA.Z0",
            "6_BT7iyow6iupAH8Ln7c_MbA.IeW-0C3ItgKKvHWUZEG6gA",
        ),
        concat!(
            "eyJhbGciOiJFQ0RILUVTK0EyNTZLVyIsImVuYyI6IkEyNTZHQ00iLCJraWQiOiJib2IiLCJlcGsiOnsieCI6InRRRFNGWk9MMGNt",
            "bmxZSjBJb21jaHRlRURiQWZ5OUFGeTF6b2tTSHFJazQiLCJjcnYiOiJQLTI1NiIsImt0eSI6IkVDIiwieSI6Im5XcWpyYV9EZ3Y2",
            "WEtjcWVzV0hJSnRiZUlNVWxYVFZSeTRzWmY3QXBTTFkifX0.9hxEQS5ZmYF6enSfLukaPjBxCBoCioQeL_rXreHbmSndJhLFC3dd",
            "fQ.CYdbvvIk2eekrhlE.zkE5XlZVHKwWzUVBHqHjsZyYDA.2sFMfEQFWLmBiWjzTnEAfg",
        ),
    ] {
        assert_eq!(open(text, &bob).unwrap(), b"written by npm jose");
    }
}

#[test]
fn another_key_opens_nothing() {
    let (one, other) = (OpeningKey::generate("a"), OpeningKey::generate("a"));
    for alg in [KeyAlgorithm::EcdhEs, KeyAlgorithm::EcdhEsA128Kw, KeyAlgorithm::EcdhEsA256Kw] {
        let text = sealed(&one, alg, ContentEncryption::A256Gcm);
        assert_eq!(open(&text, &other), Err(BadJwe::NotOpened));
    }
    let (one, other) = (rsa(KeySize::Rsa2048), rsa(KeySize::Rsa2048));
    let text = sealed(&one, KeyAlgorithm::RsaOaep256, ContentEncryption::A256Gcm);
    assert_eq!(open(&text, &other), Err(BadJwe::NotOpened));
    assert_eq!(open(&text, &OpeningKey::generate("a")), Err(BadJwe::NotOpened));
}

#[test]
fn a_key_of_another_type_encrypts_nothing() {
    let (curve, rsa) = (OpeningKey::generate("ec-1"), rsa(KeySize::Rsa2048));
    let with = |key: &OpeningKey, alg| {
        encrypt(key.public(), &form(alg, ContentEncryption::A256Gcm), draw, b"plain")
    };
    assert_eq!(with(&curve, KeyAlgorithm::RsaOaep256), Err(WrongKey));
    assert_eq!(with(&rsa, KeyAlgorithm::EcdhEs), Err(WrongKey));
}

#[test]
fn two_messages_share_no_key() {
    let key = OpeningKey::generate("ec-1");
    let [one, two] =
        [(); 2].map(|()| sealed(&key, KeyAlgorithm::EcdhEs, ContentEncryption::A256Gcm));
    assert_ne!(one.split('.').next(), two.split('.').next());
}

/// A message under a header that `encrypt` would not write.
fn under(header: &Value) -> String {
    let key = OpeningKey::generate("ec-1");
    let text = sealed(&key, KeyAlgorithm::EcdhEsA256Kw, ContentEncryption::A256Gcm);
    let (written, rest) = text.split_once('.').unwrap();
    let mut members: Value = json::read(&base64url::decode(written).unwrap()).unwrap();
    for (name, value) in header.as_object().unwrap() {
        members[name] = value.clone();
    }
    format!("{}.{rest}", base64url::encode(members.to_string().as_bytes()))
}

#[test]
fn headers_that_steer_the_opening_are_refused() {
    for (header, why) in [
        (json!({"zip": "DEF"}), BadJwe::Parameter("zip")),
        (json!({"crit": ["exp"]}), BadJwe::Parameter("crit")),
        (json!({"p2s": "c2FsdA", "p2c": 1}), BadJwe::Parameter("p2s")),
        (json!({"p2c": 1_000_000}), BadJwe::Parameter("p2c")),
        (json!({"iv": "AA"}), BadJwe::Parameter("iv")),
        (json!({"jwk": {}}), BadJwe::Parameter("jwk")),
        (json!({"x5u": "https://a.example"}), BadJwe::Parameter("x5u")),
        (json!({"alg": "dir"}), BadJwe::Algorithm),
        (json!({"alg": "RSA1_5"}), BadJwe::Algorithm),
        (json!({"alg": "RSA-OAEP"}), BadJwe::Algorithm),
        (json!({"alg": "PBES2-HS256+A128KW"}), BadJwe::Algorithm),
        (json!({"alg": "none"}), BadJwe::Algorithm),
        (json!({"alg": "ECDH-ES"}), BadJwe::Form),
        (json!({"alg": "RSA-OAEP-256"}), BadJwe::Header),
        (json!({"enc": "A128CBC-HS256"}), BadJwe::Algorithm),
        (json!({"enc": null}), BadJwe::Header),
        (json!({"kid": 7}), BadJwe::Header),
        (json!({"apu": "="}), BadJwe::Header),
        (json!({"apu": base64url::encode(&[0; 513])}), BadJwe::Header),
        (json!({"epk": null}), BadJwe::Header),
        (json!({"epk": {"kty": "EC", "crv": "P-384", "x": "AA", "y": "AA"}}), BadJwe::Header),
    ] {
        assert_eq!(UnopenedJwe::parse(&under(&header), ROOM).unwrap_err(), why, "{header}");
    }
}

#[test]
fn a_point_off_the_curve_agrees_upon_nothing() {
    let zero = base64url::encode(&[0; 32]);
    let header = json!({"epk": {"kty": "EC", "crv": "P-256", "x": zero, "y": zero}});
    assert_eq!(open(&under(&header), &OpeningKey::generate("ec-1")), Err(BadJwe::NotOpened));
}

#[test]
fn other_forms_are_refused() {
    let key = OpeningKey::generate("ec-1");
    let text = sealed(&key, KeyAlgorithm::EcdhEsA128Kw, ContentEncryption::A256Gcm);
    for other in ["", "....", "a.b.c", &format!("{text}."), &format!("{text}="), &text[1..]] {
        assert!(UnopenedJwe::parse(other, ROOM).is_err(), "{other}");
    }
    assert_eq!(UnopenedJwe::parse(&text, text.len() - 1).unwrap_err(), BadJwe::TooLong);
}

#[test]
fn a_set_keeps_what_is_for_encryption() {
    let key = OpeningKey::generate("ec-1");
    let public = serde_json::to_value(key.public()).unwrap();
    let mut signing = public.clone();
    signing["use"] = json!("sig");
    let mut unsaid = public.clone();
    unsaid.as_object_mut().unwrap().remove("use");
    let text = json!({"keys": [signing, unsaid, {"kty": "OKP", "use": "enc"}, public]}).to_string();
    let set = EncryptionKeys::parse(&text).unwrap();
    assert_eq!(set.suiting(KeyAlgorithm::EcdhEs), Some(key.public()));
    assert_eq!(set.suiting(KeyAlgorithm::RsaOaep256), None);
    let again: EncryptionKeys =
        serde_json::from_value(serde_json::to_value(&set).unwrap()).unwrap();
    assert_eq!(again, set);
}

#[test]
fn unusable_keys_are_named() {
    let public = serde_json::to_value(OpeningKey::generate("ec-1").public()).unwrap();
    let n = base64url::encode(&[255; 255]);
    let rsa = |n: &str, e: &str| json!({"kty": "RSA", "use": "enc", "n": n, "e": e});
    let with = |name: &str, value: Value| {
        let mut key = public.clone();
        key[name] = value;
        key
    };
    for (key, why) in [
        (with("d", json!("AA")), BadEncryptionKey::Private),
        (with("y", json!(base64url::encode(&[1; 32]))), BadEncryptionKey::Value),
        (with("x", json!("AA")), BadEncryptionKey::Value),
        (rsa(&n, "AQAB"), BadEncryptionKey::Value),
        (rsa(&base64url::encode(&[255; 256]), "Aw"), BadEncryptionKey::Value),
        (rsa(&base64url::encode(&[255; 513]), "AQAB"), BadEncryptionKey::Value),
    ] {
        let set = json!({"keys": [key]}).to_string();
        assert_eq!(EncryptionKeys::parse(&set), Err(why), "{key}");
    }
    let bound = json!({"keys": [with("alg", json!("ECDH-ES+A256KW"))]}).to_string();
    let bound = EncryptionKeys::parse(&bound).unwrap();
    assert!(bound.suiting(KeyAlgorithm::EcdhEsA256Kw).is_some());
    assert!(bound.suiting(KeyAlgorithm::EcdhEs).is_none());
}

proptest! {
    #[test]
    fn any_changed_character_is_refused(place: prop::sample::Index, other in "[ -~]", which in 0..3_usize) {
        let key = OpeningKey::generate("ec-1");
        let text = sealed(&key, KeyAlgorithm::ALL[which], ContentEncryption::A256Gcm);
        let place = place.index(text.len());
        prop_assume!(text[place..=place] != other);
        let changed = format!("{}{other}{}", &text[..place], &text[place + 1..]);
        prop_assert!(open(&changed, &key).is_err(), "{changed}");
    }

    #[test]
    fn any_text_is_read_without_a_fault(text in ".{0,40}(\\..{0,40}){0,5}") {
        let _ = UnopenedJwe::parse(&text, ROOM);
    }
}
