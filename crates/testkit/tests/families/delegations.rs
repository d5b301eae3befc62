//! Delegations: a daughter acts for her mother, so far, so long, and both see it.

use jiff::SignedDuration;
use protocol::oauth::Delivery;
use rules::{DelegationId, DelegationScope, OrganisationCode, Scene};
use serde_json::json;
use service::{Authorize, Decision, DelegationOffer, Error, OverviewConsent, Session};
use yinzheng_testkit::{Holder, Journey, Page, Town, back, refusal, stories};

stories!(
    a_daughter_logs_in_for_her_mother,
    the_number_on_the_other_screen_confirms_it,
    out_of_scope_is_refused,
    an_age_is_nobody_elses_to_show,
    who_somebody_is_is_nobody_elses_to_tell,
    over_means_over_at_once,
    a_delegate_does_nothing_else,
    a_delegates_word_stays_a_delegates,
    whoever_is_locked_cannot,
    an_offer_is_for_one_adult_and_half_an_hour,
    it_is_exported_and_goes_with_either,
);

const MONTH: SignedDuration = SignedDuration::from_hours(30 * 24);

async fn two(town: &Town) -> (Holder, Holder) {
    let (mut mother, mut daughter) = (town.enrolled(76).await, town.enrolled(44).await);
    mother.sign_in_with_passcode().await.unwrap();
    daughter.sign_in_with_passcode().await.unwrap();
    (mother, daughter)
}

/// Sky Air, whose code the town made of this.
fn sky_air() -> OrganisationCode {
    OrganisationCode::compose("91", "110105", "MA000011").unwrap()
}

fn offer(scenes: &[Scene], at: Option<OrganisationCode>, lasts: SignedDuration) -> DelegationOffer {
    DelegationOffer {
        scope: DelegationScope { scenes: scenes.to_vec(), organisations: at.into_iter().collect() },
        lasts,
        called: "Mei".parse().unwrap(),
    }
}

async fn accepted(
    town: &Town,
    (mother, daughter): (&Holder, &Holder),
    offer: DelegationOffer,
) -> (DelegationId, String) {
    let text = town.platform.offer_delegation(&mother.session, offer).await.unwrap();
    let called = "Mother".parse().unwrap();
    let id = town.platform.accept_delegation(&daughter.session, &text, &called).await.unwrap();
    let held = town.platform.delegations(&daughter.session).await.unwrap().held;
    let waiting = held.into_iter().find(|view| view.id == id).unwrap();
    (id, waiting.number.unwrap())
}

async fn given(town: &Town, both: (&Holder, &Holder), offer: DelegationOffer) -> DelegationId {
    let (id, number) = accepted(town, both, offer).await;
    town.platform.confirm_delegation(&both.0.session, id, &number).await.unwrap();
    id
}

/// Approves an application's request in this session; where the browser is sent.
async fn approve(town: &Town, session: &Session, query: &str) -> Result<Delivery, Error> {
    match town.platform.authorize(Some(session), query).await? {
        Authorize::Approve(asked) => {
            town.platform.agree(session, &asked.ticket, Decision::Approve).await.map(back)
        }
        Authorize::Back(delivery) => Ok(delivery),
        Authorize::SignIn(_) => panic!("she is signed in"),
        Authorize::GuardianNeeded(_) => panic!("she is of age"),
        Authorize::PlainIdentity(_) => panic!("nobody asks who she is"),
    }
}

async fn a_daughter_logs_in_for_her_mother(town: Town) {
    let (mut mother, daughter) = two(&town).await;
    let own = mother.agree_to(&town.airline()).await;
    let own = town.redeem(&own).await.unwrap();
    let id = given(&town, (&mother, &daughter), offer(&[Scene::LogIn], None, MONTH)).await;

    let acting = town.platform.act_for(&daughter.session, id).await.unwrap();
    assert_eq!(town.platform.acting_for(&acting).await.unwrap().as_deref(), Some("Mother"));
    let ask = town.ask(&town.airline());
    let to = approve(&town, &acting, &ask.query()).await.unwrap();
    let code = Journey::ended(ask, to).code();
    let told = town.redeem(&code).await.unwrap();
    assert_eq!(told.sub(), own.sub(), "the mother's account");
    assert_eq!(told.id_token["delegated"], json!(true));
    assert_eq!(own.id_token.get("delegated"), None);
    for holder in [&mother, &daughter] {
        let events = town.platform.overview(&holder.session).await.unwrap().events;
        assert_eq!(events[0].kind.as_str(), "acted_for", "both see it");
    }
    // Shown each time for whom; and with herself again, it is her own account.
    let asked = town.platform.authorize(Some(&acting), &town.ask(&town.airline()).query()).await;
    let Authorize::Approve(asked) = asked.unwrap() else { panic!("no page of approval") };
    assert_eq!(asked.on_behalf_of.as_deref(), Some("Mother"));
    let herself = town.platform.act_for_oneself(&acting);
    let ask = town.ask(&town.airline());
    let to = approve(&town, &herself, &ask.query()).await.unwrap();
    let own_code = Journey::ended(ask, to).code();
    assert_ne!(town.redeem(&own_code).await.unwrap().sub(), told.sub());
}

async fn the_number_on_the_other_screen_confirms_it(town: Town) {
    let (mother, daughter) = two(&town).await;
    let terms = || offer(&[Scene::LogIn], None, MONTH);
    let (id, number) = accepted(&town, (&mother, &daughter), terms()).await;
    let platform = &town.platform;
    assert_eq!(refusal(platform.act_for(&daughter.session, id).await), "delegation_over");
    let own = platform.confirm_delegation(&daughter.session, id, &number).await;
    assert_eq!(refusal(own), "delegation_unknown", "not by the delegate");
    assert_eq!(platform.delegations(&mother.session).await.unwrap().given[0].number, None);
    let wrong = if number == "000000" { "000001" } else { "000000" };
    for _ in 0..3 {
        let tried = platform.confirm_delegation(&mother.session, id, wrong).await;
        assert_eq!(refusal(tried), "delegation_number_wrong");
    }
    let tried = platform.confirm_delegation(&mother.session, id, &number).await;
    assert_eq!(refusal(tried), "tries_exhausted");
    // Confirmed late is not confirmed.
    let (id, number) = accepted(&town, (&mother, &daughter), terms()).await;
    town.world.pass(30 * 60);
    let late = platform.confirm_delegation(&mother.session, id, &number).await;
    assert_eq!(refusal(late), "delegation_unknown");
}

async fn out_of_scope_is_refused(town: Town) {
    let (mother, daughter) = two(&town).await;
    let terms = offer(&[Scene::BookTicket], Some(sky_air()), MONTH);
    let id = given(&town, (&mother, &daughter), terms).await;
    let acting = town.platform.act_for(&daughter.session, id).await.unwrap();
    let another_scene = approve(&town, &acting, &town.ask(&town.airline()).query()).await;
    assert_eq!(refusal(another_scene), "delegation_out_of_scope");
    let booking = town.ask(&town.airline()).with("scope", "openid scene:book_ticket");
    assert!(approve(&town, &acting, &booking.query()).await.is_ok());
    assert_eq!(
        refusal(approve(&town, &acting, &town.ask(&town.shop()).query()).await),
        "not_for_another",
        "another organisation, and an age beside"
    );
    let shop = town.ask(&town.shop()).with("scope", "openid scene:log_in");
    assert_eq!(refusal(approve(&town, &acting, &shop.query()).await), "delegation_out_of_scope");
    let everything = offer(&[Scene::LogIn], Some(sky_air()), MONTH);
    let id_of_login = given(&town, (&mother, &daughter), everything).await;
    let acting = town.platform.act_for(&daughter.session, id_of_login).await.unwrap();
    assert_eq!(refusal(approve(&town, &acting, &shop.query()).await), "delegation_out_of_scope");
    let stranger = town.enrolled(50).await;
    assert_eq!(refusal(town.platform.act_for(&stranger.session, id).await), "delegation_unknown");
}

async fn an_age_is_nobody_elses_to_show(town: Town) {
    let (mother, daughter) = two(&town).await;
    let platform = &town.platform;
    let terms = offer(&[Scene::CheckAge], None, MONTH);
    assert_eq!(
        refusal(platform.offer_delegation(&mother.session, terms).await),
        "delegation_out_of_scope"
    );
    // Where it is asked all the same, the answer is no: whoever sits there is another person.
    let id = given(&town, (&mother, &daughter), offer(&[Scene::LogIn], None, MONTH)).await;
    let acting = platform.act_for(&daughter.session, id).await.unwrap();
    let query = town.ask(&town.shop()).query();
    assert_eq!(refusal(approve(&town, &acting, &query).await), "not_for_another");
}

async fn who_somebody_is_is_nobody_elses_to_tell(town: Town) {
    let bank = town.obliged_bank().await;
    let (mother, daughter) = two(&town).await;
    let scenes = offer(&[Scene::Register], None, SignedDuration::from_hours(48));
    let id = given(&town, (&mother, &daughter), scenes).await;
    let acting = town.platform.act_for(&daughter.session, id).await.unwrap();
    let ask = bank.who_are_you(&town);
    let to = approve(&town, &acting, &ask.query()).await.unwrap();
    let told = town.redeem(&Journey::ended(ask, to).code()).await.unwrap();
    assert_eq!(told.id_token["plain_identity"], "declined");
    let call = town.fetching(&bank.application, told.response.access_token());
    assert_eq!(refusal(town.fetch_plain(&call).await), "plain_not_agreed");
}

async fn over_means_over_at_once(town: Town) {
    let (mother, daughter) = two(&town).await;
    let id = given(&town, (&mother, &daughter), offer(&[Scene::LogIn], None, MONTH)).await;
    let platform = &town.platform;
    let acting = platform.act_for(&daughter.session, id).await.unwrap();
    let ask = town.ask(&town.airline());
    let to = approve(&town, &acting, &ask.query()).await.unwrap();
    let waiting = Journey::ended(ask, to).code();
    platform.revoke_delegation(&mother.session, id).await.unwrap();
    assert_eq!(refusal(town.redeem(&waiting).await), "delegation_over");
    let after = approve(&town, &acting, &town.ask(&town.airline()).query()).await;
    assert_eq!(refusal(after), "delegation_over");
    assert_eq!(
        refusal(platform.revoke_delegation(&mother.session, id).await),
        "delegation_unknown"
    );
    // What was told already is not told again.
    let id = given(&town, (&mother, &daughter), offer(&[Scene::LogIn], None, MONTH)).await;
    let again = platform.act_for(&daughter.session, id).await.unwrap();
    let ask = town.ask(&town.airline());
    let to = approve(&town, &again, &ask.query()).await.unwrap();
    let told = town.redeem(&Journey::ended(ask, to).code()).await.unwrap();
    assert!(town.userinfo(&told).await.is_ok());
    platform.revoke_delegation(&mother.session, id).await.unwrap();
    assert_eq!(town.userinfo(&told).await, Err("token_revoked"));
    // By time as well, and by the delegate.
    let day = SignedDuration::from_hours(24);
    let id = given(&town, (&mother, &daughter), offer(&[Scene::LogIn], None, day)).await;
    platform.revoke_delegation(&daughter.session, id).await.unwrap();
    let id = given(&town, (&mother, &daughter), offer(&[Scene::LogIn], None, day)).await;
    town.world.pass(24 * 60 * 60);
    let mut daughter = daughter;
    daughter.sign_in_with_passcode().await.unwrap();
    assert_eq!(refusal(platform.act_for(&daughter.session, id).await), "delegation_over");
}

async fn a_delegate_does_nothing_else(town: Town) {
    let (mother, daughter) = two(&town).await;
    let id = given(&town, (&mother, &daughter), offer(&[Scene::LogIn], None, MONTH)).await;
    let platform = &town.platform;
    let acting = platform.act_for(&daughter.session, id).await.unwrap();
    // Whatever is one's own stays the delegate's own.
    let export = serde_json::to_value(platform.export(&acting).await.unwrap()).unwrap();
    assert_eq!(export["name"], daughter.resident.person.name.written);
    platform.lock(&acting).await.unwrap();
    assert_eq!(
        platform.overview(&mother.session).await.unwrap().certificate.state,
        store::authentication::State::Active
    );
    let mut daughter = daughter;
    daughter.unlock().await.unwrap();
    let acting = platform.act_for(&daughter.session, id).await.unwrap();
    // No delegate of a delegate.
    let third = offer(&[Scene::LogIn], None, MONTH);
    assert_eq!(refusal(platform.offer_delegation(&acting, third).await), "not_for_another");
    let text =
        platform.offer_delegation(&mother.session, offer(&[Scene::LogIn], None, MONTH)).await;
    let called = "Mother".parse().unwrap();
    let passed_on = platform.accept_delegation(&acting, &text.unwrap(), &called).await;
    assert_eq!(refusal(passed_on), "not_for_another");
}

async fn a_delegates_word_stays_a_delegates(town: Town) {
    let (mut mother, mut daughter) = (town.enrolled(76).await, town.enrolled(44).await);
    daughter.acts_for(&mut mother, &[Scene::LogIn]).await;
    let airline = town.ask(&town.airline());
    assert_eq!(daughter.go(&airline).await.unwrap().pages, [Page::Approve]);
    let own = mother.go(&airline).await.unwrap();
    assert_eq!(own.pages, [Page::Approve], "she has not agreed to it herself");
    // Nor does the daughter take the mother's own word away.
    let own = town.redeem(&own.code()).await.unwrap();
    let acted = town.redeem(&daughter.go(&airline).await.unwrap().code()).await.unwrap();
    assert!(town.userinfo(&own).await.is_ok());
    assert_eq!(mother.go(&airline).await.unwrap().pages, []);
    // Each is withdrawn by itself.
    let consents = town.platform.overview(&mother.session).await.unwrap().consents;
    let at_airline = |one: &&OverviewConsent| one.scene == "log_in" && one.withdrawn_at.is_none();
    assert_eq!(consents.iter().filter(at_airline).count(), 2);
    for consent in consents.iter().filter(at_airline) {
        town.platform.withdraw(&mother.session, consent.id).await.unwrap();
    }
    for told in [own, acted] {
        assert_eq!(town.userinfo(&told).await, Err("token_revoked"));
    }
}

async fn whoever_is_locked_cannot(town: Town) {
    let (mother, daughter) = two(&town).await;
    let id = given(&town, (&mother, &daughter), offer(&[Scene::LogIn], None, MONTH)).await;
    let acting = town.platform.act_for(&daughter.session, id).await.unwrap();
    mother.lock().await.unwrap();
    let query = town.ask(&town.airline()).query();
    assert_eq!(refusal(approve(&town, &acting, &query).await), "delegation_over");
    let mut mother = mother;
    mother.unlock().await.unwrap();
    assert!(approve(&town, &acting, &query).await.is_ok());
    daughter.lock().await.unwrap();
    assert_eq!(refusal(approve(&town, &acting, &query).await), "certificate_locked");
    // Locked, either may still end it.
    town.platform.revoke_delegation(&mother.session, id).await.unwrap();
}

async fn an_offer_is_for_one_adult_and_half_an_hour(town: Town) {
    let (mother, daughter) = two(&town).await;
    let platform = &town.platform;
    let called = || "Mother".parse().unwrap();
    let terms = || offer(&[Scene::LogIn], None, MONTH);
    let text = platform.offer_delegation(&mother.session, terms()).await.unwrap();
    let own = platform.accept_delegation(&mother.session, &text, &called()).await;
    assert_eq!(refusal(own), "delegation_to_oneself");
    let mut young = town.enrolled(16).await;
    young.sign_in_with_passcode().await.unwrap();
    let minor = platform.accept_delegation(&young.session, &text, &called()).await;
    assert_eq!(refusal(minor), "delegation_of_minor");
    assert_eq!(
        refusal(platform.offer_delegation(&young.session, terms()).await),
        "delegation_of_minor"
    );
    platform.accept_delegation(&daughter.session, &text, &called()).await.unwrap();
    let mut other = town.enrolled(40).await;
    other.sign_in_with_passcode().await.unwrap();
    let taken = platform.accept_delegation(&other.session, &text, &called()).await;
    assert_eq!(refusal(taken), "delegation_unknown");
    let text = platform.offer_delegation(&mother.session, terms()).await.unwrap();
    town.world.pass(30 * 60);
    let late = platform.accept_delegation(&daughter.session, &text, &called()).await;
    assert_eq!(refusal(late), "delegation_unknown");
    for (hours, scenes) in [(23, &[Scene::LogIn][..]), (367 * 24, &[Scene::LogIn]), (48, &[])] {
        let terms = offer(scenes, None, SignedDuration::from_hours(hours));
        let code = refusal(platform.offer_delegation(&mother.session, terms).await);
        assert!(["delegation_too_long", "delegation_empty"].contains(&code), "{code}");
    }
    let mut mother = mother;
    mother.sign_in().await.unwrap();
    assert_eq!(
        refusal(platform.offer_delegation(&mother.session, terms()).await),
        "not_signed_in",
        "the passcode is needed"
    );
}

async fn it_is_exported_and_goes_with_either(town: Town) {
    let (mother, daughter) = two(&town).await;
    given(&town, (&mother, &daughter), offer(&[Scene::LogIn], None, MONTH)).await;
    for (holder, called) in [(&mother, "Mei"), (&daughter, "Mother")] {
        let export = town.platform.export(&holder.session).await.unwrap();
        let export = serde_json::to_value(export).unwrap();
        assert_eq!(export["delegations"][0]["called"], called);
    }
    daughter.cancel().await.unwrap();
    assert_eq!(town.census().await.count("delegations"), 0);
}
