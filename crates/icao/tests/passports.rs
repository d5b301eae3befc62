//! Documents of invented countries, made and signed by OpenSSL, against the verifier.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    reason = "whatever cannot go on here is a test that has failed"
)]

mod country;

use country::{Algorithm, Bearer, Country, Passport, Proof};
use icao::{Anchor, ChipProof, Flag, GenuineChip, GenuineFiles, Refused, TrustStore, passive};
use jiff::Zoned;

fn now() -> Zoned {
    "2026-11-22T12:00:00+08:00[Asia/Shanghai]".parse().unwrap()
}

fn trust(country: &Country) -> TrustStore {
    TrustStore::new([Anchor::parse(&country.certificate()).unwrap()], [])
}

fn verify(passport: &Passport, country: &Country) -> Result<GenuineFiles, Refused> {
    passive::verify(passport.files(), &trust(country), &now())
}

/// Chance for tests that need no secrets.
fn chance() -> impl FnMut(&mut [u8]) {
    let mut state = 7_u8;
    move |bytes: &mut [u8]| {
        for byte in bytes {
            state = state.wrapping_mul(141).wrapping_add(59);
            *byte = state;
        }
    }
}

#[test]
fn documents_of_every_accepted_algorithm_are_genuine() {
    for algorithm in Algorithm::ACCEPTED {
        let country = Country::found(algorithm);
        let passport = country.passport(&Bearer::anna(), Proof::None);
        let files = verify(&passport, &country).unwrap_or_else(|e| panic!("{algorithm:?}: {e:?}"));
        assert_eq!(files.mrz().primary(), "ERIKSSON");
        assert!(files.portrait().is_some());
        let sha1 = matches!(algorithm, Algorithm::RsaSha1 | Algorithm::P256Sha1);
        assert_eq!(files.flags().contains(&Flag::Sha1), sha1, "{algorithm:?}");
    }
}

#[test]
fn a_chip_proves_itself_by_active_authentication() {
    let country = Country::found(Algorithm::P256);
    for proof in [
        Proof::ActiveRsaSha1(1024),
        Proof::ActiveRsa(2048),
        Proof::ActiveEcdsa("P-256"),
        Proof::ActiveEcdsa("brainpoolP256r1"),
    ] {
        let passport = country.passport(&Bearer::anna(), proof);
        let files = verify(&passport, &country).unwrap();
        assert!(files.active_authentication() && !files.chip_authentication());
        let (challenge, question) = files.challenge(&mut chance()).unwrap();
        let chip = files.verify_answer(&challenge, &passport.answer(&question));
        assert_eq!(chip.map(GenuineChip::proof), Ok(ChipProof::Active), "{proof:?}");
        let short = matches!(proof, Proof::ActiveRsaSha1(1024));
        assert_eq!(files.flags().contains(&Flag::ShortChipKey), short);
    }
}

#[test]
fn a_chip_proves_itself_by_chip_authentication() {
    let country = Country::found(Algorithm::P256);
    for (curve, cipher) in [
        ("P-256", "aes128"),
        ("P-256", "3des"),
        ("brainpoolP256r1", "aes192"),
        ("brainpoolP384r1", "aes256"),
        ("P-384", "aes256"),
        ("P-521", "aes256"),
        ("P-224", "3des"),
    ] {
        let passport = country.passport(&Bearer::anna(), Proof::ChipEcdh(curve, cipher));
        let files = verify(&passport, &country).unwrap();
        assert!(files.chip_authentication());
        let (challenge, question) = files.challenge(&mut chance()).unwrap();
        let chip = files.verify_answer(&challenge, &passport.answer(&question));
        assert_eq!(chip.map(GenuineChip::proof), Ok(ChipProof::Chip), "{curve} {cipher}");
    }
}
