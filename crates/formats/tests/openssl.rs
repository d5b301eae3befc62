//! Every suite beside OpenSSL 3: each reads the other's keys and verifies the other's signatures.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test panics when it fails, its helpers too"
)]

use std::{fs, path::Path, process::Command};

use der::{Decode, Encode, Sequence, asn1::UintRef};
use yinzheng_formats::{SigningKey, Suite};

const MESSAGES: [&[u8]; 3] = [b"message digest", b"\0", &[7; 5_000]];

/// How a key of the suite is made and what its signatures want to be told: of SM2 the user identifier of GM/T 0009, aloud.
fn said(suite: Suite) -> (&'static str, &'static str) {
    match suite {
        Suite::International => {
            ("EC -pkeyopt ec_paramgen_curve:P-256", "-rawin -digest sha256 -keyform DER")
        }
        Suite::Ed25519 => ("ED25519", "-rawin -keyform DER"),
        Suite::ShangMi => (
            "EC -pkeyopt ec_paramgen_curve:SM2",
            "-rawin -digest sm3 -pkeyopt distid:1234567812345678 -keyform DER",
        ),
    }
}

/// X9.62 and GM/T 0009 write r and s as a sequence; we write them side by side, as Ed25519 does of itself.
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

/// Our signature as OpenSSL writes them.
fn written(suite: Suite, signature: &[u8; 64]) -> Vec<u8> {
    let (r, s) = signature.split_at(32);
    match suite {
        Suite::Ed25519 => signature.to_vec(),
        Suite::International | Suite::ShangMi => {
            Written { r: UintRef::new(r).unwrap(), s: UintRef::new(s).unwrap() }.to_der().unwrap()
        }
    }
}

/// OpenSSL's signature as we write them.
fn read(suite: Suite, bytes: &[u8]) -> [u8; 64] {
    if suite == Suite::Ed25519 {
        return bytes.try_into().unwrap();
    }
    let written = Written::from_der(bytes).unwrap();
    let half = |number: UintRef<'_>| {
        let mut half = [0; 32];
        let digits = number.as_bytes().iter().rev();
        half.iter_mut().rev().zip(digits).for_each(|(place, digit)| *place = *digit);
        half
    };
    [half(written.r), half(written.s)].concat().try_into().unwrap()
}

#[test]
fn openssl_verifies_what_we_sign() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for (suite, message) in
        Suite::ALL.into_iter().flat_map(|suite| MESSAGES.map(|one| (suite, one)))
    {
        let (key, (_, signing)) = (SigningKey::generate_in(suite), said(suite));
        fs::write(at("message"), message).unwrap();
        fs::write(at("signature"), written(suite, &key.sign(message))).unwrap();
        fs::write(at("key"), key.to_pkcs8().expose()).unwrap();
        let verify = format!("pkeyutl -verify -in message -sigfile signature -inkey key {signing}");
        assert!(openssl(folder.path(), &verify), "{suite:?}");
        let another = verify.replace("12345678 ", "12345679 ");
        assert_eq!(openssl(folder.path(), &another), another == verify, "another user identifier");
        fs::write(at("message"), [message, b"."].concat()).unwrap();
        assert!(!openssl(folder.path(), &verify), "another message");
    }
}

#[test]
fn we_verify_what_openssl_signs() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for suite in Suite::ALL {
        let (algorithm, signing) = said(suite);
        assert!(openssl(folder.path(), &format!("genpkey -algorithm {algorithm} -out pem")));
        assert!(openssl(folder.path(), "pkcs8 -topk8 -nocrypt -in pem -outform DER -out key"));
        let key = SigningKey::from_pkcs8(&fs::read(at("key")).unwrap()).unwrap();
        assert_eq!(key.suite(), suite);
        for message in MESSAGES {
            fs::write(at("message"), message).unwrap();
            let sign = format!("pkeyutl -sign -in message -out signature -inkey key {signing}");
            assert!(openssl(folder.path(), &sign), "{suite:?}");
            let signature = read(suite, &fs::read(at("signature")).unwrap());
            assert!(key.verifying_key().verify(message, &signature).is_ok(), "{suite:?}");
            assert!(key.verifying_key().verify(b"another", &signature).is_err(), "{suite:?}");
        }
    }
}
