//! What is brought to a counter: one officer enters it, another confirms it, and each signs exactly what it says.
//!
//! What was entered lies sealed in the vault for half an hour. An officer's passkey is asked for the digest of the
//! application (`purpose`), so that a signature over one is none over another.

mod concerned;
mod confirm;
mod draft;
mod enter;
mod signing;

use formats::mac::sha256;
use jiff::Timestamp;
use rules::{
    ApplicationId, DocumentNumber, GuardianshipPaper, Inspection, NoticeVersion, PhoneNumber,
    PlainIdentity, Purpose,
};
use serde::{Deserialize, Serialize};

use crate::{ConsentsGiven, Error, PasskeyQuestion, identity_record::IdentityRecord};

pub use confirm::{CounterOutcome, HAND_OVER_LIFETIME};
pub(crate) use signing::purpose_of;

/// What an officer enters, with the person before them.
pub struct CounterEntry {
    /// Who it is, as the document says.
    pub identity: PlainIdentity,
    /// A phone, if the person has one. Of a child under fourteen the guardian's is taken, whatever stands here.
    pub phone: Option<PhoneNumber>,
    /// How the document was inspected.
    pub inspection: Inspection,
    /// The notices that were read aloud, each agreed to by itself: by the guardian for a child under fourteen.
    pub consents: ConsentsGiven,
    /// The guardian who stands beside a minor.
    pub guardian: Option<GuardianBeside>,
}

/// A guardian at a counter, who holds a net certificate: the original document was held against the face.
#[derive(Clone, Eq, PartialEq)]
pub struct GuardianBeside {
    /// The guardian's own document.
    pub document: DocumentNumber,
    /// By which paper the officer saw whose guardian that is.
    pub paper: GuardianshipPaper,
}

/// A guardianship to be confirmed or ended, between two who hold net numbers.
#[derive(Clone, Eq, PartialEq)]
pub struct GuardianshipEntry {
    /// What is to be done.
    pub act: GuardianshipAct,
    /// The guardian's document.
    pub guardian: DocumentNumber,
    /// The minor's.
    pub child: DocumentNumber,
    /// What was shown.
    pub paper: GuardianshipPaper,
}

/// What officers do about a guardianship.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GuardianshipAct {
    /// Somebody is the guardian: the guardian stands here.
    Confirm,
    /// Somebody is it no more, or has died.
    End,
}

impl GuardianshipAct {
    /// Its name in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirm => "is_guardian",
            Self::End => "no_guardian",
        }
    }
}

/// What was entered, as an officer sees it.
pub enum CounterMatter {
    /// Somebody applies.
    Enrolment {
        /// Who it is.
        identity: PlainIdentity,
        /// The phone, if there is one.
        phone: Option<String>,
        /// How the document was inspected.
        inspection: Inspection,
        /// Who stands beside a minor.
        guardian: Option<GuardianBeside>,
    },
    /// A guardianship changes.
    Guardianship(GuardianshipEntry),
}

/// An application as an officer sees it, on paper or confirmed.
pub struct CounterView {
    /// What it is about.
    pub matter: CounterMatter,
    /// What the officer's passkey is asked.
    pub question: PasskeyQuestion,
}

/// An application checked and not yet signed. It travels sealed with the officer's page.
pub struct Draft {
    /// What the page shows once more.
    pub view: CounterView,
    /// What its form sends back.
    pub sealed: String,
}

/// An application that waits for a second officer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Waiting {
    /// Which.
    pub id: ApplicationId,
    /// When it lapses.
    pub expires_at: Timestamp,
    /// Whether the officer who looks entered it, and so may not confirm it.
    pub own: bool,
}

/// An application, as it is sealed.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Application {
    pub(crate) matter: Matter,
    pub(crate) office: String,
    /// Makes the digest say nothing to whoever has not the application.
    #[serde(with = "formats::base64url::text")]
    pub(crate) salt: [u8; 32],
}

#[derive(Clone, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Matter {
    Enrolment(Box<Applying>),
    Guardianship(Changing),
}

/// Somebody who applies, as it is sealed.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Applying {
    pub(crate) identity: IdentityRecord,
    pub(crate) register: Option<String>,
    pub(crate) phone: String,
    inspection: String,
    pub(crate) consents: Vec<(String, u32)>,
    guardian: Option<Beside>,
}

/// A guardian who stands beside, as it is sealed.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Beside {
    document: DocumentRecord,
    paper: String,
}

/// A guardianship that changes, as it is sealed.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Changing {
    act: GuardianshipAct,
    guardian: DocumentRecord,
    child: DocumentRecord,
    paper: String,
}

/// A document's class and number, as they are sealed.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct DocumentRecord {
    class: String,
    number: String,
}

impl From<&DocumentNumber> for DocumentRecord {
    fn from(document: &DocumentNumber) -> Self {
        let class = document.class().as_str().to_owned();
        Self { class, number: document.as_str().to_owned() }
    }
}

impl DocumentRecord {
    fn document(&self) -> Option<DocumentNumber> {
        DocumentNumber::new(self.class.parse().ok()?, &self.number).ok()
    }
}

impl Applying {
    /// The guardian who stands beside; `None` also for nobody.
    pub(crate) fn guardian(&self) -> Result<Option<GuardianBeside>, Error> {
        let Some(beside) = &self.guardian else { return Ok(None) };
        let document = beside.document.document().ok_or_else(damaged)?;
        let paper = beside.paper.parse().map_err(|_| damaged())?;
        Ok(Some(GuardianBeside { document, paper }))
    }

    fn view(&self) -> Result<CounterMatter, Error> {
        Ok(CounterMatter::Enrolment {
            identity: self.identity.identity().ok_or_else(damaged)?,
            phone: (!self.phone.is_empty()).then(|| self.phone.clone()),
            inspection: self.inspection.parse().map_err(|_| damaged())?,
            guardian: self.guardian()?,
        })
    }
}

impl Changing {
    pub(crate) fn entry(&self) -> Result<GuardianshipEntry, Error> {
        Ok(GuardianshipEntry {
            act: self.act,
            guardian: self.guardian.document().ok_or_else(damaged)?,
            child: self.child.document().ok_or_else(damaged)?,
            paper: self.paper.parse().map_err(|_| damaged())?,
        })
    }
}

impl Application {
    /// Commits to every word of it.
    pub(crate) fn digest(&self) -> Result<[u8; 32], Error> {
        let written = serde_json::to_vec(self)
            .map_err(|cause| Error::fault("writing an application", cause))?;
        Ok(sha256(zeroize::Zeroizing::new(written).as_slice()))
    }
}

fn damaged() -> Error {
    Error::fault("reading an application", "a damaged application")
}

/// The notices of today, for the page from which an officer reads them aloud.
pub fn notices_read_aloud() -> [(Purpose, NoticeVersion); 2] {
    [Purpose::Enrolment, Purpose::SensitiveInformation].map(|purpose| (purpose, purpose.current()))
}
