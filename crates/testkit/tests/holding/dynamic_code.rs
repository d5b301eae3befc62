//! The dynamic code: it confirms whoever is known, once each half minute, and is not to be guessed.

use rules::{DynamicCode, Factor, Mode};
use wallet::CodeKey;
use yinzheng_testkit::{Holder, Town, refusal, stories};

stories!(
    it_confirms_who_is_signed_in,
    each_code_is_taken_once,
    twenty_at_once_confirm_once,
    clocks_may_differ_by_half_a_minute,
    guessing_ends_in_waiting,
    it_is_one_certificates_and_one_keys,
    it_is_exported_and_forgotten,
);

async fn set_up(town: &Town, li: &Holder) -> CodeKey {
    let given = town.platform.give_code_key(&li.session, &li.proof()).await.unwrap();
    CodeKey::receive(&given.text()).unwrap()
}

fn shown(town: &Town, key: &CodeKey) -> DynamicCode {
    key.code(town.platform.now())
}

async fn it_confirms_who_is_signed_in(town: Town) {
    let mut li = town.enrolled(34).await;
    let code: DynamicCode = "48159260".parse().unwrap();
    let early = town.platform.confirm_with_code(&li.session, code).await;
    assert_eq!(refusal(early), "code_not_set_up");
    let key = set_up(&town, &li).await;
    li.sign_in().await.unwrap();
    let confirmed = town.platform.confirm_with_code(&li.session, shown(&town, &key)).await.unwrap();
    assert!(confirmed.factors().has(Factor::DynamicCode));
    assert_eq!(confirmed.mode(), Mode::Certificate, "it is no passcode");
    assert_eq!(confirmed.signed_in_at(), li.session.signed_in_at());
    let kept = town.platform.seal_session(&confirmed).unwrap();
    assert_eq!(town.platform.open_session(&kept).unwrap().factors(), confirmed.factors());
    li.session = confirmed;
    let told = li.agree_to(&town.airline_app()).await;
    let told = town.redeem(&told).await.unwrap();
    assert_eq!(told.id_token["amr"], serde_json::json!(["pop", "otp"]));
}

async fn each_code_is_taken_once(town: Town) {
    let li = town.enrolled(34).await;
    let key = set_up(&town, &li).await;
    let code = shown(&town, &key);
    town.platform.confirm_with_code(&li.session, code).await.unwrap();
    assert_eq!(refusal(town.platform.confirm_with_code(&li.session, code).await), "code_used");
    town.world.pass(30);
    assert_eq!(refusal(town.platform.confirm_with_code(&li.session, code).await), "code_used");
    let (old, next) = (code, shown(&town, &key));
    assert_ne!(old, next);
    town.platform.confirm_with_code(&li.session, next).await.unwrap();
}

async fn twenty_at_once_confirm_once(town: Town) {
    let li = town.enrolled(34).await;
    let key = set_up(&town, &li).await;
    let code = shown(&town, &key);
    let under_way: Vec<_> = (0..20)
        .map(|_| {
            let (platform, session) = (town.platform.clone(), li.session.clone());
            tokio::spawn(async move { platform.confirm_with_code(&session, code).await })
        })
        .collect();
    let mut confirmed = 0;
    for one in under_way {
        match one.await.unwrap() {
            Ok(_) => confirmed += 1,
            refused => {
                let code = refusal(refused);
                assert!(["code_used", "too_many_tries"].contains(&code), "{code}");
            }
        }
    }
    assert_eq!(confirmed, 1);
}

async fn clocks_may_differ_by_half_a_minute(town: Town) {
    let li = town.enrolled(34).await;
    let key = set_up(&town, &li).await;
    let codes: Vec<_> = [-2, -1, 1, 2]
        .map(|steps| key.code(town.platform.now() + jiff::SignedDuration::from_secs(30 * steps)))
        .into();
    for (code, fits) in codes.into_iter().zip([false, true, true, false]) {
        let tried = town.platform.confirm_with_code(&li.session, code).await;
        if fits {
            tried.unwrap();
        } else {
            assert_eq!(refusal(tried), "code_wrong");
        }
    }
}

async fn guessing_ends_in_waiting(town: Town) {
    let li = town.enrolled(34).await;
    let key = set_up(&town, &li).await;
    let right = shown(&town, &key);
    let wrong = |n| DynamicCode::of_rank(right.rank() + n);
    for n in 1..=5 {
        assert_eq!(
            refusal(town.platform.confirm_with_code(&li.session, wrong(n)).await),
            "code_wrong"
        );
    }
    let before = town.census().await;
    assert_eq!(
        refusal(town.platform.confirm_with_code(&li.session, right).await),
        "too_many_tries"
    );
    // Neither a new key nor the passcode begins the count anew.
    assert_eq!(town.census().await, before);
    let key = set_up(&town, &li).await;
    let again = town.platform.confirm_with_code(&li.session, shown(&town, &key)).await;
    assert_eq!(refusal(again), "too_many_tries");
    town.world.pass(60);
    town.platform.confirm_with_code(&li.session, shown(&town, &key)).await.unwrap();
}

async fn it_is_one_certificates_and_one_keys(town: Town) {
    let (li, wang) = (town.enrolled(34).await, town.enrolled(35).await);
    let (first, wangs) = (set_up(&town, &li).await, set_up(&town, &wang).await);
    let second = set_up(&town, &li).await;
    for (what, code) in [("Wang's", shown(&town, &wangs)), ("an older key's", shown(&town, &first))]
    {
        let tried = town.platform.confirm_with_code(&li.session, code).await;
        assert_eq!(refusal(tried), "code_wrong", "{what}");
    }
    town.platform.confirm_with_code(&li.session, shown(&town, &second)).await.unwrap();
    // Only the phone the certificate is bound to is given a key.
    let by_another = town.platform.give_code_key(&li.session, &wang.proof()).await;
    assert_eq!(refusal(by_another), "device_proof_invalid");
    li.lock().await.unwrap();
    town.world.pass(30);
    let locked = town.platform.confirm_with_code(&li.session, shown(&town, &second)).await;
    assert_eq!(refusal(locked), "certificate_locked");
    assert_eq!(
        refusal(town.platform.give_code_key(&li.session, &li.proof()).await),
        "certificate_locked"
    );
}

async fn it_is_exported_and_forgotten(town: Town) {
    let li = town.enrolled(34).await;
    set_up(&town, &li).await;
    assert!(town.platform.overview(&li.session).await.unwrap().code_since.is_some());
    let export = serde_json::to_value(town.platform.export(&li.session).await.unwrap()).unwrap();
    assert!(export["certificates"][0]["dynamic_code"]["given_at"].is_string());
    li.cancel().await.unwrap();
    assert_eq!(town.census().await.count("dynamic_codes"), 0);
}
