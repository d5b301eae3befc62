//! `yinzheng-wallet enrol`: the whole enrolment with a chip document, from the notices to the certificate in the wallet. One
//! that was stopped goes on where it was.

mod steps;

use clap::ArgMatches;
use formats::{Secret, Suite};
use icao::{ChipAnswer, ChipQuestion};
use rules::Passcode;
use serde::Deserialize;
use serde_json::{Value, json};
use yinzheng_wallet::{
    FileError, HeldKey, Keys as _, Lock, Opener, Wallet,
    chip::{Files, Next, OpenChip},
};
use zeroize::Zeroizing;

use crate::{
    failure::Failure,
    home::Home,
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
    let address = wishes.get_one::<String>("platform").map_or("", String::as_str);
    let mut platform = Platform::at(language, address)?;
    let (mut home, mut wallet) = home(language, wishes, &platform)?;
    let keys = platform.keys()?;
    let notices = notices::fetch(language, &platform)?;

    let mut due = if let Some(due) = resumed(language, &mut platform, &wallet)? {
        due
    } else {
        let begun: Begun =
            platform.post("/enrolments", &notices.agree_to_application(language)?)?;
        // Kept at once: whoever is stopped from here on goes on with the same key and the same enrolment.
        wallet.keep_enrolment(Some(begun.token.clone()));
        home.keep_wallet(&wallet)?;
        platform.remember(Zeroizing::new(begun.token));
        begun.due
    };
    let mut portrait: Portrait = None;
    let (issued, passcode) = loop {
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
                home.keep_wallet(&wallet)?;
                return Err(Failure::Declined);
            }
            Due::Holder { .. } | Due::Added {} | Due::Other { .. } => {
                return Err(step_unknown(&due));
            }
        };
    };
    wallet.receive(&issued.certificate, &keys)?;
    wallet.keep_enrolment(None);
    lock(&mut home, &passcode)?;
    home.keep_wallet(&wallet)?;
    println!("{}", language.with("enrolled", &[("number", &issued.net_number)]));
    println!("{}", language.with("kept-in", &[("file", &home.path().display().to_string())]));
    Ok(())
}

/// The wallet there is, or a new one with a new key.
fn home(
    language: Language,
    wishes: &ArgMatches,
    platform: &Platform,
) -> Result<(Home, Wallet<HeldKey>), Failure> {
    let new = |home: Home| {
        let key = home.ring.make(Suite::International)?;
        Ok((home, Wallet::new(platform.issuer().clone(), key)))
    };
    let again = wishes.get_flag("again");
    // Whoever has forgotten what opens the old one must not need it.
    let home = match Home::open(language, wishes) {
        Err(Failure::File(FileError::WrongOpener)) if again => {
            return new(Home::anew(language, wishes)?);
        }
        home => home?,
    };
    if !home.has_wallet() {
        return new(home);
    }
    let wallet = home.wallet()?;
    let held = wallet.certificate().is_some() || wallet.issuer() != platform.issuer();
    match (held, again) {
        (true, false) => Err(Failure::HasCertificate),
        // A certificate of its own for each key: the older ends when the newer is issued.
        (true, true) => new(home),
        (false, _) => Ok((home, wallet)),
    }
}

/// From the first certificate on the files are locked, with the passcode that was set. What was carried is taken over, if it opens.
fn lock(home: &mut Home, passcode: &Passcode) -> Result<(), Failure> {
    let pocket = home.pocket().ok();
    home.change_lock(Lock::new(Opener::from(passcode), world::fill));
    Ok(pocket.map_or(Ok(()), |pocket| home.keep_pocket(&pocket))?)
}

/// Where an enrolment that was stopped is, if the platform still has it.
fn resumed(
    language: Language,
    platform: &mut Platform,
    wallet: &Wallet<HeldKey>,
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
