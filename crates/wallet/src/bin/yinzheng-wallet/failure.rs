//! Why a command ended without its result, in words that say what to do next.

use std::process::ExitCode;

use protocol::presentation::BadRequest;
use rules::passcode::NotAPasscode;
use yinzheng_wallet::{
    BadBackup, BadBatch, BadCertificate, BadOffer, Failed, FileError, KeyAway, Lost, NoCertificate,
    NoSalt, NotShown, Refusal, chip,
};

#[cfg(feature = "pkcs11")]
use yinzheng_wallet::TokenAway;

use crate::{carry::claim_name, language::Language};

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The chip, or the way to it.
    #[error(transparent)]
    Chip(#[from] chip::Error),
    /// The reader.
    #[error("{0}")]
    Reader(ReaderFailure),
    /// What was typed; the word names what.
    #[error("{0} was typed wrong")]
    Typed(&'static str),
    /// The platform said no, and why.
    #[error("the platform refused: {code}")]
    Refused { code: String, title: String, reference: Option<String> },
    /// No platform there, or not one that speaks as ours does.
    #[error("the platform cannot be reached")]
    Away,
    /// It answered, and not as a platform of ours does.
    #[error("the platform's answer is not understood")]
    Odd,
    /// It has too much to do.
    #[error("the platform has too much to do")]
    Late,
    /// The address is none of a platform.
    #[error("not the address of a platform")]
    Address,
    /// A mirror cannot be put into the folder.
    #[error("the folder cannot be written")]
    Mirror,
    /// The person did not agree to a notice.
    #[error("not agreed")]
    NotAgreed,
    /// The guardian said no.
    #[error("the guardian declined")]
    Declined,
    /// No JPEG that can be sent.
    #[error("not an image")]
    Image,
    /// Nothing to read answers from.
    #[error("no answer can be read")]
    NoAnswer,
    /// There is a certificate already.
    #[error("there is a certificate already")]
    HasCertificate,
    /// The platform asks for a step that is not for this program.
    #[error("the step {0} is not for this program")]
    Step(String),
    /// What was typed is no passcode.
    #[error(transparent)]
    Passcode(#[from] NotAPasscode),
    #[error(transparent)]
    NoSalt(#[from] NoSalt),
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Certificate(#[from] BadCertificate),
    #[error(transparent)]
    NoCertificate(#[from] NoCertificate),
    #[error(transparent)]
    Key(#[from] KeyAway),
    #[error(transparent)]
    Offer(#[from] BadOffer),
    /// Another platform offers than the wallet's.
    #[error("another platform's offer")]
    OtherPlatform,
    #[error(transparent)]
    Batch(#[from] BadBatch),
    /// Nothing was received yet.
    #[error("there is no pocket")]
    NoPocket,
    /// Another command is changing it.
    #[error("the pocket is in use")]
    PocketHeld,
    /// There is a pocket already.
    #[error("there is a pocket already")]
    HasPocket,
    #[error(transparent)]
    Backup(#[from] BadBackup),
    #[error(transparent)]
    Question(#[from] Refusal),
    /// Neither wallet nor pocket is there.
    #[error("there is nothing to lock")]
    NothingToLock,
    #[cfg(feature = "pkcs11")]
    #[error(transparent)]
    Token(#[from] TokenAway),
    /// This program was built without tokens.
    #[cfg(not(feature = "pkcs11"))]
    #[error("built without tokens")]
    TokenNotBuilt,
    #[error(transparent)]
    NotShown(#[from] NotShown<FileError>),
}

/// What is wrong with the reader.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[allow(dead_code, reason = "which of them a build knows depends on the feature `pcsc`")]
pub(crate) enum ReaderFailure {
    /// This program was built without readers.
    #[error("built without readers")]
    NotBuilt,
    /// Nothing serves readers on this machine.
    #[error("no service for readers")]
    NoService,
    /// No reader is plugged in, or none of that name.
    #[error("no reader")]
    NoReader,
    /// Nobody put a document on it.
    #[error("no document")]
    NoDocument,
    /// The document went away.
    #[error("the document is gone")]
    Gone,
}

impl Failure {
    /// The word that names it, under which its sentence stands.
    fn code(&self) -> &str {
        match self {
            Self::Chip(error) => error.code(),
            Self::Reader(ReaderFailure::NotBuilt) => "reader_not_built",
            Self::Reader(ReaderFailure::NoService) => "reader_no_service",
            Self::Reader(ReaderFailure::NoReader) => "reader_missing",
            Self::Reader(ReaderFailure::NoDocument) => "reader_empty",
            Self::Reader(ReaderFailure::Gone) => "chip_disturbed",
            Self::Typed(what) => what,
            Self::Refused { code, .. } => code,
            Self::Away => "platform_away",
            Self::Odd => "platform_odd",
            Self::Late => "credentials_busy",
            Self::Address => "platform_address",
            Self::Mirror => "mirror_folder",
            Self::NotAgreed => "not_agreed",
            Self::Declined => "guardian_declined",
            Self::Image => "image_bad",
            Self::NoAnswer => "no_answer",
            Self::HasCertificate => "has_certificate",
            Self::Step(_) => "step_unknown",
            Self::Passcode(NotAPasscode::Malformed) => "passcode_malformed",
            Self::Passcode(NotAPasscode::Consecutive) => "passcode_consecutive",
            Self::NoSalt(NoSalt) => "salt_missing",
            Self::File(FileError::TooOpen) => "file_too_open",
            Self::File(FileError::Io(_)) => "file_io",
            Self::File(FileError::NotAWallet) => "file_not_a_wallet",
            Self::File(FileError::Locked) => "file_locked",
            Self::File(FileError::WrongOpener) => "opener_wrong",
            Self::File(FileError::Certificate(_)) | Self::Certificate(_) => "certificate_bad",
            Self::NoCertificate(_) => "certificate_missing",
            Self::Key(_) | Self::File(FileError::Key(_)) | Self::NotShown(NotShown::KeyAway(_)) => {
                "key_away"
            }
            #[cfg(feature = "pkcs11")]
            Self::Token(TokenAway::Module(_)) => "token_module",
            #[cfg(feature = "pkcs11")]
            Self::Token(TokenAway::NotThere) => "token_not_there",
            #[cfg(feature = "pkcs11")]
            Self::Token(TokenAway::Pin(_)) => "token_pin",
            #[cfg(not(feature = "pkcs11"))]
            Self::TokenNotBuilt => "token_not_built",
            Self::NothingToLock => "nothing_to_lock",
            Self::Offer(_) => "offer_bad",
            Self::OtherPlatform => "other_platform",
            Self::Batch(_) | Self::Question(Refusal::Bad(_)) | Self::NotShown(NotShown::Bad(_)) => {
                "credentials_bad"
            }
            Self::NoPocket => "pocket_missing",
            Self::PocketHeld => "pocket_held",
            Self::HasPocket => "has_pocket",
            Self::Backup(BadBackup::Form) => "backup_bad",
            Self::Backup(BadBackup::Sentence) => "sentence_wrong",
            Self::Question(Refusal::Request(BadRequest::OverAsking(_))) => "over_asking",
            Self::Question(Refusal::Request(BadRequest::Time)) => "question_late",
            Self::Question(Refusal::Request(_)) => "question_bad",
            Self::Question(Refusal::Nothing) => "nothing_answers",
            Self::Question(Refusal::Transaction) => "transaction_unknown",
            Self::NotShown(NotShown::Empty) => "pocket_empty",
            Self::NotShown(NotShown::Kept(_)) => "pocket_not_kept",
            Self::NotShown(NotShown::Unsayable) => "unsayable",
        }
    }

    /// Whether it is a refusal of the platform whose word begins so.
    pub(crate) fn is(&self, word: &str) -> bool {
        matches!(self, Self::Refused { code, .. } if code.starts_with(word))
    }

    /// What to tell the person: what happened and what to do, with the word for whoever helps them.
    pub(crate) fn words(&self, language: Language) -> String {
        let code = self.code();
        let key = format!("failure-{}", code.replace('_', "-"));
        let sentence = if let Self::Question(Refusal::Request(BadRequest::OverAsking(what))) = self
        {
            language.with(&key, &[("claim", &claim_name(language, what))])
        } else if language.knows(&key) {
            language.words(&key)
        } else if let Self::Refused { title, .. } = self {
            // A refusal this program has no words for: the platform's own.
            language.with("failure-refused", &[("title", title)])
        } else {
            self.to_string()
        };
        let reference = match self {
            Self::Refused { reference: Some(reference), .. } => {
                format!(" {}", language.with("failure-reference", &[("reference", reference)]))
            }
            _ => String::new(),
        };
        format!("{sentence}{reference} [{code}]")
    }

    /// 2: something must be typed or given otherwise; 1: everything else.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Typed(_)
            | Self::Passcode(_)
            | Self::File(FileError::WrongOpener)
            | Self::Address
            | Self::Chip(chip::Error::WrongNumber) => ExitCode::from(2),
            _ => ExitCode::FAILURE,
        }
    }
}

impl From<Failed> for Failure {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Lost(Lost::Away) => Self::Away,
            Failed::Lost(Lost::Odd) => Self::Odd,
            Failed::Refused { code, title } => Self::Refused { code, title, reference: None },
            Failed::Late => Self::Late,
            Failed::TxCode(_) => Self::Typed("typed_tx_code"),
            Failed::Batch(bad) => Self::Batch(bad),
            Failed::Key(away) => Self::Key(away),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use icao::secure_messaging::Status;

    #[test]
    fn every_failure_of_ours_has_words_in_both_languages() {
        let (status, file) = (Status(0x6A82), chip::File::Group(2));
        let failures = [
            chip::Error::NotATravelDocument(status).into(),
            chip::Error::AccessUnknown.into(),
            chip::Error::WrongNumber.into(),
            chip::Error::Locked(status).into(),
            chip::Error::Impostor.into(),
            chip::Error::NoAnswer.into(),
            chip::Error::Refused { doing: "to sign", status }.into(),
            chip::Error::Unreadable { file, status }.into(),
            chip::Error::TooLong(file).into(),
            chip::Error::Malformed(file).into(),
            chip::Error::QuestionUnknown.into(),
            chip::Error::Unsayable.into(),
            Failure::Reader(ReaderFailure::NotBuilt),
            Failure::Reader(ReaderFailure::NoService),
            Failure::Reader(ReaderFailure::NoReader),
            Failure::Reader(ReaderFailure::NoDocument),
            Failure::Reader(ReaderFailure::Gone),
            Failure::Typed("typed_number"),
            Failure::Typed("typed_birth"),
            Failure::Typed("typed_expiry"),
            Failure::Typed("typed_can"),
            Failure::Away,
            Failure::Odd,
            Failure::Address,
            Failure::Mirror,
            Failure::NotAgreed,
            Failure::Declined,
            Failure::Image,
            Failure::NoAnswer,
            Failure::HasCertificate,
            Failure::Step("counter".into()),
            Failure::Passcode(NotAPasscode::Malformed),
            Failure::Passcode(NotAPasscode::Consecutive),
            Failure::NoSalt(NoSalt),
            Failure::File(FileError::TooOpen),
            Failure::File(FileError::NotAWallet),
            Failure::File(FileError::Io(std::io::ErrorKind::NotFound.into())),
            Failure::Certificate(BadCertificate::Device),
            Failure::NoCertificate(NoCertificate::Missing),
            Failure::Key(KeyAway("no".into())),
            Failure::Typed("typed_tx_code"),
            Failure::Typed("typed_question"),
            Failure::Typed("typed_link"),
            Failure::Typed("typed_authorities"),
            Failure::Offer(BadOffer::Form),
            Failure::OtherPlatform,
            Failure::Batch(BadBatch::Holder),
            Failure::NoPocket,
            Failure::PocketHeld,
            Failure::HasPocket,
            Failure::Backup(BadBackup::Form),
            Failure::Backup(BadBackup::Sentence),
            Failure::Typed("typed_sentence"),
            Failure::Typed("sentences_differ"),
            Failure::Typed("typed_opener"),
            Failure::Typed("openers_differ"),
            Failure::Typed("typed_token"),
            Failure::File(FileError::Locked),
            Failure::File(FileError::WrongOpener),
            Failure::NothingToLock,
            #[cfg(feature = "pkcs11")]
            Failure::Token(TokenAway::NotThere),
            #[cfg(not(feature = "pkcs11"))]
            Failure::TokenNotBuilt,
            Failure::Question(Refusal::Request(BadRequest::OverAsking("name".into()))),
            Failure::Question(Refusal::Request(BadRequest::Time)),
            Failure::Question(Refusal::Request(BadRequest::Client)),
            Failure::Question(Refusal::Nothing),
            Failure::Question(Refusal::Transaction),
            Failure::NotShown(NotShown::Empty),
            Failure::NotShown(NotShown::Unsayable),
            Failure::NotShown(NotShown::Kept(FileError::NotAWallet)),
        ];
        for failure in failures {
            let key = format!("failure-{}", failure.code().replace('_', "-"));
            for language in [Language::ZhCn, Language::En] {
                assert!(language.knows(&key), "{key} in {language:?}");
            }
        }
    }

    #[test]
    fn a_refusal_without_words_here_is_told_in_the_platforms() {
        let refused = Failure::Refused {
            code: "odd_thing".into(),
            title: "this is odd".into(),
            reference: Some("7F".into()),
        };
        let words = refused.words(Language::En);
        assert!(
            words.contains("this is odd") && words.contains("7F") && words.contains("[odd_thing]")
        );
    }
}
