//! Chains of certificates that say whose a key is: what is believed, and what strangers may try.
#![expect(clippy::unwrap_used, reason = "a test panics when it fails, its helpers too")]

use jiff::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer,
    DistinguishedName, DnType, IsCa, KeyIdMethod, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256,
    PKCS_ECDSA_P384_SHA384, RevokedCertParams, SanType, SerialNumber, date_time_ymd,
};
use yinzheng_formats::{Authorities, BadChain, CertificateChain, SigningKey};

const ISSUER: &str = "https://id.example";

type Authority = CertifiedIssuer<'static, KeyPair>;

fn now() -> Timestamp {
    "2026-11-22T04:00:00Z".parse().unwrap()
}

fn pair() -> KeyPair {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap()
}

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new([]).unwrap();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    (params.not_before, params.not_after) = (date_time_ymd(2026, 1, 1), date_time_ymd(2027, 1, 1));
    params
}

fn of_authority(name: &str) -> CertificateParams {
    let mut params = params(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn of_issuer() -> CertificateParams {
    let mut params = params("issuer");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.subject_alt_names.push(SanType::DnsName("id.example".try_into().unwrap()));
    params
}

fn root(name: &str) -> Authority {
    CertifiedIssuer::self_signed(of_authority(name), pair()).unwrap()
}

fn below(name: &str, above: &Authority) -> Authority {
    CertifiedIssuer::signed_by(of_authority(name), pair(), above).unwrap()
}

fn trusting(authority: &Authority) -> Authorities {
    Authorities::from_pem(authority.pem().as_bytes()).unwrap()
}

fn read(pems: &[&str]) -> Result<(CertificateChain, Authorities), BadChain> {
    CertificateChain::from_pem(pems.concat().as_bytes())
}

fn judged(pems: &[&str], by: &Authority) -> Result<(), BadChain> {
    read(pems)?.0.trusted_by(&trusting(by), now())
}

#[test]
fn a_chain_leads_from_a_key_to_an_authority() {
    let (root, key) = (root("root"), SigningKey::generate());
    let middle = below("middle", &root);
    let document = key.to_pkcs8();
    let document = document.expose().as_slice().into();
    let pair = KeyPair::from_pkcs8_der_and_sign_algo(&document, &PKCS_ECDSA_P256_SHA256).unwrap();
    let leaf = of_issuer().signed_by(&pair, &middle).unwrap().pem();
    let (chain, own) = read(&[&leaf, &middle.pem(), &root.pem()]).unwrap();
    assert_eq!(chain.key(), key.verifying_key());
    for authorities in [own, trusting(&root)] {
        assert_eq!(chain.trusted_by(&authorities, now()), Ok(()));
    }
    assert_eq!(chain.x5c().len(), 2, "the authority's own certificate is not sent");
    assert_eq!(CertificateChain::from_x5c(&chain.x5c()).unwrap(), chain);
    assert!(chain.names(ISSUER) && chain.names("https://id.example:8443/path"));
    assert!(!chain.names("https://other.example") && !chain.names("https://id.example.other"));
    assert_eq!(chain.hash().len(), 43);
    // What is trusted may stand in the middle; then it may not be sent either.
    let (short, _) = read(&[&leaf]).unwrap();
    assert_eq!(short.trusted_by(&trusting(&middle), now()), Ok(()));
    assert_eq!(chain.trusted_by(&trusting(&middle), now()), Err(BadChain::SelfSigned));
}

#[test]
fn what_strangers_try_is_refused() {
    let (root, other) = (root("root"), root("root"));
    let middle = below("middle", &root);
    let sign = |params: CertificateParams| params.signed_by(&pair(), &middle).unwrap().pem();
    let (leaf, middle_pem) = (sign(of_issuer()), middle.pem());
    assert_eq!(judged(&[&leaf, &middle_pem], &root), Ok(()));
    // Another authority of the same name; nobody at all.
    assert_eq!(judged(&[&leaf, &middle_pem], &other), Err(BadChain::Untrusted));
    let chain = read(&[&leaf, &middle_pem]).unwrap().0;
    assert_eq!(chain.trusted_by(&Authorities::default(), now()), Err(BadChain::Untrusted));
    assert_eq!(judged(&[&leaf], &root), Err(BadChain::Untrusted), "a certificate is missing");
    // Reordered, or of another chain in between.
    let stranger = below("stranger", &root);
    assert_eq!(judged(&[&leaf, &stranger.pem()], &root), Err(BadChain::Order));
    assert_eq!(judged(&[&middle_pem, &leaf], &root), Err(BadChain::Order));
    // Its own issuer, alone and in the middle.
    let own = of_issuer().self_signed(&pair()).unwrap().pem();
    assert_eq!(judged(&[&own], &root), Err(BadChain::SelfSigned));
    let anchored = read(&[&leaf, &middle_pem, &root.pem(), &root.pem()]);
    assert_eq!(anchored.map(drop), Err(BadChain::SelfSigned));
    // An authority as signer, a certificate for other uses, a key on another curve.
    assert_eq!(judged(&[&middle_pem], &root), Err(BadChain::Signer));
    let mut usable = of_authority("both");
    usable.key_usages.push(KeyUsagePurpose::DigitalSignature);
    assert_eq!(judged(&[&sign(usable), &middle_pem], &root), Err(BadChain::Signer));
    assert_eq!(judged(&[&sign(params("useless")), &middle_pem], &root), Err(BadChain::Signer));
    let p384 = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
    let p384 = of_issuer().signed_by(&p384, &middle).unwrap().pem();
    assert_eq!(judged(&[&p384, &middle_pem], &root), Err(BadChain::Signer));
    // Certified by what is no authority.
    let user = CertifiedIssuer::signed_by(of_issuer(), pair(), &middle).unwrap();
    let mut forged = of_issuer();
    forged.distinguished_name.push(DnType::OrganizationName, "forger");
    let forged = forged.signed_by(&pair(), &user).unwrap().pem();
    assert_eq!(judged(&[&forged, &user.pem(), &middle_pem], &root), Err(BadChain::Untrusted));
}

#[test]
fn every_certificate_has_its_time() {
    let root = root("root");
    let mut over = of_issuer();
    over.not_after = date_time_ymd(2026, 11, 1);
    let mut to_come = of_issuer();
    to_come.not_before = date_time_ymd(2026, 12, 1);
    for params in [over, to_come] {
        let leaf = params.signed_by(&pair(), &root).unwrap().pem();
        assert_eq!(judged(&[&leaf], &root), Err(BadChain::Time));
    }
    let mut old = of_authority("old");
    old.not_after = date_time_ymd(2026, 11, 1);
    let old = CertifiedIssuer::self_signed(old, pair()).unwrap();
    let leaf = of_issuer().signed_by(&pair(), &old).unwrap().pem();
    assert_eq!(judged(&[&leaf], &old), Err(BadChain::Untrusted), "an authority that is over");
}

/// What an authority took back, as of November, until then.
fn list(by: &Authority, serials: &[u64], until: (i32, u8, u8)) -> String {
    let revoked = |serial: &u64| RevokedCertParams {
        serial_number: SerialNumber::from(*serial),
        revocation_time: date_time_ymd(2026, 11, 1),
        reason_code: None,
        invalidity_date: None,
    };
    let params = CertificateRevocationListParams {
        this_update: date_time_ymd(2026, 11, 1),
        next_update: date_time_ymd(until.0, until.1, until.2),
        crl_number: SerialNumber::from(1),
        issuing_distribution_point: None,
        revoked_certs: serials.iter().map(revoked).collect(),
        key_identifier_method: KeyIdMethod::Sha256,
    };
    params.signed_by(by).unwrap().pem().unwrap()
}

#[test]
fn what_an_authority_took_back_is_refused() {
    let (root, other) = (root("root"), root("root"));
    let numbered = |mut params: CertificateParams, serial: u64| {
        params.serial_number = Some(SerialNumber::from(serial));
        params
    };
    let middle = numbered(of_authority("middle"), 7);
    let middle = CertifiedIssuer::signed_by(middle, pair(), &root).unwrap();
    let leaf = numbered(of_issuer(), 9).signed_by(&pair(), &middle).unwrap().pem();
    let (chain, _) = read(&[&leaf, &middle.pem()]).unwrap();
    let soon = (2026, 12, 1);
    let judged = |lists: &[String]| {
        let file = format!("{}{}", root.pem(), lists.concat());
        chain.trusted_by(&Authorities::from_pem(file.as_bytes()).unwrap(), now())
    };
    assert_eq!(judged(&[list(&middle, &[8], soon)]), Ok(()));
    assert_eq!(judged(&[list(&middle, &[8, 9], soon)]), Err(BadChain::Revoked));
    assert_eq!(judged(&[list(&root, &[9], soon)]), Ok(()), "another's number");
    assert_eq!(judged(&[list(&root, &[7], soon)]), Err(BadChain::Revoked), "the one in between");
    let both = [list(&root, &[], soon), list(&middle, &[9], soon)];
    assert_eq!(judged(&both), Err(BadChain::Revoked));
    assert_eq!(judged(&[list(&middle, &[], (2026, 11, 20))]), Err(BadChain::Revoked), "over");
    assert!(judged(&[list(&other, &[7], soon)]).is_err(), "a list that the authority did not sign");
    let twice = [root.pem(), list(&middle, &[], soon), list(&middle, &[9], soon)].concat();
    assert!(Authorities::from_pem(twice.as_bytes()).is_err(), "the older of two would count");
    let alone = list(&middle, &[9], soon);
    assert!(Authorities::from_pem(alone.as_bytes()).is_err(), "a list of nobody trusted");
    let odd = format!("{}-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n", root.pem());
    assert!(Authorities::from_pem(odd.as_bytes()).is_err());
}

#[test]
fn what_was_taken_back_is_not_forgotten_unnoticed() {
    let (root, other) = (root("root"), root("other"));
    let soon = (2026, 12, 1);
    let [without, old, new, others] = [
        String::new(),
        list(&root, &[7], soon),
        list(&root, &[7, 9], soon),
        list(&other, &[], soon),
    ]
    .map(|lists| {
        let file = [root.pem(), other.pem(), lists].concat();
        Authorities::from_pem(file.as_bytes()).unwrap()
    });
    assert!(new.have_lists_of(&old) && old.have_lists_of(&without));
    assert!(!without.have_lists_of(&old), "as in a file that is half written");
    assert!(!others.have_lists_of(&old), "another's list does not do");
}

#[test]
fn chains_have_bounds() {
    let mut above = root("root");
    let root_pem = above.pem();
    let mut pems = Vec::new();
    for name in ["a", "b", "c", "d"] {
        above = below(name, &above);
        pems.insert(0, above.pem());
    }
    let leaf = of_issuer().signed_by(&pair(), &above).unwrap().pem();
    let chain = [leaf.as_str()].into_iter().chain(pems.iter().map(String::as_str));
    let chain: Vec<_> = chain.chain([root_pem.as_str()]).collect();
    assert_eq!(read(&chain).map(drop), Err(BadChain::Form), "five, and an authority");
    assert_eq!(read(&[]).map(drop), Err(BadChain::Form));
    assert_eq!(CertificateChain::from_x5c(&[]), Err(BadChain::Form));
    let mut large = of_issuer();
    large.distinguished_name.push(DnType::OrganizationName, "o".repeat(5000));
    let large = large.signed_by(&pair(), &above).unwrap().pem();
    assert_eq!(read(&[&large]).map(drop), Err(BadChain::Form));
    for odd in ["", "AAAA", "M", "_-_-", &"A".repeat(64 * 1024)] {
        assert_eq!(CertificateChain::from_x5c(&[odd.to_owned()]), Err(BadChain::Form), "{odd:.9}");
    }
}
