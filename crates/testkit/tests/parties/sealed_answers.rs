//! What a relying party wants encrypted only the relying party reads.

use protocol::oauth::{Carried, bearer::Presented, token::TokenType};
use serde_json::json;
use service::UserInfoAnswer;
use yinzheng_testkit::{Town, refusal, stories};

stories!(
    an_id_token_is_signed_then_encrypted,
    userinfo_comes_in_the_form_registered,
    an_answer_through_the_browser_is_encrypted,
    an_introspection_is_encrypted,
    nobody_is_admitted_who_could_not_read,
);

async fn an_id_token_is_signed_then_encrypted(town: Town) {
    let settings = json!({
        "id_token_encrypted_response_alg": "ECDH-ES+A256KW",
        "id_token_encrypted_response_enc": "A256GCM",
    });
    let bank = town.bank(settings).await.unwrap();
    let mut li = town.enrolled(34).await;
    let code = li.agree_to(&bank.application).await;
    let told = town.post_sealed(&town.call(&code)).await.unwrap();
    let claims = bank.claims(&town, told.id_token());
    assert_eq!(claims["aud"], "bank");
    assert_eq!(claims["nonce"], code.ask.value("nonce"));
    // The access token it is bound to is the one beside it.
    let hash = protocol::oidc::id_token::at_hash(told.access_token());
    assert_eq!(claims["at_hash"], hash);
}

async fn userinfo_comes_in_the_form_registered(town: Town) {
    let bank = town
        .bank(json!({
            "userinfo_signed_response_alg": "ES256",
            "userinfo_encrypted_response_alg": "ECDH-ES+A128KW",
            "userinfo_encrypted_response_enc": "A256GCM",
        }))
        .await
        .unwrap();
    let mut li = town.enrolled(34).await;
    let ask = town.ask(&bank.application).with("scope", "openid scene:register age_over_18");
    let told = town.redeem(&li.go(&ask).await.unwrap().code()).await.unwrap();
    let shown = Presented { token: told.response.access_token(), token_type: TokenType::Bearer };
    let UserInfoAnswer::Token(token) =
        town.userinfo_answer(shown, Carried::default()).await.unwrap()
    else {
        panic!("it was registered as a token")
    };
    let said = bank.claims(&town, &token);
    assert_eq!((&said["iss"], &said["aud"]), (&told.id_token["iss"], &json!("bank")));
    assert_eq!((&said["sub"], &said["age_over_18"]), (&told.id_token["sub"], &json!(true)));
    assert_eq!(said.len(), 8, "and nothing else");
}

async fn an_answer_through_the_browser_is_encrypted(town: Town) {
    let bank = town
        .bank(json!({
            "authorization_encrypted_response_alg": "ECDH-ES",
            "authorization_encrypted_response_enc": "A256GCM",
        }))
        .await
        .unwrap();
    let mut li = town.enrolled(34).await;
    let ask = || town.ask(&bank.application).with("response_mode", "jwt");
    let journey = li.go(&ask()).await.unwrap();
    let said = bank.claims(&town, &journey.says("response").unwrap());
    let code = journey.code_in(said["code"].as_str().unwrap());
    assert!(town.redeem(&code).await.is_ok());
    // Errors are nobody else's either, whether found before the person is asked or after.
    let declined = li.decline(&ask().with("prompt", "consent")).await.unwrap();
    assert_eq!(bank.claims(&town, &declined.says("response").unwrap())["error"], "access_denied");
    let beyond = li.go(&ask().with("scope", "openid scene:log_in age_over_18")).await.unwrap();
    assert_eq!(bank.claims(&town, &beyond.says("response").unwrap())["error"], "invalid_scope");
}

async fn an_introspection_is_encrypted(town: Town) {
    let bank = town
        .bank(json!({
            "introspection_encrypted_response_alg": "ECDH-ES+A256KW",
            "introspection_encrypted_response_enc": "A128GCM",
        }))
        .await
        .unwrap();
    let mut li = town.enrolled(34).await;
    let told = town.redeem(&li.agree_to(&bank.application).await).await.unwrap();
    let about = || town.about(&bank.application, told.response.access_token());
    let said = bank.claims(&town, &town.introspect_token(&about()).await.unwrap());
    assert_eq!(said["token_introspection"]["active"], true);
    // Whoever asks for it in plain gets it in plain: RFC 9701 is about signed answers.
    assert_eq!(town.introspect(&about()).await.unwrap()["active"], true);
}

async fn nobody_is_admitted_who_could_not_read(town: Town) {
    for settings in [
        json!({"id_token_encrypted_response_alg": "ECDH-ES"}),
        json!({"userinfo_encrypted_response_enc": "A256GCM"}),
        json!({
            "id_token_encrypted_response_alg": "RSA-OAEP-256",
            "id_token_encrypted_response_enc": "A256GCM",
        }),
        json!({
            "jwks": {"keys": []},
            "authorization_encrypted_response_alg": "ECDH-ES",
            "authorization_encrypted_response_enc": "A256GCM",
        }),
    ] {
        assert_eq!(refusal(town.bank(settings).await), "encryption_key_missing");
    }
}
