//! What phones are told of families: that something waits, that somebody disagrees, that a birthday came. No names.

use jiff::{ToSpan, civil::Date, tz::TimeZone};
use rules::{Scene, approval::Term};
use service::{Message, Step};
use store::authentication::TidingAbout;
use yinzheng_testkit::{Holder, Resident, Town, refusal, stories};

stories!(
    guardians_are_told_that_an_application_waits,
    guardians_are_told_what_a_child_asks,
    the_others_are_told_that_a_guardian_disagrees,
    at_fourteen_and_eighteen_both_sides_are_told_once,
    a_carrier_that_is_away_loses_no_tidings,
    nothing_told_names_anybody,
    under_fourteen_the_contact_is_a_guardians_phone,
);

const HOUR: i64 = 60 * 60;

async fn guardians_are_told_that_an_application_waits(town: Town) {
    let young = with_both(&town, 16);
    let guardians = young.guardians();
    let (mother, father) = (guardians[0].enrol().await, &guardians[1]);
    let wait = async || {
        let due = |step: &Step| matches!(step, Step::Guardian { .. });
        let enrolment = young.begin().await.until(due).await;
        town.platform.await_guardian(&enrolment.token).await.unwrap();
        town.platform.deliver_notices().await.unwrap();
    };
    wait().await;
    let told = |resident: &Resident| town.phones.tidings(resident.phone());
    assert_eq!(told(&mother.resident), [TidingAbout::WardApplies]);
    assert_eq!(told(father), [], "who holds no certificate cannot answer");
    // Nobody beats a drum on a guardian.
    for _ in 0..4 {
        wait().await;
    }
    assert_eq!(told(&mother.resident).len(), 2);
    // The registry is away: the application waits all the same.
    town.world.pass(2 * HOUR);
    let due = |step: &Step| matches!(step, Step::Guardian { .. });
    let enrolment = young.begin().await.until(due).await;
    town.registry_line.cut();
    let waiting = town.platform.await_guardian(&enrolment.token).await.unwrap();
    assert!(matches!(waiting, Step::Waiting { .. }));
}

async fn guardians_are_told_what_a_child_asks(town: Town) {
    let (child, mother, father) = family(&town, 9).await;
    let needed = child.guardian_needed(&town.ask(&town.airline())).await;
    child.ask_guardian(&needed).await.unwrap();
    assert_eq!(told(&town, &mother), [], "told after the question, not in it");
    town.platform.deliver_notices().await.unwrap();
    for guardian in [&mother, &father] {
        assert_eq!(told(&town, guardian), [TidingAbout::WardAsks]);
    }
    // Asked again while it is open: no second message.
    let needed = child.guardian_needed(&town.ask(&town.airline())).await;
    child.ask_guardian(&needed).await.unwrap();
    town.platform.deliver_notices().await.unwrap();
    assert_eq!(told(&town, &mother).len(), 1);
}

async fn the_others_are_told_that_a_guardian_disagrees(town: Town) {
    let (_child, mother, father) = family(&town, 9).await;
    mother.approve(&town.airline(), &[Scene::LogIn], Term::Year).await.unwrap();
    father.refuse(&town.airline()).await.unwrap();
    town.platform.deliver_notices().await.unwrap();
    assert_eq!(told(&town, &mother), [TidingAbout::GuardianDisagrees]);
    assert_eq!(told(&town, &father), [], "who says it knows it");
    mother.lift().await.unwrap();
    town.platform.deliver_notices().await.unwrap();
    assert_eq!(told(&town, &father), [TidingAbout::GuardianDisagrees]);
    // A no that is lifted is no disagreement.
    father.lift().await.unwrap();
    town.platform.deliver_notices().await.unwrap();
    assert_eq!(told(&town, &mother).len(), 1);
}

async fn at_fourteen_and_eighteen_both_sides_are_told_once(town: Town) {
    let (child, mother, father) = family(&town, 13).await;
    let born = child.resident.person.identity.born();
    go_past(&town, born, 14).await;
    assert_eq!(told(&town, &father), [TidingAbout::WardFourteen]);
    // The young person's contact is still the mother's phone: both come there.
    assert_eq!(told(&town, &mother), [TidingAbout::Fourteen, TidingAbout::WardFourteen]);

    let young = town.aged(17);
    let of_young = young.guardian().enrol().await;
    let young =
        young.begin().await.with_guardian(of_young.resident.clone()).finish().await.unwrap();
    go_past(&town, young.resident.person.identity.born(), 18).await;
    assert!(told(&town, &young).contains(&TidingAbout::Eighteen));
    assert!(told(&town, &of_young).contains(&TidingAbout::WardEighteen));
}

async fn a_carrier_that_is_away_loses_no_tidings(town: Town) {
    let (child, mother, _) = family(&town, 9).await;
    let needed = child.guardian_needed(&town.ask(&town.airline())).await;
    child.ask_guardian(&needed).await.unwrap();
    town.message_line.cut();
    for _ in 0..3 {
        assert_eq!(town.platform.deliver_notices().await.unwrap(), 0);
        town.world.pass(HOUR);
    }
    town.message_line.mend();
    let again = town.restarted();
    let (one, two) =
        tokio::join!(town.platform.deliver_notices(), again.platform.deliver_notices());
    assert_eq!(one.unwrap() + two.unwrap(), 2, "each guardian once, whoever hands over");
    assert_eq!(told(&town, &mother), [TidingAbout::WardAsks]);
    assert_eq!(town.census().await.count("tidings"), 0);
    // A carrier that never comes back: three days, then the page has told it or nobody will.
    mother.approve(&town.airline(), &[Scene::LogIn], Term::Year).await.unwrap();
    mother.lift().await.unwrap();
    assert_eq!(town.census().await.count("tidings"), 1);
    town.world.pass(72 * HOUR);
    town.platform.purge().await.unwrap();
    assert_eq!(town.census().await.count("tidings"), 0);
}

async fn nothing_told_names_anybody(town: Town) {
    let (child, mother, _) = family(&town, 9).await;
    let needed = child.guardian_needed(&town.ask(&town.airline())).await;
    child.ask_guardian(&needed).await.unwrap();
    town.platform.deliver_notices().await.unwrap();
    let messages = town.phones.messages(mother.resident.phone());
    let Some(Message::Told { link, .. }) = messages.last() else { panic!("nothing was told") };
    assert_eq!(link, "https://id.example/me/children", "the same link for everybody");
}

async fn under_fourteen_the_contact_is_a_guardians_phone(town: Town) {
    let (mut child, mother, father) = family(&town, 9).await;
    let platform = &town.platform;
    let other = child.resident.with_another_phone().phone().clone();
    // At the enrolment.
    let again = mother.apply_for(&child.resident).await.unwrap();
    let at_phone = again.until(|step| matches!(step, Step::Phone)).await;
    let odd = platform.send_phone_code(&at_phone.token, other.clone()).await;
    assert_eq!(refusal(odd), "guardian_phone_wanted");
    let hers = platform.send_phone_code(&at_phone.token, mother.resident.phone().clone()).await;
    assert!(hers.is_ok());
    // And afterwards: another guardian's, but nobody else's.
    child.sign_in_with_passcode().await.unwrap();
    let odd = platform.send_phone_change_code(&child.session, other).await;
    assert_eq!(refusal(odd), "guardian_phone_wanted");
    let his = father.resident.phone().clone();
    platform.send_phone_change_code(&child.session, his.clone()).await.unwrap();
    let code = town.phones.last_code(&his).unwrap();
    platform.change_phone(&child.session, &code).await.unwrap();
}

/// What a phone was told, by name.
fn told(town: &Town, holder: &Holder) -> Vec<TidingAbout> {
    let mut told = town.phones.tidings(holder.resident.phone());
    told.sort_by_key(|about| about.as_str());
    told
}

/// The birthday goes by, and is looked at more than once.
async fn go_past(town: &Town, born: Date, years: i16) {
    let birthday = born.saturating_add(i64::from(years).years());
    let noon = birthday.saturating_add(1.day()).at(12, 0, 0, 0);
    let noon = noon.to_zoned(TimeZone::get("Asia/Shanghai").unwrap()).unwrap().timestamp();
    town.world.go_to(&noon.to_string());
    for _ in 0..3 {
        town.platform.purge().await.unwrap();
        town.platform.deliver_notices().await.unwrap();
    }
}

fn with_both(town: &Town, years: i16) -> Resident {
    loop {
        let child = town.aged(years);
        if child.guardians().len() == 2 {
            break child;
        }
    }
}

async fn family(town: &Town, years: i16) -> (Holder, Holder, Holder) {
    let child = with_both(town, years);
    let guardians = child.guardians();
    let (mother, father) = (guardians[0].enrol().await, guardians[1].enrol().await);
    let child = mother.enrol_child(&child).await.unwrap();
    father.confirm_children().await.unwrap();
    (child, mother, father)
}
