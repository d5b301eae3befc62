//! Project Wycheproof's vectors for what a JWE is composed of: agreement, key wrap, RSA-OAEP, AES-GCM with 128 bits.

use aws_lc_rs::{
    agreement::{ECDH_P256, PrivateKey},
    rsa::{OaepPrivateDecryptingKey, PrivateDecryptingKey},
};
use wycheproof::{TestResult, aead, ecdh, keywrap, rsa_oaep};

use super::{
    ContentEncryption, KeyAlgorithm,
    agreement::{Parties, agree, unwrap, wrap},
    content,
    opening::decrypt,
};
use crate::mac::sha256;

/// The Concat KDF of RFC 7518 §4.6.2 written out, for one block: the vectors give what was agreed upon before it.
fn derived(shared: &[u8]) -> [u8; 32] {
    let name = b"A256GCM";
    let length = u32::try_from(name.len()).unwrap().to_be_bytes();
    let info = [&length[..], name, &[0; 4], &[0; 4], &256_u32.to_be_bytes()].concat();
    sha256(&[&1_u32.to_be_bytes()[..], shared, &info].concat())
}

#[test]
fn ecdh_on_p256() {
    let set = ecdh::TestSet::load(ecdh::TestName::EcdhSecp256r1Ecpoint).unwrap();
    let mut agreed_upon = 0;
    for test in set.test_groups.into_iter().flat_map(|group| group.tests) {
        // What is not an uncompressed point has no form here: it is never handed on.
        let Ok(other) = test.public_key[..].try_into() else {
            assert_ne!(test.result, TestResult::Valid, "{}: {}", test.tc_id, test.comment);
            continue;
        };
        let mut scalar = [0; 32];
        let significant = &test.private_key[test.private_key.len().saturating_sub(32)..];
        scalar[32 - significant.len()..].copy_from_slice(significant);
        let own = PrivateKey::from_private_key(&ECDH_P256, &scalar).unwrap();
        let (alg, enc) = (KeyAlgorithm::EcdhEs, ContentEncryption::A256Gcm);
        let agreed = agree(&own, &other, alg, enc, &Parties::default());
        if test.result == TestResult::Invalid {
            assert!(agreed.is_err(), "{}: {}", test.tc_id, test.comment);
        } else {
            let expected = derived(&test.shared_secret);
            assert_eq!(agreed.unwrap().expose(), &expected, "{}: {}", test.tc_id, test.comment);
            agreed_upon += 1;
        }
    }
    assert!(agreed_upon > 200);
}

#[test]
fn aes_key_wrap() {
    let set = keywrap::TestSet::load(keywrap::TestName::AesKeyWrap).unwrap();
    let ours = |group: &keywrap::TestGroup| matches!(group.key_size, 128 | 256);
    let mut unwrapped = 0;
    for test in set.test_groups.into_iter().filter(ours).flat_map(|group| group.tests) {
        let plain = unwrap(&test.key, &test.ct);
        if test.result == TestResult::Valid {
            assert_eq!(plain.unwrap().expose(), &test.pt[..], "{}: {}", test.tc_id, test.comment);
            assert_eq!(wrap(&test.key, &test.pt), test.ct[..], "{}", test.tc_id);
            unwrapped += 1;
        } else {
            assert!(plain.is_none(), "{}: {}", test.tc_id, test.comment);
        }
    }
    assert!(unwrapped > 0);
}

#[test]
fn rsa_oaep_with_sha256() {
    let set = rsa_oaep::TestSet::load(rsa_oaep::TestName::Rsa2048Sha256Mgf1Sha256).unwrap();
    let mut opened = 0;
    for group in set.test_groups {
        let key = PrivateDecryptingKey::from_pkcs8(&group.pkcs8).unwrap();
        let key = OaepPrivateDecryptingKey::new(key).unwrap();
        for test in group.tests {
            let plain = decrypt(&key, &test.ct);
            if test.result == TestResult::Valid && test.label.is_empty() {
                assert_eq!(
                    plain.unwrap().expose(),
                    &test.pt[..],
                    "{}: {}",
                    test.tc_id,
                    test.comment
                );
                opened += 1;
            } else {
                assert!(plain.is_none(), "{}: {}", test.tc_id, test.comment);
            }
        }
    }
    assert!(opened > 0);
}

#[test]
fn aes_128_gcm() {
    let set = aead::TestSet::load(aead::TestName::AesGcm).unwrap();
    let ours = |group: &aead::TestGroup| {
        (group.key_size, group.nonce_size, group.tag_size) == (128, 96, 128)
    };
    let mut opened = 0;
    for test in set.test_groups.into_iter().filter(ours).flat_map(|group| group.tests) {
        let (nonce, tag) = (test.nonce[..].try_into().unwrap(), test.tag[..].try_into().unwrap());
        let plain = content::open(&test.key, nonce, &test.aad, &test.ct, &tag);
        if test.result == TestResult::Valid {
            assert_eq!(plain.unwrap().expose(), &test.pt[..], "{}: {}", test.tc_id, test.comment);
            let sealed = content::seal(&test.key, nonce, &test.aad, &test.pt);
            assert_eq!(sealed, (test.ct[..].to_vec(), tag), "{}", test.tc_id);
            opened += 1;
        } else {
            assert!(plain.is_err(), "{}: {}", test.tc_id, test.comment);
        }
    }
    assert!(opened > 0);
}
