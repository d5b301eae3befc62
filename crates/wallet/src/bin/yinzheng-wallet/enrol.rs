//! `yinzheng-wallet enrol`: the whole enrolment with a chip document, from the notices to the certificate in the wallet.

use std::path::{Path, PathBuf};

use clap::ArgMatches;
use formats::base64url;
use icao::{ChipAnswer, ChipQuestion};
use serde::Deserialize;
use serde_json::{Value, json};
use yinzheng_wallet::{
    FileError, SoftwareKey, Wallet,
    chip::{Files, Next, OpenChip},
};
use zeroize::Zeroizing;

use crate::{
    ask::{agree, ask, ask_hidden},
    failure::Failure,
    language::Language,
    platform::Platform,
    read::{access, carry, document},
    reader::Reader,
    world,
};

/// The version of the notices this program was written for; a platform with newer ones says so.
const NOTICES: u32 = 1;

/// What is due next.
#[derive(Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
enum Due {
    Document {},
    Chip {
        question: ChipQuestion,
    },
    Portrait {},
    Phone {},
    PhoneCode {
        phone: String,
    },
    Certificate {
        challenge: String,
    },
    #[serde(untagged)]
    Other {
        step: String,
    },
}

/// The enrolment that began.
#[derive(Deserialize)]
struct Begun {
    token: String,
    #[serde(flatten)]
    due: Due,
}

/// What the platform issued.
#[derive(Deserialize)]
struct Issued {
    net_number: String,
    certificate: String,
}

/// Runs the command.
pub(crate) fn run(language: Language, wishes: &ArgMatches) -> Result<(), Failure> {
    let path = wishes.get_one::<PathBuf>("wallet").cloned().unwrap_or_default();
    let address = wishes.get_one::<String>("platform").map_or("", String::as_str);
    let mut platform = Platform::at(address)?;
    let mut wallet = wallet_at(&path, &platform, wishes.get_flag("again"))?;
    let keys = platform.keys()?;

    let due = begin(language, &mut platform)?;
    let Due::Document {} = due else { return Err(step_unknown(&due)) };
    let access = access(language, wishes.get_flag("can"))?;
    let (mut reader, files, open) = document(language, wishes, access)?;
    eprintln!("{}", language.words("sending-document"));
    let due = platform.post("/enrolments/current/document", &evidence(&files))?;
    let mut due = prove(language, &platform, &mut reader, open, due)?;
    // Neither the files nor the chip are needed any more.
    drop((reader, files));

    let issued: Issued = loop {
        due = match due {
            Due::Portrait {} => other_way(language, &platform)?,
            Due::Phone {} => phone(language, &platform)?,
            Due::PhoneCode { phone } => code(language, &platform, &phone)?,
            Due::Certificate { challenge } => {
                let proof = wallet.bind(&challenge, world::now())?;
                break certificate(language, &platform, &proof)?;
            }
            Due::Document { .. } | Due::Chip { .. } | Due::Other { .. } => {
                return Err(step_unknown(&due));
            }
        };
    };
    wallet.receive(&issued.certificate, &keys)?;
    wallet.save(&path)?;
    println!("{}", language.with("enrolled", &[("number", &issued.net_number)]));
    println!("{}", language.with("kept-in", &[("file", &path.display().to_string())]));
    Ok(())
}

/// The wallet in that file, or a new one with a new key.
fn wallet_at(
    path: &Path,
    platform: &Platform,
    again: bool,
) -> Result<Wallet<SoftwareKey>, Failure> {
    let wallet = match Wallet::load(path) {
        Ok(wallet) => wallet,
        Err(FileError::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(Wallet::new(platform.issuer().clone(), SoftwareKey::generate()));
        }
        Err(error) => return Err(error.into()),
    };
    let held = wallet.certificate().is_some() || wallet.issuer() != platform.issuer();
    match (held, again) {
        (true, false) => Err(Failure::HasCertificate),
        // A certificate of its own for each key: the older ends when the newer is issued.
        (true, true) => Ok(Wallet::new(platform.issuer().clone(), SoftwareKey::generate())),
        (false, _) => Ok(wallet),
    }
}

/// The notices, each agreed to by an act of its own; then the enrolment begins.
fn begin(language: Language, platform: &mut Platform) -> Result<Due, Failure> {
    let notices = platform.issuer().at("/enrol");
    eprintln!("{}", language.with("notices", &[("address", &notices)]));
    agree(&language.words("agree-enrolment"))?;
    agree(&language.words("agree-sensitive"))?;
    let consents = json!({"consents": {"enrolment": NOTICES, "sensitive": NOTICES}});
    let begun: Begun = platform.post("/enrolments", &consents)?;
    platform.remember(Zeroizing::new(begun.token));
    Ok(begun.due)
}

/// What was read, for the platform.
fn evidence(files: &Files) -> Value {
    let groups: serde_json::Map<String, Value> = files
        .groups()
        .map(|(number, bytes)| (number.to_string(), base64url::encode(bytes).into()))
        .collect();
    json!({"chip": {"sod": base64url::encode(files.sod()), "groups": groups}})
}

/// The chip answers the platform's question, if it has one.
fn prove(
    language: Language,
    platform: &Platform,
    reader: &mut impl Reader,
    open: OpenChip,
    due: Due,
) -> Result<Due, Failure> {
    let Due::Chip { question } = due else { return Ok(due) };
    let answer: ChipAnswer = match carry(language, reader, open.answer(question)?)? {
        Next::Answered(answer) => answer,
        Next::Say(_) | Next::Read(..) => return Err(Failure::Odd),
    };
    platform.post("/enrolments/current/chip", &answer)
}

/// This program has no camera: the way of equal standing.
fn other_way(language: Language, platform: &Platform) -> Result<Due, Failure> {
    eprintln!("{}", language.words("portrait-other"));
    platform.post("/enrolments/current/portrait", &json!({"way": "other"}))
}

fn phone(language: Language, platform: &Platform) -> Result<Due, Failure> {
    let number = ask(&language.words("ask-phone"))?;
    platform.post("/enrolments/current/phone", &json!({"phone": number.as_str()}))
}

fn code(language: Language, platform: &Platform, phone: &str) -> Result<Due, Failure> {
    loop {
        let code = ask(&language.with("ask-code", &[("phone", phone)]))?;
        match platform.post("/enrolments/current/phone-code", &json!({"code": code.as_str()})) {
            // A slip of the finger; the platform counts them.
            Err(failure @ Failure::Refused { .. }) if is(&failure, "phone_code_wrong") => {
                eprintln!("{}", failure.words(language));
            }
            other => return other,
        }
    }
}

fn certificate(language: Language, platform: &Platform, proof: &str) -> Result<Issued, Failure> {
    loop {
        let passcode = ask_hidden(&language.words("ask-passcode"))?;
        let again = ask_hidden(&language.words("ask-passcode-again"))?;
        if passcode != again {
            eprintln!("{}", language.words("passcodes-differ"));
            continue;
        }
        let wanted = json!({"passcode": passcode.as_str(), "device_proof": proof});
        match platform.post("/enrolments/current/certificate", &wanted) {
            Err(failure @ Failure::Refused { .. }) if is(&failure, "passcode") => {
                eprintln!("{}", failure.words(language));
            }
            other => return other,
        }
    }
}

/// Whether a refusal's word begins so.
fn is(failure: &Failure, word: &str) -> bool {
    matches!(failure, Failure::Refused { code, .. } if code.starts_with(word))
}

fn step_unknown(due: &Due) -> Failure {
    Failure::Step(match due {
        Due::Other { step } => step.clone(),
        _ => "out of order".to_owned(),
    })
}
