//! `yinzheng-wallet show`: what the wallet holds. Its certificate names nobody.

use clap::ArgMatches;

use crate::{failure::Failure, home::Home, language::Language, world};

/// Runs the command.
pub(crate) fn run(language: Language, wishes: &ArgMatches) -> Result<(), Failure> {
    let wallet = Home::open(language, wishes)?.wallet()?;
    let line = |key: &str, value: &str| println!("{}", language.with(key, &[("value", value)]));
    line("shown-platform", wallet.issuer().as_str());
    let Some(certificate) = wallet.certificate() else {
        println!("{}", language.words("shown-no-certificate"));
        return Ok(());
    };
    line("shown-certificate", certificate.id());
    line("shown-until", &world::minute(certificate.expires_at()));
    if certificate.expires_at() <= world::now() {
        println!("{}", language.words("shown-expired"));
    }
    Ok(())
}
