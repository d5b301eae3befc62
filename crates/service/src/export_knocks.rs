//! Knocks in the person's file: which relying parties' requests lie before them, or did minutes ago, and whom they will not be
//! asked by.

use rules::{OrganisationCode, PersonId};
use serde::Serialize;
use store::authentication::Knock;

use crate::{Error, Platform};

/// Everything of it. A code to read out is a keyed hash, and gone in minutes.
#[derive(Serialize)]
pub(crate) struct ExportedKnocks {
    knocks: Vec<ExportedKnock>,
    not_asked_by: Vec<ExportedUnwelcome>,
}

/// One request. What it asks is sealed for the page that shows it, and its secrets are the relying party's.
#[derive(Serialize)]
struct ExportedKnock {
    way: &'static str,
    client: String,
    state: &'static str,
    tries: i64,
    asked_at: String,
    expires_at: String,
}

/// An organisation that the person will not be asked by.
#[derive(Serialize)]
struct ExportedUnwelcome {
    organisation: String,
    since: String,
}

impl Platform {
    pub(crate) async fn export_knocks(&self, person: PersonId) -> Result<ExportedKnocks, Error> {
        let (knocks, away) = self
            .inner()
            .store
            .read(async move |tx| tokio::try_join!(tx.knocks_of(person), tx.unwelcome_to(person)))
            .await?;
        let unwelcome =
            |(organisation, since): (OrganisationCode, jiff::Timestamp)| ExportedUnwelcome {
                organisation: organisation.as_str().to_owned(),
                since: since.to_string(),
            };
        Ok(ExportedKnocks {
            knocks: knocks.into_iter().map(ExportedKnock::from).collect(),
            not_asked_by: away.into_iter().map(unwelcome).collect(),
        })
    }
}

impl From<Knock> for ExportedKnock {
    fn from(knock: Knock) -> Self {
        Self {
            way: knock.way.as_str(),
            state: knock.state.as_str(),
            client: knock.client,
            tries: knock.tries,
            asked_at: knock.asked_at.to_string(),
            expires_at: knock.expires_at.to_string(),
        }
    }
}
