//! A guardian reports what a relying party did with a child under fourteen: by place and day, which is all that a guardian sees.

use rules::{Scene, approval::Term, report::Grievance};
use service::{ChildUse, OverviewReport, Said};
use store::authentication::Kind;
use yinzheng_testkit::{Holder, Town, refusal, stories};

use crate::guardian_approvals::child_and_both;

stories!(
    a_guardian_reports_a_day_and_learns_no_more_of_it,
    nobody_else_names_a_childs_use,
    the_report_goes_with_the_guardian,
    the_report_goes_with_the_child,
);

/// A child that was at the airline today, and both its parents.
async fn flown(town: &Town) -> (Holder, Holder, Holder) {
    let (mut child, mother, father) = child_and_both(town, 10).await;
    mother.approve(&town.airline(), &[Scene::LogIn], Term::Year).await.unwrap();
    town.redeem(&child.agree_to(&town.airline()).await).await.unwrap();
    (child, mother, father)
}

/// What the guardian's page calls the child's one use.
async fn name(guardian: &Holder) -> String {
    used(guardian).await.name
}

async fn used(guardian: &Holder) -> ChildUse {
    let [child] = &guardian.children().await[..] else { panic!("one child") };
    let [used] = &child.used[..] else { panic!("one use") };
    used.clone()
}

fn said(name: &str) -> Said {
    let words = Some("words tell who a child is".parse().unwrap());
    Said { about: name.into(), grievance: Grievance::AskedTooMuch, words, named: true }
}

async fn a_guardian_reports_a_day_and_learns_no_more_of_it(town: Town) {
    let (child, mother, father) = flown(&town).await;
    let named = name(&mother).await;
    let shown = town.platform.reportable(&mother.session, &named.as_str().into()).await.unwrap();
    assert!(shown.own.is_none(), "{shown:?}");
    assert!(shown.name_en.contains("Sky Air"), "{shown:?}");
    town.platform.report(&mother.session, said(&named)).await.unwrap();
    assert_eq!(used(&mother).await.report, OverviewReport::Filed);
    assert_eq!(used(&father).await.report, OverviewReport::Possible, "each their own");
    let again = town.platform.report(&mother.session, said(&named)).await;
    assert_eq!(refusal(again), "reported_already");
    town.platform.report(&father.session, said(&name(&father).await)).await.unwrap();

    // The operator has the evidence, and whose guardian it was only by the guardian's own word.
    let listed = town.platform.reports(false).await.unwrap();
    assert_eq!(listed.len(), 2);
    let seen = town.platform.report_seen(listed[1].id).await.unwrap();
    assert_eq!((seen.client.as_str(), seen.scene.as_str()), ("airline-web", "log_in"));
    assert_eq!(seen.by, Some(mother.net_number.clone()));
    assert!(!seen.with_words);
    assert_eq!(town.census().await.count("report_words"), 0);

    let own = town.platform.overview(&mother.session).await.unwrap().events.swap_remove(0);
    assert_eq!((own.kind, own.client_en.as_str(), own.scene.as_str()), (Kind::Reported, "", ""));
    let file = |holder: &Holder| {
        let (platform, session) = (town.platform.clone(), holder.session.clone());
        async move { serde_json::to_value(platform.export(&session).await.unwrap()).unwrap() }
    };
    let own = file(&mother).await;
    let [report] = &own["reports"].as_array().unwrap()[..] else { panic!("one report") };
    assert_eq!(report["organisation"], town.airline().organisation().as_str());
    assert_eq!(report["used_on"], town.today().to_string());
    for hidden in ["client", "scene", "mode", "asked", "used_at", "registration"] {
        assert!(report.get(hidden).is_none(), "{hidden}: {report}");
    }

    // The child's own file says what was reported of its use, and not who did.
    let file = file(&child).await;
    let reports = file["reports"].as_array().unwrap();
    assert_eq!(reports.len(), 2);
    for report in reports {
        assert_eq!((&report["by_guardian"], &report["named"]), (&true.into(), &false.into()));
        assert_eq!(report["client"], "airline-web");
    }
    let uses = town.platform.overview(&child.session).await.unwrap().events;
    let flight = uses.iter().find(|event| event.kind == Kind::Authenticated).unwrap();
    assert_eq!(flight.report, OverviewReport::Possible, "the child's own word is its own");
}

async fn nobody_else_names_a_childs_use(town: Town) {
    let (child, mother, father) = flown(&town).await;
    let stranger = town.enrolled(44).await;
    let named = name(&mother).await;
    let about = named.as_str().into();
    for session in [&father.session, &stranger.session, &child.session] {
        assert_eq!(refusal(town.platform.reportable(session, &about).await), "use_unknown");
        assert_eq!(refusal(town.platform.report(session, said(&named)).await), "use_unknown");
    }
    for odd in ["", "a", &named[1..], &"A".repeat(9_000)] {
        assert_eq!(refusal(town.platform.report(&mother.session, said(odd)).await), "use_unknown");
    }
    // The child's event by its id is not the guardian's to name.
    let uses = town.platform.overview(&child.session).await.unwrap().events;
    let own = uses[0].id.to_string();
    assert_eq!(refusal(town.platform.report(&mother.session, said(&own)).await), "use_unknown");

    let guardianship = mother.guardianship().await;
    town.platform.resign_guardianship(&mother.session, guardianship).await.unwrap();
    assert_eq!(refusal(town.platform.report(&mother.session, said(&named)).await), "use_unknown");
    assert_eq!(town.census().await.count("reports"), 0);
}

async fn the_report_goes_with_the_guardian(town: Town) {
    let (_, mother, _) = flown(&town).await;
    town.platform.report(&mother.session, said(&name(&mother).await)).await.unwrap();
    mother.cancel().await.unwrap();
    assert_eq!(town.census().await.count("reports"), 0);
}

async fn the_report_goes_with_the_child(town: Town) {
    let (child, mother, _) = flown(&town).await;
    town.platform.report(&mother.session, said(&name(&mother).await)).await.unwrap();
    child.cancel().await.unwrap();
    assert_eq!(town.census().await.count("reports"), 0);
}
