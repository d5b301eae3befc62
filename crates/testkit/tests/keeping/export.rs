//! What a person takes along: every column that is kept, and how little the columns tell of time.

use yinzheng_testkit::{Town, refusal, stories};

stories!(
    a_person_takes_everything_along,
    without_a_passcode_nothing_is_exported,
    an_event_tells_no_second
);

async fn a_person_takes_everything_along(town: Town) {
    let mut li = town.enrolled(34).await;
    let told = li.agree_to(&town.airline()).await;
    let sub = town.redeem(&told).await.unwrap().sub().to_owned();
    let export = serde_json::to_value(town.platform.export(&li.session).await.unwrap()).unwrap();
    assert_eq!(export["net_number"], li.net_number.as_str());
    assert_eq!(export["name"], li.resident.person.name.written);
    assert_eq!(export["app_identifiers"][0]["identifier"], sub);
    assert_eq!(export["certificates"][0]["id"], li.wallet.certificate().unwrap().id());
    assert!(export["certificates"][0]["device_key"].as_str().unwrap().contains("P-256"));
    assert_eq!(export["consents"].as_array().unwrap().len(), town.census().await.count("consents"));
    assert_eq!(export["consents"][0]["notice_version"], 1);
    assert_eq!(export["events"].as_array().unwrap().len(), town.census().await.count("events"));
    assert_eq!(export["events"][0]["kind"], "authenticated");
}

async fn without_a_passcode_nothing_is_exported(town: Town) {
    let mut li = town.enrolled(34).await;
    li.sign_in().await.unwrap();
    assert_eq!(refusal(town.platform.export(&li.session).await), "not_signed_in");
}

async fn an_event_tells_no_second(town: Town) {
    let mut li = town.enrolled(34).await;
    town.world.pass(17);
    let told = li.agree_to(&town.airline()).await;
    town.redeem(&told).await.unwrap();
    let minute = town.platform.now().as_second().div_euclid(60) * 60;
    let overview = town.platform.overview(&li.session).await.unwrap();
    let events: Vec<_> = overview.events.iter().map(|event| event.at.as_second()).collect();
    assert_eq!(events.first(), Some(&minute));
    let id = li.wallet.certificate().unwrap().id().parse().unwrap();
    let kept = town
        .platform
        .store()
        .read(async move |tx| {
            let person = tx.certificate(id).await?.unwrap().person;
            tx.events_of(person, 10).await
        })
        .await
        .unwrap();
    assert_eq!(kept.len(), 2);
    for event in kept {
        // RFC 9562 §5.7: the first 48 bits are milliseconds. Here: a minute, and which event it was.
        let milliseconds = u128::from_be_bytes(*event.id.bytes()) >> 80;
        let number = milliseconds % 60_000;
        assert!(number < 10, "seventeen seconds into the minute, the id says {number} ms");
        assert_eq!(milliseconds - number, u128::try_from(event.at.as_millisecond()).unwrap());
    }
}
