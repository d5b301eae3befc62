//! A draft that its officer signed waits for another officer, who sees it in a list.

use jiff::SignedDuration;
use rules::{ApplicationId, counter::may_confirm, retention};
use store::{
    authentication::{Officer, StaffAct},
    vault::ApplicationRow,
};

use super::{
    Application, CounterView, Waiting,
    signing::{CONFIRM, ENTER},
};
use crate::{Error, OfficerSession, Platform, Refusal, references::Kind};

impl Platform {
    /// Takes a draft that its officer signed; from now on it waits for another.
    pub async fn enter_application(
        &self,
        session: &OfficerSession,
        draft: &str,
        state: &str,
        answer: &str,
    ) -> Result<ApplicationId, Error> {
        let application: Application = self.open(Kind::CounterDraft, &session.id, draft)?;
        let officer = self.officer_at_work(session).await?;
        let digest = application.digest()?;
        let signed = self.signed_by(&officer, ENTER, &digest, state, answer).await?;
        let now = self.now();
        let id = ApplicationId::make(now, &mut |bytes| self.world().fill(bytes));
        let lifetime = SignedDuration::try_from(retention::ENROLMENT)
            .map_err(|cause| Error::fault("reckoning a lifetime", cause))?;
        let row = ApplicationRow {
            id,
            office: officer.office.clone(),
            entered_by: officer.id,
            step: 0,
            sealed: self.seal_bytes(Kind::CounterApplication, id.bytes(), &application)?,
            expires_at: now + lifetime,
        };
        self.log_act(&officer, StaffAct::Entered, digest, Some(signed)).await?;
        self.inner()
            .vault
            .write("enter application", async move |tx| tx.add_application(&row).await)
            .await?;
        Ok(id)
    }

    /// What waits for a second officer at the office of whoever asks.
    pub async fn waiting_applications(
        &self,
        session: &OfficerSession,
    ) -> Result<Vec<Waiting>, Error> {
        let officer = self.officer_at_work(session).await?;
        let (office, now) = (officer.office, self.now());
        let rows = self
            .inner()
            .vault
            .read(async move |tx| tx.applications_waiting(&office, now).await)
            .await?;
        let waiting = |row: ApplicationRow| Waiting {
            id: row.id,
            expires_at: row.expires_at,
            own: row.entered_by == officer.id,
        };
        Ok(rows.into_iter().map(waiting).collect())
    }

    /// One of them, with the question for the passkey of whoever would confirm it.
    pub async fn application_to_confirm(
        &self,
        session: &OfficerSession,
        id: ApplicationId,
    ) -> Result<CounterView, Error> {
        let officer = self.officer_at_work(session).await?;
        let (row, application) = self.waiting(&officer, id).await?;
        may_confirm(row.entered_by, officer.id)?;
        self.not_their_own(&officer, &application.matter).await?;
        self.view(&application, CONFIRM)
    }

    /// Turns an application down, by any officer of the office: what was entered is gone.
    pub async fn decline_application(
        &self,
        session: &OfficerSession,
        id: ApplicationId,
    ) -> Result<(), Error> {
        let officer = self.officer_at_work(session).await?;
        let (_, application) = self.waiting(&officer, id).await?;
        self.log_act(&officer, StaffAct::Declined, application.digest()?, None).await?;
        let end = async move |tx: &store::Tx<store::Vault>| tx.end_application(id, 0).await;
        if self.inner().vault.write("decline application", end).await? {
            Ok(())
        } else {
            Err(Refusal::ApplicationUnknown.into())
        }
    }

    /// An application of the officer's own office that nobody confirmed yet.
    pub(super) async fn waiting(
        &self,
        officer: &Officer,
        id: ApplicationId,
    ) -> Result<(ApplicationRow, Application), Error> {
        let row = self.inner().vault.read(async move |tx| tx.application(id).await).await?;
        let here = |row: &ApplicationRow| {
            row.step == 0 && row.office == officer.office && self.now() < row.expires_at
        };
        let row = row.filter(here).ok_or(Refusal::ApplicationUnknown)?;
        let application = self.opened(&row)?;
        Ok((row, application))
    }

    pub(super) fn opened(&self, row: &ApplicationRow) -> Result<Application, Error> {
        self.open_bytes(Kind::CounterApplication, row.id.bytes(), &row.sealed)
            .ok_or_else(|| Refusal::ApplicationUnknown.into())
    }
}
