//! `/answer` opens a question's link; `/asked/{question}` shows who asks and what would be shown, and takes a yes or a no.

use std::convert::Infallible;

use askama::Template;
use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::Value;
use wallet::{
    AGREEMENT, Answer, Configuration, Fetched, Plan, Pocket, QuestionLink, attestor_keys, deliver,
};

use super::claims::{called, yes_or_no};
use super::device::Device;
use super::trouble::Trouble;
use crate::language::{Frame, Language};
use crate::page::{show as page, show_with};

#[derive(Template)]
#[template(path = "phone/answer.html")]
struct AnswerPage {
    frame: Frame,
    trouble: Option<Trouble>,
}

#[derive(Template)]
#[template(path = "phone/asked.html")]
struct AskedPage {
    frame: Frame,
    question: String,
    name: String,
    organisation: String,
    purpose: String,
    /// What is agreed to with it.
    sentences: Vec<String>,
    /// What each is called, and what it says of the person.
    shown: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "phone/answered.html")]
struct AnsweredPage {
    frame: Frame,
    agreed: bool,
    name: String,
    back: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Opened {
    link: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Decided {
    decision: String,
}

/// `GET /answer`: a link that was opened or pasted, or a place to paste one.
pub(super) async fn open(
    State(device): State<Device>,
    headers: HeaderMap,
    frame: Frame,
    Query(opened): Query<Opened>,
) -> Response {
    let Some(link) = opened.link else { return ask_for_link(&device, frame, None) };
    match device.fetch(&headers, &link).await {
        // A question is fetched once: looked at again, it is the one that was fetched.
        Ok(question) => Redirect::to(&format!("/asked/{question}")).into_response(),
        Err(trouble) => ask_for_link(&device, frame, Some(trouble)),
    }
}

/// `GET /asked/{question}`
pub(super) async fn show(
    State(device): State<Device>,
    headers: HeaderMap,
    frame: Frame,
    Path(question): Path<String>,
) -> Response {
    let drawn = device.with(&headers, |owner| {
        let (name, plan) = owner.asked.as_ref()?;
        (*name == question).then(|| asked(&frame, &question, plan))
    });
    match drawn.flatten() {
        Some(asked) => page(&asked, device.policy()),
        None => ask_for_link(&device, frame, Some(Trouble::Gone)),
    }
}

/// `POST /asked/{question}`
pub(super) async fn decide(
    State(device): State<Device>,
    headers: HeaderMap,
    frame: Frame,
    Path(question): Path<String>,
    Form(decided): Form<Decided>,
) -> Response {
    // Whatever is not a yes is a no.
    let agreed = decided.decision == "agree";
    match device.decide(&headers, &question, agreed, locale(&frame)).await {
        Ok((name, back)) => page(&AnsweredPage { frame, agreed, name, back }, device.policy()),
        Err(trouble) => ask_for_link(&device, frame, Some(trouble)),
    }
}

impl Device {
    /// Fetches a question and plans its answer; the name under which it waits.
    async fn fetch(&self, headers: &HeaderMap, link: &str) -> Result<String, Trouble> {
        let link: QuestionLink = link.trim().parse()?;
        if !self.line().reaches(&link.request_uri) {
            return Err(Trouble::Elsewhere);
        }
        let now = self.now();
        let unused = |pocket: &Pocket<_>| pocket.supply(Configuration::NetCertificate, now).unused;
        // Whoever could not answer leaves the question to a wallet that can.
        if self.with(headers, |owner| unused(&owner.pocket)).unwrap_or(0) == 0 {
            return Err(Trouble::Nothing);
        }
        let fetched = Fetched::by(self.line(), &link).await?;
        let question = fetched.question(&[AGREEMENT]);
        let plan = || self.with(headers, |owner| owner.pocket.plan(question, self.now()));
        let mut planned = plan().ok_or(Trouble::Nothing)?;
        if planned.as_ref().is_err_and(wallet::Refusal::wants_newer_keys) {
            let keys = attestor_keys(self.line(), self.issuer()).await?;
            self.with(headers, |owner| owner.pocket.trust(keys));
            planned = plan().ok_or(Trouble::Nothing)?;
        }
        let (name, plan) = (self.draw_name(), planned?);
        self.with(headers, |owner| owner.asked = Some((name.clone(), plan)));
        Ok(name)
    }

    /// Answers or declines; who asked, and where the browser goes on.
    async fn decide(
        &self,
        headers: &HeaderMap,
        question: &str,
        agreed: bool,
        locale: &str,
    ) -> Result<(String, Option<String>), Trouble> {
        let made = self.with(headers, |owner| {
            let (_, plan) =
                owner.asked.take_if(|(name, _)| name == question).ok_or(Trouble::Gone)?;
            let who = plan.who(locale).map(|who| who.client_name.clone()).unwrap_or_default();
            let answer =
                if agreed { self.answer(&mut owner.pocket, plan, locale)? } else { plan.decline() };
            Ok::<_, Trouble>((who, answer))
        });
        let (who, answer) = made.ok_or(Trouble::Gone)??;
        Ok((who, deliver(self.line(), &answer).await?))
    }

    /// The pocket is this memory: what was taken out of it is gone from it already.
    fn answer(
        &self,
        pocket: &mut Pocket<wallet::SoftwareKey>,
        plan: Plan,
        locale: &str,
    ) -> Result<Answer, Trouble> {
        let draw = |bytes: &mut [u8]| wallet::Carrier::fill(self.line(), bytes);
        let keep = |_: &Pocket<_>| Ok::<_, Infallible>(());
        Ok(pocket.answer(plan.agree(), locale, draw, self.now(), keep)?)
    }
}

fn ask_for_link(device: &Device, frame: Frame, trouble: Option<Trouble>) -> Response {
    let status = trouble.as_ref().map_or(StatusCode::OK, Trouble::status);
    show_with(status, &AnswerPage { frame, trouble }, device.policy())
}

fn asked(frame: &Frame, question: &str, plan: &Plan) -> AskedPage {
    let who = plan.who(locale(frame));
    let shown = plan.shown().iter().map(|one| {
        let name = one.claim.as_deref().map(|claim| called(frame, claim));
        let nothing = || frame.say("仅说明您是平台认识的人", "only that the platform knows you");
        (name.unwrap_or_else(|| nothing().to_owned()), said(frame, &one.value))
    });
    let agreements = plan.transactions().iter().filter_map(|one| one.agreement.as_ref());
    let sentences = agreements.filter_map(|one| one.sentence(locale(frame)));
    AskedPage {
        frame: frame.clone(),
        question: question.to_owned(),
        name: who.map(|who| who.client_name.clone()).unwrap_or_default(),
        organisation: who.map(|who| who.organization_name.clone()).unwrap_or_default(),
        purpose: who.map(|who| who.purpose.clone()).unwrap_or_default(),
        sentences: sentences.map(str::to_owned).collect(),
        shown: shown.collect(),
    }
}

fn said(frame: &Frame, value: &Value) -> String {
    match value {
        Value::Bool(yes) => yes_or_no(frame, *yes),
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The locale of what the platform attests.
fn locale(frame: &Frame) -> &'static str {
    match frame.language {
        Language::Chinese => "zh-CN",
        Language::English => "en",
    }
}
