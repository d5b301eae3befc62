//! Consent: declined, withdrawn, bound to the page and the session it was asked on.

use rules::ConsentId;
use service::{Asked, Authorize, Decision};
use yinzheng_testkit::{Ask, Holder, Page, Town, refusal, stories};

stories!(
    declining_tells_nothing,
    a_consent_withdrawn_is_asked_for_again,
    a_consent_withdrawn_stops_its_code_and_its_token,
    nobody_withdraws_anothers_consent,
    twenty_yes_at_once_are_one_consent,
    a_page_belongs_to_its_session,
    agreeing_to_less_is_not_agreeing_to_more,
    the_page_says_who_asks_why_and_what_for,
);

async fn declining_tells_nothing(town: Town) {
    let mut li = town.enrolled(34).await;
    let before = town.census().await;
    let ask = town.ask(&town.shop());
    let declined = li.decline(&ask).await.unwrap();
    assert_eq!(declined.error(), "access_denied");
    assert_eq!(declined.says("state").as_deref(), Some(ask.value("state")));
    assert_eq!(town.census().await.changed_since(&before), ["events"]);
    let again = li.go(&town.ask(&town.shop())).await.unwrap();
    assert_eq!(again.pages, [Page::Approve], "a no is not kept against anybody");
}

async fn a_consent_withdrawn_is_asked_for_again(town: Town) {
    let mut li = town.enrolled(34).await;
    let before = li.agree_to(&town.airline()).await;
    let before = town.redeem(&before).await.unwrap();
    li.agree_to(&town.shop()).await;
    town.platform.withdraw(&li.session, consent_at(&town, &li, "Sky Air").await).await.unwrap();

    let silent = li.go(&town.ask(&town.airline()).with("prompt", "none")).await.unwrap();
    assert_eq!(silent.error(), "consent_required");
    assert_eq!(li.go(&town.ask(&town.shop())).await.unwrap().pages, []);
    let again = li.go(&town.ask(&town.airline())).await.unwrap();
    assert_eq!(again.pages, [Page::Approve]);
    assert_eq!(town.redeem(&again.code()).await.unwrap().sub(), before.sub());
}

async fn a_consent_withdrawn_stops_its_code_and_its_token(town: Town) {
    let mut li = town.enrolled(34).await;
    let told = li.agree_to(&town.airline()).await;
    let told = town.redeem(&told).await.unwrap();
    let waiting = li.agree_to(&town.airline()).await;
    let consent = consent_at(&town, &li, "Sky Air").await;
    town.platform.withdraw(&li.session, consent).await.unwrap();
    assert_eq!(refusal(town.redeem(&waiting).await), "consent_withdrawn");
    assert_eq!(town.userinfo(&told).await, Err("token_revoked"));
}

async fn nobody_withdraws_anothers_consent(town: Town) {
    let (mut li, wang) = (town.enrolled(34).await, town.enrolled(35).await);
    li.agree_to(&town.airline()).await;
    let (consent, before) = (consent_at(&town, &li, "Sky Air").await, town.census().await);
    let unknown = ConsentId::from_bytes([7; 16]);
    for (session, consent) in [(&wang.session, consent), (&li.session, unknown)] {
        let withdrawn = town.platform.withdraw(session, consent).await;
        assert_eq!(refusal(withdrawn), "consent_unknown");
    }
    assert_eq!(town.census().await, before);
    town.platform.withdraw(&li.session, consent).await.unwrap();
    let twice = town.platform.withdraw(&li.session, consent).await;
    assert_eq!(refusal(twice), "consent_unknown");
}

async fn twenty_yes_at_once_are_one_consent(town: Town) {
    let li = town.enrolled(34).await;
    let page = page(&town, &li, &town.ask(&town.airline())).await;
    let agree = |_| {
        let (platform, session) = (town.platform.clone(), li.session.clone());
        let ticket = page.ticket.clone();
        tokio::spawn(async move { platform.agree(&session, &ticket, Decision::Approve).await })
    };
    let under_way: Vec<_> = (0..20).map(agree).collect();
    for one in under_way {
        let to = yinzheng_testkit::back(one.await.unwrap().unwrap());
        assert!(yinzheng_testkit::arrived(&to).query().unwrap().contains("code="));
    }
    let overview = town.platform.overview(&li.session).await.unwrap();
    let in_force =
        overview.consents.iter().filter(|c| c.client_en == "Sky Air" && c.withdrawn_at.is_none());
    assert_eq!(in_force.count(), 1);
    assert_eq!(town.census().await.count("app_identifiers"), 1);
}

async fn a_page_belongs_to_its_session(town: Town) {
    let (mut li, wang) = (town.enrolled(34).await, town.enrolled(35).await);
    let page = page(&town, &li, &town.ask(&town.airline())).await;
    let (first, before) = (li.session.clone(), town.census().await);
    li.sign_in().await.unwrap();
    let signed_in = town.census().await;
    assert_eq!(signed_in.changed_since(&before), ["spent"]);
    for session in [&wang.session, &li.session] {
        let agreed = town.platform.agree(session, &page.ticket, Decision::Approve).await;
        assert_eq!(refusal(agreed), "ticket_invalid");
    }
    let mut tampered = page.ticket.clone();
    tampered.replace_range(40..41, if tampered[40..].starts_with('A') { "B" } else { "A" });
    let agreed = town.platform.agree(&first, &tampered, Decision::Approve).await;
    assert_eq!(refusal(agreed), "ticket_invalid");
    let resumed = town.platform.resume(&first, &page.ticket).await;
    assert_eq!(refusal(resumed), "ticket_invalid", "an approval page is no sign-in page");
    town.world.pass(30 * 60 + 1);
    let late = town.platform.agree(&first, &page.ticket, Decision::Approve).await;
    assert_eq!(refusal(late), "ticket_invalid");
    assert_eq!(town.census().await, signed_in);
}

async fn agreeing_to_less_is_not_agreeing_to_more(town: Town) {
    let mut li = town.enrolled(34).await;
    li.agree_to(&town.shop()).await;
    for (scope, pages) in [
        ("openid scene:check_age age_over_18", &[][..]),
        ("openid scene:check_age age_over_18 age_over_60", &[Page::Approve]),
        ("openid scene:check_age age_over_60", &[Page::Approve]),
        ("openid scene:log_in", &[Page::Approve]),
    ] {
        let journey = li.go(&town.ask(&town.shop()).with("scope", scope)).await.unwrap();
        assert_eq!(journey.pages, pages, "{scope}");
    }
}

async fn the_page_says_who_asks_why_and_what_for(town: Town) {
    let li = town.enrolled(34).await;
    let asked = page(&town, &li, &town.ask(&town.shop())).await;
    assert_eq!(
        (asked.by.client_zh.as_str(), asked.by.client_en.as_str()),
        ("街角商店", "Corner Shop")
    );
    assert_eq!(asked.scene.scene.as_str(), "check_age");
    assert!(!asked.scene.other_methods.is_empty() && !asked.scene.legal_basis.as_str().is_empty());
    let told: Vec<_> = asked.attributes.iter().map(|attribute| attribute.claim()).collect();
    assert_eq!(told, ["age_over_18"]);
}

async fn page(town: &Town, li: &Holder, ask: &Ask) -> Asked {
    match town.platform.authorize(Some(&li.session), &ask.query()).await.unwrap() {
        Authorize::Approve(asked) => *asked,
        other => panic!("no page to approve: {other:?}"),
    }
}

/// The consent in force at the client of this name.
async fn consent_at(town: &Town, li: &Holder, client: &str) -> ConsentId {
    let overview = town.platform.overview(&li.session).await.unwrap();
    let mut consents = overview.consents.iter();
    consents.find(|c| c.client_en == client && c.withdrawn_at.is_none()).unwrap().id
}
