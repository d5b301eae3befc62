//! A page of a relying party's asks through the browser's credential API (`OpenID4VP` appendix A), and its server brings the answer.

use formats::sd_jwt::Binding;
use protocol::{
    oidc::id_token::Outcome,
    presentation::{
        BadRequest,
        attestation::Attestor,
        dc_api::{Data, Origin, PageAsked},
        response::Presentations,
        through::ResultResponse,
    },
};
use serde_json::{Map, json};
use service::Error;
use yinzheng_testkit::{ISSUER, InPocket, Town, refusal, stories};

stories!(
    a_page_asks_and_its_server_is_told_once,
    an_answer_made_for_another_page_proves_nothing,
    a_page_elsewhere_is_not_answered,
    nobody_else_brings_the_answer,
    what_fits_no_way_is_refused,
    a_person_declines_and_questions_end,
);

const OF_AGE: &str = "openid scene:check_age age_over_18";
const PAGE: &str = "https://shop.example";

/// The handle, and what the page hands to the browser.
async fn ask(town: &Town) -> (String, Data) {
    let asked = [("scope", OF_AGE), ("response_mode", "dc_api.jwt"), ("origin", PAGE)];
    let started = town.ask_wallet(&town.shop(), &asked).await.unwrap();
    let said = serde_json::to_value(&started).unwrap();
    assert!(said.get("link").is_none() && said["expires_in"] == 600, "{said}");
    let request = &said["request"]["digital"]["requests"][0];
    assert_eq!(request["protocol"], "openid4vp-v1-signed");
    let data = serde_json::from_value(request["data"].clone()).unwrap();
    (started.handle().to_owned(), data)
}

fn read(town: &Town, data: &Data, page: &str) -> Result<PageAsked, BadRequest> {
    let keys = town.platform.keys().verifier_keys();
    let by = Attestor { issuer: ISSUER, keys: keys.keys() };
    PageAsked::read(data, &Origin::parse(page).unwrap(), by, town.platform.now())
}

/// What the wallet gives the page, its proof made out to this audience.
fn answers(town: &Town, card: &InPocket, asked: &PageAsked, audience: &str) -> String {
    let (_, held) = card.opened(town);
    let now = town.platform.now();
    let binding = Binding { audience, nonce: &asked.nonce, now, others: Map::new() };
    let shown = held.show(|one| one.name() == Some("age_over_18")).bind(&card.key, binding);
    let presentations: Presentations =
        [("certificate".to_owned(), vec![shown])].into_iter().collect();
    let answered = asked.seal(presentations, |bytes| bytes.fill(7)).unwrap();
    serde_json::to_string(&answered).unwrap()
}

async fn bring(town: &Town, handle: &str, answer: &str) -> Result<ResultResponse, Error> {
    town.bring_answer(&town.shop(), handle, answer).await
}

async fn card(town: &Town) -> InPocket {
    town.enrolled(34).await.pocket().await.receives(1).await.remove(0)
}

async fn a_page_asks_and_its_server_is_told_once(town: Town) {
    let card = card(&town).await;
    let (handle, data) = ask(&town).await;
    let asked = read(&town, &data, PAGE).unwrap();
    assert_eq!(asked.attested.shown[1].organization_name, "Corner Shop");
    let fetch = town.fetch_result(&town.shop(), &handle, None).await.map(drop);
    assert_eq!(refusal(fetch), "presentation_pending");
    let answer = answers(&town, &card, &asked, &asked.origin.audience());
    let told = bring(&town, &handle, &answer).await.unwrap();
    assert_eq!((told.result, told.attributes["age_over_18"]), (Outcome::Passed, true));
    let again = bring(&town, &handle, &answer).await.map(drop);
    assert_eq!(refusal(again), "presentation_fetched");
}

/// A page in the middle has the wallet answer it, and carries the answer to the shop.
async fn an_answer_made_for_another_page_proves_nothing(town: Town) {
    let card = card(&town).await;
    let (handle, data) = ask(&town).await;
    let asked = read(&town, &data, PAGE).unwrap();
    for audience in
        ["origin:https://evil.example", "https://shop.example", "verifier_attestation:shop"]
    {
        let answer = answers(&town, &card, &asked, audience);
        let told = bring(&town, &handle, &answer).await.map(drop);
        assert_eq!(refusal(told), "presentation_invalid", "{audience}");
    }
    // The answer to another question of the same page.
    let (_, other) = ask(&town).await;
    let other = read(&town, &other, PAGE).unwrap();
    let answer = answers(&town, &card, &other, &other.origin.audience());
    let told = bring(&town, &handle, &answer).await.map(drop);
    assert_eq!(refusal(told), "presentation_unreadable");
    // Nothing of this spoiled the question.
    let answer = answers(&town, &card, &asked, &asked.origin.audience());
    assert!(bring(&town, &handle, &answer).await.is_ok());
}

async fn a_page_elsewhere_is_not_answered(town: Town) {
    let (_, data) = ask(&town).await;
    for page in ["https://evil.example", "https://shop.example:444"] {
        assert_eq!(read(&town, &data, page).unwrap_err(), BadRequest::Client, "{page}");
    }
}

async fn nobody_else_brings_the_answer(town: Town) {
    let card = card(&town).await;
    let (handle, data) = ask(&town).await;
    let asked = read(&town, &data, PAGE).unwrap();
    let answer = answers(&town, &card, &asked, &asked.origin.audience());
    let told = town.bring_answer(&town.airline(), &handle, &answer).await.map(drop);
    assert_eq!(refusal(told), "presentation_unknown");
}

async fn what_fits_no_way_is_refused(town: Town) {
    let back = town.shop().redirect_uri;
    for (more, why) in [
        (
            vec![("response_mode", "dc_api.jwt"), ("origin", "https://evil.example")],
            "origin_unknown",
        ),
        (
            vec![("response_mode", "dc_api.jwt"), ("origin", "https://shop.example/")],
            "origin_unknown",
        ),
        (vec![("response_mode", "dc_api.jwt")], "response_mode_unfit"),
        (vec![("response_mode", "dc_api"), ("origin", PAGE)], "response_mode_unfit"),
        (vec![("origin", PAGE)], "response_mode_unfit"),
        (
            vec![("response_mode", "dc_api.jwt"), ("origin", PAGE), ("redirect_uri", back)],
            "response_mode_unfit",
        ),
        (vec![("response_mode", "fragment")], "response_mode_unfit"),
    ] {
        let asked: Vec<_> = [("scope", OF_AGE)].into_iter().chain(more).collect();
        let started = town.ask_wallet(&town.shop(), &asked).await.map(drop);
        assert_eq!(refusal(started), why, "{asked:?}");
    }
}

async fn a_person_declines_and_questions_end(town: Town) {
    let card = card(&town).await;
    let (handle, data) = ask(&town).await;
    let asked = read(&town, &data, PAGE).unwrap();
    let declined = json!({"error": "access_denied"}).to_string();
    let told = bring(&town, &handle, &declined).await.map(drop);
    assert_eq!(refusal(told), "presentation_declined");
    for odd in ["", "{}", "[]", "x", "{\"response\": 1}", "{\"response\": \"a\", \"error\": \"b\"}"]
    {
        let told = bring(&town, &handle, odd).await.map(drop);
        let why = refusal(told);
        assert!(["presentation_unreadable", "presentation_pending"].contains(&why), "{odd}: {why}");
    }
    let answer = answers(&town, &card, &asked, &asked.origin.audience());
    town.world.pass(600);
    let told = bring(&town, &handle, &answer).await.map(drop);
    assert_eq!(refusal(told), "presentation_expired");
}
