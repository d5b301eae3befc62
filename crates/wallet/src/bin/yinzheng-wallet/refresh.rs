//! `yinzheng-wallet refresh`: new credentials before the old are used up or over, by one act: the passcode.
//!
//! The wallet signs in with its device's key, makes the offer that its person would make on their page, takes it, and signs out.
//! Where there is enough it does nothing, and tells nobody that it looked; so it may be run every day.

use clap::ArgMatches;
use protocol::issuance::Configuration;
use yinzheng_wallet::{HeldKey, Offer, Pocket};
use zeroize::Zeroizing;

use crate::{
    failure::Failure,
    home::{Home, hold},
    language::Language,
    platform::{Page, Platform},
    receive,
    sign_in::{signed_in, value_of},
    world,
};

/// The page of one's own on which offers are made.
const OFFERS: &str = "/me/wallet";

/// What is fetched where nothing was yet.
const FIRST: [Configuration; 2] =
    [Configuration::NetCertificate, Configuration::Code(formats::Suite::International)];

/// Runs the command.
pub(crate) fn run(language: Language, wishes: &ArgMatches) -> Result<(), Failure> {
    let _held = hold(wishes)?;
    let home = Home::open(language, wishes)?;
    let pocket = home.has_pocket().then(|| home.pocket()).transpose()?;
    let low = low(pocket.as_ref());
    if low.is_empty() {
        println!("{}", language.words("refreshed-enough"));
        return Ok(());
    }
    let wallet = home.wallet()?;
    if pocket.as_ref().is_some_and(|pocket| pocket.issuer() != wallet.issuer()) {
        return Err(Failure::OtherPlatform);
    }
    let platform = Platform::of(language, wallet.issuer().clone())?;
    let cookies = signed_in(language, &home, &wallet, &platform)?;
    let visited = Page { path: OFFERS, cookie: Some(&cookies), form: None };
    let page = platform.page(&visited)?;
    let ticket = value_of(&page.body, "name=\"ticket\" value=\"").ok_or(Failure::Odd)?;
    let form =
        form_urlencoded::Serializer::new(String::new()).append_pair("ticket", ticket).finish();
    let form = Zeroizing::new(form);
    let taken = offered(&platform, &cookies, &form).and_then(|(offer, tx_code)| {
        receive::take(language, &home, &platform, pocket, (&offer, &tx_code), |form| {
            low.contains(&form)
        })
    });
    // Whatever came of it, nobody stays signed in.
    let out = Page { path: "/me/sign-out", cookie: Some(&cookies), form: Some(&form) };
    let ended = platform.page(&out);
    taken?;
    ended?;
    println!("{}", language.words("refreshed"));
    Ok(())
}

/// The forms of which there is little: below a third of the last batch, or near their end.
fn low(pocket: Option<&Pocket<HeldKey>>) -> Vec<Configuration> {
    let Some(pocket) = pocket else { return FIRST.to_vec() };
    let now = world::now();
    let held = |form: &Configuration| pocket.supply(*form, now).of > 0;
    let known: Vec<_> = Configuration::ALL.into_iter().filter(held).collect();
    // A pocket that was restored knows no batch.
    let known = if known.is_empty() { FIRST.to_vec() } else { known };
    known.into_iter().filter(|form| pocket.supply(*form, now).is_low(now)).collect()
}

/// An offer, and the digits beside it: nobody need read them, for it is this wallet that made it.
fn offered(
    platform: &Platform,
    cookies: &str,
    form: &Zeroizing<String>,
) -> Result<(Offer, Zeroizing<String>), Failure> {
    let made = platform.page(&Page { path: OFFERS, cookie: Some(cookies), form: Some(form) })?;
    let between = |before: &str, after: char| {
        let (_, rest) = made.body.split_once(before)?;
        rest.split_once(after).map(|(found, _)| found)
    };
    let link = between("id=\"open-wallet\" href=\"", '"').ok_or(Failure::Odd)?;
    let offer: Offer = link.replace("&#38;", "&").replace("&amp;", "&").parse()?;
    if offer.issuer() != platform.issuer() {
        return Err(Failure::OtherPlatform);
    }
    let tx_code = between("id=\"tx-code\">", '<').ok_or(Failure::Odd)?;
    Ok((offer, Zeroizing::new(tx_code.trim().to_owned())))
}
