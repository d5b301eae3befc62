//! By which way an answer goes back: by link, by form, signed or not.

use protocol::oauth::Delivery;
use serde_json::json;
use yinzheng_testkit::{ISSUER, Journey, Town, stories};

stories!(
    a_form_carries_it_past_the_address_bar,
    a_signed_answer_says_everything_inside,
    errors_go_the_same_way,
    an_unknown_way_is_refused_by_link,
    a_code_of_a_form_is_bound_as_any,
);

fn posted(journey: &Journey) -> &[(&'static str, String)] {
    match &journey.delivery {
        Delivery::Post { to, fields } => {
            assert_eq!(to.as_str(), journey.redirect_uri());
            fields
        }
        Delivery::Redirect(to) => panic!("by link: {to}"),
    }
}

fn names(fields: &[(&'static str, String)]) -> Vec<&'static str> {
    fields.iter().map(|(name, _)| *name).collect()
}

async fn a_form_carries_it_past_the_address_bar(town: Town) {
    let mut li = town.enrolled(34).await;
    // A redirect URI's own query stays in the address and out of the form.
    let ask = town.ask(&town.shop()).with("response_mode", "form_post");
    let journey = li.go(&ask).await.unwrap();
    let fields = posted(&journey);
    assert_eq!(names(fields), ["code", "state", "iss"]);
    assert_eq!(fields[1].1, ask.value("state"));
    assert_eq!(fields[2].1, ISSUER);
    assert!(town.redeem(&journey.code()).await.is_ok());
}

async fn a_signed_answer_says_everything_inside(town: Town) {
    let mut li = town.enrolled(34).await;
    for mode in ["jwt", "query.jwt", "form_post.jwt"] {
        let ask = town.ask(&town.airline()).with("response_mode", mode);
        let journey = li.go(&ask).await.unwrap();
        if mode == "form_post.jwt" {
            assert_eq!(names(posted(&journey)), ["response"]);
        } else {
            let said: Vec<_> =
                journey.to.query_pairs().map(|(name, _)| name.into_owned()).collect();
            assert_eq!(said, ["response"], "{mode}");
        }
        let response = journey.says("response").unwrap();
        let said = town.verified(&response);
        assert_eq!(said["iss"], ISSUER);
        assert_eq!(said["aud"], "airline-web");
        assert_eq!(said["exp"], json!(town.platform.now().as_second() + 300));
        assert_eq!(said["state"], ask.value("state"));
        let code = journey.code_in(said["code"].as_str().unwrap());
        assert!(town.redeem(&code).await.is_ok());
        assert_eq!(said.len(), 5, "and nothing else");
    }
}

async fn errors_go_the_same_way(town: Town) {
    let mut li = town.enrolled(34).await;
    let ask = || town.ask(&town.airline());
    let declined = li.decline(&ask().with("response_mode", "form_post")).await.unwrap();
    assert_eq!(names(posted(&declined)), ["error", "error_description", "state", "iss"]);
    assert_eq!(declined.error(), "access_denied");
    for (name, value, error) in [
        ("scope", "openid scene:insure age_over_60", "invalid_scope"),
        ("prompt", "none login", "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"),
    ] {
        let ask = ask().with("response_mode", "jwt").with(name, value);
        let journey = li.go(&ask).await.unwrap();
        let said = town.verified(&journey.says("response").unwrap());
        assert_eq!(said["error"], error);
        assert_eq!(said["aud"], "airline-web");
        assert_eq!(journey.says("error"), None);
    }
}

async fn an_unknown_way_is_refused_by_link(town: Town) {
    let mut li = town.enrolled(34).await;
    for mode in ["fragment", "fragment.jwt", "web_message", "FORM_POST"] {
        let journey = li.go(&town.ask(&town.airline()).with("response_mode", mode)).await.unwrap();
        assert!(matches!(journey.delivery, Delivery::Redirect(_)));
        assert_eq!(journey.error(), "invalid_request");
    }
}

async fn a_code_of_a_form_is_bound_as_any(town: Town) {
    let mut li = town.enrolled(34).await;
    let ask = town.ask(&town.airline()).with("response_mode", "form_post");
    let code = li.go(&ask).await.unwrap().code();
    let other = town.call(&code).with("code_verifier", &town.chance());
    assert_eq!(yinzheng_testkit::refusal(town.post(&other).await), "code_verifier_wrong");
    assert!(town.redeem(&code).await.is_ok());
}
