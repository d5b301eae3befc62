//! Whom the platform believes about travel documents: what an operator imports, as countries publish it.

use icao::{BadTrust, Refused, passive, trust::Source};
use rules::OfficerId;
use service::{OPERATOR, TrustError};
use store::authentication::StaffAct;
use yinzheng_testkit::{
    Town,
    country::{Algorithm, Authority, Bearer, Country, IN_FORCE, Proof},
    stories,
};

stories!(
    a_certificate_makes_a_country_believed_until_it_is_removed,
    a_master_list_brings_every_authority_in_it,
    a_master_list_that_does_not_verify_brings_nobody,
    a_revocation_list_takes_a_signer_back_and_stays_the_newest,
    a_link_needs_the_key_it_links_from,
    what_is_no_authority_is_refused,
    the_staff_log_says_who_changed_what,
);

/// Does the platform believe this country's documents?
async fn believed(town: &Town, country: &Country) -> Result<(), Refused> {
    let passport = country.passport(&Bearer::anna(), Proof::None);
    let trust = town.platform.trust().await.unwrap();
    let now = town.platform.now().to_zoned(town.platform.settings().time_zone.clone());
    passive::verify(passport.files(), &trust, &now).map(drop)
}

fn why<T: std::fmt::Debug>(outcome: Result<T, TrustError>) -> BadTrust {
    match outcome {
        Err(TrustError::Refused(why)) => why,
        other => panic!("{other:?} is no refusal"),
    }
}

async fn a_certificate_makes_a_country_believed_until_it_is_removed(town: Town) {
    let utopia = Country::found(Algorithm::P256);
    assert_eq!(believed(&town, &utopia).await, Err(Refused::CountryUnknown));
    let pem = utopia.authority.certificate_pem();
    let change = town.platform.import_trust(pem.as_bytes()).await.unwrap();
    assert_eq!((change.import.source, change.added), (Source::Certificate, 1));
    assert_eq!(believed(&town, &utopia).await, Ok(()));
    assert_eq!(town.platform.import_trust(&utopia.certificate()).await.unwrap().added, 0);

    let fingerprint = change.import.anchors[0].fingerprint();
    town.platform.remove_trust(fingerprint).await.unwrap();
    assert_eq!(believed(&town, &utopia).await, Err(Refused::CountryUnknown));
    let again = town.platform.remove_trust(fingerprint).await;
    assert!(matches!(again, Err(TrustError::NotTrusted)));
}

async fn a_master_list_brings_every_authority_in_it(town: Town) {
    let [utopia, brobdingnag, unreadable] =
        [Algorithm::RsaPkcs1, Algorithm::BrainpoolP256, Algorithm::BrainpoolTwisted];
    let utopia = Country::found(utopia);
    let brobdingnag = Country::found_in("CN", brobdingnag);
    let unreadable = Authority::found("DE", unreadable);
    let list = utopia.authority.master_list_signer().master_list(&[
        utopia.certificate(),
        brobdingnag.certificate(),
        unreadable.certificate(),
    ]);
    let change = town.platform.import_trust(&list).await.unwrap();
    assert!(matches!(change.import.source, Source::MasterList { known: false, .. }));
    assert_eq!(change.added, 2);
    assert_eq!(change.import.left_out[0].why, BadTrust::AlgorithmRefused);
    assert_eq!(believed(&town, &utopia).await, Ok(()));

    let again = town.platform.import_trust(&list).await.unwrap();
    assert!(matches!(again.import.source, Source::MasterList { known: true, .. }));
    assert_eq!(again.added, 0);
}

async fn a_master_list_that_does_not_verify_brings_nobody(town: Town) {
    let before = town.platform.trust().await.unwrap().anchors().count();
    let utopia = Country::found(Algorithm::P256);
    let signer = utopia.authority.master_list_signer();
    let list = signer.master_list(&[utopia.certificate()]);
    for place in [list.len() - 1, list.len() / 2] {
        let mut altered = list.clone();
        altered[place] ^= 1;
        assert!(town.platform.import_trust(&altered).await.is_err(), "byte {place}");
    }
    let by_a_document_signer = utopia.signer().master_list(&[utopia.certificate()]);
    let refused = town.platform.import_trust(&by_a_document_signer).await;
    assert_eq!(why(refused), BadTrust::NotAMasterListSigner);
    assert_eq!(town.platform.trust().await.unwrap().anchors().count(), before);
}

async fn a_revocation_list_takes_a_signer_back_and_stays_the_newest(town: Town) {
    let utopia = Country::new("UT", Algorithm::P256);
    let before = utopia.authority.revocation_list(("20250101000000Z", "20450101000000Z"));
    assert_eq!(why(town.platform.import_trust(&before).await), BadTrust::IssuerUnknown);
    town.platform.import_trust(&utopia.certificate()).await.unwrap();
    town.platform.import_trust(&before).await.unwrap();
    assert_eq!(believed(&town, &utopia).await, Ok(()));

    let after = utopia.authority.revoke(utopia.signer());
    let change = town.platform.import_trust(&after).await.unwrap();
    assert_eq!((change.added, change.replaced), (1, 1));
    assert_eq!(believed(&town, &utopia).await, Err(Refused::SignerRevoked));
    assert_eq!(why(town.platform.import_trust(&before).await), BadTrust::Superseded);

    let stranger = Authority::found("UT", Algorithm::P256);
    let forged = stranger.revocation_list(IN_FORCE);
    assert_eq!(why(town.platform.import_trust(&forged).await), BadTrust::SignatureWrong);
}

async fn a_link_needs_the_key_it_links_from(town: Town) {
    let utopia = Country::new("UT", Algorithm::RsaPkcs1);
    let (next, link) = utopia.authority.successor(Algorithm::P384);
    assert_eq!(why(town.platform.import_trust(&link).await), BadTrust::IssuerUnknown);
    let first = town.platform.import_trust(&utopia.certificate()).await.unwrap();
    let change = town.platform.import_trust(&link).await.unwrap();
    assert!(change.import.anchors[0].is_link());

    let signer = next.signer("Document Signer 2", IN_FORCE);
    let passport = utopia.passport_by(&signer, &Bearer::anna(), Proof::None);
    let verify = async || {
        let trust = town.platform.trust().await.unwrap();
        let now = town.platform.now().to_zoned(town.platform.settings().time_zone.clone());
        passive::verify(passport.files(), &trust, &now).map(drop)
    };
    assert_eq!(verify().await, Ok(()));
    town.platform.remove_trust(first.import.anchors[0].fingerprint()).await.unwrap();
    assert_eq!(verify().await, Err(Refused::CountryUnknown), "the link fell with its root");
}

async fn what_is_no_authority_is_refused(town: Town) {
    let utopia = Country::found(Algorithm::P256);
    let signer = utopia.signer().certificate();
    assert_eq!(why(town.platform.import_trust(&signer).await), BadTrust::NotAnAuthority);
    let short = Authority::found("UT", Algorithm::Rsa1024).certificate();
    assert_eq!(why(town.platform.import_trust(&short).await), BadTrust::AlgorithmRefused);
    for nonsense in [&b""[..], b"hello", &[0x30, 0x00], b"-----BEGIN CERTIFICATE-----\n!\n"] {
        assert_eq!(why(town.platform.import_trust(nonsense).await), BadTrust::Unknown);
    }
    let huge = vec![0x30; 13 * 1024 * 1024];
    assert_eq!(why(town.platform.import_trust(&huge).await), BadTrust::TooLarge);
}

async fn the_staff_log_says_who_changed_what(town: Town) {
    let before = town.platform.staff_log(100).await.unwrap().len();
    let utopia = Country::found(Algorithm::P256);
    let file = utopia.certificate();
    town.platform.import_trust(&file).await.unwrap();
    // An officer nobody invited answers for nothing.
    let nobody = OfficerId::from_bytes([7; 16]);
    assert!(town.platform.import_trust_by(nobody, &file).await.is_err());
    assert!(town.platform.import_trust(b"nothing").await.is_err());
    let fingerprint = formats::mac::sha256(&file);
    assert!(town.platform.remove_trust_by(nobody, fingerprint).await.is_err());
    town.world.pass(60);
    town.platform.remove_trust(fingerprint).await.unwrap();
    assert!(town.platform.remove_trust(fingerprint).await.is_err());
    let log = town.platform.staff_log(100).await.unwrap();
    assert_eq!(log.len(), before + 2, "what changed nothing is no act");
    for (entry, act) in log.iter().zip([StaffAct::TrustRemoved, StaffAct::TrustImported]) {
        assert_eq!((entry.officer, entry.act, entry.digest), (OPERATOR, act, fingerprint));
    }
    assert!(log[0].at > log[1].at);
}
