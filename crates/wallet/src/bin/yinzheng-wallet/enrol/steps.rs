//! The steps of an enrolment that need no chip: guardian, portrait, telephone, passcode.

use std::fs;

use formats::{Secret, base64url};
use rules::Passcode;
use serde::Deserialize;
use serde_json::json;
use yinzheng_wallet::{HeldKey, Wallet};

use super::Due;
use crate::{
    ask::{ask, ask_hidden},
    failure::Failure,
    language::Language,
    notices::Notices,
    platform::Platform,
    world,
};

/// The largest image that is sent: what the platform takes beside DG2.
const LARGEST_IMAGE: u64 = 256 * 1024;

/// What the platform issued.
#[derive(Deserialize)]
pub(super) struct Issued {
    pub(super) net_number: String,
    pub(super) certificate: String,
}

/// Between fourteen and eighteen a guardian must agree; from here, they are asked from afar.
pub(super) fn guardian(language: Language, platform: &Platform) -> Result<Due, Failure> {
    eprintln!("{}", language.words("guardian-needed"));
    crate::ask::agree(&language.words("guardian-ask"))?;
    platform.post("/enrolments/current/guardian", &json!({"ask": {}}))
}

/// The guardian was asked and has not answered: what to send them, and how to go on.
pub(super) fn waiting(language: Language, platform: &Platform, link: &str, until: &str) {
    let link = platform.issuer().at(&format!("/guardian/request/{link}"));
    println!("{}", language.with("guardian-link", &[("link", &link), ("until", until)]));
    eprintln!("{}", language.words("guardian-go-on"));
}

/// A portrait that the person took, or the way of equal standing.
pub(super) fn portrait(
    language: Language,
    platform: &Platform,
    notices: &Notices,
    dg2: Option<&Secret<Vec<u8>>>,
) -> Result<Due, Failure> {
    loop {
        // Without the document's own portrait there is nothing to compare with.
        let file = match dg2 {
            Some(_) => ask(&language.words("ask-portrait"))?,
            None => String::new().into(),
        };
        let Some(dg2) = dg2.filter(|_| !file.is_empty()) else {
            eprintln!("{}", language.words("portrait-other"));
            return platform.post("/enrolments/current/portrait", &json!({"way": "other"}));
        };
        let Ok(live) = image(&file) else {
            eprintln!("{}", Failure::Image.words(language));
            continue;
        };
        let consent = notices.agree_to_portrait(language)?;
        let taken = json!({
            "way": "portrait", "consent": consent, "live": base64url::encode(live.expose()),
            "dg2": base64url::encode(dg2.expose()),
        });
        match platform.post("/enrolments/current/portrait", &taken) {
            // Another picture, or the other way.
            Err(failure) if failure.is("portrait") => eprintln!("{}", failure.words(language)),
            other => return other,
        }
    }
}

/// A JPEG in a file, no larger than the platform takes.
fn image(file: &str) -> Result<Secret<Vec<u8>>, Failure> {
    let size = fs::metadata(file).map_err(|_| Failure::Image)?.len();
    if size > LARGEST_IMAGE {
        return Err(Failure::Image);
    }
    let bytes = fs::read(file).map_err(|_| Failure::Image)?;
    bytes.starts_with(b"\xff\xd8\xff").then(|| Secret::new(bytes)).ok_or(Failure::Image)
}

pub(super) fn phone(language: Language, platform: &Platform) -> Result<Due, Failure> {
    let number = ask(&language.words("ask-phone"))?;
    platform.post("/enrolments/current/phone", &json!({"phone": number.as_str()}))
}

pub(super) fn code(language: Language, platform: &Platform, phone: &str) -> Result<Due, Failure> {
    loop {
        let code = ask(&language.with("ask-code", &[("phone", phone)]))?;
        match platform.post("/enrolments/current/phone-code", &json!({"code": code.as_str()})) {
            // A slip of the finger; the platform counts them.
            Err(failure) if failure.is("phone_code_wrong") => {
                eprintln!("{}", failure.words(language));
            }
            other => return other,
        }
    }
}

/// The passcode is set and the device bound. What a passcode may be is seen here: the platform is told none.
pub(super) fn certificate(
    language: Language,
    platform: &Platform,
    wallet: &mut Wallet<HeldKey>,
    proof: &str,
) -> Result<(Issued, Passcode), Failure> {
    let passcode = loop {
        let passcode = ask_hidden(&language.words("ask-passcode"))?;
        let again = ask_hidden(&language.words("ask-passcode-again"))?;
        if passcode != again {
            eprintln!("{}", language.words("passcodes-differ"));
            continue;
        }
        match passcode.parse::<Passcode>() {
            Ok(passcode) => break passcode,
            Err(slip) => eprintln!("{}", Failure::Passcode(slip).words(language)),
        }
    };
    let salt = world::salt();
    let stretched = wallet.set_passcode(&passcode, salt).text();
    let wanted = json!({
        "stretched": stretched.expose(), "salt": salt.to_string(), "device_proof": proof,
    });
    Ok((platform.post("/enrolments/current/certificate", &wanted)?, passcode))
}
