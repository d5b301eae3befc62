//! Birthdays: at fourteen approvals end by themselves, at eighteen the guardianship does, and both sides are told.

use jiff::civil::{Date, date};
use rules::{Scene, approval::Term};
use service::Standing;
use store::authentication::Kind;
use yinzheng_testkit::{Holder, Page, Resident, Town, refusal, stories};

stories!(
    fourteen_comes_at_midnight_in_shanghai,
    who_is_born_on_the_29th_of_february_waits_for_march,
    at_fourteen_both_sides_are_told_once,
    at_eighteen_nobody_stands_behind_anybody,
);

async fn fourteen_comes_at_midnight_in_shanghai(town: Town) {
    let (mut child, _) = born_and_enrolled(&town, |born| born.day() != 29).await;
    let fourteen = fourteenth_birthday(&child.resident);
    go_to_midnight(&town, fourteen, -1);
    child.sign_in().await.unwrap();
    assert_eq!(child.go(&town.ask(&town.airline())).await.unwrap().pages, [Page::GuardianNeeded]);
    town.world.pass(1);
    assert_eq!(child.go(&town.ask(&town.airline())).await.unwrap().pages, [Page::Approve]);
}

async fn who_is_born_on_the_29th_of_february_waits_for_march(town: Town) {
    town.world.go_to("2027-12-01T04:00:00Z");
    let child = town.whoever(|p| p.identity.born() == date(2016, 2, 29) && town.has_guardian(p));
    let guardian = child.guardian().enrol().await;
    let mut child = guardian.enrol_child(&child).await.unwrap();
    go_to_midnight(&town, date(2030, 3, 1), -1);
    child.sign_in().await.unwrap();
    assert_eq!(child.go(&town.ask(&town.airline())).await.unwrap().pages, [Page::GuardianNeeded]);
    town.world.pass(1);
    assert_eq!(child.go(&town.ask(&town.airline())).await.unwrap().pages, [Page::Approve]);
}

async fn at_fourteen_both_sides_are_told_once(town: Town) {
    let (mut child, mut guardian) = born_and_enrolled(&town, |born| born.day() != 29).await;
    guardian.approve(&town.airline(), &[Scene::LogIn], Term::Year).await.unwrap();
    town.redeem(&child.agree_to(&town.airline()).await).await.unwrap();
    let needed = child.guardian_needed(&town.ask(&town.shop())).await;
    assert_eq!(needed.standing, Standing::NotAsked);
    child.ask_guardian(&needed).await.unwrap();

    go_to_midnight(&town, fourteenth_birthday(&child.resident), -120);
    town.platform.purge().await.unwrap();
    child.sign_in_with_passcode().await.unwrap();
    guardian.sign_in_with_passcode().await.unwrap();
    assert_eq!(told(&town, &child, Kind::Fourteen).await, 0);
    let used = guardian.children().await[0].used[0].name.as_str().into();
    assert!(town.platform.reportable(&guardian.session, &used).await.is_ok());
    town.world.pass(180);
    let late = town.platform.reportable(&guardian.session, &used).await;
    assert_eq!(refusal(late), "use_unknown", "from fourteen on it is the young person's own");
    for _ in 0..3 {
        town.platform.purge().await.unwrap();
        town.world.pass(60);
    }
    assert_eq!(told(&town, &child, Kind::Fourteen).await, 1);
    assert_eq!(told(&town, &guardian, Kind::Fourteen).await, 1);
    let mine = town.platform.my_guardians(&child.session).await.unwrap();
    assert_eq!((mine.words.len(), mine.waiting.len(), mine.guardians.len()), (0, 0, 1));
    let [seen] = &guardian.children().await[..] else { panic!("still there") };
    assert!(seen.words.is_empty() && seen.requests.is_empty() && seen.used.is_empty());
    let said = guardian.approve(&town.airline(), &[Scene::LogIn], Term::Month).await;
    assert_eq!(refusal(said), "approval_not_needed");
    assert_eq!(child.go(&town.ask(&town.airline())).await.unwrap().pages, [], "the consent stays");
}

async fn at_eighteen_nobody_stands_behind_anybody(town: Town) {
    let mut young = town.enrolled(17).await;
    let mut guardian = young.resident.guardian().begin().await.finish().await.unwrap();
    assert_eq!(guardian.confirm_children().await.unwrap(), 1);
    let eighteen = birthday(young.resident.person.identity.born(), 18);
    go_to_midnight(&town, eighteen, 0);
    town.platform.purge().await.unwrap();
    guardian.sign_in_with_passcode().await.unwrap();
    young.sign_in_with_passcode().await.unwrap();
    assert!(guardian.children().await.is_empty());
    assert_eq!(told(&town, &young, Kind::Eighteen).await, 1);
    assert_eq!(told(&town, &guardian, Kind::Eighteen).await, 1);
    assert_eq!(guardian.confirm_children().await.unwrap(), 0, "not even by the card");
    let export = town.platform.export(&young.session).await.unwrap();
    let export = serde_json::to_value(export).unwrap();
    assert!(export["guardianships"][0]["ended_at"].is_string());
    // And gone like events.
    town.world.pass(181 * 24 * 60 * 60);
    town.platform.purge().await.unwrap();
    assert_eq!(town.census().await.count("guardianships"), 0);
}

/// A child of thirteen born on such a day, enrolled by its guardian.
async fn born_and_enrolled(town: &Town, fits: impl Fn(Date) -> bool) -> (Holder, Holder) {
    let today = town.today();
    let child = town.whoever(|p| {
        let born = p.identity.born();
        (12..14).contains(&p.age(today)) && fits(born) && town.has_guardian(p)
    });
    let guardian = child.guardian().enrol().await;
    (guardian.enrol_child(&child).await.unwrap(), guardian)
}

fn fourteenth_birthday(child: &Resident) -> Date {
    birthday(child.person.identity.born(), 14)
}

fn birthday(born: Date, years: i16) -> Date {
    date(born.year() + years, born.month(), born.day())
}

/// Midnight in Shanghai, and so many seconds.
fn go_to_midnight(town: &Town, day: Date, seconds: i64) {
    let midnight = day.to_zoned(jiff::tz::TimeZone::get("Asia/Shanghai").unwrap()).unwrap();
    let moment = midnight.timestamp() + jiff::SignedDuration::from_secs(seconds);
    town.world.go_to(&moment.to_string());
}

async fn told(town: &Town, holder: &Holder, kind: Kind) -> usize {
    let overview = town.platform.overview(&holder.session).await.unwrap();
    overview.events.iter().filter(|event| event.kind == kind).count()
}
