//! Another document for somebody who holds a certificate: signed in freshly, the person proves it, and it joins the record
//! instead of making a second person. Number, certificate and identifiers stay as they are.
//!
//! What is under way is an enrolment's first steps, so that evidence is judged in one place; it ends with the document
//! and issues nothing.

use formats::mac::same;
use jiff::Timestamp;
use rules::{
    CertificateId, Factor, Factors, NoticeVersion, PersonId, Purpose,
    consent::given,
    my_documents::{may_add_document, may_change_documents},
    recovery,
};
use serde::{Deserialize, Serialize};
use store::{
    Authentication, Tx,
    authentication::{GivenBy, Kind, Person, TidingAbout},
};

use crate::{
    EnrolmentToken, Error, PasscodeTold, Platform, Refusal, Session, Step,
    enrol::{Due, Stage, instant},
    proved::Proved,
    recognise,
    session::{usable, usable_since},
    whole::whole,
};

/// Passcodes tried for one document.
const MOST_TRIES: i64 = 5;

/// Whose record the document is to join, and what the person proved when it began.
#[derive(Clone, Copy, Deserialize, Serialize)]
pub(crate) struct Adding {
    #[serde(with = "formats::base64url::text")]
    person: [u8; 16],
    #[serde(with = "formats::base64url::text")]
    certificate: [u8; 16],
    signed_in_at: i64,
    /// The entry whose place it takes, where the person says so.
    replaces: Option<[u8; 32]>,
}

impl Adding {
    fn person(&self) -> PersonId {
        PersonId::from_bytes(self.person)
    }
}

impl Platform {
    /// Begins to add a document to the record of whoever signed in a moment ago, under a consent of its own.
    /// `replaces` names an earlier document of theirs, as [`Self::my_documents`] does.
    ///
    /// PIPL 29: a document's content is sensitive information, and separate consent comes before it is read.
    pub async fn begin_adding_document(
        &self,
        session: &Session,
        consent: NoticeVersion,
        replaces: Option<&str>,
    ) -> Result<(EnrolmentToken, Step), Error> {
        let consents = [given(Purpose::SensitiveInformation, consent)?];
        self.may_change_documents(session).await?;
        let replaces = match replaces {
            Some(handle) => Some(self.my_entry(session.person, handle).await?),
            None => None,
        };
        let adding = Adding::new(session, replaces);
        self.put_enrolment(&consents, Stage::Document, None, Some(adding)).await
    }

    /// The same for a wallet, which has no session: it shows its holder with the next step.
    pub async fn begin_adding_document_by_wallet(
        &self,
        consent: NoticeVersion,
    ) -> Result<(EnrolmentToken, Step), Error> {
        let consents = [given(Purpose::SensitiveInformation, consent)?];
        self.put_enrolment(&consents, Stage::Holder, None, None).await
    }

    /// The holder: the certificate's device signs the step's challenge, the person knows the passcode.
    pub async fn prove_holder(
        &self,
        token: &EnrolmentToken,
        device_proof: &str,
        passcode: PasscodeTold,
    ) -> Result<Step, Error> {
        let mut due = self.due(token).await?;
        let Stage::Holder = due.enrolment.stage else { return Err(Refusal::StepNotDue.into()) };
        self.count_try(&due, MOST_TRIES).await?;
        let (certificate, nonce) = self.device_that_signed(device_proof).await?;
        if !same(nonce.as_bytes(), due.enrolment.challenge.as_bytes()) {
            return Err(Refusal::ChallengeSpent.into());
        }
        usable(&certificate, self.now())?;
        self.prove_passcode(&certificate, passcode).await?;
        let factors = Factors::of(&[Factor::DeviceKey, Factor::Passcode]);
        let session = self.new_session(certificate.person, certificate.id, factors);
        self.may_change_documents(&session).await?;
        due.enrolment.adding = Some(Adding::new(&session, None));
        self.advance(due, Stage::Document).await
    }

    /// Takes the document that was proved into the record, and ends what was under way.
    pub(crate) async fn add_document(
        &self,
        due: Due,
        adding: Adding,
        proved: Proved,
    ) -> Result<Step, Error> {
        may_add_document(proved.identity()?.born(), self.today())?;
        let now = self.now();
        self.inner().store.read(async move |tx| still_allowed(tx, &adding, now).await).await?;
        let platform = self.clone();
        whole(async move { platform.join(due, adding, proved, now).await }).await?;
        Ok(Step::Added)
    }

    async fn join(
        &self,
        due: Due,
        adding: Adding,
        proved: Proved,
        now: Timestamp,
    ) -> Result<(), Error> {
        let (keys, inner, person) = (self.keys(), self.shared(), adding.person());
        let consents = due.enrolment.consents.clone();
        self.inner()
            .vault
            .write("add document", async move |tx| {
                if !tx.end_enrolment(&due.row.id, due.row.step).await? {
                    return Err(Refusal::StepNotDue.into());
                }
                let world = &*inner.world;
                recognise::join(tx, &keys, world, person, &proved, adding.replaces, now).await
            })
            .await?;
        let event = self.event(person, Kind::DocumentAdded, now);
        let platform = self.clone();
        self.inner()
            .store
            .write("document added", async move |tx| {
                for (purpose, version) in &consents {
                    let by = GivenBy::Person;
                    let consent = platform.enrolment_consent(person, purpose, *version, by, now)?;
                    tx.replace_consent(&consent).await?;
                }
                tx.add_event(&event).await?;
                platform.tell(tx, [person], TidingAbout::DocumentAdded, now).await
            })
            .await
    }

    /// Whether an enrolment under way adds a document to a record, and will issue nothing.
    pub async fn is_adding(&self, token: &EnrolmentToken) -> Result<bool, Error> {
        Ok(self.due(token).await?.enrolment.adding.is_some())
    }

    /// Whether this sign-in may add and remove documents now.
    pub async fn may_change_documents(&self, session: &Session) -> Result<(), Error> {
        let (now, session) = (self.now(), session.clone());
        self.inner()
            .store
            .read(async move |tx| {
                let (at, who) = (session.signed_in_at, (session.person, session.certificate));
                let from = in_use(tx, who, at, now).await?;
                Ok(may_change_documents(session.factors, at, from, now)?)
            })
            .await
    }
}

impl Adding {
    fn new(session: &Session, replaces: Option<[u8; 32]>) -> Self {
        Self {
            person: *session.person.bytes(),
            certificate: *session.certificate.bytes(),
            signed_in_at: session.signed_in_at.as_second(),
            replaces,
        }
    }
}

/// Since it began the certificate may have been locked, or the person may have been given another.
async fn still_allowed(
    tx: &Tx<Authentication>,
    adding: &Adding,
    now: Timestamp,
) -> Result<(), Error> {
    let who = (adding.person(), CertificateId::from_bytes(adding.certificate));
    let from = in_use(tx, who, instant(adding.signed_in_at)?, now).await?;
    Ok(recovery::may_disclose(from, now)?)
}

/// Until when the record cools down, if the certificate may be used.
async fn in_use(
    tx: &Tx<Authentication>,
    (person, certificate): (PersonId, CertificateId),
    proved_at: Timestamp,
    now: Timestamp,
) -> Result<Option<Timestamp>, Error> {
    let certificate = tx.certificate(certificate).await?.ok_or(Refusal::CertificateUnknown)?;
    usable_since(&certificate, proved_at, now)?;
    match tx.person(person).await? {
        Some(Person::Enrolled { disclosure_from, .. }) => Ok(disclosure_from),
        _ => Err(Refusal::CertificateEnded.into()),
    }
}
