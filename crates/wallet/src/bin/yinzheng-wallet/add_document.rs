//! `yinzheng-wallet add-document`: a further document, or a renewed one, for whoever holds the certificate in the wallet.

use clap::ArgMatches;
use serde_json::json;
use zeroize::Zeroizing;

use crate::{
    enrol::{Begun, Due, show_document, step_unknown},
    failure::Failure,
    home::Home,
    language::Language,
    notices,
    platform::Platform,
    world,
};

/// Runs the command.
pub(crate) fn run(language: Language, wishes: &ArgMatches) -> Result<(), Failure> {
    let home = Home::open(language, wishes)?;
    let wallet = home.wallet()?;
    let mut platform = Platform::of(language, wallet.issuer().clone())?;
    let sensitive = notices::fetch(language, &platform)?.agree_to_sensitive(language)?;
    let begun: Begun = platform.post("/enrolments/documents", &json!({"sensitive": sensitive}))?;
    platform.remember(Zeroizing::new(begun.token));
    let Due::Holder { challenge } = &begun.due else { return Err(step_unknown(&begun.due)) };
    let proof = wallet.prove(challenge, world::now())?;
    let passcode = home.passcode(language)?;
    let stretched = wallet.stretch(&passcode)?.text();
    let shown = json!({"stretched": stretched.expose(), "device_proof": proof});
    let due = platform.post("/enrolments/current/holder", &shown)?;
    let Due::Document {} = due else { return Err(step_unknown(&due)) };
    match show_document(language, wishes, &platform)? {
        (Due::Added {}, _) => {
            println!("{}", language.words("document-added"));
            Ok(())
        }
        (due, _) => Err(step_unknown(&due)),
    }
}
