//! `yinzheng-wallet sign-in`: proves to the platform that this device holds the key of its certificate.
//!
//! The platform's own page is what signs people in, so the page is asked for, its challenge signed and its form sent, as
//! a browser would.

use clap::ArgMatches;
use yinzheng_wallet::{HeldKey, Wallet};
use zeroize::Zeroizing;

use crate::{
    failure::Failure,
    home::Home,
    language::Language,
    platform::{Page, Platform},
    world,
};

/// Runs the command.
pub(crate) fn run(language: Language, wishes: &ArgMatches) -> Result<(), Failure> {
    let home = Home::open(language, wishes)?;
    let wallet = home.wallet()?;
    let platform = Platform::of(language, wallet.issuer().clone())?;
    signed_in(language, &home, &wallet, &platform)?;
    println!("{}", language.with("signed-in", &[("platform", platform.issuer().as_str())]));
    Ok(())
}

/// Signs in; the cookies of whoever is.
pub(crate) fn signed_in(
    language: Language,
    home: &Home,
    wallet: &Wallet<HeldKey>,
    platform: &Platform,
) -> Result<Zeroizing<String>, Failure> {
    let page = platform.page(&Page { path: "/sign-in?to=/me", cookie: None, form: None })?;
    let field = |name: &str| value_of(&page.body, &format!("name=\"{name}\" value=\""));
    let ticket = field("ticket").ok_or(Failure::Odd)?;
    let to = field("to").ok_or(Failure::Odd)?;
    let challenge = value_of(&page.body, "data-challenge=\"").ok_or(Failure::Odd)?;
    let proof = wallet.prove(challenge, world::now())?;
    let passcode = home.passcode(language)?;
    let stretched = wallet.stretch(&passcode)?.text();
    let pairs = [
        ("ticket", ticket),
        ("to", to),
        ("device_proof", proof.as_str()),
        ("stretched", stretched.expose()),
    ];
    let form = Zeroizing::new(
        form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish(),
    );
    let cookie = page.cookies.join("; ");
    let sent = Page { path: "/sign-in", cookie: Some(&cookie), form: Some(&form) };
    let answer = platform.page(&sent)?;
    // A form that was taken leads on; one that was refused is shown again.
    if answer.status != 303 {
        let code = value_of(&answer.body, "data-code=\"").unwrap_or("sign_in_refused").to_owned();
        return Err(Failure::Refused { code, title: String::new(), reference: None });
    }
    Ok(Zeroizing::new([page.cookies, answer.cookies].concat().join("; ")))
}

/// What stands in a page between these words and the next quotation mark.
pub(crate) fn value_of<'a>(page: &'a str, before: &str) -> Option<&'a str> {
    let (_, after) = page.split_once(before)?;
    after.split_once('"').map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_a_form_says() {
        let page = r#"<form data-challenge="c1"><input type="hidden" name="ticket" value="t1">"#;
        assert_eq!(value_of(page, "data-challenge=\""), Some("c1"));
        assert_eq!(value_of(page, "name=\"ticket\" value=\""), Some("t1"));
        assert_eq!(value_of(page, "name=\"to\" value=\""), None);
    }
}
