//! A desk with a mirror, and what is held before it.
#![expect(clippy::unwrap_used, reason = "a test panics when it fails, its helpers too")]

mod platform;

use std::time::Duration;

use formats::{Suite, qr::Subject};
use platform::{DAY, LIST, NOON, Platform, REVOKED};
use yinzheng_reader::{BadMirror, Desk, Mirror, Passed, Refused};

fn bar() -> Desk {
    Desk::new(vec![Subject::AgeOver18])
}

fn judge(platform: &Platform, index: u32, later: i64) -> Result<Passed, Refused> {
    let code = platform.code(LIST, index, NOON + later, &[Subject::AgeOver18]);
    bar().judge(&code, &platform.mirror(), None, NOON + later)
}

#[test]
fn of_age_and_in_force_is_let_in() {
    for suite in Suite::ALL {
        let platform = Platform::new(suite);
        let passed = judge(&platform, 5, 0).unwrap();
        let [statement] = passed.statements[..] else { panic!("one statement") };
        assert_eq!((statement.subject, statement.value), (Subject::AgeOver18, 1));
        assert_eq!(passed.old_mirror, None);
    }
}

#[test]
fn a_revoked_certificate_is_refused_without_a_network() {
    let platform = Platform::new(Suite::International);
    assert_eq!(judge(&platform, REVOKED, 0), Err(Refused::Ended));
}

#[test]
fn a_mirror_of_yesterday_says_so_and_one_of_last_week_says_nothing() {
    let platform = Platform::new(Suite::International);
    assert_eq!(judge(&platform, 5, DAY).unwrap().old_mirror, None);
    let old = judge(&platform, 5, DAY + 3_600).unwrap().old_mirror;
    assert_eq!(old, Some(Duration::from_hours(25)));
    assert_eq!(judge(&platform, 5, 8 * DAY), Err(Refused::NoList));
}

#[test]
fn a_list_that_was_not_brought_lets_nobody_in() {
    let platform = Platform::new(Suite::International);
    let code = platform.code(8, 5, NOON, &[Subject::AgeOver18]);
    assert_eq!(bar().judge(&code, &platform.mirror(), None, NOON), Err(Refused::NoList));
}

#[test]
fn a_screenshot_is_refused_at_once_and_for_good() {
    let platform = Platform::new(Suite::International);
    let code = platform.code(LIST, 5, NOON, &[Subject::AgeOver18]);
    let (mut bar, mirror) = (bar(), platform.mirror());
    assert!(bar.judge(&code, &mirror, None, NOON).is_ok());
    assert_eq!(bar.judge(&code, &mirror, None, NOON + 1), Err(Refused::Again));
    let minutes = Duration::from_mins(10);
    assert_eq!(bar.judge(&code, &mirror, None, NOON + 600), Err(Refused::TooOld(minutes)));
}

#[test]
fn a_desk_hears_what_it_asked_for_or_refuses() {
    let platform = Platform::new(Suite::ShangMi);
    let mirror = platform.mirror();
    let judge = |wanted, shown: &[Subject]| {
        let code = platform.code(LIST, 5, NOON, shown);
        Desk::new(vec![wanted]).judge(&code, &mirror, None, NOON).map(|_| ())
    };
    assert_eq!(judge(Subject::AgeOver14, &[Subject::AgeOver14]), Ok(()));
    let other = judge(Subject::AgeOver18, &[Subject::AgeOver14]);
    assert_eq!(other, Err(Refused::NotShown(Subject::AgeOver18)));
    let no = judge(Subject::AgeOver60, &[Subject::AgeOver60]);
    assert_eq!(no, Err(Refused::No(Subject::AgeOver60)));
}

#[test]
fn what_was_refused_for_want_of_something_may_be_shown_again() {
    let platform = Platform::new(Suite::International);
    let code = platform.code(LIST, 5, NOON, &[]);
    let (mut bar, mirror) = (bar(), platform.mirror());
    for _ in 0..2 {
        let judged = bar.judge(&code, &mirror, None, NOON);
        assert_eq!(judged, Err(Refused::NotShown(Subject::AgeOver18)));
    }
}

#[test]
fn a_list_in_anothers_place_or_of_another_hand_is_no_mirror() {
    let platform = Platform::new(Suite::International);
    let opened = || Mirror::open(platform.folder());
    let refused = |opened: Result<Mirror, BadMirror>| matches!(opened, Err(BadMirror::List(_)));
    platform.put("status/8.jwt", &platform.list(LIST));
    assert!(refused(opened()), "a list under another's number");
    platform.put("status/8.jwt", &Platform::new(Suite::International).list(8));
    assert!(refused(opened()), "another platform's");
    platform.put("status/8.jwt", &platform.list(8));
    assert!(opened().is_ok());
    platform.put("keys.json", "{}");
    assert!(matches!(opened(), Err(BadMirror::Keys(_))));
}
