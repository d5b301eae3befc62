//! How an identity was proved, told to a relying party without the identity.

use serde_json::{Value, json};
use service::Authorize;
use yinzheng_testkit::{Page, Town, stories};

stories!(
    it_is_told_how_an_identity_was_proved,
    what_cannot_be_met_is_left_out,
    who_agreed_without_it_is_asked_for_it,
    nothing_is_asked_by_it_that_a_scene_does_not_allow,
);

fn claims(verification: &Value, claim: &str) -> String {
    let set = json!({"verification": verification, "claims": {claim: null}});
    json!({"id_token": {"verified_claims": set}, "userinfo": {"verified_claims": [set]}})
        .to_string()
}

async fn it_is_told_how_an_identity_was_proved(town: Town) {
    let mut card = town.enrolled(34).await;
    let enrolled_in = town.today().first_of_month().to_string();
    town.world.pass(40 * 24 * 60 * 60);
    card.sign_in().await.unwrap();
    let wanted = json!({"trust_framework": null, "time": null, "evidence": [{"type": null, "check_details": null}]});
    let ask = town.ask(&town.shop()).with("claims", &claims(&wanted, "age_over_18"));
    let told = town.redeem(&card.go(&ask).await.unwrap().code()).await.unwrap();
    let expected = json!({
        "verification": {
            "trust_framework": "cn_net_identity",
            "time": enrolled_in,
            "evidence": [{"type": "electronic_record", "check_details": [{"check_method": "data"}]}],
        },
        "claims": {"age_over_18": true},
    });
    assert_eq!(told.id_token["verified_claims"], json!([expected]));
    let userinfo = serde_json::to_value(town.userinfo(&told).await.unwrap()).unwrap();
    assert_eq!(userinfo["verified_claims"], json!([expected]));
    // Agreed before: told again without a page.
    let again =
        card.go(&town.ask(&town.shop()).with("claims", &claims(&wanted, "age_over_18"))).await;
    assert_eq!(again.unwrap().pages, []);
}

async fn who_agreed_without_it_is_asked_for_it(town: Town) {
    let mut li = town.enrolled(34).await;
    li.agree_to(&town.shop()).await;
    let wanted = json!({"trust_framework": null});
    let ask = town.ask(&town.shop()).with("claims", &claims(&wanted, "age_over_18"));
    let silent = li.go(&ask.clone().with("prompt", "none")).await.unwrap();
    assert_eq!(silent.error(), "consent_required");
    let page = town.platform.authorize(Some(&li.session), &ask.query()).await.unwrap();
    assert!(matches!(page, Authorize::Approve(asked) if asked.verified), "and the page says so");
    assert_eq!(li.go(&ask).await.unwrap().pages, [Page::Approve]);
    assert_eq!(li.go(&ask).await.unwrap().pages, []);
    // Whom nothing of it is told about agrees to nothing of it.
    let nothing = town.ask(&town.shop()).with("claims", &claims(&wanted, "family_name"));
    assert_eq!(li.go(&nothing).await.unwrap().pages, []);
}

async fn what_cannot_be_met_is_left_out(town: Town) {
    let mut li = town.enrolled(34).await;
    for wanted in [
        json!({"trust_framework": {"value": "eidas"}}),
        json!({"trust_framework": null, "assurance_level": {"value": "high"}}),
        json!({"trust_framework": null, "evidence": [{"type": {"value": "vouch"}}]}),
    ] {
        let ask = town.ask(&town.shop()).with("claims", &claims(&wanted, "age_over_18"));
        let told = town.redeem(&li.go(&ask).await.unwrap().code()).await.unwrap();
        assert_eq!(told.id_token.get("verified_claims"), None, "{wanted}");
        assert_eq!(told.id_token["age_over_18"], true);
    }
}

async fn nothing_is_asked_by_it_that_a_scene_does_not_allow(town: Town) {
    let mut li = town.enrolled(34).await;
    let anything = json!({"trust_framework": null});
    // The airline may know no age when somebody logs in.
    let ask = town.ask(&town.airline()).with("claims", &claims(&anything, "age_over_18"));
    assert_eq!(li.go(&ask).await.unwrap().error(), "invalid_scope");
    // A name is no claim of ours: nothing is told of it.
    let ask = town.ask(&town.shop()).with("claims", &claims(&anything, "family_name"));
    let told = town.redeem(&li.go(&ask).await.unwrap().code()).await.unwrap();
    assert_eq!(told.id_token.get("verified_claims"), None);
    let malformed = r#"{"id_token": {"verified_claims": {"claims": {"age_over_18": null}}}}"#;
    let ask = town.ask(&town.shop()).with("claims", malformed);
    assert_eq!(li.go(&ask).await.unwrap().error(), "invalid_request");
}
