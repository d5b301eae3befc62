//! The museum: one ticket a person and day, good once, with no name on it.

use super::*;

impl Stage {
    async fn museum() -> Self {
        let key = SigningKey::generate();
        Self::new(key.clone(), Credentials::Key(key), RelyingParty::museum).await
    }

    async fn shows_at_gate(&self, ticket: &str) -> String {
        let kind = "application/x-www-form-urlencoded";
        let form = format!("ticket={}", ticket.replace(' ', "+"));
        let pressed = Request::post("/gate").header("content-type", kind);
        send(&self.router, pressed.body(Body::from(form)).unwrap()).await.body
    }
}

fn code(page: &Answer) -> String {
    let after = page.body.split_once(r#"id="ticket-code">"#).expect("a ticket").1;
    after.split('<').next().unwrap().to_owned()
}

const BOOKED: [(&str, &str); 1] = [("scene", "book_ticket")];

fn booked() -> Vec<(&'static str, Value)> {
    BOOKED.map(|(name, value)| (name, json!(value))).into()
}

#[tokio::test]
async fn a_second_booking_is_the_same_ticket_and_the_gate_takes_it_once() {
    let stage = Stage::museum().await;
    let (asked, _) = stage.leave("/book", None).await;
    assert_eq!(asked["scope"], "openid scene:book_ticket");
    let (page, _) = stage.sign_in("/book", None, &booked()).await;
    assert!(page.body.contains(r#"data-again="false""#) && page.body.contains("name-never"));
    let ticket = code(&page);
    // From another browser, as the same person.
    let (again, cookie) = stage.sign_in("/book", None, &booked()).await;
    assert!(again.body.contains(r#"data-again="true""#), "{}", again.body);
    assert_eq!(code(&again), ticket);

    assert!(stage.shows_at_gate("BCDF GHJK").await.contains(r#"data-entry="unknown""#));
    assert!(stage.shows_at_gate(&ticket).await.contains(r#"data-entry="welcome""#));
    let second = stage.shows_at_gate(&ticket.to_lowercase()).await;
    assert!(second.contains(r#"data-entry="used""#) && second.contains("2026-11-22"), "{second}");
    let mine = stage.visit("/ticket", Some(&cookie)).await;
    assert!(mine.body.contains(r#"data-entered="true""#));
}

#[tokio::test]
async fn another_person_has_another_ticket() {
    let stage = Stage::museum().await;
    let (page, _) = stage.sign_in("/book", None, &booked()).await;
    let bo = "bobobobobobobobobobobobobobobobo";
    stage.platform.lock().unwrap().userinfo = json!({"sub": bo, "result": "passed"});
    let mut his = booked();
    his.push(("sub", json!(bo)));
    let (other, _) = stage.sign_in("/book", None, &his).await;
    assert!(other.body.contains(r#"data-again="false""#));
    assert_ne!(code(&other), code(&page));
}

#[tokio::test]
async fn who_was_not_verified_has_no_ticket() {
    let stage = Stage::museum().await;
    let (asked, cookie) = stage.leave("/book", None).await;
    stage.vouch(&asked, &[("scene", json!("book_ticket")), ("result", json!("not_passed"))]);
    stage.platform.lock().unwrap().userinfo = json!({"sub": ANNA, "result": "not_passed"});
    let answer = stage.visit(&stage.back(&asked), Some(&cookie)).await;
    assert!(answer.body.contains("sorry-refused"), "{}", answer.body);
    assert_eq!(stage.visit("/ticket", Some(&cookie)).await.status, 303);
}
