//! Signing out: by oneself, because a relying party asks, and what is left of the session afterwards.

use formats::{SigningKey, jws};
use protocol::oauth::ClientMetadata;
use rules::Scene;
use serde_json::json;
use service::{Authorize, EndSession, SignedOut};
use yinzheng_testkit::{Application, Holder, Page, Posted, Told, Town, refusal, stories};

stories!(
    a_relying_party_signs_its_person_out_and_the_others_are_told,
    without_a_hint_the_person_is_asked,
    a_hint_of_somebody_else_or_of_nobody_signs_nobody_out,
    a_browser_goes_on_only_where_the_client_registered,
    signing_out_kills_the_copy_of_a_session,
    who_signed_out_answers_for_nobody,
    a_code_under_way_is_worth_nothing_after_signing_out,
    two_parties_cannot_compare_sessions,
    browsers_load_what_the_party_registered,
    an_expired_token_is_a_good_hint,
);

const MUSEUM: &str = "https://museum.example/logout";
const THEATRE: &str = "https://theatre.example/logout";
const BYE: &str = "https://museum.example/bye";

async fn museum(town: &Town) -> Application {
    let metadata = ClientMetadata {
        post_logout_redirect_uris: vec![BYE.parse().unwrap()],
        backchannel_logout_uri: Some(MUSEUM.parse().unwrap()),
        ..ClientMetadata::default()
    };
    town.newcomer("museum", "77", metadata).await
}

async fn theatre(town: &Town) -> Application {
    let metadata = ClientMetadata {
        backchannel_logout_uri: Some(THEATRE.parse().unwrap()),
        frontchannel_logout_uri: Some("https://theatre.example/frame?x=1".parse().unwrap()),
        ..ClientMetadata::default()
    };
    town.newcomer("theatre", "88", metadata).await
}

async fn log_in(town: &Town, holder: &mut Holder, application: &Application) -> Told {
    town.redeem(&holder.agree_to(application).await).await.unwrap()
}

fn query(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

async fn end(town: &Town, holder: &Holder, pairs: &[(&str, &str)]) -> EndSession {
    town.platform.end_session(Some(&holder.session), &query(pairs)).await.unwrap()
}

#[track_caller]
fn done(outcome: EndSession) -> SignedOut {
    let EndSession::Done(done) = outcome else { panic!("the person was asked") };
    *done
}

#[track_caller]
fn asked(outcome: EndSession) -> service::AskedToSignOut {
    let EndSession::Ask(asked) = outcome else { panic!("the person was not asked") };
    *asked
}

async fn is_signed_in(town: &Town, holder: &Holder, application: &Application) -> bool {
    let silent = town.ask(application).with("prompt", "none").query();
    match town.platform.authorize(Some(&holder.session), &silent).await.unwrap() {
        Authorize::Back(delivery) => {
            let to = yinzheng_testkit::arrived(&delivery);
            to.query_pairs().all(|(name, value)| name != "error" || value != "login_required")
        }
        _ => panic!("a page"),
    }
}

async fn posted(town: &Town) -> (Vec<Posted>, Vec<Posted>) {
    town.platform.deliver_letters().await.unwrap();
    (town.mailboxes.at(MUSEUM), town.mailboxes.at(THEATRE))
}

async fn a_relying_party_signs_its_person_out_and_the_others_are_told(town: Town) {
    let (museum, theatre) = (museum(&town).await, theatre(&town).await);
    let mut li = town.enrolled(34).await;
    let told = log_in(&town, &mut li, &museum).await;
    let elsewhere = log_in(&town, &mut li, &theatre).await;
    let hint = told.response.id_token().to_owned();
    let ask = [
        ("id_token_hint", hint.as_str()),
        ("client_id", "museum"),
        ("post_logout_redirect_uri", BYE),
        ("state", "af0ifjsldkj"),
        ("ui_locales", "en zh-CN"),
    ];
    let done = done(end(&town, &li, &ask).await);
    assert_eq!(done.back.unwrap().as_str(), "https://museum.example/bye?state=af0ifjsldkj");
    assert!(done.goes);
    assert_eq!(done.ui_locales, ["en", "zh-CN"]);
    let names: Vec<_> = done.told.iter().map(|one| one.by.client.id.as_str()).collect();
    assert_eq!(names, ["theatre"], "who asked knows");
    let (at_museum, at_theatre) = posted(&town).await;
    assert_eq!((at_museum.len(), at_theatre.len()), (0, 1));
    let token = town.verified(&at_theatre[0].content);
    assert_eq!(
        (&token["sid"], &token["sub"]),
        (&elsewhere.id_token["sid"], &json!(elsewhere.sub()))
    );
    assert!(!is_signed_in(&town, &li, &museum).await);
    let census = town.census().await;
    assert_eq!((census.count("served_sessions"), census.count("ended_sessions")), (0, 1));
    town.world.pass(8 * 60 * 60);
    town.platform.purge().await.unwrap();
    assert_eq!(town.census().await.count("ended_sessions"), 0);
}

async fn without_a_hint_the_person_is_asked(town: Town) {
    let museum = museum(&town).await;
    let mut li = town.enrolled(34).await;
    log_in(&town, &mut li, &museum).await;
    let nobody = asked(end(&town, &li, &[]).await);
    assert!(nobody.by.is_none() && nobody.back.is_none());
    let ask = [("client_id", "museum"), ("post_logout_redirect_uri", BYE)];
    let asked = asked(end(&town, &li, &ask).await);
    assert_eq!(asked.by.as_ref().unwrap().client.id.as_str(), "museum");
    assert!(is_signed_in(&town, &li, &museum).await, "asking does nothing");

    // The answer is bound to the session that was asked, and to the form.
    let mut other = li.clone();
    other.sign_in().await.unwrap();
    let by_another = town.platform.confirm_sign_out(&other.session, &asked.ticket).await;
    assert_eq!(refusal(by_another), "ticket_invalid");
    let forged = town.platform.confirm_sign_out(&li.session, &asked.ticket[1..]).await;
    assert_eq!(refusal(forged), "ticket_invalid");
    let done = town.platform.confirm_sign_out(&li.session, &asked.ticket).await.unwrap();
    assert_eq!(done.back.unwrap().as_str(), BYE);
    assert_eq!(done.told.len(), 1, "nobody is sure that it was the museum");
    assert!(!is_signed_in(&town, &li, &museum).await);
    assert!(is_signed_in(&town, &other, &museum).await, "that was another session");
}

async fn a_hint_of_somebody_else_or_of_nobody_signs_nobody_out(town: Town) {
    let museum = museum(&town).await;
    let (mut li, mut wang) = (town.enrolled(34).await, town.enrolled(35).await);
    let told = log_in(&town, &mut li, &museum).await;
    let others = log_in(&town, &mut wang, &museum).await;
    let hint = |hint: &str| {
        [("id_token_hint", hint.to_owned()), ("post_logout_redirect_uri", BYE.to_owned())]
    };
    let end = async |hint: &[(&str, String)]| {
        let pairs: Vec<_> = hint.iter().map(|(name, value)| (*name, value.as_str())).collect();
        town.platform.end_session(Some(&li.session), &query(&pairs)).await
    };
    let somebody = end(&hint(others.response.id_token())).await.unwrap();
    assert_eq!(asked(somebody).by.unwrap().client.id.as_str(), "museum");

    // Forged: without `client_id` nobody knows whose address that is; with it, nobody is sent there.
    let key = SigningKey::generate();
    let kid = key.public().thumbprint();
    let forged = jws::sign(&key, &kid, "JWT", &json!(told.id_token));
    let real = told.response.id_token();
    let unsigned = format!("{}.", real.rsplit_once('.').unwrap().0);
    for forged in [forged.as_str(), unsigned.as_str(), "e30.e30.e30", "x", &real[..real.len() - 3]]
    {
        let refused = end(&hint(forged)).await.map(drop);
        assert_eq!(refusal(refused), "post_logout_redirect_uri_unknown", "{forged}");
        let mut named = hint(forged).to_vec();
        named.push(("client_id", "museum".to_owned()));
        let asked = asked(end(&named).await.unwrap());
        assert_eq!(asked.back, None);
    }
    assert!(is_signed_in(&town, &li, &museum).await);
    assert!(is_signed_in(&town, &wang, &museum).await);
    let (at_museum, _) = posted(&town).await;
    assert_eq!(at_museum.len(), 0);
    // What else we sign for the client is no hint: a logout token.
    li.lock().await.unwrap();
    let (at_museum, _) = posted(&town).await;
    let letter = hint(&at_museum[0].content);
    assert_eq!(refusal(end(&letter).await.map(drop)), "post_logout_redirect_uri_unknown");
}

async fn a_browser_goes_on_only_where_the_client_registered(town: Town) {
    let (museum, _theatre) = (museum(&town).await, theatre(&town).await);
    let mut li = town.enrolled(34).await;
    let hint = log_in(&town, &mut li, &museum).await.response.id_token().to_owned();
    for (pairs, reason) in [
        (vec![("post_logout_redirect_uri", BYE)], "post_logout_redirect_uri_unknown"),
        (
            vec![("client_id", "theatre"), ("post_logout_redirect_uri", BYE)],
            "post_logout_redirect_uri_unknown",
        ),
        (
            vec![
                ("id_token_hint", hint.as_str()),
                ("post_logout_redirect_uri", "https://evil.example/"),
            ],
            "post_logout_redirect_uri_unknown",
        ),
        (
            vec![
                ("id_token_hint", hint.as_str()),
                ("post_logout_redirect_uri", "https://museum.example/back"),
            ],
            "post_logout_redirect_uri_unknown",
        ),
        (
            vec![("id_token_hint", hint.as_str()), ("client_id", "theatre")],
            "hint_of_another_client",
        ),
        (vec![("client_id", "nobody")], "client_unknown"),
    ] {
        let refused = town.platform.end_session(Some(&li.session), &query(&pairs)).await.map(drop);
        assert_eq!(refusal(refused), reason, "{pairs:?}");
    }
    assert!(is_signed_in(&town, &li, &museum).await);
    // Nobody is signed in: with a hint the browser goes on, without one it is offered to.
    for (first, goes) in
        [(("id_token_hint", hint.as_str()), true), (("client_id", "museum"), false)]
    {
        let ask = query(&[first, ("post_logout_redirect_uri", BYE)]);
        let done = done(town.platform.end_session(None, &ask).await.unwrap());
        assert_eq!((done.goes, done.back.unwrap().as_str()), (goes, BYE));
    }
}

async fn signing_out_kills_the_copy_of_a_session(town: Town) {
    let mut li = town.enrolled(34).await;
    li.agree_to(&town.airline()).await;
    let cookie = town.platform.seal_session(&li.session).unwrap();
    let consent = town.ask(&town.airline()).with("prompt", "consent").query();
    let Authorize::Approve(page) =
        town.platform.authorize(Some(&li.session), &consent).await.unwrap()
    else {
        panic!("no page of approval")
    };
    town.platform.sign_out(&li.session).await.unwrap();
    let copy = town.platform.open_session(&cookie).unwrap();
    let mut thief = li.clone();
    thief.session = copy;
    assert!(!is_signed_in(&town, &thief, &town.airline()).await);
    let agreed =
        town.platform.agree(&thief.session, &page.ticket, service::Decision::Approve).await;
    assert_eq!(refusal(agreed.map(drop)), "not_signed_in");
    assert_eq!(li.go(&town.ask(&town.airline())).await.unwrap().pages, [Page::SignIn]);
}

async fn who_signed_out_answers_for_nobody(town: Town) {
    let (mut mother, mut daughter) = (town.enrolled(76).await, town.enrolled(44).await);
    let delegation = daughter.acts_for(&mut mother, &[Scene::LogIn]).await;
    let query = town.ask(&town.airline()).query();
    let asked = town.platform.authorize(Some(&daughter.session), &query).await.unwrap();
    let Authorize::Approve(page) = asked else { panic!("no page of approval") };
    town.platform.sign_out(&daughter.session).await.unwrap();
    let agreed =
        town.platform.agree(&daughter.session, &page.ticket, service::Decision::Approve).await;
    assert_eq!(refusal(agreed.map(drop)), "not_signed_in");
    let again = town.platform.authorize(Some(&daughter.session), &query).await.unwrap();
    assert!(matches!(again, Authorize::SignIn(_)), "nor is she shown for whom");
    let herself = town.platform.act_for_oneself(&daughter.session);
    let taken_up = town.platform.act_for(&herself, delegation).await;
    assert_eq!(refusal(taken_up), "not_signed_in");
}

async fn a_code_under_way_is_worth_nothing_after_signing_out(town: Town) {
    let museum = museum(&town).await;
    let mut li = town.enrolled(34).await;
    let code = li.agree_to(&museum).await;
    town.platform.sign_out(&li.session).await.unwrap();
    assert_eq!(refusal(town.redeem(&code).await), "session_over");
    assert_eq!(town.census().await.count("served_sessions"), 0);
}

async fn two_parties_cannot_compare_sessions(town: Town) {
    let (museum, theatre) = (museum(&town).await, theatre(&town).await);
    let mut li = town.enrolled(34).await;
    let sid = async |li: &mut Holder, at: &Application| {
        log_in(&town, li, at).await.id_token["sid"].clone()
    };
    let first = sid(&mut li, &museum).await;
    assert_eq!(first, sid(&mut li, &museum).await, "one session is one");
    assert_ne!(first, sid(&mut li, &theatre).await);
    li.sign_in().await.unwrap();
    assert_ne!(first, sid(&mut li, &museum).await, "another session is another");
    assert!(!first.as_str().unwrap().contains(&formats::base64url::encode(li.session.id())));
}

async fn browsers_load_what_the_party_registered(town: Town) {
    let theatre = theatre(&town).await;
    let mut li = town.enrolled(34).await;
    let told = log_in(&town, &mut li, &theatre).await;
    let done = town.platform.sign_out(&li.session).await.unwrap();
    let frame = done.told[0].frame.clone().unwrap();
    let pairs: Vec<_> = frame.query_pairs().into_owned().collect();
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let sid = told.id_token["sid"].as_str().unwrap();
    assert_eq!(pairs, [pair("x", "1"), pair("iss", "https://id.example"), pair("sid", sid)]);
    assert!(frame.as_str().starts_with("https://theatre.example/frame?x=1&"));
}

async fn an_expired_token_is_a_good_hint(town: Town) {
    let museum = museum(&town).await;
    let mut li = town.enrolled(34).await;
    let hint = log_in(&town, &mut li, &museum).await.response.id_token().to_owned();
    town.world.pass(7 * 60 * 60);
    let ask = town.ask(&museum).with("id_token_hint", &hint);
    assert_eq!(li.go(&ask).await.unwrap().pages, []);
    let out = done(end(&town, &li, &[("id_token_hint", &hint)]).await);
    assert_eq!(out.by.unwrap().client.id.as_str(), "museum");
    assert!(!is_signed_in(&town, &li, &museum).await);
}
