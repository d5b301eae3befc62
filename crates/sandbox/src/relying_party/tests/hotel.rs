//! The hotel: registers whoever agrees, and sees what is missing of others without their names.

use super::{insurer::opening_key, *};

impl Stage {
    async fn hotel() -> Self {
        let key = SigningKey::generate();
        Self::new(key.clone(), Credentials::Key(key), RelyingParty::hotel).await
    }
}

fn told(plain: &str, minor: Option<bool>) -> Vec<(&'static str, Value)> {
    let mut told = vec![("scene", json!("check_in")), ("plain_identity", json!(plain))];
    told.extend(minor.map(|minor| ("minor", json!(minor))));
    told
}

#[tokio::test]
async fn an_adult_who_agrees_is_registered_and_the_desk_sees_no_name() {
    let stage = Stage::hotel().await;
    let (asked, _) = stage.leave("/check-in", None).await;
    let scope = "openid scene:check_in minor plain:name plain:document_type plain:document_number";
    assert_eq!(asked["scope"], scope);
    assert!(stage.visit("/desk", None).await.body.contains(r#"id="nobody""#));
    let key = stage.platform.lock().unwrap().key.clone();
    stage.tell(&[], &key, "plain-identity+jwt", &opening_key());
    let (card, _) = stage.sign_in("/check-in", None, &told("available", Some(false))).await;
    for part in [r#"data-adult="true" data-registered="true""#, "安娜", "X1", r#"id="room">201<"#]
    {
        assert!(card.body.contains(part), "{part} in {}", card.body);
    }
    let desk = stage.visit("/desk", None).await.body;
    assert!(desk.contains(r#"data-room="201""#) && !desk.contains("安娜") && !desk.contains("X1"));
    assert!(!desk.contains(r#"class="warn""#), "{desk}");
    // Who comes back keeps the room.
    stage.tell(&[], &key, "plain-identity+jwt", &opening_key());
    let (card, _) = stage.sign_in("/check-in", None, &told("available", Some(false))).await;
    assert!(card.body.contains(r#"id="room">201<"#));
}

#[tokio::test]
async fn who_declines_brings_a_document_and_a_minor_a_guardian() {
    let stage = Stage::hotel().await;
    let (card, _) = stage.sign_in("/check-in", None, &told("declined", Some(true))).await;
    assert!(card.body.contains(r#"data-adult="false" data-registered="false""#), "{}", card.body);
    assert!(card.body.contains(r#"id="bring-document""#) && card.body.contains(r#"id="guardian""#));
    let desk = stage.visit("/desk?lang=en", None).await.body;
    assert!(desk.contains("a document is needed") && desk.contains("call the guardian"), "{desk}");
    // Who does not say is asked, too.
    let (card, _) = stage.sign_in("/check-in", None, &told("declined", None)).await;
    assert!(card.body.contains(r#"id="guardian""#), "{}", card.body);
}
