//! What officers sign: the act and the digest of exactly one application.

use store::authentication::{Officer, StaffAct};

use super::{Application, CounterView, Matter};
use crate::{Error, PasskeyHolders, Platform, Refusal, signed_act::SignedAct};

/// What begins the purpose of a signature.
pub(super) const ENTER: &[u8] = b"enter application\0";
pub(super) const CONFIRM: &[u8] = b"confirm application\0";

/// What an officer's passkey answered for at an act over this digest; `None` where nothing is signed.
pub(crate) fn purpose_of(act: StaffAct, digest: &[u8; 32]) -> Option<Vec<u8>> {
    match act {
        StaffAct::SignedIn => Some(crate::officer_session::SIGN_IN.to_vec()),
        StaffAct::Entered => Some(purpose(ENTER, digest)),
        StaffAct::Confirmed => Some(purpose(CONFIRM, digest)),
        StaffAct::Joined
        | StaffAct::Declined
        | StaffAct::Suspended
        | StaffAct::TrustImported
        | StaffAct::TrustRemoved
        | StaffAct::ClientSuspended
        | StaffAct::ClientResumed
        | StaffAct::OrganisationSuspended
        | StaffAct::OrganisationResumed
        | StaffAct::ReportOpened
        | StaffAct::ReportClosed => None,
    }
}

fn purpose(act: &[u8], digest: &[u8; 32]) -> Vec<u8> {
    [act, digest.as_slice()].concat()
}

impl Platform {
    /// What a page shows of an application, and what it asks the officer's passkey.
    pub(super) fn view(&self, application: &Application, act: &[u8]) -> Result<CounterView, Error> {
        let purpose = purpose(act, &application.digest()?);
        Ok(CounterView {
            matter: match &application.matter {
                Matter::Enrolment(applying) => applying.view()?,
                Matter::Guardianship(changing) => {
                    super::CounterMatter::Guardianship(changing.entry()?)
                }
            },
            question: self.ask_for_passkey(PasskeyHolders::Officers, &purpose)?,
        })
    }

    /// Was exactly this signed by exactly this officer? What is kept of it.
    pub(super) async fn signed_by(
        &self,
        officer: &Officer,
        act: &[u8],
        digest: &[u8; 32],
        state: &str,
        answer: &str,
    ) -> Result<SignedAct, Error> {
        let purpose = purpose(act, digest);
        let (by, signed) = self.officer_who_answers(&purpose, state, answer).await?;
        // A colleague's passkey in this officer's session is no signature of this officer.
        if by == officer.id { Ok(signed) } else { Err(Refusal::PasskeyUnknown.into()) }
    }

    /// Logged before it is done: an act that leaves no trace is none. Not for whoever was suspended meanwhile.
    pub(super) async fn log_act(
        &self,
        officer: &Officer,
        act: StaffAct,
        digest: [u8; 32],
        signed: Option<SignedAct>,
    ) -> Result<(), Error> {
        let id = officer.id;
        let mut entry = self.staff_entry(id, act, digest, self.now());
        entry.evidence = signed.map(|signed| signed.written()).transpose()?;
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
}
