//! What is kept about a person, shown to that person.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rules::{ConsentId, EventId, Mode, NetNumber, PlainKind, Purpose, report::Finding};
use store::authentication::{
    ConsentRecord, Event, Kind, Passkey, PasskeyOwner, Person, PlainDisclosure, ReportRecord,
    StandingAccess, State,
};

use crate::{
    Error, Platform, Refusal, Session, complete_at_counter::OFFICE, reportable::is_a_use,
    session::in_force, suspend_client::ClientName,
};

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
    /// Its id, for reporting it.
    pub id: EventId,
    /// What the person may do, or did, about it.
    pub report: OverviewReport,
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

/// Whether a use was reported.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OverviewReport {
    /// It is nothing that a relying party did.
    None,
    /// It may be.
    Possible,
    /// It was, and the operator has yet to say what was found.
    Filed,
    /// It was, and this was found.
    Closed(Finding),
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
    /// Whether the operator has suspended the client: nothing is told then.
    pub suspended: bool,
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
        let (record, certificate, events, consents, accesses, passkeys, code, reports, plain) =
            self.inner()
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
                        tx.reports_of(person),
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
            events: events.into_iter().map(|event| shown_event(event, &names, &reports)).collect(),
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
    ) -> Result<BTreeMap<String, ClientName>, Error> {
        let mut names = BTreeMap::new();
        let clients = events
            .iter()
            .map(|event| &event.client)
            .chain(consents.iter().map(|consent| &consent.client))
            .chain(plain.iter().map(|disclosure| &disclosure.client));
        for client in clients.filter(|client| !client.is_empty()) {
            if !names.contains_key(client) {
                let name = match client.strip_prefix(OFFICE) {
                    // An office is its own name, in whatever language it was given.
                    Some(office) => ClientName {
                        zh: office.to_owned(),
                        en: office.to_owned(),
                        suspended: false,
                    },
                    None => self.client_name(client).await?,
                };
                names.insert(client.clone(), name);
            }
        }
        Ok(names)
    }
}

fn shown_event(
    event: Event,
    names: &BTreeMap<String, ClientName>,
    reports: &[ReportRecord],
) -> OverviewEvent {
    let (client_zh, client_en) = both(names.get(&event.client));
    OverviewEvent {
        id: event.id,
        report: reported(&event, reports),
        kind: event.kind,
        client_zh,
        client_en,
        scene: event.scene,
        passed: event.passed,
        at: event.at,
    }
}

fn both(name: Option<&ClientName>) -> (String, String) {
    name.map(|name| (name.zh.clone(), name.en.clone())).unwrap_or_default()
}

/// What became of a use in the eyes of whoever made these reports.
pub(crate) fn reported(event: &Event, reports: &[ReportRecord]) -> OverviewReport {
    match reports.iter().find(|report| report.event == event.id) {
        Some(ReportRecord { closed: Some((_, finding)), .. }) => OverviewReport::Closed(*finding),
        Some(_) => OverviewReport::Filed,
        None if is_a_use(event) => OverviewReport::Possible,
        None => OverviewReport::None,
    }
}

fn shown_disclosure(
    disclosure: PlainDisclosure,
    names: &BTreeMap<String, ClientName>,
) -> OverviewDisclosure {
    let (client_zh, client_en) = both(names.get(&disclosure.client));
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
    names: &BTreeMap<String, ClientName>,
    accesses: &[StandingAccess],
) -> OverviewConsent {
    let name = names.get(&consent.client);
    let suspended = name.is_some_and(|name| name.suspended);
    let (client_zh, client_en) = both(name);
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
        suspended,
        given_at: consent.given_at,
        withdrawn_at: consent.withdrawn_at,
    }
}
