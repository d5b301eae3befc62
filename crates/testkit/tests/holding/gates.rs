//! At a gate without network: a mirror somebody brought, a desk that judges by it, and phones with certificates of the platform's.

use std::{path::Path, time::Duration};

use formats::{
    SigningKey, Suite,
    qr::{Challenge, Moment, Subject, show},
};
use protocol::issuance::code::HeldCode;
use reader::{Desk, Mirror, Refused};
use tempfile::TempDir;
use wallet::Published;
use yinzheng_testkit::{ISSUER, Town, stories};

stories!(
    of_age_is_let_in_by_a_mirror_somebody_brought,
    a_code_shown_twice_is_refused_the_second_time,
    a_strangers_screenshot_lets_nobody_in,
    a_clock_that_is_wrong_is_said_to_be_wrong,
    who_was_locked_is_refused_off_line_by_the_next_mirror,
    a_gate_without_network_for_a_day_says_so,
    a_code_of_one_suite_is_never_another,
);

const DAY: i64 = 24 * 60 * 60;

/// Fetches what the platform publishes, as `yinzheng-wallet mirror` does, into the folder.
async fn fetch(town: &Town, folder: &Path) {
    let keys = serde_json::to_string(&town.platform.keys().reader_keys()).unwrap();
    let mut published = Published::by(ISSUER.parse().unwrap(), keys).unwrap();
    while let Ok(list) = town.platform.status_list(u32::try_from(published.next()).unwrap()).await {
        published.add(list.jwt().to_owned(), town.platform.now()).unwrap();
    }
    published.write(folder).unwrap();
}

/// A bar's door: of age, and nothing else.
struct Gate {
    town: Town,
    folder: TempDir,
    desk: Desk,
}

impl Gate {
    async fn of(town: &Town) -> Self {
        let folder = TempDir::new().unwrap();
        fetch(town, folder.path()).await;
        Self { town: town.clone(), folder, desk: Desk::new(vec![Subject::AgeOver18]) }
    }

    fn sees(
        &mut self,
        code: &str,
        question: Option<Challenge>,
    ) -> Result<Option<Duration>, Refused> {
        let mirror = Mirror::open(self.folder.path()).unwrap();
        let now = self.town.platform.now().as_second();
        self.desk.judge(code, &mirror, question, now).map(|passed| passed.old_mirror)
    }
}

/// What a phone shows, made at this moment.
fn at(town: &Town, (key, held): &(SigningKey, HeldCode), moment: Option<Moment>) -> String {
    let moment = moment.unwrap_or_else(|| Moment::at(town.platform.now().as_second()));
    let own = (held.statements, &held.seed);
    show(&held.certificate, key, own, &[Subject::AgeOver18], moment).unwrap()
}

async fn of_age_is_let_in_by_a_mirror_somebody_brought(town: Town) {
    let (li, child) = (town.enrolled(34).await, town.enrolled(16).await);
    let mut gate = Gate::of(&town).await;
    for suite in Suite::ALL {
        let codes = li.pocket().await.receives_codes(2, suite).await;
        assert_eq!(gate.sees(&at(&town, &codes[0], None), None), Ok(None));
        let question = Challenge([7; 12]);
        let answer = at(&town, &codes[1], Some(Moment::Challenge(question)));
        assert_eq!(gate.sees(&answer, Some(question)), Ok(None));
        let young = child.pocket().await.receives_codes(1, suite).await;
        let refused = gate.sees(&at(&town, &young[0], None), None);
        assert_eq!(refused, Err(Refused::No(Subject::AgeOver18)));
    }
}

async fn a_code_shown_twice_is_refused_the_second_time(town: Town) {
    let li = town.enrolled(34).await;
    let mut gate = Gate::of(&town).await;
    let code = &li.pocket().await.receives_codes(1, Suite::International).await[0];
    let shown = at(&town, code, None);
    assert_eq!(gate.sees(&shown, None), Ok(None));
    assert_eq!(gate.sees(&shown, None), Err(Refused::Again));
    town.world.pass(30);
    assert_eq!(
        gate.sees(&at(&town, code, None), None),
        Err(Refused::Again),
        "the same certificate"
    );
}

async fn a_strangers_screenshot_lets_nobody_in(town: Town) {
    let li = town.enrolled(34).await;
    let mut gate = Gate::of(&town).await;
    let codes = li.pocket().await.receives_codes(2, Suite::International).await;
    let picture = at(&town, &codes[0], None);
    // Another reader's question, photographed with its answer.
    let elsewhere = at(&town, &codes[1], Some(Moment::Challenge(Challenge([1; 12]))));
    assert_eq!(gate.sees(&elsewhere, None), Err(Refused::AnotherQuestion));
    let asked = Some(Challenge([2; 12]));
    assert_eq!(gate.sees(&elsewhere, asked), Err(Refused::AnotherQuestion));
    assert_eq!(gate.sees(&picture, asked), Err(Refused::AnotherQuestion), "made for any reader");
    town.world.pass(90);
    assert!(matches!(gate.sees(&picture, None), Err(Refused::TooOld(_))));
}

async fn a_clock_that_is_wrong_is_said_to_be_wrong(town: Town) {
    let li = town.enrolled(34).await;
    let mut gate = Gate::of(&town).await;
    let codes = li.pocket().await.receives_codes(3, Suite::International).await;
    let now = town.platform.now().as_second();
    let mut shown = |code, ahead| gate.sees(&at(&town, code, Some(Moment::at(now + ahead))), None);
    assert!(
        matches!(shown(&codes[0], 600), Err(Refused::Ahead(by)) if by == Duration::from_mins(10))
    );
    assert!(
        matches!(shown(&codes[1], -600), Err(Refused::TooOld(by)) if by == Duration::from_mins(10))
    );
    assert_eq!(shown(&codes[2], 25), Ok(None), "half a minute is forgiven");
}

async fn who_was_locked_is_refused_off_line_by_the_next_mirror(town: Town) {
    let li = town.enrolled(34).await;
    let codes = li.pocket().await.receives_codes(2, Suite::International).await;
    let mut gate = Gate::of(&town).await;
    town.world.pass(60);
    li.lock().await.unwrap();
    assert_eq!(gate.sees(&at(&town, &codes[0], None), None), Ok(None), "nobody told this gate");
    // Within the five minutes of a status list.
    town.world.pass(4 * 60);
    fetch(&town, gate.folder.path()).await;
    for code in &codes {
        assert_eq!(gate.sees(&at(&town, code, None), None), Err(Refused::Ended));
    }
}

async fn a_gate_without_network_for_a_day_says_so(town: Town) {
    let li = town.enrolled(34).await;
    let codes = li.pocket().await.receives_codes(3, Suite::International).await;
    let mut gate = Gate::of(&town).await;
    town.world.pass(DAY + 3_600);
    let old = Some(Duration::from_hours(25));
    assert_eq!(gate.sees(&at(&town, &codes[0], None), None), Ok(old));
    fetch(&town, gate.folder.path()).await;
    assert_eq!(gate.sees(&at(&town, &codes[1], None), None), Ok(None));
    town.world.pass(8 * DAY);
    assert_eq!(gate.sees(&at(&town, &codes[2], None), None), Err(Refused::NoList));
}

async fn a_code_of_one_suite_is_never_another(town: Town) {
    let li = town.enrolled(34).await;
    let mut gate = Gate::of(&town).await;
    let pocket = li.pocket().await;
    let pairs = Suite::ALL.into_iter().flat_map(|one| Suite::ALL.map(|other| (one, other)));
    for (suite, other) in pairs.filter(|(one, other)| one != other) {
        let (key, held) = &pocket.receives_codes(1, suite).await[0];
        let (foreign, _) = &pocket.receives_codes(1, other).await[0];
        let moment = Moment::at(town.platform.now().as_second());
        let own = (held.statements, &held.seed);
        assert_eq!(show(&held.certificate, foreign, own, &[], moment), None);
        // A platform whose keys of this suite the gate has not.
        let code = show(&held.certificate, key, own, &[Subject::AgeOver18], moment).unwrap();
        let path = gate.folder.path().join("keys.json");
        let all = std::fs::read_to_string(&path).unwrap();
        let mut keys: serde_json::Value = serde_json::from_str(&all).unwrap();
        let set = keys["keys"].as_array_mut().unwrap();
        set.retain(|key| key["crv"] == other.curve());
        assert!(!set.is_empty());
        let mirror = formats::JwkSet::parse_every_suite(&keys.to_string()).unwrap();
        let read = formats::qr::UnverifiedCode::parse(&code).unwrap();
        let now = town.platform.now().as_second();
        let refused = read.verify(mirror.keys(), None, now).unwrap_err();
        assert_eq!(refused, formats::qr::Refusal::UnknownIssuer);
        assert_eq!(gate.sees(&code, None), Ok(None), "and with its own keys it is good");
    }
}
