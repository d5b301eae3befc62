//! `yinzheng-wallet carry` and `history`: what is in the pocket, and what was shown of it.

use clap::ArgMatches;
use formats::Suite;
use protocol::issuance::Configuration;

use crate::{
    failure::Failure,
    home::{Home, hold},
    language::Language,
    world,
};

/// The suites of certificates for codes, as they are typed.
pub(crate) const SUITES: [(&str, Suite); 3] =
    [("es256", Suite::International), ("ed25519", Suite::Ed25519), ("sm2", Suite::ShangMi)];

/// Certificates for codes of the suite that was typed.
pub(crate) fn wanted_code(wishes: &ArgMatches) -> Configuration {
    let typed = wishes.get_one::<String>("suite");
    let suite = SUITES.iter().find(|(word, _)| typed.is_some_and(|typed| typed == word));
    Configuration::Code(suite.map_or(Suite::International, |(_, suite)| *suite))
}

/// What a form is called.
pub(crate) fn form_name(language: Language, form: Configuration) -> String {
    language.words(match form {
        Configuration::NetCertificate => "form-online",
        Configuration::Code(Suite::International) => "form-code",
        Configuration::Code(Suite::Ed25519) => "form-code-ed25519",
        Configuration::Code(Suite::ShangMi) => "form-code-sm2",
    })
}

/// Runs `carry`.
pub(crate) fn run(language: Language, wishes: &ArgMatches) -> Result<(), Failure> {
    let (pocket, now) = (Home::open(language, wishes)?.pocket()?, world::now());
    println!("{}", language.with("shown-platform", &[("value", pocket.issuer().as_str())]));
    let (mut carried, mut low) = (false, false);
    for form in Configuration::ALL {
        let supply = pocket.supply(form, now);
        if supply.of == 0 {
            continue;
        }
        carried = true;
        let until = supply.until.map_or_else(|| "–".to_owned(), world::minute);
        let values = [
            ("form", form_name(language, form)),
            ("unused", supply.unused.to_string()),
            ("of", supply.of.to_string()),
            ("until", until),
        ];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        println!("{}", language.with("carried", &values));
        low |= supply.is_low(now);
    }
    if low || !carried {
        println!("{}", language.words("carried-low"));
    }
    Ok(())
}

/// Runs `history`.
pub(crate) fn history(language: Language, wishes: &ArgMatches) -> Result<(), Failure> {
    if wishes.get_flag("erase") {
        let _held = hold(wishes)?;
        let home = Home::open(language, wishes)?;
        let mut pocket = home.pocket()?;
        pocket.history.erase();
        home.keep_pocket(&pocket)?;
        println!("{}", language.words("history-erased"));
        return Ok(());
    }
    let pocket = Home::open(language, wishes)?.pocket()?;
    for entry in pocket.history.entries() {
        let anybody = || language.words("history-code");
        let who = entry.asked_by.as_ref();
        let who = who.map_or_else(anybody, |by| format!("{} ({})", by.name, by.purpose));
        let shown: Vec<_> = entry.shown.iter().map(|claim| claim_name(language, claim)).collect();
        let shown = match shown.as_slice() {
            [] => language.words("claim-nothing"),
            shown => shown.join(&language.words("list-comma")),
        };
        println!("{}  {who}  {shown}", world::minute(entry.at));
    }
    if pocket.history.entries().is_empty() {
        println!("{}", language.words("history-empty"));
    }
    Ok(())
}

/// What a claim is called to people; its own name where this program has no words for it.
pub(crate) fn claim_name(language: Language, claim: &str) -> String {
    let key = format!("claim-{}", claim.replace('_', "-"));
    if language.knows(&key) { language.words(&key) } else { claim.to_owned() }
}
