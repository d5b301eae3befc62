//! Tokens of an application's own: about its organisation, never about a person, bound where its profile binds.

use protocol::oauth::{
    Carried, ClientMetadata, GrantType, OwnScope, Profile,
    bearer::{BearerError, Presented},
    token::TokenType,
};
use serde_json::json;
use yinzheng_testkit::{Application, Certified, KeyHolder, Town, refusal, stories};

stories!(
    a_client_asks_for_itself,
    who_did_not_register_it_gets_none,
    who_registered_nothing_else_logs_nobody_in,
    what_is_asked_about_persons_is_refused,
    it_opens_nothing_about_persons,
    fapi_binds_it_to_the_key,
    it_is_bound_to_a_certificate,
    a_proof_for_it_is_good_once,
);

const REPORTS: (&str, &str) = ("GET", "/reports");

fn own() -> ClientMetadata {
    ClientMetadata { grant_types: vec![GrantType::ClientCredentials], ..Default::default() }
}

async fn registered(town: &Town, profile: Profile) -> Application {
    town.admit_signing("for-itself", profile, own()).await.unwrap()
}

/// Whose token it is, at the resource it is for, or why not.
async fn shown(
    town: &Town,
    presented: Presented<'_>,
    carried: Carried<'_>,
) -> Result<String, &'static str> {
    let answer = town
        .platform
        .on_its_own_behalf(presented, REPORTS, OwnScope::Reports, carried)
        .await
        .unwrap();
    answer.map(|by| by.client.id.to_string()).map_err(|error| match error {
        BearerError::Refused(error) => error.reason,
        BearerError::Missing => "missing",
    })
}

fn bearer(token: &str) -> Presented<'_> {
    Presented { token, token_type: TokenType::Bearer }
}

async fn a_client_asks_for_itself(town: Town) {
    let application = registered(&town, Profile::OpenId).await;
    let before = town.census().await;
    let told = town.own_token(&town.asking_for_itself(&application)).await.unwrap();
    assert_eq!(town.census().await.changed_since(&before), ["spent"], "only that it proved itself");
    let answer = serde_json::to_value(&told).unwrap();
    let mut names: Vec<_> = answer.as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(names, ["access_token", "expires_in", "scope", "token_type"]);
    assert_eq!(
        (&answer["scope"], &answer["expires_in"]),
        (&json!("organisation:reports"), &json!(300))
    );
    let token = told.access_token();
    assert_eq!(shown(&town, bearer(token), Carried::default()).await.unwrap(), "for-itself");

    let said = town.introspect(&town.about(&application, token)).await.unwrap();
    assert_eq!(said["active"], true);
    assert_eq!(said["client_id"], "for-itself");
    assert_eq!((said.get("sub"), said.get("acr")), (None, None));
    let foreign = town.introspect(&town.about(&town.shop(), token)).await.unwrap();
    assert_eq!(foreign, json!({ "active": false }));

    town.world.pass(300);
    assert_eq!(shown(&town, bearer(token), Carried::default()).await, Err("token_unknown"));
    let late = town.introspect(&town.about(&application, token)).await.unwrap();
    assert_eq!(late, json!({ "active": false }));
}

async fn who_did_not_register_it_gets_none(town: Town) {
    for application in [town.airline(), town.shop()] {
        let call = town.asking_for_itself(&application);
        assert_eq!(refusal(town.own_token(&call).await), "grant_type_not_registered");
    }
}

async fn who_registered_nothing_else_logs_nobody_in(town: Town) {
    let application = registered(&town, Profile::OpenId).await;
    let mut li = town.enrolled(34).await;
    assert_eq!(li.go(&town.ask(&application)).await.unwrap().error(), "unauthorized_client");
    let pushed = town.push(&town.ask(&application), None).await.map(drop);
    assert_eq!(refusal(pushed), "grant_type_not_registered");
    // Who logs people in and never refreshes is given nothing to refresh with.
    let codes = vec![GrantType::AuthorizationCode];
    let metadata = ClientMetadata { grant_types: codes, ..Default::default() };
    let plain = town.newcomer("codes-only", "66", metadata).await;
    let ask = town.ask(&plain).with("scope", "openid scene:insure offline_access");
    let told = town.redeem(&li.go(&ask).await.unwrap().code()).await.unwrap();
    assert_eq!(told.response.refresh_token(), None);
    assert_eq!(town.census().await.count("standing_access"), 0);
    let refreshed = town.refresh(&plain, &"A".repeat(64)).await;
    assert_eq!(refusal(refreshed.map(drop)), "grant_type_not_registered");
}

async fn what_is_asked_about_persons_is_refused(town: Town) {
    let application = registered(&town, Profile::OpenId).await;
    for scope in ["openid", "scene:log_in", "organisation:reports age_over_18"] {
        let call = town.asking_for_itself(&application).with("scope", scope);
        assert_eq!(refusal(town.own_token(&call).await), "scope_not_ones_own", "{scope}");
    }
}

async fn it_opens_nothing_about_persons(town: Town) {
    let application = registered(&town, Profile::OpenId).await;
    let told = town.own_token(&town.asking_for_itself(&application)).await.unwrap();
    let info = town.userinfo_shown(bearer(told.access_token()), None).await;
    assert_eq!(info, Err("token_unknown"));
    // Nor does a token about a person open what is the organisation's.
    let mut li = town.enrolled(34).await;
    let login = town.redeem(&li.agree_to(&town.airline()).await).await.unwrap();
    let person = bearer(login.response.access_token());
    assert_eq!(shown(&town, person, Carried::default()).await, Err("token_unknown"));
}

async fn fapi_binds_it_to_the_key(town: Town) {
    let application = registered(&town, Profile::Fapi2).await;
    let unbound = town.own_token(&town.asking_for_itself(&application)).await;
    assert_eq!(refusal(unbound), "dpop_missing");
    let key = KeyHolder::new();
    let proof = key.proof(&town, "POST", "/token", None);
    let told = town.own_token(&town.asking_for_itself(&application).proving(proof)).await.unwrap();
    let token = told.access_token();
    assert_eq!(shown(&town, bearer(token), Carried::default()).await, Err("token_scheme_wrong"));
    let bound = Presented { token, token_type: TokenType::Dpop };
    assert_eq!(shown(&town, bound, Carried::default()).await, Err("dpop_missing"));
    for (holder, path, outcome) in [
        (KeyHolder::new(), "/reports", Err("dpop_another_key")),
        (key.clone(), "/userinfo", Err("dpop_for_another_request")),
        (key, "/reports", Ok("for-itself".to_owned())),
    ] {
        let proof = holder.proof(&town, "GET", path, Some(token));
        let carried = Carried { dpop: Some(&proof), ..Carried::default() };
        assert_eq!(shown(&town, bound, carried).await, outcome);
    }
    let said = town.introspect(&town.about(&application, token)).await.unwrap();
    assert!(said["cnf"]["jkt"].is_string());
}

async fn it_is_bound_to_a_certificate(town: Town) {
    let metadata = ClientMetadata { tls_client_certificate_bound_access_tokens: true, ..own() };
    let application = town.admit_signing("shows", Profile::OpenId, metadata).await.unwrap();
    let call = town.asking_for_itself(&application);
    assert_eq!(refusal(town.own_token(&call).await), "certificate_missing");
    let any = Certified::new("insurer.example", protocol::oauth::Chain::Unknown);
    let call = town.asking_for_itself(&application).over(Some(&any.shown));
    let told = town.own_token(&call).await.unwrap();
    let token = bearer(told.access_token());
    let refused = shown(&town, token, Carried::default()).await;
    assert_eq!(refused, Err("token_of_another_certificate"));
    let carried = Carried { certificate: Some(&any.shown), ..Carried::default() };
    assert_eq!(shown(&town, token, carried).await.unwrap(), "shows");
}

async fn a_proof_for_it_is_good_once(town: Town) {
    let application = registered(&town, Profile::OpenId).await;
    let call = town.asking_for_itself(&application);
    assert!(town.own_token(&call).await.is_ok());
    assert_eq!(refusal(town.own_token(&call).await), "assertion_replayed");
    let key = KeyHolder::new();
    let proof = key.proof(&town, "POST", "/token", None);
    let fresh = || town.asking_for_itself(&application).proving(proof.clone());
    assert!(town.own_token(&fresh()).await.is_ok());
    assert_eq!(refusal(town.own_token(&fresh()).await), "dpop_replayed");
}
