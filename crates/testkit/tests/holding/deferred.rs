//! Credentials that come later: when many come for them at once, each is told when, proves nothing again, and is served once.

use std::sync::Arc;

use formats::{SigningKey, Suite, sd_jwt::UnverifiedCredential};
use protocol::{
    issuance::{
        Configuration,
        deferred::{CredentialAnswer, Deferral},
        request::CredentialResponse,
    },
    oauth::bearer::BearerError,
};
use service::{Error, WalletRequest};
use tokio::task::JoinSet;
use yinzheng_testkit::{Holder, InPocket, Pocket, Town, refusal, stories};

stories!(
    whoever_comes_in_a_wave_is_served_in_turn,
    what_was_waited_for_is_handed_out_once,
    a_name_is_of_its_token,
    certificates_for_codes_are_waited_for_too,
    nobody_is_asked_to_wait_longer_than_their_token_is_good,
    who_locks_in_between_is_handed_nothing,
    a_restart_forgets_nobody_who_waits,
);

/// Signed in a second.
const PACE: u32 = 10;

fn keys(count: usize) -> Vec<SigningKey> {
    (0..count).map(|_| SigningKey::generate()).collect()
}

/// A wave has just been: the next turn is in five seconds.
async fn after_a_wave(town: &Town) -> Town {
    let town = town.signing(PACE);
    let wang = town.enrolled(50).await.pocket().await;
    assert_eq!(wang.receives(50).await.len(), 50, "who comes first waits for nothing");
    town
}

/// How many were handed theirs at once, told to wait, sent away.
fn told(town: &Town) -> Vec<u64> {
    let counted = town.platform.counted().into_iter();
    let requests = counted.filter(|one| one.name == "yinzheng_credential_requests_total");
    requests.map(|one| one.times).collect()
}

async fn told_to_wait(town: &Town, pocket: &Pocket, keys: &[SigningKey]) -> Deferral {
    let body = town.asks_for_credentials(keys);
    waits(pocket, &body).await.unwrap()
}

async fn waits(pocket: &Pocket, body: &str) -> Result<Deferral, Error> {
    match pocket.asks_in(WalletRequest::InClear(body)).await?.unwrap().answer {
        CredentialAnswer::Deferred(deferral) => Ok(deferral),
        CredentialAnswer::Issued(_) => panic!("at once"),
    }
}

async fn served(pocket: &Pocket, name: &str) -> Result<CredentialResponse, Error> {
    match pocket.comes_for(name).await?.unwrap() {
        CredentialAnswer::Issued(response) => Ok(response),
        CredentialAnswer::Deferred(deferral) => panic!("not yet: {deferral:?}"),
    }
}

async fn whoever_comes_in_a_wave_is_served_in_turn(town: Town) {
    let town = after_a_wave(&town).await;
    let before = town.census().await;
    let keys = keys(20);
    let (li, zhao) =
        (town.enrolled(34).await.pocket().await, town.enrolled(35).await.pocket().await);
    let enrolled = town.census().await.count("statuses");
    assert_eq!(enrolled, before.count("statuses"));
    let hers = told_to_wait(&town, &li, &keys).await;
    assert_eq!(hers.interval(), 5);
    let his = told_to_wait(&town, &zhao, &self::keys(1)).await;
    assert_eq!(his.interval(), 7, "behind her twenty");
    assert_eq!(town.census().await.count("statuses"), enrolled, "nothing is stored meanwhile");
    town.world.pass(3);
    let CredentialAnswer::Deferred(again) =
        li.comes_for(hers.transaction_id()).await.unwrap().unwrap()
    else {
        panic!("it is not her turn")
    };
    assert_eq!((again.transaction_id(), again.interval()), (hers.transaction_id(), 2));
    town.world.pass(2);
    let handed = served(&li, hers.transaction_id()).await.unwrap();
    let texts: Vec<_> = handed.credentials().map(str::to_owned).collect();
    assert_eq!(texts.len(), keys.len());
    for (key, text) in keys.into_iter().zip(texts) {
        UnverifiedCredential::parse(&text).unwrap();
        let one = InPocket { key, text };
        let (credential, _) = one.opened(&town);
        assert_eq!(credential.holder.thumbprint(), one.key.public().thumbprint());
        assert_eq!(town.status_of(&credential).await, 0);
        one.shown(&town, &["age_over_18"], "https://gate.example");
    }
    town.world.pass(2);
    assert_eq!(served(&zhao, his.transaction_id()).await.unwrap().credentials().count(), 1);
    // The wave is over.
    assert_eq!(li.receives(1).await.len(), 1);
    assert_eq!(told(&town), [2, 2, 0], "the operator sees that it was");
}

async fn what_was_waited_for_is_handed_out_once(town: Town) {
    let town = after_a_wave(&town).await;
    let li = town.enrolled(34).await.pocket().await;
    let later = told_to_wait(&town, &li, &keys(3)).await;
    town.world.pass(5);
    let before = town.census().await.count("statuses");
    let (li, later) = (Arc::new(li), Arc::new(later));
    let mut sent = JoinSet::new();
    for _ in 0..20 {
        let (li, later) = (Arc::clone(&li), Arc::clone(&later));
        sent.spawn(async move { served(&li, later.transaction_id()).await });
    }
    let (handed, refused): (Vec<_>, Vec<_>) =
        sent.join_all().await.into_iter().partition(Result::is_ok);
    assert_eq!(handed.len(), 1);
    for one in refused {
        assert_eq!(refusal(one), "transaction_unknown");
    }
    let drawn = town.census().await.count("statuses") - before;
    assert!((3..=5).contains(&drawn), "one batch and its decoys, not {drawn}");
}

async fn a_name_is_of_its_token(town: Town) {
    let town = after_a_wave(&town).await;
    let li = town.enrolled(34).await;
    let (asked, other) = (li.pocket().await, li.pocket().await);
    let stranger = town.enrolled(35).await.pocket().await;
    let later = told_to_wait(&town, &asked, &keys(1)).await;
    town.world.pass(60);
    let name = later.transaction_id();
    for pocket in [&other, &stranger] {
        assert_eq!(refusal(served(pocket, name).await), "transaction_unknown");
    }
    let mut changed = name.to_owned();
    changed.replace_range(20..21, if name.as_bytes()[20] == b'A' { "B" } else { "A" });
    for made_up in ["", "AAAA", &changed, &name[1..], &"A".repeat(9000), &asked.token] {
        assert_eq!(refusal(served(&asked, made_up).await), "transaction_unknown");
    }
    assert!(served(&asked, name).await.is_ok(), "who tried in vain spent nothing of hers");
}

async fn certificates_for_codes_are_waited_for_too(town: Town) {
    let town = after_a_wave(&town).await;
    let li = town.enrolled(34).await.pocket().await;
    for suite in Suite::ALL {
        let keys: Vec<_> = (0..50).map(|_| SigningKey::generate_in(suite)).collect();
        let body = town.asks_for(Configuration::Code(suite), &keys);
        let later = waits(&li, &body).await.unwrap();
        town.world.pass(later.interval());
        let handed = served(&li, later.transaction_id()).await.unwrap();
        let issuers = town.platform.keys().reader_keys();
        let held: Vec<_> =
            handed.codes().map(|code| code.clone().receive(issuers.keys()).unwrap()).collect();
        assert_eq!(held.len(), keys.len());
        for (key, held) in keys.iter().zip(held) {
            assert_eq!(held.certificate.terms().holder, *key.verifying_key());
        }
    }
}

async fn nobody_is_asked_to_wait_longer_than_their_token_is_good(town: Town) {
    let town = town.signing(1);
    let mut crowd = Vec::new();
    for years in 30..37 {
        crowd.push(town.enrolled(years).await);
    }
    let li = town.enrolled(38).await;
    let early = li.pocket().await;
    let (last, others) = crowd.split_last().unwrap();
    assert_eq!(wave(&town, others).await, [0, 50, 100, 150, 200, 250]);
    let body = town.asks_for_credentials(&keys(1));
    let busy = last.pocket().await.asks_in(WalletRequest::InClear(&body)).await;
    assert_eq!(refusal(busy), "credentials_busy", "nobody waits longer than five minutes");
    let no_proof = body.replace(".ey", ".eY");
    let busy = early.asks_in(WalletRequest::InClear(&no_proof)).await;
    assert_eq!(refusal(busy), "credentials_busy", "no proof is looked at in vain");
    assert_eq!(told(&town), [1, 5, 2]);
    town.world.pass(6 * 60);
    assert_eq!(wave(&town, &others[..5]).await, [0, 50, 100, 150, 200]);
    let body = town.asks_for_credentials(&keys(1));
    let busy = early.asks_in(WalletRequest::InClear(&body)).await;
    assert_eq!(refusal(busy), "credentials_busy", "its token would be over");
    assert_eq!(told_to_wait(&town, &li.pocket().await, &keys(1)).await.interval(), 250);
}

/// Everybody asks for fifty, one after the other; how long each is told to wait.
async fn wave(town: &Town, crowd: &[Holder]) -> Vec<i64> {
    let mut told = Vec::new();
    for person in crowd {
        let body = town.asks_for_credentials(&keys(50));
        let handed = person.pocket().await.asks_in(WalletRequest::InClear(&body)).await;
        told.push(match handed.unwrap().unwrap().answer {
            CredentialAnswer::Deferred(later) => later.interval(),
            CredentialAnswer::Issued(_) => 0,
        });
    }
    told
}

async fn who_locks_in_between_is_handed_nothing(town: Town) {
    let town = after_a_wave(&town).await;
    let li = town.enrolled(34).await;
    let pocket = li.pocket().await;
    let later = told_to_wait(&town, &pocket, &keys(1)).await;
    town.world.pass(60);
    li.lock().await.unwrap();
    match pocket.comes_for(later.transaction_id()).await.unwrap() {
        Err(BearerError::Refused(error)) => assert_eq!(error.reason, "token_revoked"),
        other => panic!("the token is refused, not {other:?}"),
    }
    town.world.pass(600);
    match pocket.comes_for(later.transaction_id()).await.unwrap() {
        Err(BearerError::Refused(error)) => assert_eq!(error.reason, "token_expired"),
        other => panic!("the token is refused, not {other:?}"),
    }
}

async fn a_restart_forgets_nobody_who_waits(town: Town) {
    let town = after_a_wave(&town).await;
    let li = town.enrolled(34).await.pocket().await;
    let later = told_to_wait(&town, &li, &keys(2)).await;
    let town = town.restarted();
    town.world.pass(5);
    let li = Pocket::with(&town, li.key, li.token);
    assert_eq!(served(&li, later.transaction_id()).await.unwrap().credentials().count(), 2);
    assert_eq!(refusal(served(&li, later.transaction_id()).await), "transaction_unknown");
}
