//! `yinzheng-wallet enrol`: the whole enrolment with a chip document, from the notices to the certificate in the wallet. One
//! that was stopped goes on where it was.

mod steps;

use std::path::{Path, PathBuf};

use clap::ArgMatches;
use formats::Secret;
use icao::{ChipAnswer, ChipQuestion};
use serde::Deserialize;
use serde_json::{Value, json};
use yinzheng_wallet::{
    FileError, SoftwareKey, Wallet,
    chip::{Files, Next, OpenChip},
};
use zeroize::Zeroizing;

use crate::{
    failure::Failure,
    language::Language,
    notices,
    platform::Platform,
    read::{access, carry, document},
    reader::Reader,
    world,
};

/// What is due next.
#[derive(Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub(crate) enum Due {
    Holder {
        challenge: String,
    },
    Document {},
    Chip {
        question: ChipQuestion,
    },
    Guardian {},
    Waiting {
        link: String,
        until: String,
    },
    Declined {},
    Portrait {},
    Phone {},
    PhoneCode {
        phone: String,
    },
    Certificate {
        challenge: String,
    },
    Added {},
    #[serde(untagged)]
    Other {
        step: String,
    },
}

/// The enrolment that began.
#[derive(Deserialize)]
pub(crate) struct Begun {
    pub(crate) token: String,
    #[serde(flatten)]
    pub(crate) due: Due,
}

/// What was read of the document and may be needed once more: the portrait's file.
pub(crate) type Portrait = Option<Secret<Vec<u8>>>;

/// Runs the command.
pub(crate) fn run(language: Language, wishes: &ArgMatches) -> Result<(), Failure> {
    let path = wishes.get_one::<PathBuf>("wallet").cloned().unwrap_or_default();
    let address = wishes.get_one::<String>("platform").map_or("", String::as_str);
    let mut platform = Platform::at(address)?;
    let mut wallet = wallet_at(&path, &platform, wishes.get_flag("again"))?;
    let keys = platform.keys()?;
    let notices = notices::fetch(language, &platform)?;

    let mut due = if let Some(due) = resumed(language, &mut platform, &wallet)? {
        due
    } else {
        let begun: Begun =
            platform.post("/enrolments", &notices.agree_to_application(language)?)?;
        // Kept at once: whoever is stopped from here on goes on with the same key and the same enrolment.
        wallet.keep_enrolment(Some(begun.token.clone()));
        wallet.save(&path)?;
        platform.remember(Zeroizing::new(begun.token));
        begun.due
    };
    let mut portrait: Portrait = None;
    let issued = loop {
        due = match due {
            Due::Document {} => {
                let (due, dg2) = show_document(language, wishes, &platform)?;
                portrait = dg2;
                due
            }
            Due::Chip { question } => {
                let (due, dg2) = answer_again(language, wishes, &platform, question)?;
                portrait = dg2;
                due
            }
            Due::Guardian {} => steps::guardian(language, &platform)?,
            Due::Waiting { link, until } => {
                steps::waiting(language, &platform, &link, &until);
                return Ok(());
            }
            Due::Portrait {} => {
                steps::portrait(language, &platform, &notices, portrait.take().as_ref())?
            }
            Due::Phone {} => steps::phone(language, &platform)?,
            Due::PhoneCode { phone } => steps::code(language, &platform, &phone)?,
            Due::Certificate { challenge } => {
                let proof = wallet.bind(&challenge, world::now())?;
                break steps::certificate(language, &platform, &mut wallet, &proof)?;
            }
            Due::Declined {} => {
                wallet.keep_enrolment(None);
                wallet.save(&path)?;
                return Err(Failure::Declined);
            }
            Due::Holder { .. } | Due::Added {} | Due::Other { .. } => {
                return Err(step_unknown(&due));
            }
        };
    };
    wallet.receive(&issued.certificate, &keys)?;
    wallet.keep_enrolment(None);
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

/// Where an enrolment that was stopped is, if the platform still has it.
fn resumed(
    language: Language,
    platform: &mut Platform,
    wallet: &Wallet<SoftwareKey>,
) -> Result<Option<Due>, Failure> {
    let Some(token) = wallet.enrolment() else { return Ok(None) };
    platform.remember(Zeroizing::new(token.to_owned()));
    match platform.get("/enrolments/current") {
        Ok(due) => {
            eprintln!("{}", language.words("resumed"));
            Ok(Some(due))
        }
        // It lapsed: the next one begins with the notices.
        Err(failure) if failure.is("enrolment_unknown") => {
            platform.forget();
            eprintln!("{}", language.words("lapsed"));
            Ok(None)
        }
        Err(failure) => Err(failure),
    }
}

/// Reads the document and has its chip answer the question that follows, in one go.
pub(crate) fn show_document(
    language: Language,
    wishes: &ArgMatches,
    platform: &Platform,
) -> Result<(Due, Portrait), Failure> {
    let access = access(language, wishes.get_flag("can"))?;
    let (mut reader, files, open) = document(language, wishes, access)?;
    eprintln!("{}", language.words("sending-document"));
    let due = platform.post("/enrolments/current/document", &evidence(&files))?;
    let due = match due {
        Due::Chip { question } => prove(language, platform, &mut reader, open, question)?,
        due => due,
    };
    Ok((due, kept(&files)))
}

/// Reads the document once more, for a question that was asked before this program was stopped.
fn answer_again(
    language: Language,
    wishes: &ArgMatches,
    platform: &Platform,
    question: ChipQuestion,
) -> Result<(Due, Portrait), Failure> {
    let access = access(language, wishes.get_flag("can"))?;
    let (mut reader, files, open) = document(language, wishes, access)?;
    let due = prove(language, platform, &mut reader, open, question)?;
    Ok((due, kept(&files)))
}

fn kept(files: &Files) -> Portrait {
    files.group(2).map(|portrait| Secret::new(portrait.to_vec()))
}

/// What was read, for the platform.
fn evidence(files: &Files) -> Value {
    let groups: serde_json::Map<String, Value> = files
        .groups()
        .map(|(number, bytes)| (number.to_string(), formats::base64url::encode(bytes).into()))
        .collect();
    json!({"chip": {"sod": formats::base64url::encode(files.sod()), "groups": groups}})
}

/// The chip answers the platform's question.
fn prove(
    language: Language,
    platform: &Platform,
    reader: &mut impl Reader,
    open: OpenChip,
    question: ChipQuestion,
) -> Result<Due, Failure> {
    let answer: ChipAnswer = match carry(language, reader, open.answer(question)?)? {
        Next::Answered(answer) => answer,
        Next::Say(_) | Next::Read(..) => return Err(Failure::Odd),
    };
    platform.post("/enrolments/current/chip", &answer)
}

pub(crate) fn step_unknown(due: &Due) -> Failure {
    Failure::Step(match due {
        Due::Other { step } => step.clone(),
        _ => "out of order".to_owned(),
    })
}
