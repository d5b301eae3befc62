//! The operator suspends a client, or an organisation with all its clients: within seconds it is told
//! nothing more, and what it could ask without persons is over.

use std::sync::Arc;

use formats::mac::sha256;
use protocol::oauth::error::{ErrorCode, OAuthError};
use rules::{OfficerId, OrganisationCode};
use store::authentication::{ClientRecord, RelyingParty, StaffAct};
use store::{Authentication, Tx};

use crate::{Admission, Error, Platform, Refusal, trust::answered_for};

/// A client's names, and whether it is suspended.
#[derive(Clone, Debug)]
pub(crate) struct ClientName {
    pub(crate) zh: String,
    pub(crate) en: String,
    pub(crate) suspended: bool,
}

impl Platform {
    /// Suspends a client. Other processes notice within ten seconds; standing access ends now.
    pub async fn suspend_client(&self, client: &str, by: OfficerId) -> Result<(), Error> {
        let now = self.now();
        let entry = self.staff_entry(by, StaffAct::ClientSuspended, digest(client), now);
        let id = client.to_owned();
        self.inner()
            .store
            .write("suspend client", async move |tx| {
                answered_for(tx, by).await?;
                if !tx.suspend_client(&id, now).await? {
                    return Err(Error::from(Refusal::ClientNotThere));
                }
                tx.end_standing_access_of_client(&id).await?;
                Ok(tx.add_staff_entry(&entry).await?)
            })
            .await?;
        self.forget_client(client);
        Ok(())
    }

    /// Lets a client ask again. What had ended stays ended: persons are asked anew.
    pub async fn resume_client(&self, client: &str, by: OfficerId) -> Result<(), Error> {
        let entry = self.staff_entry(by, StaffAct::ClientResumed, digest(client), self.now());
        let id = client.to_owned();
        self.inner()
            .store
            .write("resume client", async move |tx| {
                answered_for(tx, by).await?;
                if !tx.resume_client(&id).await? {
                    return Err(Error::from(Refusal::ClientNotThere));
                }
                // Whatever began in the seconds in which another process had not noticed.
                tx.end_standing_access_of_client(&id).await?;
                Ok(tx.add_staff_entry(&entry).await?)
            })
            .await
    }

    /// Suspends an organisation with every client it has or will have. Other processes notice within ten seconds;
    /// standing access ends now.
    pub async fn suspend_organisation(
        &self,
        organisation: &OrganisationCode,
        by: OfficerId,
    ) -> Result<(), Error> {
        let (now, code) = (self.now(), organisation.clone());
        let act = StaffAct::OrganisationSuspended;
        let entry = self.staff_entry(by, act, digest(code.as_str()), now);
        self.inner()
            .store
            .write("suspend organisation", async move |tx| {
                answered_for(tx, by).await?;
                if !tx.suspend_relying_party(&code, now).await? {
                    return Err(Error::from(Refusal::OrganisationNotThere));
                }
                tx.end_standing_access_of_organisation(&code).await?;
                Ok(tx.add_staff_entry(&entry).await?)
            })
            .await?;
        self.forget_organisation(organisation);
        Ok(())
    }

    /// Lets an organisation ask again; a client of it that is suspended by itself stays so.
    pub async fn resume_organisation(
        &self,
        organisation: &OrganisationCode,
        by: OfficerId,
    ) -> Result<(), Error> {
        let code = organisation.clone();
        let act = StaffAct::OrganisationResumed;
        let entry = self.staff_entry(by, act, digest(code.as_str()), self.now());
        self.inner()
            .store
            .write("resume organisation", async move |tx| {
                answered_for(tx, by).await?;
                if !tx.resume_relying_party(&code).await? {
                    return Err(Error::from(Refusal::OrganisationNotThere));
                }
                tx.end_standing_access_of_organisation(&code).await?;
                Ok(tx.add_staff_entry(&entry).await?)
            })
            .await
    }

    /// Every organisation that is suspended.
    pub async fn suspended_organisations(&self) -> Result<Vec<RelyingParty>, Error> {
        let all = async move |tx: &Tx<Authentication>| tx.suspended_relying_parties(SHOWN).await;
        Ok(self.inner().store.read(all).await?)
    }

    /// Every client, by id.
    pub async fn clients(&self) -> Result<Vec<ClientRecord>, Error> {
        Ok(self.inner().store.read(async move |tx| tx.clients(SHOWN).await).await?)
    }

    /// The client's names, also of one that is suspended or gone.
    pub(crate) async fn client_name(&self, client: &str) -> Result<ClientName, Error> {
        if let Some(admission) = self.registered(client).await? {
            let (zh, en) = (admission.client_zh.clone(), admission.client_en.clone());
            return Ok(ClientName { zh, en, suspended: false });
        }
        let id = client.to_owned();
        let record = self.inner().store.read(async move |tx| tx.client(&id).await).await?;
        Ok(match record {
            Some(record) => ClientName { zh: record.name_zh, en: record.name_en, suspended: true },
            None => ClientName { zh: client.to_owned(), en: client.to_owned(), suspended: false },
        })
    }

    /// The client that asks, if it is served; else `unknown`, or that it is suspended.
    pub(crate) async fn served(
        &self,
        client: &str,
        unknown: OAuthError,
    ) -> Result<Arc<Admission>, Error> {
        match self.registered(client).await? {
            Some(by) => Ok(by),
            None => Err(self.not_served(client, unknown).await),
        }
    }

    /// Why a client that is not served is not: nobody admitted it, or it is suspended.
    async fn not_served(&self, client: &str, unknown: OAuthError) -> Error {
        match self.client_name(client).await {
            Ok(name) if name.suspended => SUSPENDED.into(),
            Ok(_) => unknown.into(),
            Err(fault) => fault,
        }
    }
}

/// Clients listed in one go.
const SHOWN: u32 = 10_000;

/// What the staff log keeps of which client or organisation it was.
fn digest(name: &str) -> [u8; 32] {
    sha256(name.as_bytes())
}

const SUSPENDED: OAuthError = ErrorCode::UnauthorizedClient.because(
    "client_suspended",
    "the operator of the platform has suspended this client; ask the operator",
);
