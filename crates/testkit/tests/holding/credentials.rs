//! One-time credentials: taken along from the person's page, shown to readers who ask nobody, and worthless soon after a lock.

use std::collections::BTreeSet;

use formats::{
    SigningKey,
    sd_jwt::Disclosure,
    status_list::{UnverifiedStatusCwt, UnverifiedStatusToken},
};
use yinzheng_testkit::{InPocket, KeyHolder, Offer, Town, refusal, stories};

stories!(
    a_wallet_is_handed_credentials_that_have_nothing_in_common,
    a_list_is_one_in_both_forms,
    what_is_shown_is_what_was_asked,
    a_lock_is_seen_by_every_reader_within_five_minutes,
    who_leaves_leaves_no_row_and_no_good_credential,
    an_offer_is_taken_once_in_time_with_its_code,
    a_token_is_for_its_key_and_its_certificate,
    a_child_takes_nothing_along,
    who_knows_a_passcode_alone_takes_nothing_along,
);

/// Every claim of a credential.
const CLAIMS: [&str; 9] = protocol::issuance::CLAIMS;

async fn a_wallet_is_handed_credentials_that_have_nothing_in_common(town: Town) {
    let li = town.enrolled(34).await;
    let handed = li.pocket().await.receives(30).await;
    let mut seen = BTreeSet::new();
    let mut ends = BTreeSet::new();
    for one in &handed {
        let (credential, held) = one.opened(&town);
        let named: BTreeSet<_> = held.disclosures().iter().filter_map(Disclosure::name).collect();
        assert_eq!(named, BTreeSet::from(CLAIMS), "every claim stands in every credential");
        assert!(seen.insert(credential.holder.thumbprint()));
        assert!(seen.insert(credential.status.as_ref().unwrap().index.to_string()));
        for digest in one.digests() {
            assert!(seen.insert(digest));
        }
        ends.insert(credential.expires_at);
        assert_eq!(town.status_of(&credential).await, 0);
        assert!(!one.text.contains(li.net_number.as_str()));
        let all: Vec<_> = held.claims().values().map(ToString::to_string).collect();
        assert!(!all.concat().contains(li.net_number.as_str()), "the net number is told to nobody");
    }
    // Whoever was here today has the same day.
    let wang = town.enrolled(50).await;
    town.world.pass(60);
    let (his, _) = wang.pocket().await.receives(1).await[0].opened(&town);
    ends.insert(his.expires_at);
    assert_eq!(ends.len(), 1);
    let census = town.census().await;
    assert_eq!(census.count("statuses"), 30 + 1 + 2 + 2, "and two decoys a batch");
}

async fn a_list_is_one_in_both_forms(town: Town) {
    let li = town.enrolled(34).await;
    let handed = li.pocket().await.receives(1).await;
    let (credential, _) = handed[0].opened(&town);
    let reference = credential.status.unwrap();
    let list = town.platform.status_list(0).await.unwrap();
    let token = UnverifiedStatusCwt::parse(list.cwt()).unwrap();
    let kid = std::str::from_utf8(token.unverified_kid().unwrap()).unwrap();
    let keys = town.platform.keys().certificate_keys();
    let key = keys.find(Some(kid)).unwrap().verifying_key();
    let in_cbor = token.verify(key, &reference.uri, town.platform.now()).unwrap();
    let in_json = UnverifiedStatusToken::parse(list.jwt()).unwrap();
    let in_json = in_json.verify(key, &reference.uri, town.platform.now()).unwrap();
    assert_eq!(in_cbor, in_json);
    assert_eq!(in_cbor.list.status(reference.index), Some(0));
    assert_eq!(refusal(town.platform.status_list(1).await), "status_list_unknown");
}

async fn what_is_shown_is_what_was_asked(town: Town) {
    let li = town.enrolled(34).await;
    let handed = li.pocket().await.receives(2).await;
    let shown = handed[0].shown(&town, &["age_over_18", "minor"], "https://gate.example");
    let told = serde_json::Value::from(shown.claims);
    assert_eq!(told, serde_json::json!({"age_over_18": true, "minor": false}));
    let nothing = handed[1].shown(&town, &[], "https://desk.example");
    assert!(nothing.claims.is_empty(), "that somebody is there is told without any claim");
    let (_, held) = handed[0].opened(&town);
    assert_eq!(held.claims()["age_over_60"], false);
    assert_eq!(held.claims()["document_class"], "resident_identity_card");
    assert_eq!(held.claims()["residency_class"], "mainland");
    let old = town.enrolled(70).await.pocket().await.receives(1).await;
    let shown = old[0].shown(&town, &["age_over_65"], "https://gate.example");
    assert_eq!(shown.claims["age_over_65"], true);
}

async fn a_lock_is_seen_by_every_reader_within_five_minutes(town: Town) {
    let (mut li, wang) = (town.enrolled(34).await, town.enrolled(35).await);
    let credentials =
        |handed: &[InPocket]| handed.iter().map(|one| one.opened(&town).0).collect::<Vec<_>>();
    let hers = credentials(&li.pocket().await.receives(20).await);
    let his = credentials(&wang.pocket().await.receives(5).await);
    town.world.pass(60);
    li.lock().await.unwrap();
    let mut moments = BTreeSet::new();
    // Two minutes until an entry flips, one until the list is written anew: two more it may be kept.
    for minute in 1..=3 {
        town.world.pass(60);
        let mut flipped = 0;
        for one in &hers {
            flipped += u32::from(town.status_of(one).await);
        }
        moments.insert((minute, flipped));
    }
    assert!(moments.contains(&(3, 20)), "{moments:?}");
    assert!(moments.iter().any(|(_, flipped)| (1..20).contains(flipped)), "not all at one moment");
    for one in &his {
        assert_eq!(town.status_of(one).await, 0, "nobody else's");
    }
    town.world.pass(60);
    li.unlock().await.unwrap();
    town.world.pass(120);
    for one in &hers {
        assert_eq!(town.status_of(one).await, 1, "unlocking brings none back");
    }
    let anew = credentials(&li.pocket().await.receives(1).await);
    assert_eq!(town.status_of(&anew[0]).await, 0);
}

async fn who_leaves_leaves_no_row_and_no_good_credential(town: Town) {
    let li = town.enrolled(34).await;
    let handed = li.pocket().await.receives(3).await;
    let credentials: Vec<_> = handed.iter().map(|one| one.opened(&town).0).collect();
    town.world.pass(60);
    li.cancel().await.unwrap();
    town.world.pass(180);
    for one in &credentials {
        assert_eq!(town.status_of(one).await, 1);
    }
    town.world.pass(16 * 24 * 60 * 60);
    town.platform.purge().await.unwrap();
    assert_eq!(town.census().await.count("statuses"), 0, "places last as long as credentials");
}

async fn an_offer_is_taken_once_in_time_with_its_code(town: Town) {
    let li = town.enrolled(34).await;
    let key = KeyHolder::new();
    let offer = li.offers().await.unwrap();
    let other = Offer { tx_code: wrong(&offer.tx_code), ..offer.clone() };
    assert_eq!(refusal(town.takes(&other, &key).await), "tx_code_wrong");
    assert!(town.takes(&offer, &key).await.is_ok(), "the second try is right");
    assert_eq!(refusal(town.takes(&offer, &key).await), "offer_unknown", "once");
    let offer = li.offers().await.unwrap();
    let other = Offer { tx_code: wrong(&offer.tx_code), ..offer.clone() };
    for _ in 0..3 {
        assert_eq!(refusal(town.takes(&other, &key).await), "tx_code_wrong");
    }
    assert_eq!(refusal(town.takes(&offer, &key).await), "tx_code_tries_exhausted");
    let late = li.offers().await.unwrap();
    town.world.pass(300);
    assert_eq!(refusal(town.takes(&late, &key).await), "offer_unknown");
    let made_up = Offer { code: "AAAA".to_owned(), ..late };
    assert_eq!(refusal(town.takes(&made_up, &key).await), "offer_unknown");
}

async fn a_token_is_for_its_key_and_its_certificate(town: Town) {
    let li = town.enrolled(34).await;
    let mut pocket = li.pocket().await;
    let keys = [SigningKey::generate()];
    pocket.asks(&keys).await.unwrap();
    let own = std::mem::take(&mut pocket.key);
    assert_eq!(pocket.refused(&keys).await, "dpop_another_key");
    pocket.key = own;
    town.world.pass(60);
    let waiting = li.offers().await.unwrap();
    li.lock().await.unwrap();
    assert_eq!(refusal(town.takes(&waiting, &KeyHolder::new()).await), "certificate_locked");
    assert_eq!(refusal(li.offers().await), "certificate_locked");
    assert_eq!(pocket.refused(&keys).await, "token_revoked");
}

async fn a_child_takes_nothing_along(town: Town) {
    let child = loop {
        let child = town.aged(9);
        if !child.guardians().is_empty() {
            break child;
        }
    };
    let guardian = child.guardian().enrol().await;
    let child = guardian.enrol_child(&child).await.unwrap();
    assert_eq!(refusal(child.offers().await), "guardian_consent_missing");
}

/// Another code of six digits.
fn wrong(code: &str) -> String {
    let number: u32 = code.parse().unwrap();
    format!("{:06}", (number + 1) % 1_000_000)
}

/// Enrolled at a counter a moment ago: nothing that a certificate is bound to was shown on this screen.
async fn who_knows_a_passcode_alone_takes_nothing_along(town: Town) {
    let issued = town.adult().enrol_at(&mut town.counter().await).await;
    let offered = town.platform.offer_credentials(&issued.session).await.map(drop);
    assert_eq!(refusal(offered), "not_signed_in");
}
