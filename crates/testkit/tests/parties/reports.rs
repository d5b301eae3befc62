//! A person reports a relying party; the operator sees the evidence and not the person, and can suspend.

use jiff::Timestamp;
use protocol::oauth::{
    Carried, ClientMetadata, GrantType, Profile, bearer::Presented, token::TokenType,
};
use rules::report::{Finding, Grievance};
use rules::{EventId, Scene};
use service::{OPERATOR, OverviewReport, Said};
use store::authentication::StaffAct;
use yinzheng_testkit::{Application, Cell, Holder, Town, refusal, stories};

stories!(
    a_report_carries_the_evidence_and_not_the_person,
    words_lie_sealed_and_go_with_the_person,
    who_says_so_is_named,
    the_person_sees_what_became_of_it,
    a_party_is_told_whole_months_and_no_few,
    a_use_is_reported_once_by_whom_it_concerns,
    nobody_floods_an_operator,
    reports_end,
    over_asking_is_counted_where_it_is_proved,
    a_suspended_client_is_told_nothing,
    a_suspension_ends_standing_access_for_good,
    an_organisation_is_suspended_with_all_it_has,
    the_staff_log_says_who_did_what,
);

/// Somebody who was verified at an application a moment ago, and that use.
async fn used(town: &Town, application: &Application) -> (Holder, EventId) {
    let mut holder = town.adult().enrol().await;
    let use_ = use_by(town, &mut holder, application).await;
    (holder, use_)
}

async fn use_by(town: &Town, holder: &mut Holder, application: &Application) -> EventId {
    let code = holder.agree_to(application).await;
    town.redeem(&code).await.unwrap();
    town.platform.overview(&holder.session).await.unwrap().events[0].id
}

fn said(event: EventId) -> Said {
    Said { about: event.into(), grievance: Grievance::AskedAgain, words: None, named: false }
}

async fn a_report_carries_the_evidence_and_not_the_person(town: Town) {
    let shop = town.shop();
    town.world.pass(17);
    let (li, event) = used(&town, &shop).await;
    town.platform.report(&li.session, said(event)).await.unwrap();

    let listed = town.platform.reports(false).await.unwrap();
    assert_eq!(listed.len(), 1);
    let seen = town.platform.report_seen(listed[0].id).await.unwrap();
    assert_eq!((seen.client.as_str(), seen.scene.as_str()), ("shop", "check_age"));
    assert_eq!(seen.asked, "age_over_18");
    assert_eq!(seen.mode, "urn:yinzheng:acr:certificate+passcode");
    assert_eq!(seen.used_at.as_second() % 60, 0);
    assert_eq!(seen.filed_at.as_second() % 60, 0);
    let registered: serde_json::Value = serde_json::from_str(&seen.registration).unwrap();
    assert_eq!(registered["scene"], Scene::CheckAge.as_str());
    assert_eq!(registered["other_methods"], serde_json::json!(["At the counter"]));
    assert_eq!(seen.by, None);
    assert!(!format!("{seen:?}").contains(li.net_number.as_str()));
    let counts = town.platform.reports_about("shop", Timestamp::MAX).await.unwrap();
    assert_eq!(counts.len(), 1);
    assert_eq!(
        (counts[0].grievance, counts[0].times, counts[0].upheld),
        (Grievance::AskedAgain, 1, 0)
    );
    let counted = town.platform.counted();
    assert!(counted.iter().any(|one| one.label.1 == "asked_again" && one.times == 1));
}

async fn words_lie_sealed_and_go_with_the_person(town: Town) {
    let (li, event) = used(&town, &town.airline()).await;
    let words = "他们在柜台又抄了我的身份证号 in the hall";
    let report = Said { words: Some(words.parse().unwrap()), ..said(event) };
    town.platform.report(&li.session, report).await.unwrap();
    let id = town.platform.reports(false).await.unwrap()[0].id;

    let census = town.census().await;
    for table in census.tables().map(str::to_owned).collect::<Vec<_>>() {
        for row in census.rows(&table) {
            for cell in row {
                let held: &[u8] = match cell {
                    Cell::Text(text) => text.as_bytes(),
                    Cell::Bytes(bytes) => bytes,
                    _ => continue,
                };
                let clear = held.windows(8).any(|part| part == b"the hall");
                assert!(!clear, "the words stand in clear in {table}");
            }
        }
    }
    let opened = town.platform.report_words(id, OPERATOR).await.unwrap().unwrap();
    assert_eq!(opened.expose(), words);
    let log = town.platform.staff_log(10).await.unwrap();
    assert_eq!(log[0].act, StaffAct::ReportOpened, "the log said so first");
    let export = serde_json::to_value(town.platform.export(&li.session).await.unwrap()).unwrap();
    assert_eq!(export["reports"][0]["words"], words);
    assert_eq!(export["reports"][0]["grievance"], "asked_again");

    li.cancel().await.unwrap();
    assert_eq!(town.platform.reports(true).await.unwrap().len(), 0);
    let census = town.census().await;
    assert_eq!((census.count("reports"), census.count("report_words")), (0, 0));
}

async fn who_says_so_is_named(town: Town) {
    let (li, event) = used(&town, &town.airline()).await;
    town.platform.report(&li.session, Said { named: true, ..said(event) }).await.unwrap();
    let id = town.platform.reports(false).await.unwrap()[0].id;
    assert_eq!(town.platform.reports(false).await.unwrap()[0].by, None, "a list names nobody");
    assert_eq!(town.platform.report_seen(id).await.unwrap().by, Some(li.net_number.clone()));
}

async fn the_person_sees_what_became_of_it(town: Town) {
    let (li, event) = used(&town, &town.airline()).await;
    let state = async || {
        let events = town.platform.overview(&li.session).await.unwrap().events;
        events.into_iter().find(|one| one.id == event).unwrap().report
    };
    assert_eq!(state().await, OverviewReport::Possible);
    town.platform.report(&li.session, said(event)).await.unwrap();
    assert_eq!(state().await, OverviewReport::Filed);
    let id = town.platform.reports(false).await.unwrap()[0].id;
    town.platform.close_report(id, Finding::Upheld, OPERATOR).await.unwrap();
    assert_eq!(state().await, OverviewReport::Closed(Finding::Upheld));
    let again = town.platform.close_report(id, Finding::Dismissed, OPERATOR).await;
    assert_eq!(refusal(again), "report_unknown");
    assert_eq!(town.platform.reports(false).await.unwrap().len(), 0);
    assert_eq!(
        town.platform.reports_about("airline-web", Timestamp::MAX).await.unwrap()[0].upheld,
        1
    );
}

async fn a_party_is_told_whole_months_and_no_few(town: Town) {
    let own = ClientMetadata {
        grant_types: vec![GrantType::AuthorizationCode, GrantType::ClientCredentials],
        ..ClientMetadata::default()
    };
    let party = town.admit_signing("tells", Profile::OpenId, own).await.unwrap();
    let told = async || {
        let token = town.own_token(&town.asking_for_itself(&party)).await.unwrap();
        let presented = Presented { token: token.access_token(), token_type: TokenType::Bearer };
        let told =
            town.platform.reports_told(presented, Carried::default()).await.unwrap().unwrap();
        told.counts.into_iter().map(|one| (one.grievance, one.times)).collect::<Vec<_>>()
    };
    for person in 0..5 {
        let (one, event) = used(&town, &party).await;
        town.platform.report(&one.session, said(event)).await.unwrap();
        if person == 0 {
            let (other, event) = used(&town, &party).await;
            let too_much = Said { grievance: Grievance::Other, ..said(event) };
            town.platform.report(&other.session, too_much).await.unwrap();
        }
    }
    assert_eq!(told().await, [], "not in the month in which it was reported");
    town.world.pass(31 * 24 * 60 * 60);
    assert_eq!(told().await, [(Grievance::AskedAgain, 5)], "one alone is not told");
    assert_eq!(town.platform.reports_about("tells", Timestamp::MAX).await.unwrap().len(), 2);
}

async fn a_use_is_reported_once_by_whom_it_concerns(town: Town) {
    let (li, event) = used(&town, &town.airline()).await;
    let (stranger, _) = used(&town, &town.shop()).await;
    assert_eq!(refusal(town.platform.report(&stranger.session, said(event)).await), "use_unknown");
    // Whoever is refused leaves no words behind.
    let words = Some("words".parse().unwrap());
    let with_them = Said { words: words.clone(), ..said(event) };
    assert_eq!(refusal(town.platform.report(&stranger.session, with_them).await), "use_unknown");
    assert_eq!(town.census().await.count("report_words"), 0);

    let mut at_once = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (platform, session) = (town.platform.clone(), li.session.clone());
        at_once.spawn(async move { platform.report(&session, said(event)).await });
    }
    let outcomes = at_once.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(
        refusal(town.platform.reportable(&li.session, &event.into()).await),
        "reported_already"
    );
    let with_them = Said { words, ..said(event) };
    assert_eq!(refusal(town.platform.report(&li.session, with_them).await), "reported_already");
    assert_eq!(town.census().await.count("report_words"), 0);
    // What no relying party did is not reported.
    let issued = town.platform.overview(&li.session).await.unwrap().events.pop().unwrap();
    assert_eq!(
        refusal(town.platform.reportable(&li.session, &issued.id.into()).await),
        "use_unknown"
    );
}

async fn nobody_floods_an_operator(town: Town) {
    let (mut li, mut event) = used(&town, &town.airline()).await;
    for _ in 0..3 {
        town.platform.report(&li.session, said(event)).await.unwrap();
        town.world.pass(60);
        event = use_by(&town, &mut li, &town.airline()).await;
    }
    let fourth = town.platform.report(&li.session, said(event)).await;
    assert_eq!(refusal(fourth), "reported_too_often");
    let elsewhere = use_by(&town, &mut li, &town.shop()).await;
    town.platform.report(&li.session, said(elsewhere)).await.unwrap();
}

async fn reports_end(town: Town) {
    let (li, event) = used(&town, &town.airline()).await;
    let words = Some("words".parse().unwrap());
    town.platform.report(&li.session, Said { words, ..said(event) }).await.unwrap();
    let id = town.platform.reports(false).await.unwrap()[0].id;
    town.world.pass(300 * 24 * 60 * 60);
    town.platform.purge().await.unwrap();
    assert_eq!(town.platform.reports(false).await.unwrap().len(), 1, "nobody closed it yet");
    town.platform.close_report(id, Finding::Dismissed, OPERATOR).await.unwrap();
    town.world.pass(184 * 24 * 60 * 60);
    town.platform.purge().await.unwrap();
    let census = town.census().await;
    assert_eq!((census.count("reports"), census.count("report_words")), (0, 0));
}

async fn over_asking_is_counted_where_it_is_proved(town: Town) {
    let airline = town.airline();
    let asks = town.ask(&airline).with("scope", "openid scene:log_in age_over_18");
    let mut li = town.enrolled(34).await;
    assert_eq!(li.go(&asks).await.unwrap().error(), "invalid_scope");
    assert_eq!(town.platform.over_asking().await.unwrap(), [], "anybody could have made that link");
    assert!(
        town.platform.counted().iter().any(|one| one.label.1 == "beyond_scene" && one.times == 1)
    );
    for _ in 0..2 {
        assert_eq!(refusal(town.push(&asks, None).await), "beyond_scene");
    }
    let counted = town.platform.over_asking().await.unwrap();
    assert_eq!(counted.len(), 1);
    let one = &counted[0];
    assert_eq!((one.client.as_str(), one.scene.as_str()), ("airline-web", "log_in"));
    assert_eq!((one.rule.as_str(), one.times), ("beyond_scene", 2));
    // By whichever door it comes.
    let (app, too_much) = (town.airline_app(), "openid scene:log_in age_over_18");
    assert_eq!(refusal(town.ask_by_device(&app, too_much).await.map(drop)), "beyond_scene");
    let read_out = town.platform.draw_reach_code(&li.session).await.unwrap().code;
    let form = [("scope", too_much), ("login_hint", &read_out), ("binding_message", "W4SCT")];
    assert_eq!(refusal(town.ask_backchannel(&app, &form).await.map(drop)), "beyond_scene");
    let counted = town.platform.over_asking().await.unwrap();
    assert_eq!(counted.iter().map(|one| one.times).collect::<Vec<_>>(), [2, 2]);
    town.world.pass(200 * 24 * 60 * 60);
    town.platform.purge().await.unwrap();
    assert_eq!(town.census().await.count("over_asking"), 0);
}

const STANDING: &str = "openid scene:insure age_over_18 offline_access";

async fn a_suspended_client_is_told_nothing(town: Town) {
    let (mut li, airline) = (town.enrolled(34).await, town.airline());
    let other = town.restarted();
    let told = town.redeem(&li.agree_to(&airline).await).await.unwrap();
    let waiting = li.agree_to(&airline).await;
    assert!(other.userinfo(&told).await.is_ok(), "the other process has read the client");
    town.platform.suspend_client("airline-web", OPERATOR).await.unwrap();

    assert_eq!(refusal(town.redeem(&waiting).await), "client_suspended");
    assert_eq!(refusal(li.go(&town.ask(&airline)).await), "client_suspended");
    assert_eq!(refusal(town.push(&town.ask(&airline), None).await), "client_suspended");
    let device = town.ask_by_device(&airline, "openid").await.map(drop);
    assert_eq!(refusal(device), "client_suspended");
    let form = [("scope", "openid"), ("login_hint", "BCDFGHJKL"), ("binding_message", "W4SCT")];
    assert_eq!(refusal(town.ask_backchannel(&airline, &form).await.map(drop)), "client_suspended");
    assert_eq!(town.userinfo(&told).await, Err("token_revoked"));
    town.world.pass(10);
    assert_eq!(other.userinfo(&told).await, Err("token_revoked"), "ten seconds later everywhere");
    assert!(
        li.go(&town.ask(&town.airline_app())).await.is_ok(),
        "one client, not its organisation"
    );

    let overview = town.platform.overview(&li.session).await.unwrap();
    let consent = overview.consents.iter().find(|one| one.client_en == "Sky Air" && one.suspended);
    assert!(consent.is_some(), "the person sees it, by its name");
    let again = town.platform.suspend_client("airline-web", OPERATOR).await;
    assert_eq!(refusal(again), "client_not_there");
    assert_eq!(refusal(town.platform.suspend_client("nobody", OPERATOR).await), "client_not_there");

    town.platform.resume_client("airline-web", OPERATOR).await.unwrap();
    assert!(li.go(&town.ask(&airline)).await.is_ok());
}

async fn a_suspension_ends_standing_access_for_good(town: Town) {
    let (mut li, airline) = (town.enrolled(34).await, town.airline());
    let code = li.go(&town.ask(&airline).with("scope", STANDING)).await.unwrap().code();
    let told = town.redeem(&code).await.unwrap();
    town.platform.suspend_client("airline-web", OPERATOR).await.unwrap();
    assert_eq!(town.census().await.count("standing_access"), 0);
    let refreshed = town.refresh(&airline, &told.refresh_token()).await;
    assert_eq!(refusal(refreshed), "client_suspended");
    town.platform.resume_client("airline-web", OPERATOR).await.unwrap();
    let refreshed = town.refresh(&airline, &told.refresh_token()).await;
    assert_eq!(refusal(refreshed), "refresh_token_unknown");
}

async fn an_organisation_is_suspended_with_all_it_has(town: Town) {
    let (mut li, airline) = (town.enrolled(34).await, town.airline());
    let standing = town.ask(&airline).with("scope", STANDING);
    let told = town.redeem(&li.go(&standing).await.unwrap().code()).await.unwrap();
    let (shop, code) = (li.agree_to(&town.shop()).await, airline.organisation());
    let waiting = li.agree_to(&town.airline_app()).await;
    town.platform.suspend_organisation(&code, OPERATOR).await.unwrap();
    let twice = town.platform.suspend_organisation(&code, OPERATOR).await;
    assert_eq!(refusal(twice), "organisation_not_there");

    // Both its applications at once, in this process; nobody else's.
    assert_eq!(refusal(town.redeem(&waiting).await), "client_suspended");
    let refreshed = town.refresh(&airline, &told.refresh_token()).await;
    assert_eq!(refusal(refreshed), "client_suspended");
    assert_eq!(refusal(li.go(&town.ask(&airline)).await), "client_suspended");
    assert!(town.redeem(&shop).await.is_ok());
    assert_eq!(town.census().await.count("standing_access"), 0);
    let seen = town.platform.overview(&li.session).await.unwrap().consents;
    assert!(seen.iter().filter(|one| one.suspended).all(|one| one.client_en == "Sky Air"));
    assert!(seen.iter().any(|one| one.suspended));

    // A client suspended by itself stays so when its organisation comes back.
    town.platform.suspend_client("airline-app", OPERATOR).await.unwrap();
    town.platform.resume_organisation(&code, OPERATOR).await.unwrap();
    assert!(li.go(&town.ask(&airline)).await.is_ok());
    let still = li.go(&town.ask(&town.airline_app())).await;
    assert_eq!(refusal(still), "client_suspended");
    let refreshed = town.refresh(&airline, &told.refresh_token()).await;
    assert_eq!(refusal(refreshed), "refresh_token_unknown");
    let acts: Vec<_> =
        town.platform.staff_log(10).await.unwrap().into_iter().rev().map(|one| one.act).collect();
    let own =
        [StaffAct::OrganisationSuspended, StaffAct::ClientSuspended, StaffAct::OrganisationResumed];
    assert_eq!(acts[acts.len() - 3..], own);
}

async fn the_staff_log_says_who_did_what(town: Town) {
    let (li, event) = used(&town, &town.shop()).await;
    town.platform.report(&li.session, said(event)).await.unwrap();
    let id = town.platform.reports(false).await.unwrap()[0].id;
    town.platform.close_report(id, Finding::Upheld, OPERATOR).await.unwrap();
    town.platform.suspend_client("shop", OPERATOR).await.unwrap();
    town.platform.resume_client("shop", OPERATOR).await.unwrap();
    let log = town.platform.staff_log(10).await.unwrap();
    let acts: Vec<_> = log.iter().rev().map(|entry| entry.act).collect();
    let own = [StaffAct::ReportClosed, StaffAct::ClientSuspended, StaffAct::ClientResumed];
    assert_eq!(acts[acts.len() - 3..], own);
    let nobody = rules::OfficerId::from_bytes([7; 16]);
    let by_nobody = town.platform.suspend_client("shop", nobody).await;
    assert_eq!(refusal(by_nobody), "officer_unknown");
}
