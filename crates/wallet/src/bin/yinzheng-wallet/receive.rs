//! `yinzheng-wallet receive`: takes an offer, and a batch of one-time credentials of each form.

use std::path::Path;

use clap::ArgMatches;
use formats::Suite;
use protocol::issuance::{CREDENTIAL_PATH, Configuration, NONCE_PATH};
use reqwest::Method;
use serde::Deserialize;
use yinzheng_wallet::{Batch, Offer, Pocket, SoftwareKey, SoftwareKeys, Source, Wallet};
use zeroize::Zeroizing;

use crate::{
    ask::{agree, ask_hidden},
    carry::{form_name, hold, pocket_path},
    exchange::{self, Bound, FORM, Sent},
    failure::Failure,
    language::Language,
    platform::Platform,
    world,
};

/// How many of each form: two a day for as long as they are good, and some more.
const MANY: usize = 30;

#[derive(Deserialize)]
struct Token {
    access_token: String,
}

#[derive(Deserialize)]
struct Nonce {
    c_nonce: String,
}

/// Runs the command.
pub(crate) fn run(language: Language, wishes: &ArgMatches) -> Result<(), Failure> {
    let link = wishes.get_one::<String>("link").map(String::as_str).unwrap_or_default();
    let offer: Offer = link.trim().parse()?;
    let path = pocket_path(wishes);
    let _held = hold(wishes)?;
    let pocket = known(language, wishes, &path, &offer)?;
    let platform = Platform::of(offer.issuer().clone())?;
    let tx_code = ask_hidden(&language.words("ask-tx-code"))?;
    let form = offer.token_form(&tx_code).map_err(|_| Failure::Typed("typed_tx_code"))?;
    let mut bound = Bound::new()?;
    let sent = Sent { kind: FORM, body: form.expose() };
    let token: Token = bound.post(&platform, "/token", None, &sent)?.json()?;
    let token = Zeroizing::new(token.access_token);
    let keys = exchange::keys(&platform, offer.issuer())?;
    let from = Source { issuer: offer.issuer(), keys: &keys };
    let mut pocket = pocket.unwrap_or_else(|| Pocket::new(offer.issuer().clone(), keys.clone()));
    let wanted =
        |form: &Configuration| form.suite() == Suite::International || wishes.get_flag("sm2");
    for &form in offer.forms().iter().filter(|form| wanted(form)) {
        let (name, count) = (form_name(language, form), MANY.to_string());
        let fetching = [("form", name.as_str()), ("count", count.as_str())];
        eprintln!("{}", language.with("progress-credentials", &fetching));
        let nonce: Nonce =
            platform.exchange(platform.to(Method::POST, &offer.issuer().at(NONCE_PATH)))?.json()?;
        let batch = Batch::of(&SoftwareKeys, form, MANY)?;
        let body = batch.request(offer.issuer(), &nonce.c_nonce, world::now())?.to_string();
        let sent = Sent { kind: "application/json", body: &body };
        let reply = bound.post(&platform, CREDENTIAL_PATH, Some(&token), &sent)?;
        let batch = batch.receive(reply.good()?, from, world::now())?;
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
