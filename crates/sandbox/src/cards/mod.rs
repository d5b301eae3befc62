//! The registry on the web: its people for a newcomer to look at, a simulated card reader and camera, and the same for
//! machines.

mod camera;
mod last_person;
mod list;
mod machines;
mod person;
mod picking;
mod reader;
mod tile;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;
use axum::routing::{get, post};

use crate::compare::compare;
use crate::prove::prove;
use crate::questions::{look_up, vouch};
use crate::registry::Registry;
use crate::{language, page};
pub(crate) use tile::class_words;

/// Nothing the registry is sent is long.
const LONGEST_BODY: usize = 64 * 1024;

impl Registry {
    /// Its pages and its interface.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/", get(list::list))
            .route("/people/{index}", get(person::person))
            .route("/reader", get(reader::reader))
            .route("/camera", get(camera::camera))
            .route("/prove", post(prove))
            .route("/look-up", post(look_up))
            .route("/vouch", post(vouch))
            .route("/compare", post(compare))
            .route("/api/people", get(machines::people))
            .route("/api/people/{index}", get(machines::person))
            .route("/api/people/{index}/answer", post(machines::answer))
            .route("/api/people/{index}/portrait", post(machines::portrait))
            .route("/style.css", get(page::style))
            .layer(DefaultBodyLimit::max(LONGEST_BODY))
            .layer(from_fn(language::remember))
            .with_state(self.clone())
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use serde_json::json;

    use crate::calls::{get, post_json, send};
    use crate::portrait::Match;
    use crate::registry::tests::{registry, somebody};

    const TO: &str = "http%3A%2F%2Flocalhost%3A8080%2Fenrol%2Fdocument";

    #[tokio::test]
    async fn a_machine_finds_a_person_holds_the_card_and_the_platform_learns_who_it_is() {
        let router = registry().router();
        let found = get(&router, "/api/people?age=16&limit=2").await.json();
        assert_eq!(found.as_array().unwrap().len(), 2);
        assert_eq!(found[0]["age"], 16);
        let index = &found[0]["index"];
        let asked = json!({"challenge": "fresh", "audience": "http://localhost:8080"});
        let evidence =
            post_json(&router, &format!("/api/people/{index}/answer"), None, &asked).await.json();
        let request = json!({"evidence": evidence, "challenge": "fresh", "audience": "http://localhost:8080"});
        let proved = post_json(&router, "/prove", Some("let-me-in"), &request).await;
        assert_eq!(proved.status, 200);
        assert_eq!(proved.json()["number"], found[0]["number"]);
        let stale = json!({"evidence": evidence, "challenge": "stale", "audience": "http://localhost:8080"});
        let refused = post_json(&router, "/prove", Some("let-me-in"), &stale).await;
        assert_eq!(
            (refused.status.as_u16(), refused.json()["code"].as_str()),
            (422, Some("challenge_wrong"))
        );
        assert_eq!(refused.header("content-type"), "application/problem+json");
    }

    #[tokio::test]
    async fn only_the_platform_may_ask_and_only_in_form() {
        let router = registry().router();
        for token in [None, Some(""), Some("let-me-on"), Some("let-me-in2")] {
            let refused = post_json(&router, "/prove", token, &json!({})).await;
            assert_eq!(
                (refused.status.as_u16(), refused.json()["code"].as_str()),
                (401, Some("token_wrong"))
            );
        }
        let refused =
            post_json(&router, "/prove", Some("let-me-in"), &json!({"challenge": "fresh"})).await;
        assert_eq!(
            (refused.status.as_u16(), refused.json()["code"].as_str()),
            (400, Some("malformed"))
        );
        let nobody = json!({"challenge": "a", "audience": "b"});
        assert_eq!(post_json(&router, "/api/people/99999/answer", None, &nobody).await.status, 404);
    }

    #[tokio::test]
    async fn a_face_is_compared_for_the_platform_only() {
        let registry = registry();
        let router = registry.router();
        let person = registry.population().person(somebody(&registry, |_| true)).unwrap();
        let document = person.identity.document().number();
        let sitting = post_json(
            &router,
            &format!("/api/people/{}/portrait", person.index),
            None,
            &json!({"other": true}),
        )
        .await;
        let question = |sample: &str| json!({"document_class": document.class().as_str(), "number": document.as_str(), "sample": sample});
        let other = question(sitting.json()["portrait"].as_str().unwrap());
        assert_eq!(
            post_json(&router, "/compare", Some("let-me-in"), &other).await.json(),
            json!({"matches": false})
        );
        assert_eq!(post_json(&router, "/compare", None, &other).await.status, 401);
        let unread = post_json(&router, "/compare", Some("let-me-in"), &question("cGhvdG8")).await;
        assert_eq!(
            (unread.status.as_u16(), unread.json()["code"].as_str()),
            (422, Some("not_a_sample"))
        );
    }

    #[tokio::test]
    async fn the_reader_sends_card_and_answer_back_in_a_plain_form() {
        let registry = registry();
        let router = registry.router();
        let person = somebody(&registry, |_| true);
        let pick = get(&router, &format!("/reader?challenge=fresh&to={TO}&enrolment=e1")).await;
        let choice = "enrolment=e1&amp;to=http%3A%2F%2Flocalhost%3A8080%2Fenrol%2Fdocument&amp;challenge=fresh&amp;person=";
        let escaped = choice.replace("&amp;", "&#38;");
        assert!(pick.body.contains(choice) || pick.body.contains(&escaped), "{}", pick.body);
        let page = get(
            &router,
            &format!("/reader?challenge=fresh&to={TO}&enrolment=e1&ticket=t%22&person={person}"),
        )
        .await;
        assert_eq!(page.status, 200);
        for part in [
            r#"<form method="post" action="http://localhost:8080/enrol/document""#,
            r#"name="card" value="ey"#,
            r#"name="answer" value="ey"#,
            r#"name="enrolment" value="e1""#,
            r#"name="ticket" value="t&#34;""#,
            r#"id="hold-card""#,
        ] {
            assert!(page.body.contains(part), "{part} in {}", page.body);
        }
        assert!(!page.body.contains("<script") && !page.body.contains("style="));
        let policy = page.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'")
                && policy.ends_with("form-action 'self' http://localhost:8080")
        );
    }

    #[tokio::test]
    async fn the_reader_and_the_camera_serve_the_platform_only() {
        let router = registry().router();
        for to in [
            "https%3A%2F%2Fevil.example%2F",
            "http%3A%2F%2Flocalhost%3A8081%2F",
            "http%3A%2F%2Flocalhost%3A8080%40evil.example%2F",
            "http%3A%2F%2Fa%40localhost%3A8080%2F",
            "javascript%3Aalert(1)",
            "",
        ] {
            assert_eq!(
                get(&router, &format!("/reader?challenge=c&person=1&to={to}")).await.status,
                400,
                "{to}"
            );
            assert_eq!(
                get(&router, &format!("/camera?person=1&to={to}")).await.status,
                400,
                "{to}"
            );
        }
        assert_eq!(get(&router, &format!("/reader?person=1&to={TO}")).await.status, 400);
    }

    #[tokio::test]
    async fn pages_show_people_in_both_languages() {
        let registry = registry();
        let router = registry.router();
        let chinese = get(&router, "/").await;
        assert!(chinese.body.contains("今天你想成为谁") && chinese.body.contains("lang=en"));
        let english = get(&router, "/?lang=en&group=teens").await;
        assert!(english.body.contains("Who do you want to be today?"));
        assert_eq!(english.cookie("sandbox_lang").as_deref(), Some("sandbox_lang=en"));
        let people = registry.population();
        let child = people
            .people()
            .iter()
            .find(|p| people.guardians(p, registry.today()).count() == 2)
            .unwrap();
        let page = get(&router, &format!("/people/{}?lang=en", child.index)).await;
        assert!(page.body.contains(&child.name.written) && page.body.contains("guardian"));
        let found = get(&router, &format!("/?q={}", child.name.read.replace(' ', "%20"))).await;
        assert!(found.body.contains(&format!("person-{}\"", child.index)));
        assert_eq!(get(&router, "/people/99999").await.status, 404);
        assert_eq!(
            get(&router, "/style.css").await.header("content-type"),
            "text/css; charset=utf-8"
        );
    }

    #[tokio::test]
    async fn whom_one_looked_at_is_offered_first_with_the_family() {
        let registry = registry();
        let (router, people) = (registry.router(), registry.population());
        let is_child =
            |p: &crate::people::Person| people.guardians(p, registry.today()).next().is_some();
        let child = people.person(somebody(&registry, is_child)).unwrap();
        let looked = get(&router, &format!("/people/{}", child.index)).await;
        let request = Request::get(format!("/reader?challenge=fresh&to={TO}"));
        let request = request.header("cookie", looked.cookie("sandbox_person").unwrap());
        let pick = send(&router, request.body(Body::empty()).unwrap()).await;
        for member in people.household(child) {
            assert!(pick.body.contains(&format!(r#"id="last-{}""#, member.index)));
        }
    }

    #[tokio::test]
    async fn the_camera_offers_the_holder_and_somebody_else() {
        let registry = registry();
        let person = somebody(&registry, |_| true);
        let page = get(&registry.router(), &format!("/camera?to={TO}&person={person}")).await;
        for seen in [Match::Same, Match::Other] {
            let person = registry.population().person(person).unwrap();
            let sample = registry.faces().sandbox_portrait(person, seen);
            assert!(page.body.contains(&formats::base64url::encode(&sample)));
        }
    }
}
