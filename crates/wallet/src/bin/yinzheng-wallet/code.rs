//! `yinzheng-wallet code`: a code to hold to a reader that has no network, as a picture and as text.

use clap::ArgMatches;
use formats::{
    base45,
    qr::{Challenge, Moment, Subject},
};
use qrcode::{EcLevel, QrCode, render::unicode::Dense1x2};

use crate::{
    carry::{claim_name, wanted_code},
    failure::Failure,
    home::{Home, hold},
    language::Language,
    world,
};

/// What stands before a reader's question.
const QUESTION: &str = "YZQ1:";

/// What can be asked for, as it is typed.
pub(crate) const WORDS: [(&str, Subject); 8] = [
    ("over-14", Subject::AgeOver14),
    ("over-16", Subject::AgeOver16),
    ("over-18", Subject::AgeOver18),
    ("over-60", Subject::AgeOver60),
    ("over-65", Subject::AgeOver65),
    ("minor", Subject::Minor),
    ("assurance", Subject::Assurance),
    ("residency", Subject::Residency),
];

/// Runs the command.
pub(crate) fn run(language: Language, wishes: &ArgMatches) -> Result<(), Failure> {
    let _held = hold(wishes)?;
    let home = Home::open(language, wishes)?;
    let (mut pocket, now) = (home.pocket()?, world::now());
    let keys_before: Vec<_> = pocket.credential_keys().cloned().collect();
    let form = wanted_code(wishes);
    let subjects: Vec<_> = wishes
        .get_many::<String>("what")
        .into_iter()
        .flatten()
        .filter_map(|word| WORDS.iter().find(|(known, _)| known == word))
        .map(|(_, subject)| *subject)
        .collect();
    let moment = match wishes.get_one::<String>("question") {
        Some(text) => Moment::Challenge(question(text).ok_or(Failure::Typed("typed_question"))?),
        None => Moment::at(now.as_second()),
    };
    for &subject in &subjects {
        let value = pocket.states(form, subject, now).map(|value| stated(language, subject, value));
        let values = [
            ("claim", claim_name(language, subject.claim())),
            ("value", value.unwrap_or_default()),
        ];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        eprintln!("{}", language.with("states", &values));
    }
    let code = pocket.code(form, &subjects, moment, now, |kept| home.keep_pocket(kept))?;
    home.end_keys(&keys_before, &pocket)?;
    println!("{}", drawn(&code));
    let of = if matches!(moment, Moment::Window(_)) { "code-half-minute" } else { "code-answers" };
    eprintln!("{}", language.words(of));
    if pocket.supply(form, now).is_low(now) {
        eprintln!("{}", language.words("carried-low"));
    }
    Ok(())
}

/// A yes, a no, or a class by its number.
fn stated(language: Language, subject: Subject, value: u8) -> String {
    match (subject, value) {
        (Subject::Assurance, level) => level.to_string(),
        (Subject::Residency, class) => {
            let class = formats::qr::RESIDENCIES.get(usize::from(class)).copied();
            class.unwrap_or("unknown").to_owned()
        }
        (_, 1) => language.words("value-yes"),
        _ => language.words("value-no"),
    }
}

/// A reader's question, as its screen shows it.
fn question(text: &str) -> Option<Challenge> {
    let bytes = base45::decode(text.trim().strip_prefix(QUESTION)?).ok()?;
    Some(Challenge(bytes.try_into().ok()?))
}

/// The code as a picture of characters, and as text below it.
fn drawn(code: &str) -> String {
    match QrCode::with_error_correction_level(code, EcLevel::L) {
        Ok(picture) => format!("{}\n{code}", picture.render::<Dense1x2>().build()),
        Err(_) => code.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_read_as_it_is_shown() {
        let asked = Challenge([255; 12]);
        assert_eq!(question(" YZQ1:FGWFGWFGWFGWFGWFGW\n"), Some(asked));
        for odd in ["", "YZQ1:", "FGWFGWFGWFGWFGWFGW", "YZQ1:FGWFGWFGWFGWFGWFG", "YZ1:FGW"] {
            assert_eq!(question(odd), None, "{odd}");
        }
        assert!(drawn("YZ1:ABC").ends_with("\nYZ1:ABC"));
    }

    #[test]
    fn every_statement_has_a_word() {
        for subject in Subject::ALL {
            assert!(WORDS.iter().any(|(_, known)| *known == subject));
            for language in [Language::ZhCn, Language::En] {
                assert_ne!(claim_name(language, subject.claim()), subject.claim());
            }
        }
    }
}
