//! The passcode at the doors that take it in two forms: one of them is told, whole, and in its place.

use serde_json::{Value, json};
use yinzheng_testkit::Holder;

use crate::front::Front;
use crate::stand::Stand;
use crate::wallets::honest;

crate::told!(
    forms_take_either_form_and_one_of_them,
    wallets_take_either_form_and_one_of_them,
    a_wrong_one_is_counted_like_any,
    what_comes_with_it_is_checked_first,
);

/// The forms that a device signs for.
const FORMS: [(&str, Stand); 5] = [
    ("/sign-in", Stand::SignIn),
    ("/sign-in/portrait/prove", Stand::Face),
    ("/authorize/plain-identity", Stand::Plain),
    ("/me/unlock", Stand::Mine),
    ("/me/cancel", Stand::Mine),
];

/// Not one of the right length, or not the one text of its value.
const ODD: [&str; 6] = [
    "",
    "20481357",
    "AAECAwQFBgcICQoLDA0ODw",
    "OZDLA8jCxSekcEOf5eUOBxEgBKi8muj1ws3AQApCJS9",
    "OZDLA8jCxSekcEOf5eUOBxEgBKi8muj1ws3AQApCJS8=",
    "OZDLA8jCxSekcEOf5eUOBxEgBKi8muj1ws3AQApCJS8A",
];

/// Whose certificate the honest call at a form is about.
async fn holder_at<'a>(front: &'a Front, path: &str) -> &'a Holder {
    if path == "/me/unlock" { front.locked().await } else { front.li().await }
}

async fn forms_take_either_form_and_one_of_them(front: Front) {
    for (path, stand) in FORMS {
        let honest = front.honest(("POST", path, stand)).await;
        let stretched = holder_at(&front, path).await.stretched("20481357").text();
        let both = honest.clone().with("stretched", stretched.expose());
        front.refuses(&both, 422, "passcode_form").await;
        let instead = honest.without("passcode");
        for odd in ODD {
            let odd = instead.clone().with("stretched", odd);
            front.refuses(&odd, 422, "stretched_malformed").await;
        }
        let whole = instead.with("stretched", stretched.expose());
        front.refuses(&whole.clone().doubled("stretched"), 400, "body_unreadable").await;
        front.send(&whole).await.let_in();
    }
}

async fn wallets_take_either_form_and_one_of_them(front: Front) {
    for step in ["certificate", "holder"] {
        let path = format!("/enrolments/current/{step}");
        let (token, typed) = honest(&front, &path).await;
        let (stretched, salt) = (ODD[4].trim_end_matches('='), ODD[2]);
        let instead = |fields: Value| {
            let mut body = json!({"device_proof": typed["device_proof"]});
            body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            body
        };
        let mut refused = vec![
            (instead(json!({})), 422, "passcode_form"),
            (instead(json!({"passcode": null, "stretched": null})), 422, "passcode_form"),
            (instead(json!({"stretched": [stretched]})), 400, "body_unreadable"),
        ];
        let beside = if step == "certificate" { json!({"salt": salt}) } else { json!({}) };
        let with = |mut fields: Value| {
            fields.as_object_mut().unwrap().extend(beside.as_object().unwrap().clone());
            instead(fields)
        };
        let both = json!({"passcode": "20481357", "stretched": stretched});
        refused.push((with(both), 422, "passcode_form"));
        for odd in ODD {
            refused.push((with(json!({"stretched": odd})), 422, "stretched_malformed"));
        }
        if step == "certificate" {
            refused.push((instead(json!({"salt": salt})), 422, "passcode_form"));
            refused.push((instead(json!({"stretched": stretched})), 422, "passcode_form"));
            refused.push((with(json!({"passcode": "20481357"})), 422, "passcode_form"));
            for salt in ["", &salt[2..], stretched, "AAECAwQFBgcICQoLDA0ODx"] {
                let odd = instead(json!({"stretched": stretched, "salt": salt}));
                refused.push((odd, 422, "stretched_malformed"));
            }
        } else {
            let salted = instead(json!({"stretched": stretched, "salt": salt}));
            refused.push((salted, 400, "body_unreadable"));
        }
        let before = front.census().await;
        for (body, status, code) in refused {
            front.post(&path, &token, &body).await.refused(status, code);
        }
        assert_eq!(front.census().await, before, "{step}: nothing is counted");
        front.post(&path, &token, &typed).await.let_in();
    }
}

async fn a_wrong_one_is_counted_like_any(front: Front) {
    let li = front.town.adult().enrol().await;
    let wrong = li.stretched("20481358").text();
    let form = front.honest(("POST", "/sign-in", Stand::SignIn)).await.without("passcode");
    let mut next = 0;
    let mut sent = || {
        next += 1;
        let told = if next % 2 == 0 {
            ("passcode", "20481358")
        } else {
            ("stretched", wrong.expose().as_str())
        };
        form.clone().with("device_proof", li.proof()).with(told.0, told.1)
    };
    for _ in 0..5 {
        let moved = ["certificates", "spent"];
        front.refuses_counting(&sent(), 422, "passcode_wrong", &moved).await;
    }
    for _ in 0..2 {
        front.refuses_counting(&sent(), 429, "too_many_tries", &["spent"]).await;
    }
}

/// The right value of one's own, with another's device or an old proof.
async fn what_comes_with_it_is_checked_first(front: Front) {
    let (li, wang) = (front.li().await, front.wang().await);
    let form = front.honest(("POST", "/sign-in", Stand::SignIn)).await.without("passcode");
    let lis = li.stretched("20481357").text();
    let with_his = form.clone().with("device_proof", wang.proof()).with("stretched", lis.expose());
    let moved = ["certificates", "spent"];
    front.refuses_counting(&with_his, 422, "passcode_wrong", &moved).await;
    let hers = form.with("device_proof", li.proof()).with("stretched", lis.expose());
    front.send(&hers).await.let_in();
    front.refuses(&hers, 409, "challenge_spent").await;
}
