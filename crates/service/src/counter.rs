//! An application at a counter: one officer enters it, another confirms it, and each signs exactly what it says.
//!
//! What was entered lies sealed in the vault for half an hour. An officer's passkey is asked for the digest of the
//! application (`purpose`), so that a signature over one is none over another.

use formats::mac::sha256;
use jiff::{SignedDuration, Timestamp};
use rules::{
    ApplicationId, Inspection, NoticeVersion, PhoneNumber, PlainIdentity, Purpose,
    consent::{given, require},
    counter::{RegistryVerdict, may_confirm, may_enter},
    retention,
};
use serde::{Deserialize, Serialize};
use store::{
    authentication::{Officer, StaffAct},
    vault::ApplicationRow,
};

use crate::{
    ConsentsGiven, Error, OfficerSession, PasskeyQuestion, Platform, Refusal, RegistryError,
    enrol::instant, identity_record::IdentityRecord, references::Kind,
};

/// What an officer enters, with the person before them.
pub struct CounterEntry {
    /// Who it is, as the document says.
    pub identity: PlainIdentity,
    /// A phone, if the person has one.
    pub phone: Option<PhoneNumber>,
    /// How the document was inspected.
    pub inspection: Inspection,
    /// The notices that were read aloud, each agreed to by itself.
    pub consents: ConsentsGiven,
}

/// An application as an officer sees it, on paper or confirmed.
pub struct CounterView {
    /// Who it is.
    pub identity: PlainIdentity,
    /// The phone, if there is one.
    pub phone: Option<String>,
    /// How the document was inspected.
    pub inspection: Inspection,
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
    pub(crate) identity: IdentityRecord,
    pub(crate) register: Option<String>,
    pub(crate) phone: String,
    pub(crate) inspection: String,
    pub(crate) consents: Vec<(String, u32)>,
    pub(crate) office: String,
    /// Makes the digest say nothing to whoever has not the application.
    #[serde(with = "formats::base64url::text")]
    pub(crate) salt: [u8; 32],
}

/// An application confirmed, on its way to the person's own screen.
#[derive(Deserialize, Serialize)]
pub(crate) struct HandedOver {
    #[serde(with = "formats::base64url::text")]
    pub(crate) application: [u8; 16],
    pub(crate) expires_at: i64,
}

/// How long the person may take to choose a passcode.
pub const HAND_OVER_LIFETIME: SignedDuration = SignedDuration::from_mins(15);

impl Platform {
    /// Checks what an officer entered, and asks for their passkey over exactly that.
    ///
    /// Measures art. 4, 10–11 and PIPL 29: the notices are read aloud, each agreed to by itself.
    pub async fn draft_application(
        &self,
        session: &OfficerSession,
        entry: CounterEntry,
    ) -> Result<Draft, Error> {
        let officer = self.officer_at_work(session).await?;
        let consents = [
            given(Purpose::Enrolment, entry.consents.enrolment)?,
            given(Purpose::SensitiveInformation, entry.consents.sensitive)?,
        ];
        for purpose in [Purpose::Enrolment, Purpose::SensitiveInformation] {
            require(&consents, purpose)?;
        }
        let register = self.vouched(&entry).await?;
        let application = Application {
            identity: IdentityRecord::from(&entry.identity),
            register,
            phone: entry.phone.map_or_else(String::new, |phone| phone.as_str().to_owned()),
            inspection: entry.inspection.as_str().to_owned(),
            consents: consents
                .iter()
                .map(|c| (c.purpose().as_str().to_owned(), c.version().0))
                .collect(),
            office: officer.office,
            salt: self.world().draw(),
        };
        let sealed = self.seal(Kind::CounterDraft, &session.id, &application)?;
        Ok(Draft { view: self.view(&application, ENTER)?, sealed })
    }

    /// Takes a draft that its officer signed; from now on it waits for another.
    pub async fn enter_application(
        &self,
        session: &OfficerSession,
        draft: &str,
        state: &str,
        answer: &str,
    ) -> Result<ApplicationId, Error> {
        let application: Application = self.open(Kind::CounterDraft, &session.id, draft)?;
        let officer = self.officer_at_work(session).await?;
        let digest = application.digest()?;
        self.signed_by(&officer, ENTER, &digest, state, answer).await?;
        let now = self.now();
        let id = ApplicationId::make(now, &mut |bytes| self.world().fill(bytes));
        let lifetime = SignedDuration::try_from(retention::ENROLMENT)
            .map_err(|cause| Error::fault("reckoning a lifetime", cause))?;
        let row = ApplicationRow {
            id,
            office: officer.office.clone(),
            entered_by: officer.id,
            step: 0,
            sealed: self.seal_bytes(Kind::CounterApplication, id.bytes(), &application)?,
            expires_at: now + lifetime,
        };
        self.log_act(&officer, StaffAct::Entered, digest).await?;
        self.inner()
            .vault
            .write("enter application", async move |tx| tx.add_application(&row).await)
            .await?;
        Ok(id)
    }

    /// What waits for a second officer at the office of whoever asks.
    pub async fn waiting_applications(
        &self,
        session: &OfficerSession,
    ) -> Result<Vec<Waiting>, Error> {
        let officer = self.officer_at_work(session).await?;
        let (office, now) = (officer.office, self.now());
        let rows = self
            .inner()
            .vault
            .read(async move |tx| tx.applications_waiting(&office, now).await)
            .await?;
        let waiting = |row: ApplicationRow| Waiting {
            id: row.id,
            expires_at: row.expires_at,
            own: row.entered_by == officer.id,
        };
        Ok(rows.into_iter().map(waiting).collect())
    }

    /// One of them, with the question for the passkey of whoever would confirm it.
    pub async fn application_to_confirm(
        &self,
        session: &OfficerSession,
        id: ApplicationId,
    ) -> Result<CounterView, Error> {
        let officer = self.officer_at_work(session).await?;
        let (row, application) = self.waiting(&officer, id).await?;
        may_confirm(row.entered_by, officer.id)?;
        self.view(&application, CONFIRM)
    }

    /// Confirms, and hands the screen over to the person: what the page there carries.
    pub async fn confirm_application(
        &self,
        session: &OfficerSession,
        id: ApplicationId,
        state: &str,
        answer: &str,
    ) -> Result<String, Error> {
        let officer = self.officer_at_work(session).await?;
        let (row, application) = self.waiting(&officer, id).await?;
        may_confirm(row.entered_by, officer.id)?;
        let digest = application.digest()?;
        self.signed_by(&officer, CONFIRM, &digest, state, answer).await?;
        let sealed = self.seal_bytes(Kind::CounterApplication, id.bytes(), &application)?;
        self.log_act(&officer, StaffAct::Confirmed, digest).await?;
        let (office, confirmed_by) = (officer.office, officer.id);
        let confirmed = self
            .inner()
            .vault
            .write("confirm application", async move |tx| {
                tx.confirm_application(id, &office, confirmed_by, &sealed).await
            })
            .await?;
        if !confirmed {
            return Err(Refusal::ApplicationUnknown.into());
        }
        let expires_at = (self.now() + HAND_OVER_LIFETIME).as_second();
        let handed_over = HandedOver { application: *id.bytes(), expires_at };
        self.seal(Kind::HandedOver, b"", &handed_over)
    }

    /// Turns an application down, by any officer of the office: what was entered is gone.
    pub async fn decline_application(
        &self,
        session: &OfficerSession,
        id: ApplicationId,
    ) -> Result<(), Error> {
        let officer = self.officer_at_work(session).await?;
        let (_, application) = self.waiting(&officer, id).await?;
        self.log_act(&officer, StaffAct::Declined, application.digest()?).await?;
        let end = async move |tx: &store::Tx<store::Vault>| tx.end_application(id, 0).await;
        if self.inner().vault.write("decline application", end).await? {
            Ok(())
        } else {
            Err(Refusal::ApplicationUnknown.into())
        }
    }

    /// What the registry calls the person, if it keeps the document; refused unless the evidence suffices.
    async fn vouched(&self, entry: &CounterEntry) -> Result<Option<String>, Error> {
        let document = entry.identity.document();
        let (verdict, register) = if document.class().is_registered() {
            match self.inner().outside.registry.vouch(&entry.identity).await {
                Ok(known) => (RegistryVerdict::Agrees, Some(known.register.as_str().to_owned())),
                Err(RegistryError::Differs) => (RegistryVerdict::Differs, None),
                Err(error) => return Err(crate::prove_document::refused(error)),
            }
        } else {
            (RegistryVerdict::NotKept, None)
        };
        let born = entry.identity.born();
        may_enter(document, born, verdict, entry.inspection, self.today())?;
        Ok(register)
    }

    /// An application of the officer's own office that nobody confirmed yet.
    async fn waiting(
        &self,
        officer: &Officer,
        id: ApplicationId,
    ) -> Result<(ApplicationRow, Application), Error> {
        let row = self.inner().vault.read(async move |tx| tx.application(id).await).await?;
        let here = |row: &ApplicationRow| {
            row.step == 0 && row.office == officer.office && self.now() < row.expires_at
        };
        let row = row.filter(here).ok_or(Refusal::ApplicationUnknown)?;
        let application = self.opened(&row)?;
        Ok((row, application))
    }

    pub(crate) fn opened(&self, row: &ApplicationRow) -> Result<Application, Error> {
        self.open_bytes(Kind::CounterApplication, row.id.bytes(), &row.sealed)
            .ok_or_else(|| Refusal::ApplicationUnknown.into())
    }

    fn view(&self, application: &Application, act: &[u8]) -> Result<CounterView, Error> {
        let digest = application.digest()?;
        Ok(CounterView {
            identity: application
                .identity
                .identity()
                .ok_or_else(|| Error::fault("reading an application", "a damaged identity"))?,
            phone: (!application.phone.is_empty()).then(|| application.phone.clone()),
            inspection: application
                .inspection
                .parse()
                .map_err(|cause| Error::fault("reading an application", cause))?,
            question: self.ask_for_passkey(
                crate::PasskeyHolders::Officers,
                &[act, digest.as_slice()].concat(),
            )?,
        })
    }

    /// Was exactly this signed by exactly this officer?
    async fn signed_by(
        &self,
        officer: &Officer,
        act: &[u8],
        digest: &[u8; 32],
        state: &str,
        answer: &str,
    ) -> Result<(), Error> {
        let purpose = [act, digest.as_slice()].concat();
        let signer = self.officer_who_answers(&purpose, state, answer).await?;
        // A colleague's passkey in this officer's session is no signature of this officer.
        if signer == officer.id { Ok(()) } else { Err(Refusal::PasskeyUnknown.into()) }
    }

    /// Logged before it is done: an act that leaves no trace is none. Not for whoever was suspended meanwhile.
    async fn log_act(
        &self,
        officer: &Officer,
        act: StaffAct,
        digest: [u8; 32],
    ) -> Result<(), Error> {
        let id = officer.id;
        let entry = self.staff_entry(id, act, digest, self.now());
        self.inner()
            .store
            .write("log an officer's act", async move |tx| {
                if !tx.hold_officer(id).await? {
                    return Err(Error::from(Refusal::OfficerSuspended));
                }
                tx.add_staff_entry(&entry).await?;
                Ok(())
            })
            .await
    }

    /// The application a person completes at the screen that was turned to them.
    pub(crate) async fn handed_over(
        &self,
        handed_over: &str,
    ) -> Result<(ApplicationRow, Application), Error> {
        let handed: HandedOver = self
            .open(Kind::HandedOver, b"", handed_over)
            .map_err(|_| Refusal::ApplicationUnknown)?;
        let id = ApplicationId::from_bytes(handed.application);
        let until = instant(handed.expires_at)?;
        let row = self.inner().vault.read(async move |tx| tx.application(id).await).await?;
        let now = self.now();
        let due = |row: &ApplicationRow| row.step == 1 && now < row.expires_at && now < until;
        let row = row.filter(due).ok_or(Refusal::ApplicationUnknown)?;
        let application = self.opened(&row)?;
        Ok((row, application))
    }
}

/// What begins the purpose of a signature.
const ENTER: &[u8] = b"enter application\0";
const CONFIRM: &[u8] = b"confirm application\0";

impl Application {
    /// Commits to every word of it.
    pub(crate) fn digest(&self) -> Result<[u8; 32], Error> {
        let written = serde_json::to_vec(self)
            .map_err(|cause| Error::fault("writing an application", cause))?;
        Ok(sha256(zeroize::Zeroizing::new(written).as_slice()))
    }
}

/// The notices of today, for the page from which an officer reads them aloud.
pub fn notices_read_aloud() -> [(Purpose, NoticeVersion); 2] {
    [Purpose::Enrolment, Purpose::SensitiveInformation].map(|purpose| (purpose, purpose.current()))
}
