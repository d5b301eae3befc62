//! `yinzheng-wallet answer`: a verifier's question is fetched, shown, agreed to, and answered.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use clap::ArgMatches;
use formats::Authorities;
use serde_json::Value;
use yinzheng_wallet::{AGREEMENT, Fetched, Plan, QuestionLink, attestor_keys, deliver};

use crate::{
    ask::agree,
    carry::claim_name,
    failure::Failure,
    home::{Home, hold},
    language::Language,
    platform::Platform,
    world,
};

/// Runs the command.
pub(crate) fn run(language: Language, wishes: &ArgMatches) -> Result<(), Failure> {
    let link = wishes.get_one::<String>("link").map(String::as_str).unwrap_or_default();
    let link: QuestionLink = link.trim().parse().map_err(|_| Failure::Typed("typed_link"))?;
    let _held = hold(wishes)?;
    let home = Home::open(language, wishes)?;
    let mut pocket = home.pocket()?;
    let keys_before: Vec<_> = pocket.credential_keys().cloned().collect();
    let platform = Platform::of(language, pocket.issuer().clone())?;
    if let Some(path) = wishes.get_one::<PathBuf>("authorities") {
        pocket.trust_authorities(authorities(path).ok_or(Failure::Typed("typed_authorities"))?);
    }
    let fetched = platform.wait(Fetched::by(&platform, &link))?;
    let question = fetched.question(&[AGREEMENT]);
    let plan = match pocket.plan(question, world::now()) {
        Err(refusal) if refusal.wants_newer_keys() => {
            pocket.trust(platform.wait(attestor_keys(&platform, pocket.issuer()))?);
            pocket.plan(question, world::now())?
        }
        plan => plan?,
    };
    show(language, &plan);
    agree(&language.words("agree-answer"))?;
    let keep = |kept: &yinzheng_wallet::Pocket<_>| home.keep_pocket(kept);
    let answer = pocket.answer(plan.agree(), language.tag(), world::fill, world::now(), keep)?;
    home.end_keys(&keys_before, &pocket)?;
    let back = platform.wait(deliver(&platform, &answer))?;
    println!("{}", language.words("answered"));
    if let Some(address) = back {
        println!("{address}");
    }
    Ok(())
}

/// Whose certificates are believed for who asks.
fn authorities(path: &Path) -> Option<Authorities> {
    let mut pem = Vec::new();
    File::open(path).ok()?.take(AUTHORITIES_MAX).read_to_end(&mut pem).ok()?;
    Authorities::from_pem(&pem).ok()
}

/// The largest file of authorities read.
const AUTHORITIES_MAX: u64 = 1024 * 1024;

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
    for agreement in plan.transactions().iter().filter_map(|one| one.agreement.as_ref()) {
        let sentence = agreement.sentence(language.tag()).unwrap_or_default();
        eprintln!("{}", language.with("would-agree", &[("sentence", sentence)]));
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
