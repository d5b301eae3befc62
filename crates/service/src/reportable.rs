//! Which use a report is about: one's own, or that of a child under fourteen, as its guardian sees it; and what the platform knows of it.
//!
//! A guardian names a use by place and day and learns no more of it by reporting: what stands in the evidence goes to the operator.

use jiff::{SignedDuration, Timestamp};
use rules::{
    Capacity, CertificateId, EventId, GuardianshipId, PersonId, Purpose, SceneRegistration,
    approval::confirmed,
    report::{Filed, LATELY_DAYS, may_report},
};
use store::{
    Authentication, Tx,
    authentication::{ConsentRecord, Event, Kind},
};

use crate::{
    Error, Platform, Refusal, Session, children::NamedUse, complete_at_counter::OFFICE,
    guardians::with_passcode, references, session::in_force,
};

/// Which use is meant.
#[derive(Clone, Debug)]
pub enum About {
    /// One's own.
    Own(EventId),
    /// A child's, by the name that its guardian's page gave it.
    Child(String),
}

impl About {
    pub(crate) fn is_own(&self) -> bool {
        matches!(self, Self::Own(_))
    }
}

impl From<EventId> for About {
    fn from(event: EventId) -> Self {
        Self::Own(event)
    }
}

impl From<&str> for About {
    /// What is no event is a name, which opens or does not.
    fn from(text: &str) -> Self {
        text.parse().map_or_else(|_| Self::Child(text.to_owned()), Self::Own)
    }
}

/// Whose use it is, once that was looked at.
#[derive(Clone, Copy)]
pub(crate) enum ReportedUse {
    Own(EventId),
    Child { child: PersonId, event: EventId },
}

impl ReportedUse {
    pub(crate) fn child(self) -> Option<PersonId> {
        match self {
            Self::Own(_) => None,
            Self::Child { child, .. } => Some(child),
        }
    }
}

/// What the page of a report shows: the use it would be about.
#[derive(Clone, Debug)]
pub struct Reportable {
    /// The client's name in Chinese; of a child's use its organisation's.
    pub name_zh: String,
    /// The same in English.
    pub name_en: String,
    /// When, to the minute; of a child's use the day is told and no more.
    pub at: Timestamp,
    /// What else there is to see of one's own use.
    pub own: Option<OwnUse>,
}

/// What a person sees of their own use beside.
#[derive(Clone, Debug)]
pub struct OwnUse {
    /// The scene.
    pub scene: String,
    /// What was asked to be told, as the consent names it.
    pub asked: Vec<String>,
}

impl Platform {
    /// The use a report would be about, if the signed-in person may report it.
    pub async fn reportable(&self, session: &Session, about: &About) -> Result<Reportable, Error> {
        let now = self.now();
        let (evidence, child, party) = self
            .inner()
            .store
            .read(async move |tx| {
                let used = self.reported_use(tx, session, about, now).await?;
                let evidence = Evidence::of(tx, session.person, used, now).await?;
                let client = tx.client(&evidence.event.client).await?;
                let party = match client {
                    Some(client) => tx.relying_party(&client.organisation).await?,
                    None => None,
                };
                Ok::<_, Error>((evidence, used.child(), party))
            })
            .await?;
        if child.is_some() {
            let party = party.ok_or(Refusal::UseUnknown)?;
            let (name_zh, name_en) = (party.name_zh, party.name_en);
            return Ok(Reportable { name_zh, name_en, at: evidence.event.at, own: None });
        }
        let name = self.client_name(&evidence.event.client).await?;
        let asked = evidence.asked.split_whitespace().map(str::to_owned).collect();
        let own = Some(OwnUse { scene: evidence.event.scene, asked });
        Ok(Reportable { name_zh: name.zh, name_en: name.en, at: evidence.event.at, own })
    }

    /// Whose use it is, if the signed-in person may speak of it.
    pub(crate) async fn reported_use(
        &self,
        tx: &Tx<Authentication>,
        session: &Session,
        about: &About,
        now: Timestamp,
    ) -> Result<ReportedUse, Error> {
        still_in_force(tx, session.certificate, session.signed_in_at, now).await?;
        let name = match about {
            About::Own(event) => return Ok(ReportedUse::Own(*event)),
            About::Child(name) => name,
        };
        with_passcode(session)?;
        let bound_to = session.person.bytes();
        let named: NamedUse = self
            .open(references::Kind::ChildUse, bound_to, name)
            .map_err(|_| Refusal::UseUnknown)?;
        let guardianship = tx.guardianship(GuardianshipId::from_bytes(named.guardianship)).await?;
        let stands = guardianship.filter(|one| {
            one.guardian == session.person
                && one.ended_at.is_none()
                && confirmed(one.confirmed_at, now)
        });
        let child = stands.ok_or(Refusal::UseUnknown)?.child;
        // From fourteen on, where they were is the young person's own.
        if self.capacity_of(child, tx.person(child).await?.as_ref())? != Some(Capacity::Represented)
        {
            return Err(Refusal::UseUnknown.into());
        }
        Ok(ReportedUse::Child { child, event: EventId::from_bytes(named.event) })
    }
}

/// Did a relying party ask, so that it may be reported?
pub(crate) fn is_a_use(event: &Event) -> bool {
    let used = matches!(event.kind, Kind::Authenticated | Kind::Declined | Kind::ActedFor);
    used && !event.client.is_empty() && !event.client.starts_with(OFFICE)
}

/// What the platform knows of the use.
pub(crate) struct Evidence {
    pub(crate) event: Event,
    pub(crate) asked: String,
    pub(crate) registration: String,
}

impl Evidence {
    /// Refused, if `reporter` may not report it, or did.
    pub(crate) async fn of(
        tx: &Tx<Authentication>,
        reporter: PersonId,
        used: ReportedUse,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let (person, event) = match used {
            ReportedUse::Own(event) => (reporter, event),
            ReportedUse::Child { child, event } => (child, event),
        };
        let event = tx.event_of(person, event).await?.ok_or(Refusal::UseUnknown)?;
        if !is_a_use(&event) {
            return Err(Refusal::UseUnknown.into());
        }
        let reports = tx.reports_of(reporter).await?;
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
