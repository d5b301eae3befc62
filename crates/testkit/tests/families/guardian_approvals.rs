//! Under fourteen, use needs a guardian's standing approval: for one organisation, in named scenes, for a time
//! (Measures art. 5, PIPL 31). The guardian sees where, never what.

use rules::{GuardianshipPaper, Scene, approval::Term};
use service::{GuardianshipAct, GuardianshipEntry, Standing};
use yinzheng_testkit::{
    Holder, Page, Resident, Town,
    officer::{change_guardianship, number},
    refusal, stories,
};

stories!(
    a_child_asks_and_the_guardian_approves,
    an_approval_reaches_one_organisation_in_its_scenes_for_its_time,
    a_word_taken_back_stops_codes_and_tokens_at_once,
    one_no_stands_until_its_guardian_lifts_it,
    nobody_else_says_a_word_for_the_child,
    a_locked_guardian_gives_nothing_and_takes_back,
    a_guardian_who_left_approves_no_more,
    a_guardian_who_resigned_approves_no_more,
    custody_that_ended_ends_the_approvals,
    a_year_without_a_card_carries_nothing,
    the_relying_party_learns_that_a_guardian_agreed_and_not_who,
    a_child_asks_once_and_not_without_end,
    a_counter_confirms_and_ends,
    an_approval_that_ends_takes_its_codes_along,
);

async fn a_child_asks_and_the_guardian_approves(town: Town) {
    let (mut child, guardian) = child_and_guardian(&town, 10).await;
    let ask = town.ask(&town.airline());
    let needed = child.guardian_needed(&ask).await;
    assert_eq!(needed.standing, Standing::NotAsked);
    let journey = child.go(&ask).await.unwrap();
    assert_eq!(
        (journey.pages.as_slice(), journey.error().as_str()),
        ([Page::GuardianNeeded].as_slice(), "access_denied")
    );
    assert!(journey.to.as_str().contains("guardian_consent_missing"), "{}", journey.to);

    child.ask_guardian(&needed).await.unwrap();
    let now = town.platform.now();
    assert_eq!(child.guardian_needed(&ask).await.standing, Standing::Waiting { since: now });
    let [seen] = &guardian.children().await[..] else { panic!("one child") };
    let [request] = &seen.requests[..] else { panic!("one question") };
    assert_eq!(request.organisation, town.airline().organisation());
    assert_eq!(request.scenes, [Scene::LogIn, Scene::BookTicket, Scene::Insure]);

    guardian.approve(&town.airline(), &[Scene::LogIn], Term::Month).await.unwrap();
    assert!(guardian.children().await[0].requests.is_empty());
    let journey = child.go(&town.ask(&town.airline())).await.unwrap();
    assert_eq!(journey.pages, [Page::Approve], "the child agrees as well");
    assert!(town.redeem(&journey.code()).await.is_ok());

    // Where and on which day, and nothing else.
    let [used] = &guardian.children().await[0].used[..] else { panic!("one use") };
    assert_eq!((used.day, &used.organisation), (town.today(), &town.airline().organisation()));
}

async fn an_approval_reaches_one_organisation_in_its_scenes_for_its_time(town: Town) {
    let (mut child, guardian) = child_and_guardian(&town, 9).await;
    guardian.approve(&town.airline(), &[Scene::LogIn], Term::Month).await.unwrap();
    child.agree_to(&town.airline()).await;
    child.agree_to(&town.airline_app()).await;
    let other_scene = town.ask(&town.airline()).with("scope", "openid scene:book_ticket");
    child.sign_in_with_passcode().await.unwrap();
    assert_eq!(child.go(&other_scene).await.unwrap().pages, [Page::GuardianNeeded]);
    assert_eq!(child.go(&town.ask(&town.shop())).await.unwrap().pages, [Page::GuardianNeeded]);

    town.world.pass(30 * 24 * 60 * 60 - 1);
    child.sign_in_with_passcode().await.unwrap();
    assert_eq!(child.go(&town.ask(&town.airline())).await.unwrap().pages, []);
    town.world.pass(1);
    assert_eq!(child.go(&town.ask(&town.airline())).await.unwrap().pages, [Page::GuardianNeeded]);
    let silent = town.ask(&town.airline()).with("prompt", "none");
    assert_eq!(child.go(&silent).await.unwrap().error(), "access_denied");
}

async fn a_word_taken_back_stops_codes_and_tokens_at_once(town: Town) {
    let (mut child, guardian) = child_and_guardian(&town, 11).await;
    guardian.approve(&town.airline(), &[Scene::LogIn], Term::Year).await.unwrap();
    let told = child.agree_to(&town.airline()).await;
    let told = town.redeem(&told).await.unwrap();
    let waiting = child.agree_to(&town.airline()).await;
    // A page of approval that lies open while the word is taken back.
    let open = town.ask(&town.airline()).with("prompt", "consent");
    let open = town.platform.authorize(Some(&child.session), &open.query()).await.unwrap();
    let service::Authorize::Approve(open) = open else { panic!("a page of approval") };

    guardian.lift().await.unwrap();
    assert_eq!(refusal(town.redeem(&waiting).await), "consent_withdrawn");
    assert!(town.userinfo(&told).await.is_err());
    let approve = service::Decision::Approve;
    let late = town.platform.agree(&child.session, &open.ticket, approve).await.unwrap();
    let late = yinzheng_testkit::arrived(&yinzheng_testkit::back(late));
    assert!(late.as_str().contains("guardian_consent_missing"), "{late}");
    assert_eq!(child.go(&town.ask(&town.airline())).await.unwrap().pages, [Page::GuardianNeeded]);
    // Taken back is taken back once.
    let [word] = &town.platform.my_guardians(&child.session).await.unwrap().words[..] else {
        return;
    };
    panic!("nothing stands: {word:?}");
}

async fn one_no_stands_until_its_guardian_lifts_it(town: Town) {
    let (mut child, mother, father) = child_and_both(&town, 10).await;
    mother.approve(&town.airline(), &[Scene::LogIn], Term::Year).await.unwrap();
    child.agree_to(&town.airline()).await;
    father.refuse(&town.airline()).await.unwrap();
    let ask = town.ask(&town.airline());
    assert_eq!(child.guardian_needed(&ask).await.standing, Standing::Refused);
    let journey = child.go(&ask).await.unwrap();
    assert!(journey.to.as_str().contains("guardian_refused"));

    // The other's yes does not lift it, and both see it.
    mother.approve(&town.airline(), &[Scene::LogIn], Term::Year).await.unwrap();
    assert_eq!(child.guardian_needed(&ask).await.standing, Standing::Refused);
    assert_eq!(mother.children().await[0].words.len(), 2);
    let foreign = father.children().await[0].words.iter().find_map(|said| said.own).unwrap();
    assert_eq!(
        refusal(town.platform.lift_answer(&mother.session, foreign).await),
        "approval_unknown"
    );

    father.lift().await.unwrap();
    assert_eq!(child.go(&town.ask(&town.airline())).await.unwrap().pages, [Page::Approve]);
}

async fn nobody_else_says_a_word_for_the_child(town: Town) {
    let (child, guardian) = child_and_guardian(&town, 12).await;
    let stranger = town.enrolled(44).await;
    let guardianship = guardian.guardianship().await;
    let scenes = rules::approval::Scenes::new([Scene::LogIn]).unwrap();
    let yes = service::GuardianWord::Yes { scenes, term: Term::Year };
    let airline = town.airline().organisation();
    for (who, session) in [("a stranger", &stranger.session), ("the child", &child.session)] {
        let said = town.platform.answer_child(session, guardianship, &airline, yes.clone()).await;
        assert_eq!(refusal(said), "guardianship_unknown", "{who}");
        let ended = town.platform.resign_guardianship(session, guardianship).await;
        assert_eq!(refusal(ended), "guardianship_unknown", "{who}");
    }
    let mut without = guardian.clone();
    without.sign_in().await.unwrap();
    let said = town.platform.answer_child(&without.session, guardianship, &airline, yes).await;
    assert_eq!(refusal(said), "not_signed_in");
    assert_eq!(refusal(town.platform.children(&without.session).await), "not_signed_in");
    // A stranger's card finds no child; another's card in one's own session is refused.
    assert_eq!(stranger.confirm_children().await.unwrap(), 0);
    let challenge = town.platform.guardian_card_challenge(&stranger.session).unwrap();
    let card = guardian.resident.card(&challenge);
    let borrowed = town.platform.confirm_children(&stranger.session, &challenge, card).await;
    assert_eq!(refusal(borrowed), "card_of_another");
    assert_eq!(town.census().await.count("guardian_approvals"), 0);
}

async fn a_locked_guardian_gives_nothing_and_takes_back(town: Town) {
    let (mut child, guardian) = child_and_guardian(&town, 8).await;
    guardian.approve(&town.airline(), &[Scene::LogIn], Term::Year).await.unwrap();
    guardian.lock().await.unwrap();
    let said = guardian.approve(&town.shop(), &[Scene::CheckAge], Term::Month).await;
    assert_eq!(refusal(said), "certificate_locked");
    assert_eq!(refusal(guardian.confirm_children().await), "certificate_locked");
    // What was given stands: the child is not punished for a lost phone.
    child.agree_to(&town.airline()).await;
    guardian.lift().await.unwrap();
    assert_eq!(child.go(&town.ask(&town.airline())).await.unwrap().pages, [Page::GuardianNeeded]);
    guardian.refuse(&town.shop()).await.unwrap();
}

async fn a_guardian_who_left_approves_no_more(town: Town) {
    let (mut child, guardian) = child_and_guardian(&town, 10).await;
    guardian.approve(&town.airline(), &[Scene::LogIn], Term::Year).await.unwrap();
    let waiting = child.agree_to(&town.airline()).await;
    guardian.cancel().await.unwrap();
    assert_eq!(refusal(town.redeem(&waiting).await), "consent_withdrawn");
    let needed = child.guardian_needed(&town.ask(&town.airline())).await;
    assert_eq!(needed.standing, Standing::Nobody);
    let census = town.census().await;
    for table in ["guardianships", "guardian_approvals", "guardian_requests"] {
        assert_eq!(census.count(table), 0, "{table}");
    }
}

async fn a_guardian_who_resigned_approves_no_more(town: Town) {
    let (mut child, mother, father) = child_and_both(&town, 10).await;
    mother.approve(&town.airline(), &[Scene::LogIn], Term::Year).await.unwrap();
    let guardianship = mother.guardianship().await;
    town.platform.resign_guardianship(&mother.session, guardianship).await.unwrap();
    let again = town.platform.resign_guardianship(&mother.session, guardianship).await;
    assert_eq!(refusal(again), "guardianship_unknown");
    assert!(mother.children().await.is_empty());
    let needed = child.guardian_needed(&town.ask(&town.airline())).await;
    assert_eq!(needed.standing, Standing::NotAsked, "the other guardian can answer");
    father.approve(&town.airline(), &[Scene::LogIn], Term::Year).await.unwrap();
    child.agree_to(&town.airline()).await;
}

async fn custody_that_ended_ends_the_approvals(town: Town) {
    // The registry knows nothing of this guardianship, which a counter confirmed and the registry then takes over
    // in no card: only what the registry confirmed ends by its silence.
    let (mut child, guardian) = child_and_guardian(&town, 9).await;
    let stranger = town.enrolled(45).await;
    let confirm = GuardianshipEntry {
        act: GuardianshipAct::Confirm,
        guardian: number(&stranger.resident),
        child: number(&child.resident),
        paper: GuardianshipPaper::CourtOrder,
    };
    change_guardianship(&mut town.counter().await, confirm).await.unwrap();
    assert_eq!(stranger.confirm_children().await.unwrap(), 0);
    assert_eq!(stranger.children().await.len(), 1, "a counter's word is not the card's to end");

    // The same by the registry's word, which the next card does not repeat.
    say_registry(&town).await;
    stranger.approve(&town.airline(), &[Scene::LogIn], Term::Year).await.unwrap();
    child.agree_to(&town.airline()).await;
    assert_eq!(stranger.confirm_children().await.unwrap(), 0);
    assert!(stranger.children().await.is_empty());
    assert_eq!(child.go(&town.ask(&town.airline())).await.unwrap().pages, [Page::GuardianNeeded]);
    assert_eq!(guardian.confirm_children().await.unwrap(), 1, "the other is untouched");
}

/// Every guardianship becomes one the registry confirmed.
async fn say_registry(town: &Town) {
    town.platform
        .store()
        .write("say registry", async |tx| {
            for person in tx.guardianships_to_look_at(i64::MAX, 100).await? {
                let by = store::authentication::Confirmed::Registry;
                let said = store::authentication::Guardianship { confirmed_by: by, ..person };
                tx.confirm_guardianship(&said).await?;
            }
            Ok::<_, store::Error>(())
        })
        .await
        .unwrap();
}

async fn a_year_without_a_card_carries_nothing(town: Town) {
    let (mut child, mut guardian) = child_and_guardian(&town, 6).await;
    town.world.pass(200 * 24 * 60 * 60);
    guardian.sign_in_with_passcode().await.unwrap();
    guardian.approve(&town.airline(), &[Scene::LogIn], Term::Year).await.unwrap();
    town.world.pass(166 * 24 * 60 * 60);
    child.sign_in().await.unwrap();
    let ask = town.ask(&town.airline());
    assert_eq!(child.guardian_needed(&ask).await.standing, Standing::Nobody);
    guardian.sign_in_with_passcode().await.unwrap();
    let said = guardian.approve(&town.airline(), &[Scene::LogIn], Term::Year).await;
    assert_eq!(refusal(said), "guardianship_unconfirmed");
    assert_eq!(guardian.confirm_children().await.unwrap(), 1);
    assert_eq!(child.go(&ask).await.unwrap().pages, [Page::Approve], "the approval of then counts");
}

async fn the_relying_party_learns_that_a_guardian_agreed_and_not_who(town: Town) {
    let (mut child, guardian) = child_and_guardian(&town, 10).await;
    guardian.approve(&town.shop(), &[Scene::CheckAge], Term::Month).await.unwrap();
    let scope = "openid scene:check_age minor guardian_agreed";
    let ask = town.ask(&town.shop()).with("scope", scope);
    let told = town.redeem(&child.go(&ask).await.unwrap().code()).await.unwrap();
    let claims = &told.id_token;
    assert_eq!((&claims["minor"], &claims["guardian_agreed"]), (&true.into(), &true.into()));
    let text = serde_json::to_string(claims).unwrap();
    assert!(
        !text.contains(guardian.net_number.as_str()) && !text.contains(child.net_number.as_str())
    );

    let mut adult = town.enrolled(30).await;
    let ask = town.ask(&town.shop()).with("scope", scope);
    let told = town.redeem(&adult.go(&ask).await.unwrap().code()).await.unwrap();
    assert_eq!(told.id_token["minor"], false);
    assert_eq!(told.id_token["guardian_agreed"], false);
    // No scene of the airline's justifies asking it.
    let nosy = town.ask(&town.airline()).with("scope", "openid scene:log_in guardian_agreed");
    assert_eq!(adult.go(&nosy).await.unwrap().error(), "invalid_scope");
}

async fn a_child_asks_once_and_not_without_end(town: Town) {
    let (child, _) = child_and_guardian(&town, 11).await;
    let needed = child.guardian_needed(&town.ask(&town.airline())).await;
    for _ in 0..3 {
        child.ask_guardian(&needed).await.unwrap();
    }
    assert_eq!(town.census().await.count("guardian_requests"), 1);
    // The ticket is the child's, in this session.
    let stranger = town.enrolled(33).await;
    assert_eq!(refusal(stranger.ask_guardian(&needed).await), "ticket_invalid");
    town.world.pass(31 * 24 * 60 * 60);
    town.platform.purge().await.unwrap();
    assert_eq!(town.census().await.count("guardian_requests"), 0);
}

async fn a_counter_confirms_and_ends(town: Town) {
    let (mut child, guardian) = child_and_guardian(&town, 9).await;
    let (aunt, minor) = (town.enrolled(38).await, town.enrolled(16).await);
    let mut counter = town.counter().await;
    let change = |act, guardian: &Resident, child: &Holder| GuardianshipEntry {
        act,
        guardian: number(guardian),
        child: number(&child.resident),
        paper: GuardianshipPaper::CourtOrder,
    };
    let confirm = |guardian: &Resident, child| change(GuardianshipAct::Confirm, guardian, child);
    let by_minor = change_guardianship(&mut counter, confirm(&minor.resident, &child)).await;
    assert_eq!(refusal(by_minor), "not_the_guardian", "nobody under age");
    let nobody = change_guardianship(&mut counter, confirm(&town.aged(75), &child)).await;
    assert_eq!(refusal(nobody), "guardian_uncertified");
    let of_adult = change_guardianship(&mut counter, confirm(&aunt.resident, &guardian)).await;
    assert_eq!(refusal(of_adult), "approval_not_needed", "nobody stands behind an adult");

    change_guardianship(&mut counter, confirm(&aunt.resident, &child)).await.unwrap();
    aunt.approve(&town.airline(), &[Scene::LogIn], Term::Year).await.unwrap();
    child.agree_to(&town.airline()).await;
    let end = || change(GuardianshipAct::End, &aunt.resident, &child);
    change_guardianship(&mut counter, end()).await.unwrap();
    let twice = change_guardianship(&mut counter, end()).await;
    assert_eq!(refusal(twice), "guardianship_unknown");
    assert_eq!(child.go(&town.ask(&town.airline())).await.unwrap().pages, [Page::GuardianNeeded]);
}

async fn an_approval_that_ends_takes_its_codes_along(town: Town) {
    let (mut child, guardian) = child_and_guardian(&town, 9).await;
    guardian.approve(&town.airline(), &[Scene::LogIn], Term::Month).await.unwrap();
    child.agree_to(&town.airline()).await;
    town.world.pass(30 * 24 * 60 * 60 - 30);
    child.sign_in_with_passcode().await.unwrap();
    let early = child.agree_to(&town.airline()).await;
    let late = child.agree_to(&town.airline()).await;
    town.world.pass(29);
    town.redeem(&early).await.unwrap();
    // The last second is over, and the code is not a minute old.
    town.world.pass(1);
    assert_eq!(refusal(town.redeem(&late).await), "guardian_approval_over");
}

async fn child_and_guardian(town: &Town, years: i16) -> (Holder, Holder) {
    let child = loop {
        let child = town.aged(years);
        if !child.guardians().is_empty() {
            break child;
        }
    };
    let guardian = child.guardian().enrol().await;
    (guardian.enrol_child(&child).await.unwrap(), guardian)
}

pub(crate) async fn child_and_both(town: &Town, years: i16) -> (Holder, Holder, Holder) {
    let child: Resident = loop {
        let child = town.aged(years);
        if child.guardians().len() == 2 {
            break child;
        }
    };
    let [mother, father] = &child.guardians()[..] else { panic!("two guardians") };
    let (mother, father) = (mother.enrol().await, father.enrol().await);
    let child = mother.enrol_child(&child).await.unwrap();
    father.confirm_children().await.unwrap();
    (child, mother, father)
}
