//! A person reports a relying party, from what they see of a use.
//!
//! The evidence is the platform's own: scene, mode, minute, what was asked, the registration in force. The person adds what
//! happened, and words if they like, which lie in the vault under their own data key: words may tell who somebody is.

use jiff::{SignedDuration, Timestamp};
use rules::{
    CertificateId, EventId, PersonId, Purpose, ReportId, SceneRegistration,
    report::{Filed, Grievance, LATELY_DAYS, ReportWords, may_report},
};
use store::{
    Authentication, Tx, Vault,
    authentication::{ConsentRecord, Event, Kind, ReportRecord},
};

use crate::{
    Error, Platform, Refusal, Session, complete_at_counter::OFFICE, events::to_the_minute,
    session::in_force, vault,
};

/// What the page of a report shows: the use it would be about.
#[derive(Clone, Debug)]
pub struct Reportable {
    /// The use.
    pub event: EventId,
    /// The client's name in Chinese.
    pub client_zh: String,
    /// The client's name in English.
    pub client_en: String,
    /// The scene.
    pub scene: String,
    /// When, to the minute.
    pub at: Timestamp,
    /// What was asked to be told, as the consent names it.
    pub asked: Vec<String>,
}

/// What a person says.
#[derive(Clone, Debug)]
pub struct Said {
    /// About which use.
    pub event: EventId,
    /// What happened.
    pub grievance: Grievance,
    /// In their own words.
    pub words: Option<ReportWords>,
    /// Whether the operator may know who says so.
    pub named: bool,
}

impl Platform {
    /// The use a report would be about, if the signed-in person may report it.
    pub async fn reportable(&self, session: &Session, event: EventId) -> Result<Reportable, Error> {
        let (person, certificate) = (session.person, session.certificate);
        let (proved_at, now) = (session.signed_in_at, self.now());
        let evidence = self
            .inner()
            .store
            .read(async move |tx| {
                still_in_force(tx, certificate, proved_at, now).await?;
                Evidence::of(tx, person, event, now).await
            })
            .await?;
        let name = self.client_name(&evidence.event.client).await?;
        Ok(Reportable {
            event,
            client_zh: name.zh,
            client_en: name.en,
            scene: evidence.event.scene,
            at: evidence.event.at,
            asked: evidence.asked.split_whitespace().map(str::to_owned).collect(),
        })
    }

    /// Files the report.
    pub async fn report(&self, session: &Session, said: Said) -> Result<(), Error> {
        let now = self.now();
        let id = ReportId::from_bytes(*self.event_id(now).bytes());
        let person = session.person;
        if let Some(words) = &said.words {
            // Refused before anything is sealed; asked again where it counts.
            self.reportable(session, said.event).await?;
            self.keep_words(id, person, words, now).await?;
        }
        let with_words = said.words.is_some();
        let filed = self.file(session, id, said, now).await;
        if filed.is_err() && with_words {
            let forget = async move |tx: &Tx<Vault>| tx.forget_report_words(id).await;
            self.inner().vault.write("forget words", forget).await?;
        }
        filed
    }

    async fn file(
        &self,
        session: &Session,
        id: ReportId,
        said: Said,
        now: Timestamp,
    ) -> Result<(), Error> {
        let (person, certificate) = (session.person, session.certificate);
        let proved_at = session.signed_in_at;
        let event_id = self.event_id(now);
        let grievance = said.grievance;
        self.inner()
            .store
            .write("file a report", async move |tx| {
                still_in_force(tx, certificate, proved_at, now).await?;
                if !tx.hold_person(person).await? {
                    return Err(Refusal::CertificateEnded.into());
                }
                let evidence = Evidence::of(tx, person, said.event, now).await?;
                let Event { client, scene, mode, at, .. } = evidence.event;
                let report = ReportRecord {
                    id,
                    person,
                    event: said.event,
                    client: client.clone(),
                    scene: scene.clone(),
                    mode: mode.clone(),
                    asked: evidence.asked,
                    used_at: at,
                    grievance: said.grievance,
                    registration: evidence.registration,
                    with_words: said.words.is_some(),
                    named: said.named,
                    filed_at: to_the_minute(now),
                    closed: None,
                };
                if !tx.add_report(&report).await? {
                    return Err(Refusal::ReportedAlready.into());
                }
                let happened = Event {
                    id: event_id,
                    person,
                    kind: Kind::Reported,
                    client,
                    scene,
                    mode,
                    passed: true,
                    at: to_the_minute(now),
                };
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

/// Did a relying party ask, so that it may be reported?
pub(crate) fn is_a_use(event: &Event) -> bool {
    let used = matches!(event.kind, Kind::Authenticated | Kind::Declined | Kind::ActedFor);
    used && !event.client.is_empty() && !event.client.starts_with(OFFICE)
}

/// What the platform knows of the use.
struct Evidence {
    event: Event,
    asked: String,
    registration: String,
}

impl Evidence {
    async fn of(
        tx: &Tx<Authentication>,
        person: PersonId,
        event: EventId,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let event = tx.event_of(person, event).await?.ok_or(Refusal::UseUnknown)?;
        if !is_a_use(&event) {
            return Err(Refusal::UseUnknown.into());
        }
        let reports = tx.reports_of(person).await?;
        if reports.iter().any(|report| report.event == event.id) {
            return Err(Refusal::ReportedAlready.into());
        }
        let since = now - SignedDuration::from_hours(24 * LATELY_DAYS);
        let lately = || reports.iter().filter(|report| report.filed_at > since);
        may_report(Filed {
            of_party: lately().filter(|report| report.client == event.client).count(),
            in_all: lately().count(),
        })?;
        let consents = tx.consents_of(person).await?;
        let registered = tx.scenes_of(&event.client).await?;
        let registered = registered.iter().find(|one| one.scene.as_str() == event.scene);
        Ok(Self {
            asked: asked(&consents, &event),
            registration: registered.map(written).unwrap_or_default(),
            event,
        })
    }
}

/// What was agreed to be told when it was used; of a use that was declined, nothing is kept.
fn asked(consents: &[ConsentRecord], event: &Event) -> String {
    let next_minute = event.at + SignedDuration::from_mins(1);
    let then = consents.iter().find(|consent| {
        consent.purpose == Purpose::Release
            && (&consent.client, &consent.scene) == (&event.client, &event.scene)
            && consent.given_at < next_minute
            && consent.withdrawn_at.is_none_or(|at| at >= event.at)
    });
    then.map(|consent| consent.attributes.clone()).unwrap_or_default()
}

/// The registration, as an operator reads it years later.
fn written(scene: &SceneRegistration) -> String {
    let asks: Vec<_> = scene.asks.iter().map(|attribute| attribute.claim()).collect();
    serde_json::json!({
        "scene": scene.scene.as_str(),
        "purpose_zh": scene.purpose_zh,
        "purpose_en": scene.purpose_en,
        "legal_basis": scene.legal_basis.as_str(),
        "asks": asks,
        "other_methods": scene.other_methods,
        "mode": scene.mode.acr(),
        "access": scene.access.as_str(),
    })
    .to_string()
}

async fn still_in_force(
    tx: &Tx<Authentication>,
    certificate: CertificateId,
    proved_at: Timestamp,
    now: Timestamp,
) -> Result<(), Error> {
    let certificate = tx.certificate(certificate).await?.ok_or(Refusal::CertificateUnknown)?;
    Ok(in_force(&certificate, proved_at, now)?)
}
