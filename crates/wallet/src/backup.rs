//! A backup: the holder's own record, sealed under a sentence that only its holder knows.
//!
//! No key is in it and no credential: a key that was copied is a key in two places, and what it is bound to would be shown twice.
//! After a loss the new device proves its holder anew and fetches credentials of its own.

use formats::{Authorities, JwkSet, Salt, SealingKey, Secret, Stretched, base64url, json};
use protocol::oauth::issuer::Issuer;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{History, Pocket};

/// The form written today.
const FORM: u32 = 1;

/// What is sealed is this, and nothing else that the same sentence may seal.
const CONTEXT: &[u8] = b"yinzheng wallet backup 1";

/// Longest backup read: a thousand entries with room.
const MAX_LENGTH: usize = 4 * 1024 * 1024;

/// Fewest and most characters of a sentence. Whoever has the file may try as long as they like, so digits are too little.
const FEWEST: usize = 16;
const MOST: usize = 512;

/// What a backup is sealed under.
#[derive(Debug)]
pub struct Sentence(Secret<String>);

/// Too short to keep anybody out, or longer than anybody types.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a sentence has sixteen characters or more")]
pub struct NotASentence;

/// Why a backup does not open.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadBackup {
    /// Not a backup, or of a form this program does not know.
    #[error("not a backup")]
    Form,
    /// Sealed under another sentence, or changed since.
    #[error("another sentence, or the file was changed")]
    Sentence,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Written {
    form: u32,
    /// What the sentence is stretched with.
    salt: String,
    sealed: String,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    issuer: Issuer,
    history: History,
}

impl TryFrom<&str> for Sentence {
    type Error = NotASentence;

    fn try_from(text: &str) -> Result<Self, NotASentence> {
        match text.chars().count() {
            FEWEST..=MOST => Ok(Self(Secret::new(text.to_owned()))),
            _ => Err(NotASentence),
        }
    }
}

impl Sentence {
    fn key(&self, salt: &Salt) -> SealingKey {
        // Told apart from a passcode, whose stretched form the platform knows.
        let told = Zeroizing::new([CONTEXT, b"\0", self.0.expose().as_bytes()].concat());
        SealingKey::from_bytes(Stretched::of(&told, salt).bytes())
    }
}

impl<K> Pocket<K> {
    /// The backup of what this wallet remembers. `salt` and `nonce` are drawn anew each time.
    pub fn backup(&self, sentence: &Sentence, salt: Salt, nonce: [u8; 12]) -> Option<String> {
        let kept = Kept { issuer: self.issuer.clone(), history: self.history.clone() };
        let plain = Zeroizing::new(serde_json::to_vec(&kept).ok()?);
        let sealed = sentence.key(&salt).seal(nonce, CONTEXT, &plain);
        let sealed = base64url::encode(&sealed);
        serde_json::to_string_pretty(&Written { form: FORM, salt: salt.to_string(), sealed }).ok()
    }

    /// A pocket with what was remembered, and nothing to show yet.
    pub fn restore(text: &str, sentence: &Sentence) -> Result<Self, BadBackup> {
        if text.len() > MAX_LENGTH {
            return Err(BadBackup::Form);
        }
        let written: Written = json::read(text.as_bytes()).map_err(|_| BadBackup::Form)?;
        if written.form != FORM {
            return Err(BadBackup::Form);
        }
        let salt: Salt = written.salt.parse().map_err(|_| BadBackup::Form)?;
        let sealed = base64url::decode(&written.sealed).map_err(|_| BadBackup::Form)?;
        let plain = sentence.key(&salt).open(CONTEXT, &sealed);
        let plain = plain.map_err(|_| BadBackup::Sentence)?;
        let kept: Kept = json::read(plain.expose()).map_err(|_| BadBackup::Form)?;
        Ok(Self {
            issuer: kept.issuer,
            keys: JwkSet::default(),
            attestors: JwkSet::default(),
            authorities: Authorities::default(),
            carried: Vec::new(),
            batches: Vec::new(),
            history: kept.history,
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::{Entry, SoftwareKey};

    fn sentence(text: &str) -> Sentence {
        text.try_into().unwrap()
    }

    #[test]
    fn what_was_remembered_opens_under_its_sentence_alone() {
        let issuer: Issuer = "https://id.example".parse().unwrap();
        let mut pocket = Pocket::<SoftwareKey>::new(issuer.clone(), JwkSet::default());
        let shown = vec!["age_over_18".to_owned()];
        pocket.history.note(Entry { at: Timestamp::UNIX_EPOCH, asked_by: None, shown });
        let right = sentence("seven herons over the harbour");
        let text = pocket.backup(&right, Salt::new([1; 16]), [2; 12]).unwrap();
        assert!(!text.contains("age_over_18") && !text.contains("id.example"));
        let again = Pocket::<SoftwareKey>::restore(&text, &right).unwrap();
        assert_eq!((again.issuer(), &again.history), (&issuer, &pocket.history));
        let other = sentence("seven herons over the harbor!");
        let refused = |text: &str, sentence| Pocket::<SoftwareKey>::restore(text, sentence).err();
        assert_eq!(refused(&text, &other), Some(BadBackup::Sentence));
        let salted = text.replace("AQEB", "AQEC");
        assert_eq!(refused(&salted, &right), Some(BadBackup::Sentence));
        for odd in ["", "{}", &text.replace("\"form\": 1", "\"form\": 2")] {
            assert_eq!(refused(odd, &right), Some(BadBackup::Form), "{odd}");
        }
        assert_eq!(Sentence::try_from("20481357").err(), Some(NotASentence));
    }
}
