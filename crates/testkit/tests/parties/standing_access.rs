//! A relying party asks again without the person: as long as everything holds, and not a moment longer.

use rules::Scene;
use serde_json::json;
use yinzheng_testkit::{Application, Cell, Holder, KeyHolder, Page, Told, Town, refusal, stories};

stories!(
    a_relying_party_asks_again,
    nobody_else_can,
    a_lost_answer_is_given_again,
    a_used_token_voids_its_family,
    ten_at_once_stay_one_family,
    a_client_that_signs_keeps_its_token,
    another_process_knows_the_token,
    it_ends_with_what_it_rests_on,
    it_ends_by_itself,
    less_can_be_asked_and_never_more,
    who_may_not_agree_is_not_asked,
    the_person_sees_it_and_ends_it,
    a_reused_code_ends_it,
    ten_devices_are_enough,
    no_token_is_kept,
);

const STANDING: &str = "openid scene:insure age_over_18 offline_access";

/// The first answer of an access that stands.
async fn begun(town: &Town, holder: &mut Holder, application: &Application) -> Told {
    let ask = town.ask(application).with("scope", STANDING);
    let code = holder.go(&ask).await.unwrap().code();
    town.redeem(&code).await.unwrap()
}

async fn a_relying_party_asks_again(town: Town) {
    let (mut li, airline) = (town.enrolled(34).await, town.airline());
    let first = begun(&town, &mut li, &airline).await;
    assert!(first.id_token.contains_key("nonce"));
    let mut token = first.refresh_token();
    for _ in 0..3 {
        town.world.pass(3 * 24 * 60 * 60);
        let told = town.refresh(&airline, &token).await.unwrap();
        assert_ne!(told.refresh_token(), token, "each is good once");
        token = told.refresh_token();
        assert_eq!(told.sub(), first.sub());
        for same in ["iss", "sub", "aud", "auth_time", "acr", "amr", "scene", "age_over_18"] {
            assert_eq!(told.id_token[same], first.id_token[same], "{same}");
        }
        assert_eq!(told.id_token["iat"], json!(town.platform.now().as_second()));
        assert!(!told.id_token.contains_key("nonce"), "nobody asked through a browser");
        let answer = serde_json::to_value(&told.response).unwrap();
        assert_eq!(answer["scope"], "age_over_18 offline_access openid scene:insure");
        assert_eq!(town.userinfo(&told).await.unwrap().sub, first.sub());
        assert_eq!(town.userinfo(&first).await, Err("token_expired"));
    }
}

async fn nobody_else_can(town: Town) {
    let (mut li, airline) = (town.enrolled(34).await, town.airline());
    let token = begun(&town, &mut li, &airline).await.refresh_token();
    let before = town.census().await;
    // Not even another application of the same organisation.
    for thief in [town.airline_app(), town.shop()] {
        assert_eq!(refusal(town.refresh(&thief, &token).await), "refresh_token_unknown");
    }
    let anybody = town.refreshing(&town.shop(), &token).with("client_id", "airline-web");
    assert_eq!(refusal(town.post(&anybody).await), "client_id_differs");
    for odd in ["A".repeat(64), "A".repeat(63), "x".to_owned(), format!("{token}A")] {
        assert_eq!(refusal(town.refresh(&airline, &odd).await), "refresh_token_unknown");
    }
    assert_eq!(town.census().await.changed_since(&before), ["spent"]);
    assert!(town.refresh(&airline, &token).await.is_ok(), "no thief has ended it");
}

async fn a_lost_answer_is_given_again(town: Town) {
    let (mut li, airline) = (town.enrolled(34).await, town.airline());
    let token = begun(&town, &mut li, &airline).await.refresh_token();
    let lost = town.refresh(&airline, &token).await.unwrap();
    town.world.pass(59);
    let again = town.refresh(&airline, &token).await.unwrap();
    assert_eq!(again.refresh_token(), lost.refresh_token(), "the same, whichever arrives");
    town.world.pass(1);
    assert_eq!(refusal(town.refresh(&airline, &token).await), "refresh_token_reused");
}

async fn a_used_token_voids_its_family(town: Town) {
    let (mut li, airline) = (town.enrolled(34).await, town.airline());
    let stolen = begun(&town, &mut li, &airline).await.refresh_token();
    let second = town.refresh(&airline, &stolen).await.unwrap();
    let third = town.refresh(&airline, &second.refresh_token()).await.unwrap();
    assert!(town.userinfo(&third).await.is_ok());
    // Two steps behind there is no retry.
    assert_eq!(refusal(town.refresh(&airline, &stolen).await), "refresh_token_reused");
    let newest = third.refresh_token();
    assert_eq!(refusal(town.refresh(&airline, &newest).await), "refresh_token_unknown");
    assert_eq!(town.userinfo(&third).await, Err("token_revoked"));
    assert_eq!(town.census().await.count("standing_access"), 0);
}

async fn ten_at_once_stay_one_family(town: Town) {
    let (mut li, airline) = (town.enrolled(34).await, town.airline());
    let token = begun(&town, &mut li, &airline).await.refresh_token();
    let restarted = town.restarted();
    let one = |n: usize| {
        let town = if n.is_multiple_of(2) { town.clone() } else { restarted.clone() };
        let (airline, token) = (airline.clone(), token.clone());
        tokio::spawn(async move { town.refresh(&airline, &token).await.unwrap().refresh_token() })
    };
    let all: Vec<_> = (0..10).map(one).collect();
    let mut given = Vec::new();
    for one in all {
        given.push(one.await.unwrap());
    }
    given.dedup();
    assert_eq!(given.len(), 1, "whoever was first, all were given what followed");
    assert_ne!(given[0], token);
    assert!(town.refresh(&airline, &given[0]).await.is_ok());
}

async fn a_client_that_signs_keeps_its_token(town: Town) {
    let (mut li, insurer) = (town.enrolled(34).await, town.insurer());
    let (key, another) = (KeyHolder::new(), KeyHolder::new());
    let proof = |key: &KeyHolder| key.proof(&town, "POST", "/token", None);
    let ask = town.push(&town.ask(&insurer).with("scope", STANDING), None).await.unwrap();
    let code = li.go(&ask).await.unwrap().code();
    let first = town.post(&town.call(&code).proving(proof(&key))).await.unwrap();
    let token = first.refresh_token();
    let call = || town.refreshing(&insurer, &token);
    assert_eq!(refusal(town.post(&call()).await), "dpop_missing");
    for holder in [&key, &key, &another] {
        let told = town.post(&call().proving(proof(holder))).await.unwrap();
        assert_eq!(told.refresh_token(), token, "FAPI 2.0 wants no rotation");
        let said = town.introspect(&town.about(&insurer, told.response.access_token())).await;
        assert_eq!(said.unwrap()["cnf"], json!({ "jkt": holder.thumbprint() }));
    }
    let call = call().proving(proof(&key));
    assert!(town.post(&call).await.is_ok());
    assert_eq!(refusal(town.post(&call).await), "assertion_replayed");
}

async fn another_process_knows_the_token(town: Town) {
    let (mut li, airline) = (town.enrolled(34).await, town.airline());
    let token = begun(&town, &mut li, &airline).await.refresh_token();
    let elsewhere = town.restarted();
    let there = elsewhere.refresh(&airline, &token).await.unwrap();
    let here = town.refresh(&airline, &there.refresh_token()).await.unwrap();
    assert_eq!(elsewhere.userinfo(&here).await.unwrap().sub, here.sub());
    assert_eq!(town.userinfo(&there).await.unwrap().sub, here.sub());
}

async fn it_ends_with_what_it_rests_on(town: Town) {
    let airline = town.airline();
    let count = async || town.census().await.count("standing_access");

    let mut li = town.enrolled(34).await;
    let told = begun(&town, &mut li, &airline).await;
    let consents = town.platform.overview(&li.session).await.unwrap().consents;
    let standing = consents.iter().find(|consent| consent.access.is_some()).unwrap();
    town.platform.withdraw(&li.session, standing.id).await.unwrap();
    assert_eq!(town.userinfo(&told).await, Err("token_revoked"));
    let again = town.refresh(&airline, &told.refresh_token()).await;
    assert_eq!((refusal(again), count().await), ("refresh_token_unknown", 0));
    // Agreeing anew begins anew, and wakes nothing.
    begun(&town, &mut li, &airline).await;
    assert_eq!(
        refusal(town.refresh(&airline, &told.refresh_token()).await),
        "refresh_token_unknown"
    );

    let told = begun(&town, &mut li, &airline).await;
    li.lock().await.unwrap();
    town.world.pass(1);
    li.unlock().await.unwrap();
    let again = town.refresh(&airline, &told.refresh_token()).await;
    assert_eq!((refusal(again), count().await), ("refresh_token_unknown", 0));

    let mut wang = town.enrolled(35).await;
    let told = begun(&town, &mut wang, &airline).await;
    let mut anew = wang.resident.enrol().await;
    let again = town.refresh(&airline, &told.refresh_token()).await;
    assert_eq!((refusal(again), count().await), ("refresh_token_unknown", 0));

    let told = begun(&town, &mut anew, &airline).await;
    town.world.pass(8 * 24 * 60 * 60);
    anew.sign_in().await.unwrap();
    anew.cancel().await.unwrap();
    let again = town.refresh(&airline, &told.refresh_token()).await;
    assert_eq!((refusal(again), count().await), ("refresh_token_unknown", 0));
}

async fn it_ends_by_itself(town: Town) {
    const DAY: i64 = 24 * 60 * 60;
    let (mut li, airline) = (town.enrolled(34).await, town.airline());
    let unused = begun(&town, &mut li, &airline).await.refresh_token();
    let mut used = begun(&town, &mut li, &airline).await.refresh_token();
    for _ in 0..3 {
        town.world.pass(29 * DAY);
        used = town.refresh(&airline, &used).await.unwrap().refresh_token();
    }
    assert_eq!(refusal(town.refresh(&airline, &unused).await), "refresh_token_unknown");
    town.world.pass(3 * DAY);
    assert_eq!(refusal(town.refresh(&airline, &used).await), "refresh_token_unknown");
    town.platform.purge().await.unwrap();
    assert_eq!(town.census().await.count("standing_access"), 0);
}

async fn less_can_be_asked_and_never_more(town: Town) {
    let (mut li, airline) = (town.enrolled(34).await, town.airline());
    let ask = town.ask(&airline).with("scope", STANDING);
    let first = town.redeem(&li.go(&ask).await.unwrap().code()).await.unwrap();
    let with = |scope: &str| town.refreshing(&airline, &first.refresh_token()).with("scope", scope);
    for more in ["openid scene:insure age_over_60", "openid scene:log_in", "openid profile"] {
        let call = with(more);
        assert_eq!(refusal(town.post(&call).await), "scope_beyond_grant");
    }
    // A slip costs the client nothing, however late it notices.
    town.world.pass(5 * 60);
    let less = town.post(&with("openid scene:insure")).await.unwrap();
    assert!(!less.id_token.contains_key("age_over_18"));
    assert_eq!(town.userinfo(&less).await.unwrap().attributes.len(), 0);
    let whole = town.refresh(&airline, &less.refresh_token()).await.unwrap();
    assert_eq!(whole.id_token["age_over_18"], json!(true));
}

async fn who_may_not_agree_is_not_asked(town: Town) {
    let airline = town.airline();
    let without = async |mut holder: Holder, scope: &str| {
        let ask = town.ask(&airline).with("scope", scope);
        let told = town.redeem(&holder.go(&ask).await.unwrap().code()).await.unwrap();
        let answer = serde_json::to_value(&told.response).unwrap();
        assert_eq!(answer.get("refresh_token"), None, "{scope}");
        assert!(!answer["scope"].as_str().unwrap().contains("offline_access"));
    };
    // A scene that was not registered so, somebody who did not ask, and a minor.
    without(town.enrolled(34).await, "openid scene:log_in offline_access").await;
    without(town.enrolled(35).await, "openid scene:insure").await;
    without(town.enrolled(16).await, "openid scene:insure offline_access").await;
    assert_eq!(town.census().await.count("standing_access"), 0);
    assert!(!Scene::CheckAge.allows_standing_access());
}

async fn the_person_sees_it_and_ends_it(town: Town) {
    let (mut li, airline) = (town.enrolled(34).await, town.airline());
    // Agreeing to one answer is not agreeing to more of them.
    let once = town.ask(&airline).with("scope", "openid scene:insure age_over_18");
    assert_eq!(li.go(&once).await.unwrap().pages, [Page::Approve]);
    let ask = town.ask(&airline).with("scope", STANDING);
    let journey = li.go(&ask).await.unwrap();
    assert_eq!(journey.pages, [Page::Approve]);
    let told = town.redeem(&journey.code()).await.unwrap();
    assert_eq!(li.go(&ask).await.unwrap().pages, [], "agreed to already");
    town.world.pass(2 * 60 * 60);
    town.refresh(&airline, &told.refresh_token()).await.unwrap();

    let overview = town.platform.overview(&li.session).await.unwrap();
    let shown: Vec<_> = overview.consents.iter().filter_map(|consent| consent.access).collect();
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].used_at, town.platform.now());
    li.sign_in_with_passcode().await.unwrap();
    let file = serde_json::to_value(town.platform.export(&li.session).await.unwrap()).unwrap();
    assert_eq!(file["standing_access"][0]["client"], "airline-web");
    assert_eq!(file["standing_access"][0]["told"], "age_over_18 offline_access");

    let other = overview.consents.iter().find(|consent| consent.attributes == ["age_over_18"]);
    town.platform.withdraw(&li.session, other.unwrap().id).await.unwrap();
    assert_eq!(town.census().await.count("standing_access"), 1, "that was another consent");
    let standing = overview.consents.iter().find(|consent| consent.access.is_some()).unwrap();
    town.platform.withdraw(&li.session, standing.id).await.unwrap();
    assert_eq!(town.census().await.count("standing_access"), 0);
}

async fn a_reused_code_ends_it(town: Town) {
    let (mut li, airline) = (town.enrolled(34).await, town.airline());
    let ask = town.ask(&airline).with("scope", STANDING);
    let code = li.go(&ask).await.unwrap().code();
    let told = town.redeem(&code).await.unwrap();
    assert_eq!(refusal(town.redeem(&code).await), "code_reused");
    assert_eq!(town.userinfo(&told).await, Err("token_revoked"));
    let again = town.refresh(&airline, &told.refresh_token()).await;
    assert_eq!(refusal(again), "refresh_token_unknown");
}

async fn ten_devices_are_enough(town: Town) {
    let (mut li, airline) = (town.enrolled(34).await, town.airline());
    let first = begun(&town, &mut li, &airline).await.refresh_token();
    let mut last = String::new();
    for _ in 0..10 {
        town.world.pass(1);
        last = begun(&town, &mut li, &airline).await.refresh_token();
    }
    assert_eq!(town.census().await.count("standing_access"), 10);
    assert_eq!(refusal(town.refresh(&airline, &first).await), "refresh_token_unknown");
    assert!(town.refresh(&airline, &last).await.is_ok());
}

async fn no_token_is_kept(town: Town) {
    let (mut li, airline) = (town.enrolled(34).await, town.airline());
    let first = begun(&town, &mut li, &airline).await.refresh_token();
    let second = town.refresh(&airline, &first).await.unwrap().refresh_token();
    let secrets = [first, second].map(|text| {
        let bytes = formats::base64url::decode(&text).unwrap();
        bytes[16..].to_vec()
    });
    let census = town.census().await;
    let kept: Vec<_> = census.tables().flat_map(|table| census.rows(table)).flatten().collect();
    for secret in secrets {
        let holds = |cell: &&&Cell| match cell {
            Cell::Bytes(bytes) => bytes.windows(32).any(|window| window == secret),
            Cell::Text(text) => text.contains(&formats::base64url::encode(&secret)),
            Cell::Int(_) | Cell::Null => false,
        };
        assert_eq!(kept.iter().filter(holds).count(), 0);
    }
}
