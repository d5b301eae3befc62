//! `yinzheng-wallet receive`: takes an offer, and a batch of one-time credentials of each form.

use clap::ArgMatches;
use formats::Suite;
use yinzheng_wallet::{Configuration, HeldKey, MANY, Offer, Pocket, Receiving, Wallet};

use crate::{
    ask::{agree, ask_hidden},
    carry::{form_name, wanted_code},
    failure::Failure,
    home::{Home, hold},
    language::Language,
    platform::Platform,
    world,
};

/// Runs the command.
pub(crate) fn run(language: Language, wishes: &ArgMatches) -> Result<(), Failure> {
    let link = wishes.get_one::<String>("link").map(String::as_str).unwrap_or_default();
    let offer: Offer = link.trim().parse()?;
    let _held = hold(wishes)?;
    let home = Home::open(language, wishes)?;
    let pocket = known(language, &home, &offer)?;
    let platform = Platform::of(language, offer.issuer().clone())?;
    let tx_code = ask_hidden(&language.words("ask-tx-code"))?;
    let code = wanted_code(wishes);
    let wanted = |form: Configuration| form.suite() == Suite::International || form == code;
    take(language, &home, &platform, pocket, (&offer, &tx_code), wanted)
}

/// Takes an offer with the digits beside it, and a batch of each form that is wanted.
pub(crate) fn take(
    language: Language,
    home: &Home,
    platform: &Platform,
    pocket: Option<Pocket<HeldKey>>,
    (offer, tx_code): (&Offer, &str),
    wanted: impl Fn(Configuration) -> bool,
) -> Result<(), Failure> {
    let mut receiving = platform.wait(Receiving::begin(platform, offer, tx_code))?;
    let keys = receiving.keys().clone();
    let mut pocket = pocket.unwrap_or_else(|| Pocket::new(offer.issuer().clone(), keys.clone()));
    pocket.trust(receiving.attestors().clone());
    for &form in offer.forms().iter().filter(|form| wanted(**form)) {
        let (name, count) = (form_name(language, form), MANY.to_string());
        let fetching = [("form", name.as_str()), ("count", count.as_str())];
        eprintln!("{}", language.with("progress-credentials", &fetching));
        let batch = platform.wait(receiving.batch(platform, &home.ring, form))?;
        let keys_before: Vec<_> = pocket.credential_keys().cloned().collect();
        pocket.put(batch, keys.clone(), world::now());
        // Each form as soon as it is there: what comes after may fail.
        home.keep_pocket(&pocket)?;
        home.end_keys(&keys_before, &pocket)?;
        eprintln!("{}", language.with("received", &fetching));
    }
    Ok(())
}

/// The pocket there is. A wallet of one platform takes nothing from another; without a wallet, its holder says whether it
/// is to be this one.
fn known(
    language: Language,
    home: &Home,
    offer: &Offer,
) -> Result<Option<Pocket<HeldKey>>, Failure> {
    let pocket = home.has_pocket().then(|| home.pocket()).transpose()?;
    let wallet = home.has_wallet().then(|| home.wallet()).transpose()?;
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
