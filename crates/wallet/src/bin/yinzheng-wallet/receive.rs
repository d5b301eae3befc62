//! `yinzheng-wallet receive`: takes an offer, and a batch of one-time credentials of each form.

use std::path::Path;

use clap::ArgMatches;
use formats::Suite;
use yinzheng_wallet::{
    Configuration, MANY, Offer, Pocket, Receiving, SoftwareKey, SoftwareKeys, Wallet,
};

use crate::{
    ask::{agree, ask_hidden},
    carry::{form_name, hold, pocket_path},
    failure::Failure,
    language::Language,
    platform::Platform,
    world,
};

/// Runs the command.
pub(crate) fn run(language: Language, wishes: &ArgMatches) -> Result<(), Failure> {
    let link = wishes.get_one::<String>("link").map(String::as_str).unwrap_or_default();
    let offer: Offer = link.trim().parse()?;
    let path = pocket_path(wishes);
    let _held = hold(wishes)?;
    let pocket = known(language, wishes, &path, &offer)?;
    let platform = Platform::of(offer.issuer().clone())?;
    let tx_code = ask_hidden(&language.words("ask-tx-code"))?;
    let mut receiving = platform.wait(Receiving::begin(&platform, &offer, &tx_code))?;
    let keys = receiving.keys().clone();
    let mut pocket = pocket.unwrap_or_else(|| Pocket::new(offer.issuer().clone(), keys.clone()));
    pocket.trust(receiving.attestors().clone());
    let wanted =
        |form: &Configuration| form.suite() == Suite::International || wishes.get_flag("sm2");
    for &form in offer.forms().iter().filter(|form| wanted(form)) {
        let (name, count) = (form_name(language, form), MANY.to_string());
        let fetching = [("form", name.as_str()), ("count", count.as_str())];
        eprintln!("{}", language.with("progress-credentials", &fetching));
        let batch = platform.wait(receiving.batch(&platform, &SoftwareKeys, form))?;
        pocket.put(batch, keys.clone(), world::now());
        // Each form as soon as it is there: what comes after may fail.
        pocket.save(&path)?;
        eprintln!("{}", language.with("received", &fetching));
    }
    Ok(())
}

/// The pocket there is. A wallet of one platform takes nothing from another; without a wallet, its holder says whether it
/// is to be this one.
fn known(
    language: Language,
    wishes: &ArgMatches,
    path: &Path,
    offer: &Offer,
) -> Result<Option<Pocket<SoftwareKey>>, Failure> {
    let pocket = path.exists().then(|| Pocket::load(path)).transpose()?;
    let wallet = wishes.get_one::<std::path::PathBuf>("wallet").filter(|wallet| wallet.exists());
    let wallet = wallet.map(|wallet| Wallet::load(wallet)).transpose()?;
    let issuer = pocket.as_ref().map(Pocket::issuer).or(wallet.as_ref().map(Wallet::issuer));
    match issuer {
        Some(issuer) if issuer != offer.issuer() => Err(Failure::OtherPlatform),
        Some(_) => Ok(pocket),
        None => {
            let who = [("platform", offer.issuer().as_str())];
            agree(&language.with("agree-platform", &who))?;
            Ok(None)
        }
    }
}
