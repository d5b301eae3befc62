//! Everything kept about a person, as a file for that person alone.

use jiff::Timestamp;
use serde::Serialize;
use store::authentication::{Certificate, ConsentRecord, Device, Event, LockLink, Person, State};
use store::vault::Kept;

use crate::{
    Error, Platform, Refusal, Session,
    export_access::{self, ExportedAccess},
    export_disclosures::{self, ExportedDisclosure},
    export_guardians::{self, ExportedGuardians},
    export_knocks::ExportedKnocks,
    export_plain::ExportedPlain,
    export_reports::ExportedReport,
    export_sessions::{self, ExportedSessions},
    export_stand_ins::ExportedStandIns,
    exported_factors::ExportedFactors,
};

/// The file. Every column that is kept about a person stands in it, the verifier of the passcode and
/// what only keys can read excepted.
#[derive(Serialize)]
pub struct Export {
    net_number: String,
    enrolled_at: String,
    /// Plain identity; in the cool-down after a certificate was issued anew it stays closed.
    #[serde(flatten)]
    plain: Option<ExportedPlain>,
    /// When plain identity may be told again.
    plain_identity_from: Option<String>,
    recognised_by: Vec<ExportedEntry>,
    lock_links: Vec<ExportedLink>,
    certificates: Vec<ExportedCertificate>,
    app_identifiers: Vec<ExportedIdentifier>,
    consents: Vec<ExportedConsent>,
    standing_access: Vec<ExportedAccess>,
    plain_disclosures: Vec<ExportedDisclosure>,
    events: Vec<ExportedEvent>,
    reports: Vec<ExportedReport>,
    #[serde(flatten)]
    sessions: ExportedSessions,
    #[serde(flatten)]
    stand_ins: ExportedStandIns,
    #[serde(flatten)]
    knocks: ExportedKnocks,
    #[serde(flatten)]
    guardians: ExportedGuardians,
}

/// A document once proved, or the registry's number: that it was, of which kind, when, and since when another is in
/// its place.
#[derive(Serialize)]
struct ExportedEntry {
    kind: &'static str,
    proved_at: String,
    replaced_at: Option<String>,
}

#[derive(Serialize)]
struct ExportedLink {
    about: &'static str,
    expires_at: String,
    used_at: Option<String>,
}

#[derive(Serialize)]
struct ExportedCertificate {
    id: String,
    mode: &'static str,
    proofing: &'static str,
    issued_at: String,
    expires_at: String,
    state: &'static str,
    unlocked_at: Option<String>,
    failed_tries: u32,
    device_key: Option<String>,
    device_bound_at: Option<String>,
    #[serde(flatten)]
    factors: ExportedFactors,
    /// Credentials in wallets that are good and not over.
    credentials: u64,
}

#[derive(Serialize)]
struct ExportedIdentifier {
    organisation: String,
    identifier: String,
}

#[derive(Serialize)]
struct ExportedConsent {
    purpose: &'static str,
    client: String,
    scene: String,
    attributes: String,
    notice_version: u32,
    given_at: String,
    withdrawn_at: Option<String>,
    given_by: &'static str,
}

#[derive(Serialize)]
struct ExportedEvent {
    kind: &'static str,
    client: String,
    scene: String,
    mode: String,
    passed: bool,
    at: String,
}

/// More events than a person has in the longest time they are kept.
const EVENTS: u32 = 100_000;

impl Platform {
    /// The person's own file, with plain identity where that may be told; needs a sign-in with passcode.
    ///
    /// PIPL 45: a person may look at and copy their personal information, and take it elsewhere.
    pub async fn export(&self, session: &Session) -> Result<Export, Error> {
        let plain = match self.may_disclose(session).await {
            Ok(may) => Some(self.plain_for_export(may).await?),
            Err(Error::Refused(Refusal::Rule(rules::Refusal::CoolingDown { .. }))) => None,
            Err(refused) => return Err(refused),
        };
        let (person, now) = (session.person, self.now());
        let (
            record,
            certificates,
            identifiers,
            consents,
            (access, told),
            events,
            links,
            guardians,
            sessions,
        ) = self
            .inner()
            .store
            .read(async move |tx| {
                let mut certificates = Vec::new();
                for certificate in tx.certificates_of(person).await? {
                    let device = tx.device_of(certificate.id).await?;
                    let factors = ExportedFactors::of(tx, certificate.id).await?;
                    let carried = tx.credentials_held(certificate.id, now).await?;
                    certificates.push((certificate, device, factors, carried));
                }
                Ok::<_, store::Error>((
                    tx.person(person).await?,
                    certificates,
                    tx.app_identifiers_of(person).await?,
                    tx.consents_of(person).await?,
                    (
                        export_access::exported(tx, person).await?,
                        export_disclosures::exported(tx, person).await?,
                    ),
                    tx.events_of(person, EVENTS).await?,
                    tx.lock_links_of(person).await?,
                    export_guardians::exported(tx, person).await?,
                    export_sessions::exported(tx, person).await?,
                ))
            })
            .await?;
        // Words may tell what plain identity does, and stay closed with it.
        let reports = self.export_reports(person, plain.is_some()).await?;
        let entries = self.inner().vault.read(async move |tx| tx.entries_of(person).await).await?;
        let Some(Person::Enrolled { net_number, enrolled_at, disclosure_from, .. }) = record else {
            return Err(Refusal::CertificateEnded.into());
        };
        let identifiers = identifiers.into_iter().map(|(organisation, identifier)| {
            let (organisation, identifier) = (organisation.as_str(), identifier.as_str());
            ExportedIdentifier {
                organisation: organisation.to_owned(),
                identifier: identifier.to_owned(),
            }
        });
        Ok(Export {
            net_number: net_number.as_str().to_owned(),
            enrolled_at: enrolled_at.to_string(),
            plain,
            plain_identity_from: written(disclosure_from),
            recognised_by: entries.into_iter().map(entry).collect(),
            lock_links: links.iter().map(link).collect(),
            certificates: certificates.into_iter().map(certificate).collect(),
            app_identifiers: identifiers.collect(),
            consents: consents.into_iter().map(consent).collect(),
            standing_access: access,
            plain_disclosures: told,
            events: events.into_iter().map(event).collect(),
            sessions,
            reports,
            stand_ins: self.export_stand_ins(person).await?,
            knocks: self.export_knocks(person).await?,
            guardians,
        })
    }
}

fn link(link: &LockLink) -> ExportedLink {
    ExportedLink {
        about: link.about.as_str(),
        expires_at: link.expires_at.to_string(),
        used_at: written(link.used_at),
    }
}

fn entry(kept: Kept) -> ExportedEntry {
    ExportedEntry {
        kind: kept.kind.as_str(),
        proved_at: kept.proved_at.to_string(),
        replaced_at: written(kept.ended_at),
    }
}

fn certificate(
    (certificate, device, factors, credentials): (
        Certificate,
        Option<Device>,
        ExportedFactors,
        u64,
    ),
) -> ExportedCertificate {
    let (device_key, bound_at) = device.map(|device| (device.public_key, device.bound_at)).unzip();
    ExportedCertificate {
        id: certificate.id.to_string(),
        mode: certificate.mode.acr(),
        proofing: certificate.proofing.as_str(),
        issued_at: certificate.issued_at.to_string(),
        expires_at: certificate.expires_at.to_string(),
        state: match certificate.state {
            State::Active => "active",
            State::Locked { .. } => "locked",
            State::Ended { .. } => "ended",
        },
        unlocked_at: written(certificate.unlocked_at),
        failed_tries: certificate.attempts.failed,
        device_key,
        device_bound_at: written(bound_at),
        factors,
        credentials,
    }
}

fn consent(consent: ConsentRecord) -> ExportedConsent {
    ExportedConsent {
        purpose: consent.purpose.as_str(),
        client: consent.client,
        scene: consent.scene,
        attributes: consent.attributes,
        notice_version: consent.notice.0,
        given_at: consent.given_at.to_string(),
        withdrawn_at: written(consent.withdrawn_at),
        given_by: consent.given_by.as_str(),
    }
}

fn event(event: Event) -> ExportedEvent {
    ExportedEvent {
        kind: event.kind.as_str(),
        client: event.client,
        scene: event.scene,
        mode: event.mode,
        passed: event.passed,
        at: event.at.to_string(),
    }
}

fn written(at: Option<Timestamp>) -> Option<String> {
    at.map(|at| at.to_string())
}
