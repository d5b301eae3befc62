//! The second officer confirms: the screen goes over to the person, or a guardianship changes at once.

use jiff::SignedDuration;
use rules::{ApplicationId, counter::may_confirm};
use serde::{Deserialize, Serialize};
use store::{Tx, Vault, authentication::StaffAct, vault::ApplicationRow};

use super::{Application, Applying, GuardianshipAct, Matter, signing::CONFIRM};
use crate::{
    Error, OfficerSession, Platform, Refusal, enrol::instant, references::Kind, whole::whole,
};

/// How long the person may take to choose a passcode.
pub const HAND_OVER_LIFETIME: SignedDuration = SignedDuration::from_mins(15);

/// What follows a confirmation.
#[derive(Debug)]
pub enum CounterOutcome {
    /// The screen is the person's, who chooses a passcode: what the page there carries.
    HandedOver(String),
    /// It is done.
    Done,
}

/// An application confirmed, on its way to the person's own screen.
#[derive(Deserialize, Serialize)]
struct HandedOver {
    #[serde(with = "formats::base64url::text")]
    application: [u8; 16],
    expires_at: i64,
}

impl Platform {
    /// Confirms what another officer entered.
    pub async fn confirm_application(
        &self,
        session: &OfficerSession,
        id: ApplicationId,
        state: &str,
        answer: &str,
    ) -> Result<CounterOutcome, Error> {
        let officer = self.officer_at_work(session).await?;
        let (row, application) = self.waiting(&officer, id).await?;
        may_confirm(row.entered_by, officer.id)?;
        self.not_their_own(&officer, &application.matter).await?;
        let digest = application.digest()?;
        let signed = self.signed_by(&officer, CONFIRM, &digest, state, answer).await?;
        let sealed = self.seal_bytes(Kind::CounterApplication, id.bytes(), &application)?;
        self.log_act(&officer, StaffAct::Confirmed, digest, Some(signed)).await?;
        let (office, confirmed_by) = (officer.office, officer.id);
        let confirmed = self
            .inner()
            .vault
            .write("confirm application", async move |tx| {
                tx.confirm_application(id, &office, confirmed_by, &sealed).await
            })
            .await?;
        if !confirmed {
            return Err(Refusal::ApplicationUnknown.into());
        }
        match application.matter {
            Matter::Enrolment(_) => {
                let expires_at = (self.now() + HAND_OVER_LIFETIME).as_second();
                let handed_over = HandedOver { application: *id.bytes(), expires_at };
                Ok(CounterOutcome::HandedOver(self.seal(Kind::HandedOver, b"", &handed_over)?))
            }
            Matter::Guardianship(changing) => {
                let (platform, entry) = (self.clone(), changing.entry()?);
                whole(async move {
                    let office = &application.office;
                    let changed = match entry.act {
                        GuardianshipAct::Confirm => {
                            platform.confirm_guardianship(&entry, office).await
                        }
                        GuardianshipAct::End => platform.end_guardianship(&entry, office).await,
                    };
                    // Done or refused, it waits no more: what was entered is gone.
                    let end = async move |tx: &Tx<Vault>| tx.end_application(id, 1).await;
                    platform.inner().vault.write("end application", end).await?;
                    changed.map(|()| CounterOutcome::Done)
                })
                .await
            }
        }
    }

    /// The application a person completes at the screen that was turned to them, and the office.
    pub(crate) async fn handed_over(
        &self,
        handed_over: &str,
    ) -> Result<(ApplicationRow, Box<Applying>), Error> {
        let handed: HandedOver = self
            .open(Kind::HandedOver, b"", handed_over)
            .map_err(|_| Refusal::ApplicationUnknown)?;
        let id = ApplicationId::from_bytes(handed.application);
        let until = instant(handed.expires_at)?;
        let row = self.inner().vault.read(async move |tx| tx.application(id).await).await?;
        let now = self.now();
        let due = |row: &ApplicationRow| row.step == 1 && now < row.expires_at && now < until;
        let row = row.filter(due).ok_or(Refusal::ApplicationUnknown)?;
        let Application { matter: Matter::Enrolment(applying), .. } = self.opened(&row)? else {
            return Err(Refusal::ApplicationUnknown.into());
        };
        Ok((row, applying))
    }
}
