//! Giving a token back, and asking what one is worth.

use serde_json::json;
use yinzheng_testkit::{Application, Holder, ISSUER, Told, Town, refusal, stories};

stories!(
    what_is_given_back_is_over,
    nobody_gives_back_anothers,
    what_was_never_good_may_be_given_back,
    an_organisation_learns_what_its_tokens_are_worth,
    others_learn_nothing,
    what_is_over_is_inactive_and_nothing_else,
    an_answer_can_be_signed,
    an_assertion_is_good_once_here_too,
);

const STANDING: &str = "openid scene:insure offline_access";
const INACTIVE: &str = r#"{"active":false}"#;

async fn begun(town: &Town, holder: &mut Holder, application: &Application) -> Told {
    let ask = town.ask(application).with("scope", STANDING);
    let code = holder.go(&ask).await.unwrap().code();
    town.redeem(&code).await.unwrap()
}

async fn worth(town: &Town, asker: &Application, token: &str) -> serde_json::Value {
    town.introspect(&town.about(asker, token)).await.unwrap()
}

async fn what_is_given_back_is_over(town: Town) {
    let (mut li, airline) = (town.enrolled(34).await, town.airline());
    for refresh in [true, false] {
        let told = begun(&town, &mut li, &airline).await;
        let access = told.response.access_token();
        let back = if refresh { told.refresh_token() } else { access.to_owned() };
        let hint = if refresh { "access_token" } else { "refresh_token" };
        // A wrong hint changes nothing.
        let call = town.about(&airline, &back).with("token_type_hint", hint);
        town.revoke(&call).await.unwrap();
        assert_eq!(town.userinfo(&told).await, Err("token_revoked"));
        let again = town.refresh(&airline, &told.refresh_token()).await;
        assert_eq!(refusal(again), "refresh_token_unknown");
        town.revoke(&town.about(&airline, &back)).await.unwrap();
    }
    let once = town.redeem(&li.agree_to(&town.shop()).await).await.unwrap();
    town.revoke(&town.about(&town.shop(), once.response.access_token())).await.unwrap();
    assert_eq!(town.userinfo(&once).await, Err("token_revoked"));
}

async fn nobody_gives_back_anothers(town: Town) {
    let (mut li, airline) = (town.enrolled(34).await, town.airline());
    let told = begun(&town, &mut li, &airline).await;
    let before = town.census().await;
    for token in [told.refresh_token(), told.response.access_token().to_owned()] {
        for other in [town.airline_app(), town.shop()] {
            let call = town.about(&other, &token);
            assert_eq!(refusal(town.revoke(&call).await), "token_of_another_client");
        }
    }
    assert_eq!(town.census().await, before);
    assert!(town.refresh(&airline, &told.refresh_token()).await.is_ok());
}

async fn what_was_never_good_may_be_given_back(town: Town) {
    let mut li = town.enrolled(34).await;
    let code = li.agree_to(&town.shop()).await;
    let told = town.redeem(&code).await.unwrap();
    let session = town.platform.seal_session(&li.session).unwrap();
    let before = town.census().await;
    for none in
        ["x", &"A".repeat(64), &"A".repeat(9000), &code.text, told.response.id_token(), &session]
    {
        town.revoke(&town.about(&town.shop(), none)).await.unwrap();
        let said = worth(&town, &town.shop(), none).await;
        assert_eq!(said.to_string(), INACTIVE);
    }
    assert_eq!(town.census().await, before);
}

async fn an_organisation_learns_what_its_tokens_are_worth(town: Town) {
    let (mut li, airline) = (town.enrolled(34).await, town.airline());
    let told = begun(&town, &mut li, &airline).await;
    for asker in [town.airline(), town.airline_app()] {
        let now = town.platform.now().as_second();
        let common = json!({
            "active": true,
            "scope": "offline_access openid scene:insure",
            "client_id": "airline-web",
            "sub": told.sub(),
            "iss": ISSUER,
            "acr": told.id_token["acr"],
            "auth_time": told.id_token["auth_time"],
        });
        let mut access = common.clone();
        access["token_type"] = json!("Bearer");
        access["exp"] = json!(now + 300);
        assert_eq!(worth(&town, &asker, told.response.access_token()).await, access);
        let mut refresh = common;
        refresh["exp"] = json!(now + 90 * 24 * 60 * 60);
        assert_eq!(worth(&town, &asker, &told.refresh_token()).await, refresh);
    }
}

async fn others_learn_nothing(town: Town) {
    let (mut li, airline) = (town.enrolled(34).await, town.airline());
    let told = begun(&town, &mut li, &airline).await;
    for token in [told.refresh_token(), told.response.access_token().to_owned()] {
        for other in [town.shop(), town.insurer()] {
            assert_eq!(worth(&town, &other, &token).await.to_string(), INACTIVE);
        }
        let anybody = town.about(&town.shop(), &token).with("client_id", "airline-web");
        assert_eq!(refusal(town.introspect(&anybody).await), "client_id_differs");
    }
}

async fn what_is_over_is_inactive_and_nothing_else(town: Town) {
    let (mut li, airline) = (town.enrolled(34).await, town.airline());
    let first = begun(&town, &mut li, &airline).await;
    let second = town.refresh(&airline, &first.refresh_token()).await.unwrap();
    let said = worth(&town, &airline, &first.refresh_token()).await;
    assert_eq!(said.to_string(), INACTIVE, "another took its place");
    town.world.pass(300);
    let said = worth(&town, &airline, second.response.access_token()).await;
    assert_eq!(said.to_string(), INACTIVE);
    assert_eq!(worth(&town, &airline, &second.refresh_token()).await["active"], json!(true));
    li.lock().await.unwrap();
    let said = worth(&town, &airline, &second.refresh_token()).await;
    assert_eq!(said.to_string(), INACTIVE);
}

async fn an_answer_can_be_signed(town: Town) {
    let (mut li, airline) = (town.enrolled(34).await, town.airline());
    let told = begun(&town, &mut li, &airline).await;
    let token = told.response.access_token();
    let plain = worth(&town, &town.airline_app(), token).await;
    let signed = town.introspect_signed(&town.about(&town.airline_app(), token)).await.unwrap();
    let expected = json!({
        "iss": ISSUER,
        "aud": "airline-app",
        "iat": town.platform.now().as_second(),
        "token_introspection": plain,
    });
    assert_eq!(json!(signed), expected);
    let nothing = town.introspect_signed(&town.about(&town.shop(), token)).await.unwrap();
    assert_eq!(nothing["token_introspection"].to_string(), INACTIVE);
}

async fn an_assertion_is_good_once_here_too(town: Town) {
    let call = town.about(&town.airline(), "x");
    town.introspect(&call).await.unwrap();
    assert_eq!(refusal(town.introspect(&call).await), "assertion_replayed");
    assert_eq!(refusal(town.revoke(&call).await), "assertion_replayed");
}
