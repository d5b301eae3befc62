//! What happened, as the person reads it.

use rules::report::Finding;
use service::{OverviewEvent, OverviewReport};
use store::authentication::Kind;

use crate::locale::Locale;
use crate::web::page::Page;

/// One line of the list of events.
pub(super) struct Happening {
    /// For machines.
    pub(super) at: String,
    /// For the reader.
    pub(super) when: String,
    /// The text that says what happened.
    pub(super) what: &'static str,
    /// The relying party, if one is concerned.
    pub(super) client: String,
    /// The scene, if there is one.
    pub(super) scene: Option<String>,
    pub(super) passed: bool,
    /// The use, if it may be reported.
    pub(super) reportable: Option<String>,
    /// The text that says what became of a report.
    pub(super) reported: Option<&'static str>,
}

impl Happening {
    pub(super) fn new(page: &Page, event: &OverviewEvent) -> Self {
        let client = match page.locale() {
            Locale::ZhCn => &event.client_zh,
            Locale::En => &event.client_en,
        };
        Self {
            at: event.at.to_string(),
            when: page.minute(event.at),
            what: key(event.kind),
            client: client.clone(),
            scene: (!event.scene.is_empty()).then(|| event.scene.clone()),
            passed: event.passed,
            reportable: (event.report == OverviewReport::Possible).then(|| event.id.to_string()),
            reported: became_of(event.report),
        }
    }
}

fn key(kind: Kind) -> &'static str {
    match kind {
        Kind::Issued => "event-issued",
        Kind::Authenticated => "event-authenticated",
        Kind::Declined => "event-declined",
        Kind::Locked => "event-locked",
        Kind::Unlocked => "event-unlocked",
        Kind::Withdrew => "event-withdrew",
        Kind::PasskeyAdded => "event-passkey-added",
        Kind::PasskeyRemoved => "event-passkey-removed",
        Kind::CodeKeyGiven => "event-code-key-given",
        Kind::GuardianConfirmed => "event-guardian-confirmed",
        Kind::GuardianEnded => "event-guardian-ended",
        Kind::GuardianAsked => "event-guardian-asked",
        Kind::GuardianApproved => "event-guardian-approved",
        Kind::GuardianRefused => "event-guardian-refused",
        Kind::GuardianLifted => "event-guardian-lifted",
        Kind::Fourteen => "event-fourteen",
        Kind::Eighteen => "event-eighteen",
        Kind::DocumentAdded => "event-document-added",
        Kind::DocumentRemoved => "event-document-removed",
        Kind::CounterEntered => "event-counter-entered",
        Kind::CounterConfirmed => "event-counter-confirmed",
        Kind::SheetMade => "event-sheet-made",
        Kind::SheetRevoked => "event-sheet-revoked",
        Kind::DelegationGiven => "event-delegation-given",
        Kind::DelegationRevoked => "event-delegation-revoked",
        Kind::ActedFor => "event-acted-for",
        Kind::Reissued => "event-reissued",
        Kind::PhoneChanged => "event-phone_changed",
        Kind::Objected => "event-objected",
        Kind::BecameOfficer => "event-became-officer",
        Kind::GuardianLocked => "event-guardian-locked",
        Kind::ReissueCut => "event-reissue-cut",
        Kind::Reported => "event-reported",
        Kind::PlainAgreed => "event-plain-agreed",
        Kind::PlainDeclined => "event-plain-declined",
        Kind::PlainTold => "event-plain-told",
    }
}

/// What became of a report, as it stands beside its use; nothing where there is none.
pub(in crate::web) fn became_of(report: OverviewReport) -> Option<&'static str> {
    match report {
        OverviewReport::None | OverviewReport::Possible => None,
        OverviewReport::Filed => Some("me-report-filed"),
        OverviewReport::Closed(Finding::Upheld) => Some("me-report-upheld"),
        OverviewReport::Closed(Finding::Dismissed) => Some("me-report-dismissed"),
    }
}
