//! What is kept about a person, shown to that person.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rules::{ConsentId, Mode, NetNumber, Purpose};
use serde::Serialize;
use store::authentication::{ConsentRecord, Event, Kind, Person, State};

use crate::{Error, Platform, Refusal, Session, session::in_force, vault};

/// The person's own page.
#[derive(Clone, Debug)]
pub struct Overview {
    /// The net number.
    pub net_number: NetNumber,
    /// The certificate.
    pub certificate: CertificateState,
    /// What happened, newest first.
    pub events: Vec<OverviewEvent>,
    /// What was agreed to, newest first.
    pub consents: Vec<OverviewConsent>,
}

/// The certificate of this session.
#[derive(Clone, Debug)]
pub struct CertificateState {
    /// Where it stands.
    pub state: State,
    /// The strongest mode it can be used in.
    pub mode: Mode,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

/// An event, with the relying party's names.
#[derive(Clone, Debug)]
pub struct OverviewEvent {
    /// What happened.
    pub kind: Kind,
    /// The client's name in Chinese; empty where none is concerned.
    pub client_zh: String,
    /// The client's name in English; empty where none is concerned.
    pub client_en: String,
    /// The scene; empty where none is concerned.
    pub scene: String,
    /// Whether it was passed.
    pub passed: bool,
    /// When, to the minute.
    pub at: Timestamp,
}

/// A consent, with the relying party's names.
#[derive(Clone, Debug)]
pub struct OverviewConsent {
    /// Its id, for withdrawing it.
    pub id: ConsentId,
    /// To what.
    pub purpose: Purpose,
    /// The client's name in Chinese; empty where none is concerned.
    pub client_zh: String,
    /// The client's name in English; empty where none is concerned.
    pub client_en: String,
    /// The scene; empty where none is concerned.
    pub scene: String,
    /// What may be told: claim names.
    pub attributes: Vec<String>,
    /// When it was given.
    pub given_at: Timestamp,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Timestamp>,
}

/// Everything kept about a person, as a file for that person: PIPL 45.
#[derive(Serialize)]
pub struct PlainExport {
    net_number: String,
    name: String,
    document_class: String,
    document_number: String,
    born: String,
    phone: String,
    certificate: BTreeMap<&'static str, String>,
    consents: Vec<BTreeMap<&'static str, String>>,
    events: Vec<BTreeMap<&'static str, String>>,
}

/// Events shown on the page; the export has as many as are kept.
const SHOWN: u32 = 100;
const ALL: u32 = 1_000_000;

impl Platform {
    /// What is kept about the person who signed in. Also on a locked certificate.
    pub async fn overview(&self, session: &Session) -> Result<Overview, Error> {
        self.overview_of(session, SHOWN).await
    }

    /// The same with plain identity out of the vault, for the person alone; needs a passcode sign-in.
    pub async fn export(&self, session: &Session) -> Result<PlainExport, Error> {
        if !session.mode.satisfies(Mode::CertificatePasscode) {
            return Err(Refusal::NotSignedIn.into());
        }
        self.usable_certificate(session).await?;
        let overview = self.overview_of(session, ALL).await?;
        let (keys, person) = (self.keys(), session.person);
        let record =
            self.inner().vault.read(async move |tx| vault::open(tx, &keys, person).await).await?;
        let record = record.ok_or(Refusal::CertificateEnded)?;
        Ok(PlainExport {
            net_number: overview.net_number.as_str().to_owned(),
            name: record.identity.name.clone(),
            document_class: record.identity.document_class.clone(),
            document_number: record.identity.document_number.clone(),
            born: record.identity.born.clone(),
            phone: record.phone.clone(),
            certificate: BTreeMap::from([
                ("mode", overview.certificate.mode.acr().to_owned()),
                ("issued_at", overview.certificate.issued_at.to_string()),
                ("expires_at", overview.certificate.expires_at.to_string()),
            ]),
            consents: overview.consents.iter().map(exported_consent).collect(),
            events: overview.events.iter().map(exported_event).collect(),
        })
    }

    async fn overview_of(&self, session: &Session, most: u32) -> Result<Overview, Error> {
        let (person, id) = (session.person, session.certificate);
        let (record, certificate, events, consents) = self
            .inner()
            .store
            .read(async move |tx| {
                tokio::try_join!(
                    tx.person(person),
                    tx.certificate(id),
                    tx.events_of(person, most),
                    tx.consents_of(person),
                )
            })
            .await?;
        let (Some(Person::Enrolled { net_number, .. }), Some(certificate)) = (record, certificate)
        else {
            return Err(Refusal::NotSignedIn.into());
        };
        in_force(&certificate, session.signed_in_at, self.now())?;
        let names = self.client_names(&events, &consents).await?;
        Ok(Overview {
            net_number,
            certificate: CertificateState {
                state: certificate.state,
                mode: certificate.mode,
                issued_at: certificate.issued_at,
                expires_at: certificate.expires_at,
            },
            events: events.into_iter().map(|event| shown_event(event, &names)).collect(),
            consents: consents.into_iter().map(|consent| shown_consent(consent, &names)).collect(),
        })
    }

    async fn client_names(
        &self,
        events: &[Event],
        consents: &[ConsentRecord],
    ) -> Result<BTreeMap<String, (String, String)>, Error> {
        let mut names = BTreeMap::new();
        let clients = events
            .iter()
            .map(|event| &event.client)
            .chain(consents.iter().map(|consent| &consent.client));
        for client in clients.filter(|client| !client.is_empty()) {
            if !names.contains_key(client) {
                let (zh, en) = match self.registered(client).await? {
                    Some(admission) => (admission.client_zh.clone(), admission.client_en.clone()),
                    None => (client.clone(), client.clone()),
                };
                names.insert(client.clone(), (zh, en));
            }
        }
        Ok(names)
    }
}

fn shown_event(event: Event, names: &BTreeMap<String, (String, String)>) -> OverviewEvent {
    let (client_zh, client_en) = names.get(&event.client).cloned().unwrap_or_default();
    OverviewEvent {
        kind: event.kind,
        client_zh,
        client_en,
        scene: event.scene,
        passed: event.passed,
        at: event.at,
    }
}

fn shown_consent(
    consent: ConsentRecord,
    names: &BTreeMap<String, (String, String)>,
) -> OverviewConsent {
    let (client_zh, client_en) = names.get(&consent.client).cloned().unwrap_or_default();
    OverviewConsent {
        id: consent.id,
        purpose: consent.purpose,
        client_zh,
        client_en,
        scene: consent.scene,
        attributes: consent.attributes.split_whitespace().map(str::to_owned).collect(),
        given_at: consent.given_at,
        withdrawn_at: consent.withdrawn_at,
    }
}

fn exported_consent(consent: &OverviewConsent) -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        ("purpose", consent.purpose.as_str().to_owned()),
        ("client", consent.client_en.clone()),
        ("scene", consent.scene.clone()),
        ("attributes", consent.attributes.join(" ")),
        ("given_at", consent.given_at.to_string()),
        ("withdrawn_at", consent.withdrawn_at.map(|at| at.to_string()).unwrap_or_default()),
    ])
}

fn exported_event(event: &OverviewEvent) -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        ("kind", event.kind.as_str().to_owned()),
        ("client", event.client_en.clone()),
        ("scene", event.scene.clone()),
        ("passed", event.passed.to_string()),
        ("at", event.at.to_string()),
    ])
}
