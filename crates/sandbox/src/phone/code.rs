//! `/code`: a picture for a reader that has no network, good for a half minute, or for one question of the reader's.

use std::convert::Infallible;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use formats::Suite;
use formats::base45;
use formats::qr::{Challenge, Moment, RESIDENCIES, Subject, WINDOW};
use wallet::{Configuration, Pocket, SoftwareKey};

use super::claims::{called, yes_or_no};
use super::device::Device;
use super::picture::Picture;
use super::trouble::Trouble;
use crate::language::Frame;
use crate::page::{show, show_with};

const FORM: Configuration = Configuration::Code(Suite::International);

/// What stands before a reader's question.
const QUESTION: &str = "YZQ1:";

/// Codes that follow by themselves: two minutes, as each costs a certificate. Then somebody must press the button.
const BY_ITSELF: u8 = 4;

#[derive(Template)]
#[template(path = "phone/code.html")]
struct ChoosePage {
    frame: Frame,
    /// Name, what it is called, what it would say.
    subjects: Vec<(&'static str, String, String)>,
    trouble: Option<Trouble>,
}

#[derive(Template)]
#[template(path = "phone/code_shown.html")]
struct ShownPage {
    frame: Frame,
    picture: Option<Picture>,
    text: String,
    states: Vec<(String, String)>,
    asked: Vec<&'static str>,
    answers_reader: bool,
    seconds: u64,
    turn: u8,
    by_itself: bool,
    unused: usize,
}

/// What was chosen.
struct Chosen {
    subjects: Vec<Subject>,
    moment: Option<Challenge>,
    turn: u8,
}

/// `GET /code`
pub(super) async fn choose(
    State(device): State<Device>,
    headers: HeaderMap,
    frame: Frame,
) -> Response {
    ask(&device, &headers, frame, None)
}

/// `POST /code`
pub(super) async fn draw(
    State(device): State<Device>,
    headers: HeaderMap,
    frame: Frame,
    form: String,
) -> Response {
    let drawn = Chosen::read(&form).and_then(|chosen| device.code(&headers, &frame, &chosen));
    match drawn {
        Ok(code) => show(&code, device.policy()),
        Err(trouble) => ask(&device, &headers, frame, Some(trouble)),
    }
}

fn ask(device: &Device, headers: &HeaderMap, frame: Frame, trouble: Option<Trouble>) -> Response {
    let now = device.now();
    let subjects = device.with(headers, |owner| {
        let value = |subject| Some((subject, owner.pocket.states(FORM, subject, now)?));
        Subject::ALL.into_iter().filter_map(value).collect::<Vec<_>>()
    });
    let subjects: Vec<_> = subjects
        .unwrap_or_default()
        .into_iter()
        .map(|(subject, value)| {
            (subject.claim(), called(&frame, subject.claim()), stated(&frame, subject, value))
        })
        .collect();
    let trouble = trouble.or(subjects.is_empty().then_some(Trouble::Nothing));
    let status = trouble.as_ref().map_or(StatusCode::OK, Trouble::status);
    show_with(status, &ChoosePage { frame, subjects, trouble }, device.policy())
}

impl Chosen {
    /// `what` may come several times.
    fn read(form: &str) -> Result<Self, Trouble> {
        let mut chosen = Self { subjects: Vec::new(), moment: None, turn: 1 };
        for (name, value) in url::form_urlencoded::parse(form.as_bytes()) {
            match &*name {
                "what" => {
                    let subject = Subject::of_claim(&value).ok_or(Trouble::Unsayable)?;
                    chosen.subjects.push(subject);
                }
                "question" if !value.trim().is_empty() => {
                    chosen.moment = Some(question(&value).ok_or(Trouble::ReadersQuestion)?);
                }
                "turn" => chosen.turn = value.parse().unwrap_or(1),
                _ => {}
            }
        }
        if (1..=4).contains(&chosen.subjects.len()) { Ok(chosen) } else { Err(Trouble::Unsayable) }
    }
}

impl Device {
    fn code(
        &self,
        headers: &HeaderMap,
        frame: &Frame,
        chosen: &Chosen,
    ) -> Result<ShownPage, Trouble> {
        let now = self.now();
        let made = self.with(headers, |owner| {
            let states = states(frame, &owner.pocket, &chosen.subjects, now);
            let moment =
                chosen.moment.map_or_else(|| Moment::at(now.as_second()), Moment::Challenge);
            let keep = |_: &Pocket<_>| Ok::<_, Infallible>(());
            let text = owner.pocket.code(FORM, &chosen.subjects, moment, now, keep)?;
            Ok::<_, Trouble>((states, text, owner.pocket.supply(FORM, now).unused))
        });
        let (states, text, unused) = made.ok_or(Trouble::Nothing)??;
        Ok(ShownPage {
            frame: frame.clone(),
            picture: Picture::of(&text),
            text,
            states,
            asked: chosen.subjects.iter().map(|subject| subject.claim()).collect(),
            answers_reader: chosen.moment.is_some(),
            seconds: WINDOW.as_secs(),
            turn: chosen.turn.saturating_add(1),
            by_itself: chosen.turn < BY_ITSELF && chosen.moment.is_none() && unused > 0,
            unused,
        })
    }
}

fn states(
    frame: &Frame,
    pocket: &Pocket<SoftwareKey>,
    subjects: &[Subject],
    now: jiff::Timestamp,
) -> Vec<(String, String)> {
    let one = |subject: &Subject| {
        let value = pocket.states(FORM, *subject, now)?;
        Some((called(frame, subject.claim()), stated(frame, *subject, value)))
    };
    subjects.iter().filter_map(one).collect()
}

/// A yes, a no, or a class.
fn stated(frame: &Frame, subject: Subject, value: u8) -> String {
    match (subject, value) {
        (Subject::Assurance, level) => level.to_string(),
        (Subject::Residency, class) => {
            let class = RESIDENCIES.get(usize::from(class)).copied().unwrap_or("unknown");
            let words = RESIDENCY_WORDS.iter().find(|(name, _, _)| *name == class);
            words.map_or(class, |(_, chinese, english)| frame.say(chinese, english)).to_owned()
        }
        (_, value) => yes_or_no(frame, value == 1),
    }
}

const RESIDENCY_WORDS: [(&str, &str, &str); 7] = [
    ("unknown", "未说明", "not stated"),
    ("mainland", "内地居民", "mainland"),
    ("hong_kong_macao", "港澳居民", "Hong Kong or Macao"),
    ("taiwan", "台湾居民", "Taiwan"),
    ("permanent_resident", "永久居留", "permanent resident"),
    ("abroad", "旅居国外", "abroad"),
    ("foreign", "外国人", "foreign"),
];

/// A reader's question, as its screen shows it.
fn question(text: &str) -> Option<Challenge> {
    let bytes = base45::decode(text.trim().strip_prefix(QUESTION)?).ok()?;
    Some(Challenge(bytes.try_into().ok()?))
}
