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

use std::collections::BTreeMap;

use country::{Algorithm, Authority, Bearer, Country, Field, IN_FORCE, Passport, Proof};
use icao::{
    Anchor, ChipFiles, ChipProof, Flag, GenuineChip, GenuineFiles, Refused, RevocationList,
    TrustStore, passive,
};
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
        Proof::ActiveEcdsa("P-224"),
        Proof::ActiveEcdsa("prime192v1"),
        Proof::ActiveEcdsa("brainpoolP192r1"),
        Proof::ActiveEcdsa("brainpoolP256r1"),
        Proof::ActiveEcdsa("brainpoolP320r1"),
        Proof::ActiveEcdsa("brainpoolP512r1"),
    ] {
        let passport = country.passport(&Bearer::anna(), proof);
        let files = verify(&passport, &country).unwrap();
        assert!(files.active_authentication() && !files.chip_authentication());
        let (challenge, question) = files.challenge(&mut chance()).unwrap();
        let chip = files.verify_answer(&challenge, &passport.answer(&question));
        assert_eq!(chip.map(GenuineChip::proof), Ok(ChipProof::Active), "{proof:?}");
        let short = matches!(
            proof,
            Proof::ActiveRsaSha1(1024) | Proof::ActiveEcdsa("prime192v1" | "brainpoolP192r1")
        );
        assert_eq!(files.flags().contains(&Flag::ShortChipKey), short);
    }
}

#[test]
fn a_chip_proves_itself_by_chip_authentication() {
    let country = Country::found(Algorithm::P256);
    for (proof, short) in [
        (Proof::ChipEcdh("P-256", "aes128"), false),
        (Proof::ChipEcdh("P-256", "3des"), false),
        (Proof::ChipEcdh("brainpoolP224r1", "aes128"), false),
        (Proof::ChipEcdh("brainpoolP256r1", "aes192"), false),
        (Proof::ChipEcdh("brainpoolP320r1", "aes192"), false),
        (Proof::ChipEcdh("brainpoolP384r1", "aes256"), false),
        (Proof::ChipEcdh("brainpoolP512r1", "aes256"), false),
        (Proof::ChipEcdh("P-384", "aes256"), false),
        (Proof::ChipEcdh("P-521", "aes256"), false),
        (Proof::ChipEcdh("P-224", "3des"), false),
        (Proof::ChipEcdh("prime192v1", "3des"), true),
        (Proof::ChipEcdh("brainpoolP192r1", "3des"), true),
        (Proof::ChipDh(Field::Bits1024, "3des"), true),
        (Proof::ChipDh(Field::Bits2048, "aes128"), false),
        (Proof::ChipDh(Field::Pkcs3, "aes256"), false),
    ] {
        let passport = country.passport(&Bearer::anna(), proof);
        let files = verify(&passport, &country).unwrap();
        assert!(files.chip_authentication());
        assert_eq!(files.flags().contains(&Flag::ShortChipKey), short, "{proof:?}");
        let (challenge, question) = files.challenge(&mut chance()).unwrap();
        let chip = files.verify_answer(&challenge, &passport.answer(&question));
        assert_eq!(chip.map(GenuineChip::proof), Ok(ChipProof::Chip), "{proof:?}");
    }
}

/// What a document of this country gets, after something was done to it.
#[track_caller]
fn refused(country: &Country, spoil: impl FnOnce(&mut Passport)) -> Refused {
    let mut passport = country.passport(&Bearer::anna(), Proof::ActiveEcdsa("P-256"));
    spoil(&mut passport);
    match ChipFiles::new(passport.sod, passport.groups) {
        Ok(files) => passive::verify(files, &trust(country), &now()).map(drop).unwrap_err(),
        Err(refused) => refused,
    }
}

#[test]
fn what_is_wrong_with_the_files_has_its_own_word() {
    let country = Country::found(Algorithm::P256);
    let other = country.passport(
        &Bearer {
            number: "X00000001".to_owned(),
            portrait: b"\xff\xd8\xff another face \xff\xd9".to_vec(),
            ..Bearer::anna()
        },
        Proof::ActiveEcdsa("P-256"),
    );
    let swapped = refused(&country, |passport| {
        passport.groups.insert(2, vec![0x75, 0x00]);
    });
    assert_eq!(swapped, Refused::GroupAltered);
    let zone_of_another = refused(&country, |passport| {
        passport.groups.insert(1, other.groups[&1].clone());
    });
    assert_eq!(zone_of_another, Refused::GroupAltered);
    let another_chips = refused(&country, |passport| {
        passport.sod = other.sod.clone();
        // The two chips are of one make: what DG14 says of them is the same.
        passport.groups.remove(&14);
    });
    assert_eq!(another_chips, Refused::SodOfAnotherChip);
    let without_zone = refused(&country, |passport| {
        passport.groups.remove(&1);
    });
    assert_eq!(without_zone, Refused::GroupMissing);
    let never_signed = refused(&country, |passport| {
        passport.groups.insert(11, vec![0x6b, 0x00]);
    });
    assert_eq!(never_signed, Refused::GroupMissing);
    let huge = refused(&country, |passport| {
        passport.groups.insert(2, vec![0x75; 1024 * 1024]);
    });
    assert_eq!(huge, Refused::GroupTooLarge);
    let nonsense = refused(&country, |passport| passport.sod = b"hello".to_vec());
    assert_eq!(nonsense, Refused::Malformed);
}

#[test]
fn another_country_cannot_sign_for_this_one() {
    let (utopia, other) =
        (Country::found(Algorithm::P256), Country::found_in("DE", Algorithm::P256));
    let passport = utopia.passport(&Bearer::anna(), Proof::None);
    assert_eq!(verify(&passport, &other).map(drop), Err(Refused::CountryUnknown));
    let forged = other.passport(&Bearer::anna(), Proof::None);
    assert_eq!(verify(&forged, &other).map(drop), Err(Refused::CountryUnknown));
    let abroad = other.authority.signer_abroad("UT");
    let forged = other.passport_by(&abroad, &Bearer::anna(), Proof::None);
    assert_eq!(verify(&forged, &other).map(drop), Err(Refused::CountryUnknown));
    let pretender = Country::new("UT", Algorithm::P256);
    let forged = pretender.passport(&Bearer::anna(), Proof::None);
    let refused = verify(&forged, &utopia).map(drop).unwrap_err();
    assert_eq!(refused, Refused::CountryUnknown, "the key's name is another");
}

#[test]
fn signers_have_their_time() {
    let country = Country::new("UT", Algorithm::P256);
    for (life, expected) in [
        (("20200101000000Z", "20260101000000Z"), Refused::SignerExpired),
        (("20270101000000Z", "20300101000000Z"), Refused::SignerNotYetValid),
    ] {
        let signer = country.authority.signer("Signer of its time", life);
        let passport = country.passport_by(&signer, &Bearer::anna(), Proof::None);
        assert_eq!(verify(&passport, &country).map(drop), Err(expected));
    }
    let old = Authority::found_for("UT", Algorithm::P256, ("20100101000000Z", "20200101000000Z"));
    let signer = old.signer("Signer of the old", IN_FORCE);
    let passport = country.passport_by(&signer, &Bearer::anna(), Proof::None);
    let trust = TrustStore::new([Anchor::parse(&old.certificate()).unwrap()], []);
    let refused = passive::verify(passport.files(), &trust, &now()).map(drop);
    assert_eq!(refused, Err(Refused::SignerExpired));
}

#[test]
fn a_signer_that_was_taken_back_is_refused() {
    let country = Country::new("UT", Algorithm::RsaPkcs1);
    let passport = country.passport(&Bearer::anna(), Proof::None);
    let with = |list: Vec<u8>| {
        let anchor = Anchor::parse(&country.certificate()).unwrap();
        let trust = TrustStore::new([anchor], [RevocationList::parse(&list).unwrap()]);
        passive::verify(passport.files(), &trust, &now())
    };
    let current = country.authority.revocation_list(IN_FORCE);
    assert_eq!(with(current).unwrap().flags(), []);
    let overdue = country.authority.revocation_list(("20200101000000Z", "20200201000000Z"));
    assert_eq!(with(overdue).unwrap().flags(), [Flag::RevocationUnknown]);
    assert_eq!(verify(&passport, &country).unwrap().flags(), [Flag::RevocationUnknown]);
    let list = country.authority.revoke(country.signer());
    assert_eq!(with(list).map(drop), Err(Refused::SignerRevoked));
}

#[test]
fn only_document_signers_sign_documents() {
    let country = Country::new("UT", Algorithm::P256);
    let list_signer = country.authority.master_list_signer();
    let passport = country.passport_by(&list_signer, &Bearer::anna(), Proof::None);
    assert_eq!(verify(&passport, &country).map(drop), Err(Refused::SignatureWrong));
}

#[test]
fn documents_end_and_zones_must_hold() {
    let country = Country::found(Algorithm::P256);
    let ended = Bearer { expires: "261121".to_owned(), ..Bearer::anna() };
    let passport = country.passport(&ended, Proof::None);
    assert_eq!(verify(&passport, &country).map(drop), Err(Refused::DocumentExpired));
    let last_day = Bearer { expires: "261122".to_owned(), ..Bearer::anna() };
    assert!(verify(&country.passport(&last_day, Proof::None), &country).is_ok());
    let no_name = Bearer { primary: String::new(), ..Bearer::anna() };
    let passport = country.passport(&no_name, Proof::None);
    assert_eq!(verify(&passport, &country).map(drop), Err(Refused::MrzWrong));
}

#[test]
fn what_is_weak_or_strange_is_refused_by_name() {
    for algorithm in
        [Algorithm::Rsa1024, Algorithm::P192, Algorithm::BrainpoolP192, Algorithm::BrainpoolTwisted]
    {
        let country = Country::new("UT", algorithm);
        let passport = country.passport(&Bearer::anna(), Proof::None);
        let trusted = Country::found(Algorithm::P256);
        let refused = verify(&passport, &trusted).map(drop).unwrap_err();
        // A key that is too short for a signer is long enough for a chip, so its certificate can be read.
        let expected = match algorithm {
            Algorithm::BrainpoolTwisted => Refused::AlgorithmRefused,
            _ => Refused::CountryUnknown,
        };
        assert_eq!(refused, expected, "{algorithm:?}");
        assert!(Anchor::parse(&country.certificate()).is_err());
    }
}

#[test]
fn a_copied_chip_cannot_answer() {
    let country = Country::found(Algorithm::P256);
    for proof in [
        Proof::ActiveRsa(2048),
        Proof::ActiveRsaSha1(1024),
        Proof::ActiveEcdsa("P-256"),
        Proof::ChipEcdh("P-256", "aes128"),
        Proof::ChipDh(Field::Bits1024, "aes128"),
    ] {
        let passport = country.passport(&Bearer::anna(), proof);
        // A chip with the same files and a key of its own.
        let copy = country.passport(&Bearer::anna(), proof);
        let files = verify(&passport, &country).unwrap();
        let mut chance = chance();
        let (challenge, question) = files.challenge(&mut chance).unwrap();
        let (other_challenge, other_question) = files.challenge(&mut chance).unwrap();
        assert_ne!(question, other_question);
        let right = passport.answer(&question);
        assert!(files.verify_answer(&challenge, &right).is_ok());
        if !matches!(proof, Proof::ChipEcdh(..) | Proof::ChipDh(..)) {
            let answer = copy.answer(&question);
            let cloned = files.verify_answer(&challenge, &answer);
            assert_eq!(cloned, Err(Refused::ChipCloned), "{proof:?}");
        }
        // An answer to another question, or of another document's question.
        let stale = files.verify_answer(&other_challenge, &right);
        assert_eq!(stale, Err(Refused::ChipCloned), "{proof:?}");
        let elsewhere = verify(&copy, &country).unwrap();
        assert_eq!(elsewhere.verify_answer(&challenge, &right), Err(Refused::ChipCloned));
        // Sealed and opened again it is the same challenge.
        let sealed = serde_json::to_string(&challenge).unwrap();
        let opened: icao::ChipChallenge = serde_json::from_str(&sealed).unwrap();
        assert!(files.verify_answer(&opened, &right).is_ok());
        for place in 0..right.response.0.len() {
            for bit in 0..8 {
                let mut odd = right.clone();
                odd.response.0[place] ^= 1 << bit;
                let verdict = files.verify_answer(&challenge, &odd);
                assert_eq!(verdict, Err(Refused::ChipCloned), "{proof:?} byte {place} bit {bit}");
            }
        }
        for short in [0, 1, right.response.0.len() - 1] {
            let mut odd = right.clone();
            odd.response.0.truncate(short);
            assert_eq!(files.verify_answer(&challenge, &odd), Err(Refused::ChipCloned));
        }
    }
}

#[test]
fn who_withholds_the_key_is_not_believed() {
    let country = Country::found(Algorithm::P256);
    let plain = country.passport(&Bearer::anna(), Proof::None);
    let files = verify(&plain, &country).unwrap();
    assert_eq!(files.challenge(&mut chance()).map(drop), Err(Refused::ChipNotProvable));
    let mut passport = country.passport(&Bearer::anna(), Proof::ActiveRsa(2048));
    passport.groups.remove(&15);
    let files = verify(&passport, &country).unwrap();
    assert_eq!(files.challenge(&mut chance()).map(drop), Err(Refused::GroupMissing));
}

/// Where the signer's information repeats the name of the certificate's issuer: unsigned, and compared as text, so that
/// only its letters count there, not how the string is typed or that a letter is a capital.
fn signers_issuer(sod: &[u8]) -> std::ops::Range<usize> {
    let last = |text: &[u8]| sod.windows(text.len()).rposition(|window| window == text).unwrap();
    let end = b"Country Signing Authority";
    last(b"\x06\x03\x55\x04\x06")..last(end) + end.len()
}

/// The bits that are changed: all but the one that turns a letter into its capital.
const BITS: [u8; 7] = [0x01, 0x02, 0x04, 0x08, 0x10, 0x40, 0x80];

/// Any byte of any file, changed, is refused; and none of the reading goes wrong on the way.
#[test]
fn any_byte_changed_in_any_file_is_refused() {
    for algorithm in [Algorithm::P256, Algorithm::RsaPss, Algorithm::BrainpoolP256Explicit] {
        let country = Country::found(algorithm);
        let passport = country.passport(&Bearer::anna(), Proof::ActiveEcdsa("P-256"));
        let trust = trust(&country);
        let now = now();
        let believed = |sod: Vec<u8>, groups: BTreeMap<u8, Vec<u8>>| {
            ChipFiles::new(sod, groups)
                .is_ok_and(|files| passive::verify(files, &trust, &now).is_ok())
        };
        assert!(believed(passport.sod.clone(), passport.groups.clone()));
        let name = signers_issuer(&passport.sod);
        for place in 0..passport.sod.len() {
            let mut sod = passport.sod.clone();
            let in_name = name.contains(&place);
            if in_name && !sod[place].is_ascii_lowercase() {
                continue;
            }
            sod[place] ^= if in_name { 0x01 } else { BITS[place % BITS.len()] };
            let changed = believed(sod, passport.groups.clone());
            assert!(!changed, "{algorithm:?}: EF.SOD byte {place}");
        }
        for (group, bytes) in &passport.groups {
            for place in 0..bytes.len() {
                let mut groups = passport.groups.clone();
                groups.get_mut(group).unwrap()[place] ^= BITS[place % BITS.len()];
                assert!(!believed(passport.sod.clone(), groups), "DG{group} byte {place}");
            }
        }
    }
}
