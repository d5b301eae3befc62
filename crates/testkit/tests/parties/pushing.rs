//! A client that registered so is posted its tokens, or why there are none, and never fetches them (CIBA Core §10.3, §12).

use std::time::Duration;

use formats::{base64url, mac::sha256};
use protocol::oauth::{
    Client, ClientAuthentication, ClientMetadata, Profile, bearer::Presented,
    client_metadata::DeliveryMode,
};
use rules::{Access, Mode, OrganisationCode, Scene, SceneRegistration};
use serde_json::{Map, Value, json};
use service::{Admission, Decision};
use yinzheng_testkit::{Application, Holder, Town, refusal, stories};

stories!(
    tokens_are_posted_once_and_belong_together,
    why_there_are_none_is_posted,
    what_was_agreed_to_must_still_hold,
    whoever_does_not_listen_is_posted_new_tokens_until_the_answer_is_over,
    a_kill_between_redemption_and_post_loses_nothing,
    a_refused_post_is_worth_nothing,
    two_processes_push_once,
    whoever_is_pushed_does_not_come,
    whoever_leaves_is_named_in_no_letter,
    bound_tokens_are_not_pushed,
    a_client_that_changed_its_mode_is_posted_nothing,
);

const TOLD: &str = "https://clinic.example/told";
const BY: &str = "8d67dc78-7faa";
const REQUEST: &str = "urn:openid:params:jwt:claim:auth_req_id";
const REFRESH: &str = "urn:openid:params:jwt:claim:rt_hash";

fn pushed() -> ClientMetadata {
    ClientMetadata {
        backchannel_token_delivery_mode: Some(DeliveryMode::Push),
        backchannel_client_notification_endpoint: Some(TOLD.parse().unwrap()),
        ..ClientMetadata::default()
    }
}

async fn clinic(town: &Town) -> Application {
    town.newcomer("clinic", "66", pushed()).await
}

/// Asks whoever read a code out; the request's name.
async fn ask(town: &Town, clinic: &Application, holder: &Holder, scope: &str) -> String {
    let code = town.platform.draw_reach_code(&holder.session).await.unwrap().code;
    let form = [("scope", scope), ("login_hint", code.as_str()), ("client_notification_token", BY)];
    let asked = town.ask_backchannel(clinic, &form).await.unwrap();
    asked.auth_req_id().to_owned()
}

async fn answer(town: &Town, holder: &mut Holder, decision: Decision) {
    let waiting = town.platform.asked_of_me(&holder.session).await.unwrap().waiting;
    let ticket = town.platform.open_call(&holder.session, waiting[0].id).await.unwrap();
    let page = holder.answerable(ticket).await.unwrap();
    town.platform.agree(&holder.session, &page.ticket, decision).await.unwrap();
}

/// Asks for standing access, and is told yes; nothing is posted yet.
async fn agreed(town: &Town, clinic: &Application, holder: &mut Holder) -> String {
    let id = ask(town, clinic, holder, "openid scene:insure offline_access").await;
    answer(town, holder, Decision::Approve).await;
    id
}

/// What was posted last, as the client reads it: it knows us by the token it gave.
#[track_caller]
fn last(town: &Town) -> Map<String, Value> {
    let posted = town.mailboxes.at(TOLD).pop().unwrap();
    assert_eq!(posted.authorization.as_deref(), Some(BY));
    serde_json::from_str(&posted.content).unwrap()
}

fn failure(id: &str, error: &str, description: &str) -> Map<String, Value> {
    let whole = json!({"auth_req_id": id, "error": error, "error_description": description});
    whole.as_object().unwrap().clone()
}

fn half_hash(token: &Value) -> String {
    let hash = sha256(token.as_str().unwrap().as_bytes());
    base64url::encode(&hash[..16])
}

/// Logins at the client in the person's own record.
async fn logins(town: &Town, holder: &Holder) -> usize {
    let said = town.platform.overview(&holder.session).await.unwrap();
    said.events.iter().filter(|event| event.client_en == "clinic").count()
}

/// As CIBA Core §10.3.1 has the client check it; the ID token's claims.
#[track_caller]
fn checked(town: &Town, told: &Map<String, Value>, id: &str) -> Map<String, Value> {
    assert_eq!(told["auth_req_id"], id);
    assert_eq!((&told["token_type"], &told["expires_in"]), (&json!("Bearer"), &json!(300)));
    let claims = town.verified(told["id_token"].as_str().unwrap());
    assert_eq!((&claims["aud"], &claims[REQUEST]), (&json!("clinic"), &json!(id)));
    assert_eq!(claims["at_hash"], half_hash(&told["access_token"]));
    let refresh = told.get("refresh_token").map(half_hash);
    assert_eq!(claims.get(REFRESH).and_then(Value::as_str), refresh.as_deref());
    claims
}

async fn userinfo(town: &Town, told: &Map<String, Value>) -> Result<String, &'static str> {
    let token = told["access_token"].as_str().unwrap();
    let bearer = Presented { token, token_type: protocol::oauth::token::TokenType::Bearer };
    town.userinfo_shown(bearer, None).await.map(|said| said.sub)
}

async fn tokens_are_posted_once_and_belong_together(town: Town) {
    let (mut li, clinic) = (town.enrolled(34).await, clinic(&town).await);
    let id = ask(&town, &clinic, &li, "openid scene:log_in").await;
    // Its letter waits, and is not due.
    assert_eq!(town.platform.deliver_letters().await.unwrap(), 0);
    answer(&town, &mut li, Decision::Approve).await;
    assert_eq!(town.restarted().platform.deliver_letters().await.unwrap(), 1);
    let told = last(&town);
    let claims = checked(&town, &told, &id);
    assert_eq!((&claims["result"], &claims["scene"]), (&json!("passed"), &json!("log_in")));
    assert!(!claims.contains_key(REFRESH) && !told.contains_key("refresh_token"));
    assert_eq!(userinfo(&town, &told).await.unwrap(), claims["sub"]);

    let id = agreed(&town, &clinic, &mut li).await;
    assert_eq!(town.platform.deliver_letters().await.unwrap(), 1);
    let told = last(&town);
    assert_eq!(checked(&town, &told, &id)["sub"], claims["sub"]);
    let refresh = told["refresh_token"].as_str().unwrap();
    let again = town.refresh(&clinic, refresh).await.unwrap();
    assert!(!again.id_token.contains_key(REQUEST), "of a pushed token alone");

    town.world.pass(60 * 60);
    assert_eq!(town.platform.deliver_letters().await.unwrap(), 0);
    assert_eq!(town.mailboxes.at(TOLD).len(), 2);
    assert_eq!(town.census().await.count("deliveries"), 0);
    li.sign_in().await.unwrap();
    assert_eq!(logins(&town, &li).await, 2);
}

async fn why_there_are_none_is_posted(town: Town) {
    let (mut li, clinic) = (town.enrolled(34).await, clinic(&town).await);
    let id = ask(&town, &clinic, &li, "openid scene:log_in").await;
    answer(&town, &mut li, Decision::Decline).await;
    assert_eq!(town.platform.deliver_letters().await.unwrap(), 1);
    let said = last(&town);
    assert_eq!((&said["auth_req_id"], &said["error"]), (&json!(id), &json!("access_denied")));
    assert_eq!(said.len(), 3);

    // Nobody answers: nobody has to be there for that to be said.
    for purged in [false, true] {
        let id = ask(&town, &clinic, &li, "openid scene:log_in").await;
        town.world.pass(299);
        assert_eq!(town.platform.deliver_letters().await.unwrap(), 0);
        town.world.pass(1);
        if purged {
            town.platform.purge().await.unwrap();
        }
        assert_eq!(town.platform.deliver_letters().await.unwrap(), 1);
        let over = "nobody answered in time; ask again";
        assert_eq!(last(&town), failure(&id, "expired_token", over));
    }

    let id = ask(&town, &clinic, &li, "openid scene:log_in").await;
    let waiting = town.platform.asked_of_me(&li.session).await.unwrap().waiting;
    town.platform.turn_away(&li.session, waiting[0].id).await.unwrap();
    assert_eq!(town.platform.deliver_letters().await.unwrap(), 1);
    assert_eq!(
        (&last(&town)["auth_req_id"], &last(&town)["error"]),
        (&json!(id), &json!("access_denied"))
    );
    assert_eq!(town.census().await.count("deliveries"), 0);
}

async fn what_was_agreed_to_must_still_hold(town: Town) {
    let (mut li, clinic) = (town.enrolled(34).await, clinic(&town).await);
    let id = agreed(&town, &clinic, &mut li).await;
    li.lock().await.unwrap();
    assert_eq!(town.platform.deliver_letters().await.unwrap(), 1);
    let locked = "the certificate was locked or has ended";
    assert_eq!(last(&town), failure(&id, "transaction_failed", locked));
    assert_eq!(town.census().await.count("grants"), 0);
    assert_eq!(town.census().await.count("standing_access"), 0);
}

async fn whoever_does_not_listen_is_posted_new_tokens_until_the_answer_is_over(town: Town) {
    let (mut li, clinic) = (town.enrolled(34).await, clinic(&town).await);
    town.mailboxes.dies(TOLD);
    let id = agreed(&town, &clinic, &mut li).await;
    for wait in [30, 60] {
        assert_eq!(town.platform.deliver_letters().await.unwrap(), 0);
        let census = town.census().await;
        // Redeemed, recorded, and nobody has a token that lasts.
        assert_eq!((census.count("grants"), census.count("standing_access")), (1, 0));
        assert_eq!(town.platform.clients_waiting().await.unwrap(), Vec::<String>::new());
        town.world.pass(wait);
    }
    town.mailboxes.revives(TOLD);
    assert_eq!(town.restarted().platform.deliver_letters().await.unwrap(), 1);
    let told = last(&town);
    checked(&town, &told, &id);
    town.refresh(&clinic, told["refresh_token"].as_str().unwrap()).await.unwrap();
    assert_eq!(logins(&town, &li).await, 1, "one login, however often it was sent");

    town.mailboxes.dies(TOLD);
    let id = agreed(&town, &clinic, &mut li).await;
    assert_eq!(town.platform.deliver_letters().await.unwrap(), 0);
    town.world.pass(6 * 60);
    town.mailboxes.revives(TOLD);
    town.platform.purge().await.unwrap();
    assert_eq!(town.platform.deliver_letters().await.unwrap(), 1);
    assert_eq!(last(&town)["auth_req_id"], id);
    assert_eq!(last(&town)["error"], "expired_token");
    assert_eq!(town.census().await.count("standing_access"), 1, "that of before");
}

async fn a_kill_between_redemption_and_post_loses_nothing(town: Town) {
    let (mut li, clinic) = (town.enrolled(34).await, clinic(&town).await);
    let id = agreed(&town, &clinic, &mut li).await;
    town.mailboxes.hangs(TOLD);
    let platform = town.platform.clone();
    let killed = tokio::spawn(async move { platform.deliver_letters().await });
    while town.mailboxes.at(TOLD).is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    killed.abort();
    assert!(killed.await.unwrap_err().is_cancelled());
    let first = last(&town);
    checked(&town, &first, &id);
    let census = town.census().await;
    assert_eq!((census.count("grants"), census.count("deliveries")), (1, 1));

    town.mailboxes.revives(TOLD);
    let town = town.restarted();
    assert_eq!(town.platform.deliver_letters().await.unwrap(), 0, "in hand for half a minute");
    town.world.pass(30);
    assert_eq!(town.platform.deliver_letters().await.unwrap(), 1);
    let second = last(&town);
    checked(&town, &second, &id);
    let census = town.census().await;
    assert_eq!((census.count("standing_access"), census.count("deliveries")), (1, 0));
    let lost = town.refresh(&clinic, first["refresh_token"].as_str().unwrap()).await;
    assert_eq!(refusal(lost), "refresh_token_unknown", "the last one counts");
    town.refresh(&clinic, second["refresh_token"].as_str().unwrap()).await.unwrap();
    assert!(userinfo(&town, &second).await.is_ok());
}

async fn a_refused_post_is_worth_nothing(town: Town) {
    let (mut li, clinic) = (town.enrolled(34).await, clinic(&town).await);
    town.mailboxes.refuses(TOLD);
    agreed(&town, &clinic, &mut li).await;
    assert_eq!(town.platform.deliver_letters().await.unwrap(), 0);
    let told = last(&town);
    assert!(userinfo(&town, &told).await.is_err());
    let refreshed = town.refresh(&clinic, told["refresh_token"].as_str().unwrap()).await;
    assert_eq!(refusal(refreshed), "refresh_token_unknown");
    town.world.pass(60 * 60);
    assert_eq!(town.platform.deliver_letters().await.unwrap(), 0);
    assert_eq!((town.mailboxes.at(TOLD).len(), town.census().await.count("deliveries")), (1, 0));
}

async fn two_processes_push_once(town: Town) {
    let (other, mut li, clinic) = (town.restarted(), town.enrolled(34).await, clinic(&town).await);
    agreed(&town, &clinic, &mut li).await;
    let posts = [&town, &other].map(|one| {
        let platform = one.platform.clone();
        tokio::spawn(async move { platform.deliver_letters().await.unwrap() })
    });
    let mut taken = 0;
    for post in posts {
        taken += post.await.unwrap();
    }
    assert_eq!((taken, town.mailboxes.at(TOLD).len()), (1, 1));
    assert_eq!(town.census().await.count("standing_access"), 1);
}

async fn whoever_is_pushed_does_not_come(town: Town) {
    let (mut li, clinic) = (town.enrolled(34).await, clinic(&town).await);
    let id = ask(&town, &clinic, &li, "openid scene:log_in").await;
    let come = async || refusal(town.post(&town.hearing(&clinic, &id)).await);
    assert_eq!(come().await, "tokens_are_pushed");
    answer(&town, &mut li, Decision::Approve).await;
    assert_eq!(come().await, "tokens_are_pushed");
    assert_eq!(town.platform.deliver_letters().await.unwrap(), 1);
    checked(&town, &last(&town), &id);
    assert_eq!(come().await, "tokens_are_pushed");
    // Nor another, who pulls.
    let other = town.post(&town.hearing(&town.airline_app(), &id)).await;
    assert_eq!(refusal(other), "auth_req_id_unknown");
}

async fn whoever_leaves_is_named_in_no_letter(town: Town) {
    let (li, clinic) = (town.enrolled(34).await, clinic(&town).await);
    let id = ask(&town, &clinic, &li, "openid scene:log_in").await;
    let file = serde_json::to_value(town.platform.export(&li.session).await.unwrap()).unwrap();
    assert!(file.to_string().contains(r#""kind":"push""#), "it stands in the person's file");
    li.cancel().await.unwrap();
    assert_eq!(town.platform.deliver_letters().await.unwrap(), 0);
    town.world.pass(5 * 60);
    assert_eq!(town.platform.deliver_letters().await.unwrap(), 1);
    assert_eq!(last(&town)["auth_req_id"], id);
    assert_eq!(last(&town)["error"], "expired_token", "as if nobody had answered");
}

async fn bound_tokens_are_not_pushed(town: Town) {
    let admission = |profile, metadata| Admission {
        organisation: OrganisationCode::compose("91", "110105", "MA000055").unwrap(),
        organisation_zh: "某机构".to_owned(),
        organisation_en: "An Organisation".to_owned(),
        client: Client {
            id: "bank".parse().unwrap(),
            redirect_uris: vec!["https://bank.example/back".parse().unwrap()],
            authentication: ClientAuthentication::PrivateKeyJwt {
                keys: formats::JwkSet::new([formats::SigningKey::generate().public()]).unwrap(),
            },
            profile,
            metadata,
        },
        client_zh: "某应用".to_owned(),
        client_en: "An Application".to_owned(),
        scenes: vec![SceneRegistration {
            scene: Scene::LogIn,
            purpose_zh: "办理业务".to_owned(),
            purpose_en: "Serving you".to_owned(),
            legal_basis: "网络安全法第二十四条".parse().unwrap(),
            asks: Vec::new(),
            other_methods: vec!["At the counter".to_owned()],
            mode: Mode::Certificate,
            access: Access::Once,
            plain: None,
        }],
    };
    let nowhere = ClientMetadata { backchannel_client_notification_endpoint: None, ..pushed() };
    for (profile, metadata, reason) in [
        (Profile::Fapi2, pushed(), "not_to_be_pushed"),
        (Profile::OpenId, nowhere, "nowhere_to_tell"),
    ] {
        assert_eq!(refusal(town.platform.admit(admission(profile, metadata)).await), reason);
    }
    town.platform.admit(admission(Profile::OpenId, pushed())).await.unwrap();
}

async fn a_client_that_changed_its_mode_is_posted_nothing(town: Town) {
    let (mut li, clinic) = (town.enrolled(34).await, clinic(&town).await);
    agreed(&town, &clinic, &mut li).await;
    town.platform
        .store()
        .write("story", async move |tx| {
            let mut record = tx.client("clinic").await?.unwrap();
            record.client.metadata.backchannel_token_delivery_mode = Some(DeliveryMode::Poll);
            tx.change_client(&record).await
        })
        .await
        .unwrap();
    assert_eq!(town.restarted().platform.deliver_letters().await.unwrap(), 0);
    assert!(town.mailboxes.at(TOLD).is_empty());
    let census = town.census().await;
    assert_eq!((census.count("grants"), census.count("deliveries")), (0, 0));
}
