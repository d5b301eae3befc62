//! Wallets of other makes believe certificates (HAIP): what the platform signs carries them, and questions are asked under them.

use formats::{
    Authorities, BadChain, CertificateChain, SigningKey, UnverifiedJws, VerifyingKey,
    sd_jwt::UnverifiedCredential,
};
use protocol::{
    oauth::issuer::Issuer,
    oidc::id_token::Outcome,
    presentation::{Asked, BadRequest, attestation::Attestor},
};
use sandbox::authority::Authority;
use service::keys::{KeyPurpose, KeyState, NotCertified, certify, request};
use yinzheng_testkit::{
    ISSUER, Town, presenting::Link, presenting::response_code, refusal, stories,
};

stories!(
    what_wallets_read_carries_certificates,
    only_certificates_for_a_key_and_this_issuer_are_kept,
    a_question_is_asked_under_a_certificate,
    a_question_under_a_certificate_outlives_a_rotation,
    who_asks_is_believed_from_authorities_alone,
    without_a_certificate_nothing_is_asked_under_one,
);

const OF_AGE: (&str, &str) = ("scope", "openid scene:check_age age_over_18");
const CERTIFIED: (&str, &str) = ("client_id_prefix", "x509_hash");

fn chain(jws: &str) -> Option<CertificateChain> {
    let (_, x5c) = UnverifiedJws::parse_certified(jws, 2 * 1024 * 1024).unwrap();
    x5c.map(|x5c| CertificateChain::from_x5c(&x5c).unwrap())
}

async fn what_wallets_read_carries_certificates(town: Town) {
    let pocket = town.enrolled(34).await.pocket().await;
    let authorities = town.certify_keys();
    let card = pocket.receives(1).await.remove(0);
    let credential = card.text.split('~').next().unwrap().to_owned();
    let metadata = town.platform.signed_issuer_metadata().unwrap();
    let list = town.platform.status_list(0).await.unwrap().jwt().to_owned();
    let key = town.platform.keys().certificate_keys().keys()[0].clone();
    for jws in [&credential, &metadata, &list] {
        let chain = chain(jws).unwrap();
        assert_eq!(chain.trusted_by(&authorities, town.platform.now()), Ok(()));
        assert_eq!(chain.key(), key.verifying_key());
        assert!(chain.names(ISSUER));
    }
    // Whoever knows the keys passes the certificates over.
    assert!(UnverifiedCredential::parse(&card.text).is_ok());
    // The next key was certified along, and signs certified from its first day.
    town.rotate(KeyPurpose::CertificateSigning);
    let metadata = town.platform.signed_issuer_metadata().unwrap();
    assert_ne!(chain(&metadata).unwrap().key(), key.verifying_key());
    // The one after it was not.
    town.rotate(KeyPurpose::CertificateSigning);
    assert_eq!(chain(&town.platform.signed_issuer_metadata().unwrap()), None);
}

async fn only_certificates_for_a_key_and_this_issuer_are_kept(town: Town) {
    let (mut keys, now) = (town.key_records(), town.platform.now());
    let issuer: Issuer = ISSUER.parse().unwrap();
    let today = "2026-11-22".parse().unwrap();
    let authority = Authority::new(today).unwrap();
    let ours = town.platform.keys().certificate_keys().keys()[0].verifying_key().clone();
    let mut kept = |pem: &str| certify(&mut keys, pem.as_bytes(), &issuer, now).map(drop);
    let made = |name: &str, key: &VerifyingKey| authority.certify(name, key).unwrap();
    let stranger = SigningKey::generate();
    let another = made(ISSUER, stranger.verifying_key());
    assert_eq!(kept(&another), Err(NotCertified::AnotherKey));
    assert_eq!(kept(&made("https://other.example", &ours)), Err(NotCertified::AnotherIssuer));
    let tokens = town.platform.keys().token_keys().keys()[0].verifying_key().clone();
    assert_eq!(kept(&made(ISSUER, &tokens)), Err(NotCertified::AnotherKey), "of another purpose");
    let whole = made(ISSUER, &ours);
    let (leaf, _) = whole.split_at(whole.find("-----END").unwrap() + 26);
    assert_eq!(kept(leaf), Err(NotCertified::NoAuthority));
    let other = Authority::new(today).unwrap();
    assert_eq!(
        kept(&format!("{leaf}{}", other.pem())),
        Err(NotCertified::Chain(BadChain::Untrusted))
    );
    let old = Authority::new("2024-01-01".parse().unwrap()).unwrap();
    let old = old.certify(ISSUER, &ours).unwrap();
    assert!(matches!(kept(&old), Err(NotCertified::Chain(_))));
    assert_eq!(kept("nothing"), Err(NotCertified::Chain(BadChain::Form)));
    assert_eq!(kept(&whole), Ok(()));
    let asked = |purpose, state| request(&town.key_records(), (purpose, state), &issuer);
    for state in [KeyState::Active, KeyState::Next] {
        let text = asked(KeyPurpose::CertificateSigning, state).unwrap();
        assert!(text.starts_with("-----BEGIN CERTIFICATE REQUEST-----"), "{text}");
    }
    let purpose = KeyPurpose::TokenSigning;
    assert_eq!(asked(purpose, KeyState::Active), Err(NotCertified::Purpose(purpose)));
}

/// A wallet reads what was fetched, trusting these authorities.
fn read(town: &Town, link: &Link, text: &str, by: &Authorities) -> Result<Asked, BadRequest> {
    let keys = town.platform.keys().verifier_keys();
    let attestor = Attestor { issuer: ISSUER, keys: keys.keys() };
    let now = town.platform.now();
    Asked::read_certified(text, &link.client_id, Some("of the wallet"), (attestor, by), now)
}

async fn fetched(town: &Town, link: &Link) -> String {
    town.platform.question(&link.reference, Some("of the wallet")).await.unwrap()
}

async fn a_question_is_asked_under_a_certificate(town: Town) {
    let authorities = town.certify_keys();
    let shop = town.shop();
    let card = town.enrolled(34).await.pocket().await.receives(1).await.remove(0);
    let asking = [OF_AGE, CERTIFIED, ("redirect_uri", shop.redirect_uri)];
    let started = town.ask_wallet(&shop, &asking).await.unwrap();
    let link = Link::read(started.link());
    assert!(link.client_id.starts_with("x509_hash:"), "{}", link.client_id);
    let text = fetched(&town, &link).await;
    let asked = read(&town, &link, &text, &authorities).unwrap();
    assert_eq!(asked.client_id, link.client_id, "the holder's proof names it");
    let attested = asked.attested.as_ref().unwrap();
    assert_eq!((attested.scene.as_str(), attested.client_id.as_str()), ("check_age", "shop"));
    let accepted = town.post_answer(&link, &card.presents(&town, &asked)).await.unwrap();
    let code = response_code(&accepted);
    let told = town.fetch_result(&shop, started.handle(), Some(&code)).await.unwrap();
    assert_eq!(told.result, Outcome::Passed);
}

async fn a_question_under_a_certificate_outlives_a_rotation(town: Town) {
    let authorities = town.certify_keys();
    let started = town.ask_wallet(&town.shop(), &[OF_AGE, CERTIFIED]).await.unwrap();
    let link = Link::read(started.link());
    town.rotate(KeyPurpose::VerifierSigning);
    let text = fetched(&town, &link).await;
    assert!(read(&town, &link, &text, &authorities).is_ok());
    let started = town.ask_wallet(&town.shop(), &[OF_AGE, CERTIFIED]).await.unwrap();
    assert_ne!(Link::read(started.link()).client_id, link.client_id);
}

async fn who_asks_is_believed_from_authorities_alone(town: Town) {
    let authorities = town.certify_keys();
    let started = town.ask_wallet(&town.shop(), &[OF_AGE, CERTIFIED]).await.unwrap();
    let link = Link::read(started.link());
    let text = fetched(&town, &link).await;
    let untrusted = BadRequest::Certificates(BadChain::Untrusted);
    let none = Authorities::default();
    assert_eq!(read(&town, &link, &text, &none).unwrap_err(), untrusted);
    let other = Authority::new("2026-11-22".parse().unwrap()).unwrap();
    let other = Authorities::from_pem(other.pem().as_bytes()).unwrap();
    assert_eq!(read(&town, &link, &text, &other).unwrap_err(), untrusted);
    // Another name than the link's, and the platform's word by another platform.
    let renamed = Link { client_id: format!("{}A", link.client_id), reference: String::new() };
    assert_eq!(read(&town, &renamed, &text, &authorities).unwrap_err(), BadRequest::Client);
    let attestor = Attestor { issuer: ISSUER, keys: &[] };
    let (by, now) = ((attestor, &authorities), town.platform.now());
    let unattested = Asked::read_certified(&text, &link.client_id, None, by, now).unwrap_err();
    assert!(matches!(unattested, BadRequest::Attestation(_)));
    // A wallet that does not look for certificates does not take them.
    let understood = town.understood(&link, &text, "of the wallet");
    assert_eq!(understood.unwrap_err(), BadRequest::Form);
    // A question that the platform attests brings no certificates.
    let started = town.ask_wallet(&town.shop(), &[OF_AGE]).await.unwrap();
    let link = Link::read(started.link());
    let text = fetched(&town, &link).await;
    assert_eq!(chain(&text), None);
    let refused = read(&town, &link, &text, &authorities).unwrap_err();
    assert_eq!(refused, BadRequest::Certificates(BadChain::Form));
}

async fn without_a_certificate_nothing_is_asked_under_one(town: Town) {
    let shop = town.shop();
    let refused = async |asked: &[(&'static str, &str)]| {
        refusal(town.ask_wallet(&shop, asked).await.map(drop))
    };
    assert_eq!(refused(&[OF_AGE, CERTIFIED]).await, "certificate_missing");
    town.certify_keys();
    for odd in ["x509_san_dns", "X509_HASH"] {
        let odd = [OF_AGE, ("client_id_prefix", odd)];
        assert_eq!(refused(&odd).await, "client_id_prefix_unfit");
    }
    let page =
        [OF_AGE, CERTIFIED, ("response_mode", "dc_api.jwt"), ("origin", "https://shop.example")];
    assert_eq!(refused(&page).await, "client_id_prefix_unfit");
    // A certificate that is over is none.
    town.world.pass(400 * 24 * 60 * 60);
    assert_eq!(refused(&[OF_AGE, CERTIFIED]).await, "certificate_missing");
}
