//! Of age, yes or no: that much is told and nothing else, and it changes at the birthday.

use jiff::civil::Date;
use serde_json::{Value, json};
use yinzheng_testkit::{Holder, Town, stories};

stories!(
    a_minor_is_told_apart_and_nothing_else_is_told,
    who_logs_in_tells_no_age,
    the_answer_changes_at_the_birthday,
    the_twenty_ninth_of_february_waits_for_march,
);

async fn a_minor_is_told_apart_and_nothing_else_is_told(town: Town) {
    let mut minor = town.enrolled(16).await;
    let code = minor.agree_to(&town.shop()).await;
    let told = town.redeem(&code).await.unwrap();
    assert_eq!(told.id_token["age_over_18"], json!(false));
    let claims = [
        "acr",
        "age_over_18",
        "amr",
        "at_hash",
        "aud",
        "auth_time",
        "exp",
        "iat",
        "iss",
        "nonce",
        "result",
        "scene",
        "sub",
    ];
    assert_eq!(told.claims(), claims);

    let info = serde_json::to_value(town.userinfo(&told).await.unwrap()).unwrap();
    let names: Vec<_> = info.as_object().unwrap().keys().collect();
    assert_eq!(names, ["acr", "age_over_18", "auth_time", "result", "scene", "sub"]);
    for name in names {
        assert_eq!(info[name], told.id_token[name], "both say the same");
    }
}

async fn who_logs_in_tells_no_age(town: Town) {
    let mut minor = town.enrolled(16).await;
    let code = minor.agree_to(&town.airline()).await;
    let told = town.redeem(&code).await.unwrap();
    assert!(!told.claims().iter().any(|claim| claim.contains("age_over")));
    assert_eq!(told.id_token["scene"], json!("log_in"));
}

async fn the_answer_changes_at_the_birthday(town: Town) {
    let today = town.today();
    let soon = |born: Date| (1..40).contains(&days_to(today, birthday(born, 18)));
    let youth = town.whoever(|p| soon(p.identity.born()));
    let mut youth = youth.enrol().await;
    let birthday = birthday(youth.resident.person.identity.born(), 18);
    let eve = birthday.yesterday().unwrap();
    town.world.go_to(&format!("{eve}T15:59:59Z"));
    assert_eq!(says(&town, &mut youth, "age_over_18").await, json!(false));
    town.world.pass(1);
    assert_eq!(says(&town, &mut youth, "age_over_18").await, json!(true));
}

async fn the_twenty_ninth_of_february_waits_for_march(town: Town) {
    let sixty_five = |born: Date| birthday(born, 65);
    let leap = town.anybody(|p| {
        let born = p.identity.born();
        let adult = born.year() <= 2000;
        (born.month(), born.day()) == (2, 29)
            && adult
            && !p.lost
            && p.identity.document().valid_on(sixty_five(born)).is_ok()
    });
    let year = leap.person.identity.born().year() + 65;
    town.world.go_to(&format!("{year}-02-28T15:59:59Z"));
    let mut leap = leap.enrol().await;
    assert_eq!(says(&town, &mut leap, "age_over_65").await, json!(false));
    town.world.pass(1);
    assert_eq!(says(&town, &mut leap, "age_over_65").await, json!(true), "1 March has begun");
}

/// What the shop is told under this name.
async fn says(town: &Town, person: &mut Holder, claim: &str) -> Value {
    let ask = town.ask(&town.shop()).with("scope", &format!("openid scene:check_age {claim}"));
    let code = person.go(&ask).await.unwrap().code();
    town.redeem(&code).await.unwrap().id_token[claim].clone()
}

/// The day on which so many years are completed.
fn birthday(born: Date, years: i16) -> Date {
    let year = born.year() + years;
    let same = Date::new(year, born.month(), born.day());
    same.unwrap_or_else(|_| Date::new(year, 3, 1).unwrap())
}

fn days_to(from: Date, to: Date) -> i32 {
    from.until(to).unwrap().get_days()
}
