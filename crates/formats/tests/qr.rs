//! QR codes: what they weigh, what they prove, and what is refused.
#![expect(clippy::unwrap_used, reason = "a test panics when it fails, its helpers too")]

use std::collections::BTreeSet;

use proptest::{prelude::*, sample::select};
use yinzheng_formats::{
    Jwk, SigningKey, Suite, base45,
    qr::{
        BadCode, Certificate, Challenge, Days, Moment, NotACertificate, PREFIX, Refusal, Seed,
        Seen, Statements, StatusReference, Subject, Terms, UnverifiedCode, show,
    },
};

/// Noon of 2026-11-22, in Unix time.
const NOON: i64 = 1_795_348_800;
const WINDOW: i64 = 30;
const DAY: i64 = 24 * 60 * 60;

/// A platform of one suite.
struct Issuer(SigningKey);

/// A holder with one certificate.
struct Holder {
    certificate: Certificate,
    key: SigningKey,
    statements: Statements,
    seed: Seed,
}

impl Issuer {
    fn new(suite: Suite) -> Self {
        Self(SigningKey::generate_in(suite))
    }

    fn keys(&self) -> [Jwk; 1] {
        [self.0.public()]
    }

    /// Issues to somebody over eighteen; the number stands for all the chance there is.
    fn issue(&self, chance: u8) -> Holder {
        let (key, seed) = (SigningKey::generate_in(self.0.suite()), Seed::new([chance; 32]));
        let terms = Terms {
            holder: key.verifying_key().clone(),
            days: Days { from: Days::of(NOON), until: Days::of(NOON) + 13 },
            status: StatusReference {
                list: 1_024 + u32::from(chance),
                index: 0x0011_0000 + 257 * u32::from(chance),
            },
        };
        let statements = Statements([1, 1, 1, 0, 0, 0, 2, 1]);
        let certificate = Certificate::issue(&self.0, terms, statements, &seed).unwrap();
        Holder { certificate, key, statements, seed }
    }
}

impl Holder {
    fn show(&self, subjects: &[Subject], moment: Moment) -> String {
        show(&self.certificate, &self.key, (self.statements, &self.seed), subjects, moment).unwrap()
    }

    fn of_age(&self) -> String {
        self.show(&[Subject::AgeOver18], Moment::at(NOON))
    }
}

fn judge(issuer: &Issuer, code: &str, now: i64) -> Result<Vec<(Subject, u8)>, Refusal> {
    let code = UnverifiedCode::parse(code).map_err(|_| Refusal::Forged)?;
    let shown = code.verify(&issuer.keys(), None, now)?;
    Ok(shown.statements().iter().map(|said| (said.subject, said.value)).collect())
}

#[test]
fn over_eighteen_and_nothing_else_in_under_350_bytes() {
    let question = Moment::Challenge(Challenge([7; 12]));
    for (suite, window, challenge) in
        [(Suite::International, 298, 306), (Suite::Ed25519, 297, 305), (Suite::ShangMi, 306, 314)]
    {
        let issuer = Issuer::new(suite);
        let holder = issuer.issue(7);
        let weigh = |moment| {
            let code = holder.show(&[Subject::AgeOver18], moment);
            assert_eq!(code.len(), 4 + base45::encode(&vec![0; size(&code)]).len());
            size(&code)
        };
        assert_eq!((weigh(Moment::at(NOON)), weigh(question)), (window, challenge));
        assert_eq!(judge(&issuer, &holder.of_age(), NOON), Ok(vec![(Subject::AgeOver18, 1)]));
        let bare = holder.show(&[], Moment::at(NOON));
        assert_eq!(judge(&issuer, &bare, NOON), Ok(Vec::new()), "valid now, and that is all");
    }
}

fn size(code: &str) -> usize {
    UnverifiedCode::parse(code).unwrap().size()
}

#[test]
fn a_code_is_good_for_its_half_minute_and_the_ones_beside_it() {
    let issuer = Issuer::new(Suite::International);
    let code = issuer.issue(7).of_age();
    for (later, verdict) in [
        (0, None),
        (WINDOW, None),
        (-WINDOW, None),
        (2 * WINDOW, Some(Refusal::TooOld(2))),
        (-2 * WINDOW, Some(Refusal::Ahead(2))),
        (600, Some(Refusal::TooOld(20))),
        (DAY, Some(Refusal::TooOld(2880))),
        (-DAY, Some(Refusal::NotYet)),
        (14 * DAY, Some(Refusal::Expired)),
    ] {
        assert_eq!(judge(&issuer, &code, NOON + later).err(), verdict, "{later}");
    }
}

#[test]
fn a_wrong_clock_is_told_apart_from_a_forgery() {
    let issuer = Issuer::new(Suite::ShangMi);
    let code = issuer.issue(7).of_age();
    assert_eq!(judge(&issuer, &code, NOON + 3_600), Err(Refusal::TooOld(120)));
    let forger = Issuer::new(Suite::ShangMi);
    assert_eq!(judge(&forger, &code, NOON + 3_600), Err(Refusal::UnknownIssuer));
    let place = code.len() - 3;
    let other = if &code[place..=place] == "0" { "1" } else { "0" };
    let damaged = format!("{}{other}{}", &code[..place], &code[place + 1..]);
    assert_eq!(judge(&issuer, &damaged, NOON + 3_600), Err(Refusal::Forged));
}

#[test]
fn a_question_is_answered_by_its_own_code_only() {
    let issuer = Issuer::new(Suite::International);
    let holder = issuer.issue(7);
    let (asked, other) = (Challenge([7; 12]), Challenge([8; 12]));
    let answer = holder.show(&[Subject::AgeOver18], Moment::Challenge(asked));
    let judge = |code: &str, question, now| {
        let code = UnverifiedCode::parse(code).unwrap();
        code.verify(&issuer.keys(), question, now).map(|_| ())
    };
    assert_eq!(judge(&answer, Some(asked), NOON), Ok(()));
    assert_eq!(judge(&answer, Some(asked), NOON + 3_600), Ok(()), "no clock is needed");
    assert_eq!(judge(&answer, Some(other), NOON), Err(Refusal::AnotherQuestion));
    assert_eq!(judge(&answer, None, NOON), Err(Refusal::AnotherQuestion));
    assert_eq!(judge(&holder.of_age(), Some(asked), NOON), Err(Refusal::AnotherQuestion));
}

#[test]
fn a_code_is_taken_once_while_it_is_good() {
    let issuer = Issuer::new(Suite::International);
    let (one, another) = (issuer.issue(7), issuer.issue(8));
    let mut seen = Seen::default();
    let mut first = |holder: &Holder, now: i64| {
        let code = holder.show(&[Subject::AgeOver18], Moment::at(now));
        let shown = UnverifiedCode::parse(&code).unwrap().verify(&issuer.keys(), None, now);
        (seen.first(&shown.unwrap(), now), seen.len())
    };
    assert_eq!(first(&one, NOON), (true, 1));
    assert_eq!(first(&one, NOON), (false, 1), "a picture of it, right away");
    assert_eq!(first(&one, NOON + WINDOW), (false, 1), "the same phone, handed back");
    assert_eq!(first(&another, NOON + WINDOW), (true, 2));
    assert_eq!(first(&another, NOON + 4 * WINDOW), (true, 1), "what is past is forgotten");
}

#[test]
fn nobody_shows_what_they_do_not_hold() {
    let issuer = Issuer::new(Suite::International);
    let (one, another) = (issuer.issue(7), issuer.issue(8));
    let moment = Moment::at(NOON);
    let with = |key: &SigningKey, statements: Statements, seed: &Seed, subjects: &[Subject]| {
        show(&one.certificate, key, (statements, seed), subjects, moment)
    };
    assert!(with(&another.key, one.statements, &one.seed, &[]).is_none(), "another's key");
    assert!(with(&one.key, one.statements, &one.seed, &Subject::ALL).is_none(), "everything");
    let twice = with(&one.key, one.statements, &one.seed, &[Subject::Minor, Subject::Minor]);
    assert_eq!(UnverifiedCode::parse(&twice.unwrap()).unwrap_err(), BadCode::Damaged);
    let lie = Statements([1; 8]);
    let lie = with(&one.key, lie, &one.seed, &[Subject::AgeOver65]).unwrap();
    assert_eq!(judge(&issuer, &lie, NOON), Err(Refusal::Forged));
    let seed = with(&one.key, one.statements, &another.seed, &[Subject::AgeOver18]).unwrap();
    assert_eq!(judge(&issuer, &seed, NOON), Err(Refusal::Forged));
}

#[test]
fn a_holder_checks_what_was_issued() {
    let issuer = Issuer::new(Suite::ShangMi);
    let Holder { certificate, statements, seed, .. } = issuer.issue(7);
    let read = |bytes: &[u8], keys: &[Jwk], statements: Statements| {
        Certificate::read(bytes, keys, statements, &seed).map(|read| read.bytes().to_vec())
    };
    let (bytes, keys) = (certificate.bytes(), issuer.keys());
    assert_eq!(read(bytes, &keys, statements).as_deref(), Ok(bytes));
    assert_eq!(read(&bytes[1..], &keys, statements), Err(NotACertificate::Form));
    let others = Issuer::new(Suite::ShangMi).keys();
    assert_eq!(read(bytes, &others, statements), Err(NotACertificate::Issuer));
    let other = Statements([0; 8]);
    assert_eq!(read(bytes, &keys, other), Err(NotACertificate::Statements));
}

#[test]
fn a_certificate_stays_in_its_suite() {
    let issuers = Suite::ALL.map(Issuer::new);
    let pairs = issuers.iter().flat_map(|one| issuers.iter().map(move |other| (one, other)));
    for (issuer, other) in pairs.filter(|(one, other)| one.0.suite() != other.0.suite()) {
        let code = issuer.issue(7).of_age();
        assert_eq!(judge(other, &code, NOON), Err(Refusal::UnknownIssuer));
        let both = [issuer.0.public(), other.0.public()];
        let shown = UnverifiedCode::parse(&code).unwrap().verify(&both, None, NOON).unwrap();
        assert_eq!(shown.holder().suite(), issuer.0.suite());
        let terms =
            Terms { holder: shown.holder().clone(), days: shown.days(), status: shown.status() };
        let mixed = Certificate::issue(&other.0, terms, Statements([1; 8]), &Seed::new([7; 32]));
        assert!(mixed.is_none());
    }
}

#[test]
fn whatever_else_is_scanned_is_no_code() {
    let code = Issuer::new(Suite::International).issue(7).of_age();
    let parse = |text: &str| UnverifiedCode::parse(text).map(|_| ()).unwrap_err();
    for other in ["", "https://museum.example/", "yz1:AAA", "YZ2:AAA", &code[1..]] {
        assert_eq!(parse(other), BadCode::Another, "{other}");
    }
    let long = format!("{PREFIX}{}", "0".repeat(1_000));
    let bytes = base45::decode(&code[4..]).unwrap();
    let tagged = format!("{PREFIX}{}", base45::encode(&[&[0xd2][..], &bytes].concat()));
    let longer = format!("{PREFIX}{}", base45::encode(&[&bytes[..], &[0]].concat()));
    let [lower, cut] = [code.replace('A', "a"), code[..code.len() - 1].to_owned()];
    for damaged in [PREFIX, "YZ1:AAA", &long, &tagged, &longer, &lower, &cut] {
        assert_eq!(parse(damaged), BadCode::Damaged, "{damaged}");
    }
}

fn bytes(code: &str) -> Vec<u8> {
    base45::decode(code.strip_prefix(PREFIX).unwrap()).unwrap()
}

/// Two certificates of one person, at two readers: beside what stands at one place in every stranger's code, too, no value of 32 bits
/// is in both, wherever it begins.
#[test]
fn two_codes_of_one_person_share_nothing() {
    for suite in Suite::ALL {
        let issuer = Issuer::new(suite);
        let strangers = (100..132).map(|chance| bytes(&issuer.issue(chance).of_age()));
        let strangers: Vec<_> = strangers.collect();
        let is_said_to_all =
            |place: usize| strangers.iter().all(|one| one[place] == strangers[0][place]);
        let told: Vec<_> =
            (0..strangers[0].len()).filter(|place| !is_said_to_all(*place)).collect();
        let constant = strangers[0].len() - told.len();
        assert!(constant < 70, "{suite:?}: constants of the issuer and of the form: {constant}");
        let values = |chance| -> BTreeSet<Vec<u8>> {
            let code = bytes(&issuer.issue(chance).of_age());
            assert_eq!(code.len(), strangers[0].len());
            let in_a_row = told.windows(4).filter(|places| places[3] - places[0] == 3);
            in_a_row.map(|places| code[places[0]..=places[3]].to_vec()).collect()
        };
        assert_eq!(values(1).intersection(&values(2)).count(), 0, "{suite:?}");
        assert!(
            values(1).intersection(&values(1)).count() > 0,
            "{suite:?}: what is there twice is found"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn any_bit_changed_is_refused(suite in select(&Suite::ALL[..]), chance: u8, start in 0..16_usize) {
        let issuer = Issuer::new(suite);
        let code = issuer.issue(chance).of_age();
        let bytes = base45::decode(&code[4..]).unwrap();
        for bit in (start..bytes.len() * 8).step_by(16) {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            let changed = format!("{PREFIX}{}", base45::encode(&changed));
            prop_assert!(judge(&issuer, &changed, NOON).is_err(), "bit {}", bit);
        }
    }

    #[test]
    fn any_text_is_read_without_a_fault(text in "(YZ1:)?[0-9A-Z $%*+./:-]{0,60}") {
        let _ = UnverifiedCode::parse(&text);
    }
}
