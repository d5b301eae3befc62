//! What is kept about a person, shown to that person.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rules::{ConsentId, Mode, NetNumber, PlainKind, Purpose};
use store::authentication::{
    ConsentRecord, Event, Kind, Passkey, PasskeyOwner, Person, PlainDisclosure, StandingAccess,
    State,
};

use crate::{Error, Platform, Refusal, Session, complete_at_counter::OFFICE, session::in_force};

/// The person's own page.
#[derive(Clone, Debug)]
pub struct Overview {
    /// The net number.
    pub net_number: NetNumber,
    /// The certificate.
    pub certificate: CertificateState,
    /// Until when plain identity stays closed, because the certificate was issued anew; none: it is not.
    pub cooling_until: Option<Timestamp>,
    /// What happened, newest first.
    pub events: Vec<OverviewEvent>,
    /// What was agreed to, newest first.
    pub consents: Vec<OverviewConsent>,
    /// Who was to be told who the person is, newest first.
    pub plain: Vec<OverviewDisclosure>,
    /// The passkeys that speak for the certificate, oldest first.
    pub passkeys: Vec<Passkey>,
    /// Since when the device shows dynamic codes, if it does.
    pub code_since: Option<Timestamp>,
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
    /// What the relying party makes of it without the person.
    pub access: Option<OverviewAccess>,
}

/// Plain identity agreed to, with the relying party's names.
#[derive(Clone, Debug)]
pub struct OverviewDisclosure {
    /// The client's name in Chinese.
    pub client_zh: String,
    /// The client's name in English.
    pub client_en: String,
    /// The scene.
    pub scene: String,
    /// On which law, as the person read it.
    pub law: String,
    /// Which kinds.
    pub kinds: Vec<PlainKind>,
    /// When it was agreed to.
    pub agreed_at: Timestamp,
    /// When it was told, if it was.
    pub told_at: Option<Timestamp>,
}

/// Standing access that rests on a consent.
#[derive(Clone, Copy, Debug)]
pub struct OverviewAccess {
    /// When it was last used, to the minute.
    pub used_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

/// Events shown on the page; the export has all.
const SHOWN: u32 = 100;

impl Platform {
    /// What is kept about the person who signed in. Also on a locked certificate.
    pub async fn overview(&self, session: &Session) -> Result<Overview, Error> {
        let (person, id) = (session.person, session.certificate);
        let (record, certificate, events, consents, accesses, passkeys, code, plain) = self
            .inner()
            .store
            .read(async move |tx| {
                let owner = PasskeyOwner::Certificate(id);
                tokio::try_join!(
                    tx.person(person),
                    tx.certificate(id),
                    tx.events_of(person, SHOWN),
                    tx.consents_of(person),
                    tx.standing_accesses_of(person),
                    tx.passkeys_of(&owner),
                    tx.dynamic_code(id),
                    tx.plain_disclosures_of(person),
                )
            })
            .await?;
        let (Some(Person::Enrolled { net_number, disclosure_from, .. }), Some(certificate)) =
            (record, certificate)
        else {
            return Err(Refusal::NotSignedIn.into());
        };
        in_force(&certificate, session.signed_in_at, self.now())?;
        let names = self.client_names(&events, &consents, &plain).await?;
        Ok(Overview {
            net_number,
            cooling_until: disclosure_from.filter(|until| self.now() < *until),
            certificate: CertificateState {
                state: certificate.state,
                mode: certificate.mode,
                issued_at: certificate.issued_at,
                expires_at: certificate.expires_at,
            },
            events: events.into_iter().map(|event| shown_event(event, &names)).collect(),
            consents: consents
                .into_iter()
                .map(|consent| shown_consent(consent, &names, &accesses))
                .collect(),
            plain: plain.into_iter().map(|told| shown_disclosure(told, &names)).collect(),
            passkeys,
            code_since: code.map(|code| code.given_at),
        })
    }

    async fn client_names(
        &self,
        events: &[Event],
        consents: &[ConsentRecord],
        plain: &[PlainDisclosure],
    ) -> Result<BTreeMap<String, (String, String)>, Error> {
        let mut names = BTreeMap::new();
        let clients = events
            .iter()
            .map(|event| &event.client)
            .chain(consents.iter().map(|consent| &consent.client))
            .chain(plain.iter().map(|disclosure| &disclosure.client));
        for client in clients.filter(|client| !client.is_empty()) {
            if !names.contains_key(client) {
                // An office is its own name, in whatever language it was given.
                if let Some(office) = client.strip_prefix(OFFICE) {
                    names.insert(client.clone(), (office.to_owned(), office.to_owned()));
                    continue;
                }
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

fn shown_disclosure(
    disclosure: PlainDisclosure,
    names: &BTreeMap<String, (String, String)>,
) -> OverviewDisclosure {
    let (client_zh, client_en) = names.get(&disclosure.client).cloned().unwrap_or_default();
    OverviewDisclosure {
        client_zh,
        client_en,
        scene: disclosure.scene,
        law: disclosure.law,
        kinds: disclosure.kinds,
        agreed_at: disclosure.agreed_at,
        told_at: disclosure.told_at,
    }
}

fn shown_consent(
    consent: ConsentRecord,
    names: &BTreeMap<String, (String, String)>,
    accesses: &[StandingAccess],
) -> OverviewConsent {
    let (client_zh, client_en) = names.get(&consent.client).cloned().unwrap_or_default();
    let rests_on = |access: &&StandingAccess| {
        (&access.client, &access.scene, &access.told)
            == (&consent.client, &consent.scene, &consent.attributes)
    };
    // One a device: what counts for the person is the last use and the latest end.
    let standing = accesses
        .iter()
        .filter(rests_on)
        .map(|access| OverviewAccess { used_at: access.used_at, expires_at: access.expires_at });
    let latest = |one: OverviewAccess, other: OverviewAccess| OverviewAccess {
        used_at: one.used_at.max(other.used_at),
        expires_at: one.expires_at.max(other.expires_at),
    };
    OverviewConsent {
        access: standing.reduce(latest).filter(|_| consent.withdrawn_at.is_none()),
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
