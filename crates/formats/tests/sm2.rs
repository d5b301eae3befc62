//! SM2 beside OpenSSL 3: each reads the other's keys and verifies the other's signatures.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test panics when it fails, its helpers too"
)]

use std::{fs, path::Path, process::Command};

use der::{Decode, Encode, Sequence, asn1::UintRef};
use yinzheng_formats::{SigningKey, Suite};

/// The user identifier of GM/T 0009, said aloud.
const SIGNING: &str = "-rawin -digest sm3 -pkeyopt distid:1234567812345678 -keyform DER";

/// GM/T 0009 writes r and s as a sequence; we write them side by side.
#[derive(Sequence)]
struct Written<'a> {
    r: UintRef<'a>,
    s: UintRef<'a>,
}

fn openssl(folder: &Path, words: &str) -> bool {
    let mut command = Command::new("openssl");
    let output = command.args(words.split_whitespace()).current_dir(folder).output();
    output.expect("the openssl command line, version 3").status.success()
}

#[test]
fn openssl_verifies_what_we_sign() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for message in [&b"message digest"[..], b"\0", &[7; 5_000]] {
        let key = SigningKey::generate_in(Suite::ShangMi);
        let signature = key.sign(message);
        let (r, s) = signature.split_at(32);
        let written = Written { r: UintRef::new(r).unwrap(), s: UintRef::new(s).unwrap() };
        fs::write(at("message"), message).unwrap();
        fs::write(at("signature"), written.to_der().unwrap()).unwrap();
        fs::write(at("key"), key.to_pkcs8().expose()).unwrap();
        let verify = format!("pkeyutl -verify -in message -sigfile signature -inkey key {SIGNING}");
        assert!(openssl(folder.path(), &verify));
        let another = verify.replace("12345678 ", "12345679 ");
        assert_ne!(another, verify);
        assert!(!openssl(folder.path(), &another), "another user identifier");
        fs::write(at("message"), [message, b"."].concat()).unwrap();
        assert!(!openssl(folder.path(), &verify), "another message");
    }
}

#[test]
fn we_verify_what_openssl_signs() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let key = made_by_openssl(folder.path(), "SM2");
    assert_eq!(key.suite(), Suite::ShangMi);
    for message in [&b"message digest"[..], b"\0", &[7; 5_000]] {
        fs::write(at("message"), message).unwrap();
        let sign = format!("pkeyutl -sign -in message -out signature -inkey key {SIGNING}");
        assert!(openssl(folder.path(), &sign));
        let der = fs::read(at("signature")).unwrap();
        let written = Written::from_der(&der).unwrap();
        let mut signature = [0; 64];
        for (half, number) in [(0, written.r), (32, written.s)] {
            let number = number.as_bytes();
            signature[half + 32 - number.len()..half + 32].copy_from_slice(number);
        }
        assert!(key.verifying_key().verify(message, &signature).is_ok());
        assert!(key.verifying_key().verify(b"another", &signature).is_err());
    }
}

#[test]
fn a_key_of_openssl_on_p_256_is_of_the_other_suite() {
    let folder = tempfile::tempdir().unwrap();
    let key = made_by_openssl(folder.path(), "P-256");
    assert_eq!(key.suite(), Suite::International);
}

fn made_by_openssl(folder: &Path, curve: &str) -> SigningKey {
    let made = format!("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:{curve} -out pem");
    assert!(openssl(folder, &made));
    assert!(openssl(folder, "pkcs8 -topk8 -nocrypt -in pem -outform DER -out key"));
    SigningKey::from_pkcs8(&fs::read(folder.join("key")).unwrap()).unwrap()
}
