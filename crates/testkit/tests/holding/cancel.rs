//! Leaving: the data key is destroyed, nothing opens any more, and who comes back is somebody new.

use service::Authorize;
use yinzheng_testkit::{Page, Town, refusal, stories};

stories!(
    nothing_opens_any_more,
    who_comes_back_is_somebody_new,
    who_stays_is_untouched,
    a_leaving_cut_between_the_planes_is_finished,
);

async fn nothing_opens_any_more(town: Town) {
    let mut li = town.enrolled(34).await;
    let told = li.agree_to(&town.shop()).await;
    let told = town.redeem(&told).await.unwrap();
    let waiting = li.agree_to(&town.shop()).await;
    let cookie = town.platform.seal_session(&li.session).unwrap();
    li.cancel().await.unwrap();

    let census = town.census().await;
    for table in [
        "data_keys",
        "identities",
        "documents",
        "certificates",
        "devices",
        "consents",
        "events",
        "app_identifiers",
    ] {
        assert_eq!(census.count(table), 0, "{table}");
    }
    assert_eq!(census.count("net_numbers"), 1, "a net number is never drawn again");
    assert_eq!(refusal(li.sign_in().await), "certificate_unknown");
    assert_eq!(refusal(li.unlock().await), "certificate_unknown");
    assert_eq!(refusal(li.cancel().await), "certificate_unknown");
    let session = town.platform.open_session(&cookie).unwrap();
    assert_eq!(refusal(town.platform.overview(&session).await), "not_signed_in");
    assert_eq!(refusal(town.platform.export(&session).await), "certificate_unknown");
    let query = town.ask(&town.shop()).query();
    let asked = town.platform.authorize(Some(&session), &query).await.unwrap();
    assert!(matches!(asked, Authorize::SignIn(_)));
    assert_eq!(refusal(town.redeem(&waiting).await), "certificate_unusable");
    assert_eq!(town.userinfo(&told).await, Err("token_revoked"));
}

async fn who_comes_back_is_somebody_new(town: Town) {
    let mut before = town.enrolled(34).await;
    let sub = before.agree_to(&town.airline()).await;
    let sub = town.redeem(&sub).await.unwrap().sub().to_owned();
    before.cancel().await.unwrap();
    town.world.pass(60);
    let mut after = before.resident.enrol().await;
    assert_ne!(after.net_number, before.net_number);
    let journey = after.go(&town.ask(&town.airline())).await.unwrap();
    assert_eq!(journey.pages, [Page::Approve]);
    assert_ne!(town.redeem(&journey.code()).await.unwrap().sub(), sub);
    assert_eq!(town.census().await.count("persons"), 2, "one of them closed");
}

async fn who_stays_is_untouched(town: Town) {
    let (li, mut wang) = (town.enrolled(34).await, town.enrolled(35).await);
    let sub = wang.agree_to(&town.airline()).await;
    let sub = town.redeem(&sub).await.unwrap().sub().to_owned();
    li.cancel().await.unwrap();
    let again = wang.go(&town.ask(&town.airline())).await.unwrap();
    assert_eq!(again.pages, []);
    assert_eq!(town.redeem(&again.code()).await.unwrap().sub(), sub);
    wang.sign_in_with_passcode().await.unwrap();
    let export = town.platform.export(&wang.session).await.unwrap();
    let export = serde_json::to_value(export).unwrap();
    assert_eq!(export["name"], wang.resident.person.name.written);
    assert_eq!(export["phone"], wang.resident.phone().as_str());
}

async fn a_leaving_cut_between_the_planes_is_finished(town: Town) {
    let (li, now) = (town.enrolled(34).await, town.platform.now());
    town.enrolled(35).await;
    let id = li.wallet.certificate().unwrap().id().parse().unwrap();
    // Killed after the first of the two transactions.
    town.platform
        .store()
        .write("cut", async move |tx| {
            let person = tx.certificate(id).await?.unwrap().person;
            tx.cancel_person(person, now).await
        })
        .await
        .unwrap();
    assert_eq!(town.census().await.count("data_keys"), 2);
    assert_eq!(town.platform.purge().await.unwrap(), 1);
    let census = town.census().await;
    for (table, rows) in [("data_keys", 1), ("identities", 1), ("documents", 2)] {
        assert_eq!(census.count(table), rows, "{table}: only who stayed");
    }
    assert_eq!(town.platform.purge().await.unwrap(), 0, "once");
}
