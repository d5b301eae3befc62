//! `yinzheng-wallet carry` and `history`: what is in the pocket, and what was shown of it.

use std::{
    fs::{File, OpenOptions, TryLockError},
    os::unix::fs::OpenOptionsExt,
    path::PathBuf,
};

use clap::ArgMatches;
use formats::Suite;
use protocol::issuance::Configuration;
use yinzheng_wallet::{FileError, Pocket, SoftwareKey};

use crate::{failure::Failure, language::Language, world};

/// The file of the pocket: beside the wallet, under the same name.
pub(crate) fn pocket_path(wishes: &ArgMatches) -> PathBuf {
    let wallet = wishes.get_one::<PathBuf>("wallet").cloned().unwrap_or_default();
    wallet.with_extension("pocket.json")
}

/// The pocket there must be.
pub(crate) fn pocket(wishes: &ArgMatches) -> Result<Pocket<SoftwareKey>, Failure> {
    let path = pocket_path(wishes);
    if path.exists() { Ok(Pocket::load(&path)?) } else { Err(Failure::NoPocket) }
}

/// Holds the pocket for one command, until it is dropped: two that changed it at once would bring back what one of them showed.
pub(crate) fn hold(wishes: &ArgMatches) -> Result<File, Failure> {
    let path = pocket_path(wishes).with_extension("lock");
    let opened = OpenOptions::new().create(true).append(true).mode(0o600).open(path);
    let file = opened.map_err(FileError::from)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Failure::PocketHeld),
        Err(TryLockError::Error(error)) => Err(FileError::from(error).into()),
    }
}

/// What a form is called.
pub(crate) fn form_name(language: Language, form: Configuration) -> String {
    language.words(match form {
        Configuration::NetCertificate => "form-online",
        Configuration::Code(Suite::International) => "form-code",
        Configuration::Code(Suite::ShangMi) => "form-code-sm2",
    })
}

/// Runs `carry`.
pub(crate) fn run(language: Language, wishes: &ArgMatches) -> Result<(), Failure> {
    let (pocket, now) = (pocket(wishes)?, world::now());
    println!("{}", language.with("shown-platform", &[("value", pocket.issuer().as_str())]));
    let (mut carried, mut low) = (false, false);
    for form in Configuration::ALL {
        let supply = pocket.supply(form, now);
        if supply.of == 0 {
            continue;
        }
        carried = true;
        let until = supply.until.map_or_else(|| "–".to_owned(), |until| until.to_string());
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
        let mut pocket = pocket(wishes)?;
        pocket.history.erase();
        pocket.save(&pocket_path(wishes))?;
        println!("{}", language.words("history-erased"));
        return Ok(());
    }
    let pocket = pocket(wishes)?;
    for entry in pocket.history.entries() {
        let anybody = || language.words("history-code");
        let who = entry.asked_by.as_ref();
        let who = who.map_or_else(anybody, |by| format!("{} ({})", by.name, by.purpose));
        let shown: Vec<_> = entry.shown.iter().map(|claim| claim_name(language, claim)).collect();
        let shown = match shown.as_slice() {
            [] => language.words("claim-nothing"),
            shown => shown.join(&language.words("list-comma")),
        };
        println!("{}  {who}  {shown}", entry.at);
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

#[cfg(test)]
mod tests {
    use clap::{Arg, Command, value_parser};

    use super::*;

    #[test]
    fn one_command_at_a_time_changes_the_pocket() {
        let folder = tempfile::tempdir().unwrap();
        let wallet = folder.path().join("wallet.json");
        let argument = Arg::new("wallet").value_parser(value_parser!(PathBuf));
        let wishes = Command::new("wallet")
            .arg(argument)
            .get_matches_from(["wallet".into(), wallet.into_os_string()]);
        let held = hold(&wishes).unwrap();
        assert!(matches!(hold(&wishes), Err(Failure::PocketHeld)));
        drop(held);
        assert!(hold(&wishes).is_ok());
    }
}
