//! Codes: good once, for a minute, for the application that asked, with the secret only it knows.

use protocol::oauth::{Carried, bearer::Presented, token::TokenType};
use yinzheng_testkit::{Census, Town, refusal, stories};

stories!(
    a_code_used_twice_voids_what_it_bought,
    twenty_at_once_redeem_it_once,
    the_verifier_and_the_redirect_uri_must_fit,
    another_application_redeems_nothing,
    an_assertion_is_good_once,
    a_code_lives_a_minute,
    an_access_token_lives_five_minutes,
    one_kind_of_text_is_never_another,
);

async fn a_code_used_twice_voids_what_it_bought(town: Town) {
    let mut li = town.enrolled(34).await;
    let code = li.agree_to(&town.airline()).await;
    let told = town.redeem(&code).await.unwrap();
    assert!(town.userinfo(&told).await.is_ok());
    let before = town.census().await;
    assert_eq!(refusal(town.redeem(&code).await), "code_reused");
    assert_eq!(town.userinfo(&told).await, Err("token_revoked"));
    assert_eq!(town.census().await.changed_since(&before), ["grants", "spent"]);
    assert_eq!(logins(&town.census().await), 1);
}

async fn twenty_at_once_redeem_it_once(town: Town) {
    let mut li = town.enrolled(34).await;
    for application in [town.airline(), town.shop()] {
        let code = li.agree_to(&application).await;
        let before = logins(&town.census().await);
        let redeem = |_| {
            let (town, code) = (town.clone(), code.clone());
            tokio::spawn(async move { town.redeem(&code).await })
        };
        let under_way: Vec<_> = (0..20).map(redeem).collect();
        let mut redeemed = 0;
        for one in under_way {
            match one.await.unwrap() {
                Ok(_) => redeemed += 1,
                refused => assert_eq!(refusal(refused), "code_reused"),
            }
        }
        assert_eq!(redeemed, 1);
        assert_eq!(logins(&town.census().await), before + 1);
    }
}

async fn the_verifier_and_the_redirect_uri_must_fit(town: Town) {
    let mut li = town.enrolled(34).await;
    let code = li.agree_to(&town.shop()).await;
    let (call, before) = (town.call(&code), town.census().await);
    let elsewhere = "https://shop.example/back";
    for (reason, call) in [
        ("code_verifier_wrong", call.clone().with("code_verifier", &town.chance())),
        ("code_verifier_malformed", call.clone().with("code_verifier", "short")),
        ("redirect_uri_differs", call.clone().with("redirect_uri", elsewhere)),
        ("grant_type_unknown", call.clone().with("grant_type", "password")),
        ("code_unknown", call.clone().with("code", &town.chance())),
        ("client_id_differs", call.clone().with("client_id", "airline-app")),
        ("secret_in_the_form", call.clone().with("client_secret", "x")),
    ] {
        assert_eq!(refusal(town.post(&call).await), reason);
    }
    assert_eq!(town.census().await, before);
    assert!(town.post(&call).await.is_ok(), "no wrong try has spent it");
}

async fn another_application_redeems_nothing(town: Town) {
    let mut li = town.enrolled(34).await;
    let code = li.agree_to(&town.airline()).await;
    for thief in [town.shop(), town.airline_app()] {
        let stolen = town.call(&code).by(&thief, &town);
        assert_eq!(refusal(town.post(&stolen).await), "code_of_another_client");
    }
    assert!(town.redeem(&code).await.is_ok());
}

async fn an_assertion_is_good_once(town: Town) {
    let mut li = town.enrolled(34).await;
    let (one, two) = (li.agree_to(&town.airline()).await, li.agree_to(&town.airline()).await);
    let call = town.call(&one);
    assert!(town.post(&call).await.is_ok());
    let replayed = call.with("code", &two.text).with("code_verifier", &two.ask.verifier);
    let before = town.census().await;
    assert_eq!(refusal(town.post(&replayed).await), "assertion_replayed");
    assert_eq!(town.census().await, before);
    assert!(town.redeem(&two).await.is_ok());

    let three = li.agree_to(&town.airline()).await;
    let call = town.call(&three);
    let wrong = call.clone().with("code_verifier", &town.chance());
    assert_eq!(refusal(town.post(&wrong).await), "code_verifier_wrong");
    assert_eq!(refusal(town.post(&call).await), "assertion_replayed", "spent by a refusal, too");

    let call = town.call(&three);
    town.world.pass(60);
    assert_eq!(refusal(town.post(&call).await), "assertion_expired");
}

async fn a_code_lives_a_minute(town: Town) {
    let mut li = town.enrolled(34).await;
    let (early, late) = (li.agree_to(&town.shop()).await, li.agree_to(&town.shop()).await);
    town.world.pass(59);
    assert!(town.redeem(&early).await.is_ok());
    town.world.pass(1);
    let before = town.census().await;
    assert_eq!(refusal(town.redeem(&late).await), "code_expired");
    assert_eq!(town.census().await, before);
}

async fn an_access_token_lives_five_minutes(town: Town) {
    let mut li = town.enrolled(34).await;
    let code = li.agree_to(&town.shop()).await;
    let told = town.redeem(&code).await.unwrap();
    town.world.pass(5 * 60 - 1);
    assert!(town.userinfo(&told).await.is_ok());
    town.world.pass(1);
    assert_eq!(town.userinfo(&told).await, Err("token_expired"));
}

async fn one_kind_of_text_is_never_another(town: Town) {
    let mut li = town.enrolled(34).await;
    let code = li.agree_to(&town.shop()).await;
    let told = town.redeem(&code).await.unwrap();
    let session = town.platform.seal_session(&li.session).unwrap();
    let challenge = town.platform.challenge().unwrap();
    let token = told.response.access_token().to_owned();
    for text in [&session, &challenge, &token] {
        let call = town.call(&code).with("code", text);
        assert_eq!(refusal(town.post(&call).await), "code_unknown");
    }
    for text in [&code.text, &challenge, &token] {
        assert_eq!(refusal(town.platform.open_session(text)), "not_signed_in");
    }
    for text in [&session, &challenge, &code.text] {
        assert!(
            town.platform.userinfo(shown(text), "GET", Carried::default()).await.unwrap().is_err()
        );
        assert_eq!(refusal(town.platform.resume(&li.session, text).await), "ticket_invalid");
    }
    assert_eq!(
        refusal(town.platform.sign_in(&li.proof_over(&session), None).await),
        "challenge_spent"
    );
}

/// Logins that were told to a relying party.
fn logins(census: &Census) -> usize {
    let told = yinzheng_testkit::Cell::Text("authenticated".to_owned());
    census.rows("events").iter().filter(|row| row.contains(&told)).count()
}

fn shown(token: &str) -> Presented<'_> {
    Presented { token, token_type: TokenType::Bearer }
}
