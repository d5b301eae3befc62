//! `yinzheng-wallet answer`: a verifier's question is fetched, shown, agreed to, and answered.

use clap::ArgMatches;
use protocol::presentation::{BadRequest, attestation::BadAttestation};
use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;
use yinzheng_wallet::{Plan, Question, QuestionLink, Refusal};

use crate::{
    ask::agree,
    carry::{claim_name, hold, pocket, pocket_path},
    exchange::{FORM, Sent, keys, with},
    failure::Failure,
    language::Language,
    platform::Platform,
    world,
};

/// What a verifier says back (`OpenID4VP` §8.2).
#[derive(Deserialize)]
struct Taken {
    redirect_uri: Option<String>,
}

/// Runs the command.
pub(crate) fn run(language: Language, wishes: &ArgMatches) -> Result<(), Failure> {
    let link = wishes.get_one::<String>("link").map(String::as_str).unwrap_or_default();
    let link: QuestionLink = link.trim().parse().map_err(|_| Failure::Typed("typed_link"))?;
    let _held = hold(wishes)?;
    let mut pocket = pocket(wishes)?;
    let platform = Platform::of(pocket.issuer().clone())?;
    let nonce = link.by_post.then(|| formats::base64url::encode(&world::drawn::<16>()));
    let text = fetched(&platform, &link, nonce.as_deref())?;
    let question = Question {
        text: text.trim(),
        client_id: &link.client_id,
        wallet_nonce: nonce.as_deref(),
        // No kind of transaction can be shown here yet, so that none is agreed to.
        kinds: &[],
    };
    let plan = match pocket.plan(question, world::now()) {
        // Attested with a key made since: asked for only now, as whoever asks for keys says that somebody is about to answer.
        Err(Refusal::Request(BadRequest::Attestation(BadAttestation::Signature))) => {
            pocket.trust(keys(&platform, pocket.issuer())?);
            pocket.plan(question, world::now())?
        }
        plan => plan?,
    };
    show(language, &plan);
    agree(&language.words("agree-answer"))?;
    let path = pocket_path(wishes);
    let keep = |kept: &yinzheng_wallet::Pocket<_>| kept.save(&path);
    let answer = pocket.answer(plan.agree(), language.tag(), world::fill, world::now(), keep)?;
    let sent = Sent { kind: FORM, body: &answer.form };
    let reply = platform.exchange(with(platform.to(Method::POST, &answer.address), &sent))?;
    let taken: Taken = reply.json()?;
    println!("{}", language.words("answered"));
    if let Some(address) = taken.redirect_uri.filter(|uri| uri.starts_with("https://")) {
        println!("{address}");
    }
    Ok(())
}

fn fetched(
    platform: &Platform,
    link: &QuestionLink,
    nonce: Option<&str>,
) -> Result<String, Failure> {
    let request = match nonce {
        None => platform.to(Method::GET, &link.request_uri),
        Some(nonce) => {
            let mut form = form_urlencoded::Serializer::new(String::new());
            let body = form.append_pair("wallet_nonce", nonce).finish();
            let sent = Sent { kind: FORM, body: &body };
            with(platform.to(Method::POST, &link.request_uri), &sent)
        }
    };
    let request = request.header("accept", "application/oauth-authz-req+jwt");
    let reply = platform.exchange(request)?;
    String::from_utf8(reply.good()?.to_vec()).map_err(|_| Failure::Odd)
}

/// Who asks, what for, and what would be shown.
fn show(language: Language, plan: &Plan) {
    if let Some(who) = plan.who(language.tag()) {
        let values = [
            ("name", who.client_name.as_str()),
            ("organisation", who.organization_name.as_str()),
            ("purpose", who.purpose.as_str()),
        ];
        eprintln!("{}", language.with("asked-by", &values));
    }
    eprintln!("{}", language.words("would-show"));
    for shown in plan.shown() {
        let name = match &shown.claim {
            Some(claim) => claim_name(language, claim),
            None => language.words("claim-nothing"),
        };
        let value = match &shown.value {
            Value::Bool(true) => language.words("value-yes"),
            Value::Bool(false) => language.words("value-no"),
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        eprintln!("  {name}  {value}");
    }
}
