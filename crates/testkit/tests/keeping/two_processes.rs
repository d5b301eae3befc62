//! Two processes on one database serve each other's, and keys change under load.

use service::keys::KeyPurpose;
use yinzheng_testkit::{KeyHolder, Town, refusal, stories};

stories!(
    codes_and_sessions_of_one_are_good_at_the_other,
    what_was_used_at_one_is_used_up_at_the_other,
    keys_rotate_under_load_and_nobody_notices,
    refresh_tokens_outlive_every_key,
);

async fn codes_and_sessions_of_one_are_good_at_the_other(town: Town) {
    let other = town.restarted();
    let (mut li, key) = (town.enrolled(34).await, KeyHolder::new());
    let ask = town.ask(&town.insurer());
    let pushed = other.push(&ask, None).await.unwrap();
    let code = li.go(&pushed).await.unwrap().code();
    let proof = key.proof(&town, "POST", "/token", None);
    let told = other.post(&other.call(&code).proving(proof)).await.unwrap();
    let said = town.introspect(&town.about(&town.insurer(), told.response.access_token())).await;
    assert_eq!(said.unwrap()["active"], true);
    let cookie = town.platform.seal_session(&li.session).unwrap();
    assert_eq!(other.platform.open_session(&cookie).unwrap(), li.session);
}

async fn what_was_used_at_one_is_used_up_at_the_other(town: Town) {
    let other = town.restarted();
    let (mut li, key) = (town.enrolled(34).await, KeyHolder::new());
    let code = li.agree_to(&town.shop()).await;
    let told = town.redeem(&code).await.unwrap();
    assert_eq!(refusal(other.redeem(&code).await), "code_reused");
    assert_eq!(town.userinfo(&told).await, Err("token_revoked"));

    let (one, two) = (li.agree_to(&town.airline()).await, li.agree_to(&town.airline()).await);
    let call = town.call(&one);
    town.post(&call).await.unwrap();
    let assertion = call.value("client_assertion").to_owned();
    let replayed = other.call(&two).with("client_assertion", &assertion);
    assert_eq!(refusal(other.post(&replayed).await), "assertion_replayed");

    let proof = key.proof(&town, "POST", "/par", None);
    let ask = town.ask(&town.insurer());
    town.push(&ask, Some(&proof)).await.unwrap();
    assert_eq!(refusal(other.push(&ask, Some(&proof)).await), "dpop_replayed");
}

async fn keys_rotate_under_load_and_nobody_notices(town: Town) {
    let mut li = town.enrolled(34).await;
    li.agree_to(&town.airline()).await;
    let log_in = |_| {
        let (town, mut li) = (town.clone(), li.clone());
        tokio::spawn(async move {
            for _ in 0..5 {
                let code = li.agree_to(&town.airline()).await;
                let told = town.redeem(&code).await.unwrap();
                // Verified with what is published now, as a relying party would that reads the keys anew.
                assert_eq!(town.verified(told.response.id_token()), told.id_token);
                assert!(town.userinfo(&told).await.is_ok());
            }
        })
    };
    let under_way: Vec<_> = (0..8).map(log_in).collect();
    for _ in 0..3 {
        town.rotate(KeyPurpose::TokenSigning);
        tokio::task::yield_now().await;
    }
    town.rotate(KeyPurpose::References);
    for one in under_way {
        one.await.unwrap();
    }
}

async fn refresh_tokens_outlive_every_key(town: Town) {
    let (mut li, airline) = (town.enrolled(34).await, town.airline());
    let ask = town.ask(&airline).with("scope", "openid scene:insure offline_access");
    let told = town.redeem(&li.go(&ask).await.unwrap().code()).await.unwrap();
    let mut token = told.refresh_token();
    for purpose in [KeyPurpose::References, KeyPurpose::References, KeyPurpose::TokenSigning] {
        town.rotate(purpose);
        let told = town.refresh(&airline, &token).await.unwrap();
        assert!(town.userinfo(&told).await.is_ok());
        token = told.refresh_token();
    }
    // Only who lost an answer just when the key went twice has to ask the person again; nobody is accused.
    let lost = town.refresh(&airline, &token).await.unwrap();
    town.rotate(KeyPurpose::References);
    town.rotate(KeyPurpose::References);
    assert_eq!(refusal(town.refresh(&airline, &token).await), "refresh_token_unknown");
    assert!(town.refresh(&airline, &lost.refresh_token()).await.is_ok());
}
