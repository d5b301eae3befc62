//! A person reports a relying party, from what they see of a use.
//!
//! The evidence is the platform's own: scene, mode, minute, what was asked, the registration in force. The person adds what
//! happened, and words if they like, which lie in the vault under their own data key: words may tell who somebody is.

use jiff::Timestamp;
use rules::{
    PersonId, ReportId,
    report::{Grievance, ReportWords},
};
use store::{
    Tx, Vault,
    authentication::{Event, Kind, ReportRecord},
};

use crate::{
    Error, Platform, Refusal, Session,
    events::to_the_minute,
    guardians::hold_all,
    reportable::{About, Evidence, ReportedUse},
    vault,
};

/// What a person says.
#[derive(Clone, Debug)]
pub struct Said {
    /// About which use.
    pub about: About,
    /// What happened.
    pub grievance: Grievance,
    /// In their own words; of a child nothing is written down.
    pub words: Option<ReportWords>,
    /// Whether the operator may know who says so.
    pub named: bool,
}

impl Platform {
    /// Files the report.
    pub async fn report(&self, session: &Session, said: Said) -> Result<(), Error> {
        let now = self.now();
        let id = ReportId::from_bytes(*self.event_id(now).bytes());
        let person = session.person;
        let words = said.words.as_ref().filter(|_| said.about.is_own());
        if let Some(words) = words {
            // Refused before anything is sealed; asked again where it counts.
            self.reportable(session, &said.about).await?;
            self.keep_words(id, person, words, now).await?;
        }
        let with_words = words.is_some();
        let filed = self.file(session, (id, with_words), &said, now).await;
        if filed.is_err() && with_words {
            let forget = async move |tx: &Tx<Vault>| tx.forget_report_words(id).await;
            self.inner().vault.write("forget words", forget).await?;
        }
        filed
    }

    async fn file(
        &self,
        session: &Session,
        (id, with_words): (ReportId, bool),
        said: &Said,
        now: Timestamp,
    ) -> Result<(), Error> {
        let (platform, session, said) = (self.clone(), session.clone(), said.clone());
        let grievance = said.grievance;
        self.inner()
            .store
            .write("file a report", async move |tx| {
                let used = platform.reported_use(tx, &session, &said.about, now).await?;
                let person = session.person;
                hold_all(tx, [person].into_iter().chain(used.child())).await?;
                let evidence = Evidence::of(tx, person, used, now).await?;
                let happened = platform.event(person, Kind::Reported, now);
                // A guardian's own record says no more than their page does.
                let happened = match used {
                    ReportedUse::Child { .. } => happened,
                    ReportedUse::Own(..) => Event {
                        client: evidence.event.client.clone(),
                        scene: evidence.event.scene.clone(),
                        mode: evidence.event.mode.clone(),
                        ..happened
                    },
                };
                let Event { id: event, client, scene, mode, at, .. } = evidence.event;
                let report = ReportRecord {
                    id,
                    person,
                    child: used.child(),
                    event,
                    client,
                    scene,
                    mode,
                    asked: evidence.asked,
                    used_at: at,
                    grievance: said.grievance,
                    registration: evidence.registration,
                    with_words,
                    named: said.named,
                    filed_at: to_the_minute(now),
                    closed: None,
                };
                if !tx.add_report(&report).await? {
                    return Err(Refusal::ReportedAlready.into());
                }
                Ok::<_, Error>(tx.add_event(&happened).await?)
            })
            .await?;
        self.tallies().count_report(grievance);
        Ok(())
    }

    async fn keep_words(
        &self,
        id: ReportId,
        person: PersonId,
        words: &ReportWords,
        now: Timestamp,
    ) -> Result<(), Error> {
        let (keys, world, words) = (self.keys(), self.shared(), words.clone());
        self.inner()
            .vault
            .write("keep words", async move |tx| {
                let key = vault::data_key(tx, &keys, person).await?;
                let key = key.ok_or(Refusal::CertificateEnded)?;
                let context = words_context(id);
                let sealed = key.seal(world.world.draw(), &context, words.expose().as_bytes());
                Ok::<_, Error>(tx.add_report_words(id, person, &sealed, now).await?)
            })
            .await
    }
}

/// What the seal of a report's words is bound to.
pub(crate) fn words_context(id: ReportId) -> Vec<u8> {
    [b"report words".as_slice(), id.bytes()].concat()
}
