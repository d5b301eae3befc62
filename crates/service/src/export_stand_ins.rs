//! What stands in for a device of one's own, in the person's file: sheets, and delegations given and held.

use rules::PersonId;
use serde::Serialize;
use store::{
    Authentication, Tx,
    authentication::{DelegationRecord, Officer, Sheet},
};

use crate::{Error, Platform};

/// Sheets and delegations of a person, every one that is kept.
#[derive(Serialize)]
pub(crate) struct ExportedStandIns {
    sheets: Vec<ExportedSheet>,
    delegations: Vec<ExportedDelegation>,
    /// Counters at which the person works or worked.
    officer_at: Vec<ExportedOffice>,
}

#[derive(Serialize)]
struct ExportedOffice {
    name: String,
    office: String,
    joined_at: Option<String>,
    suspended_at: Option<String>,
}

#[derive(Serialize)]
struct ExportedSheet {
    certificate: String,
    public_key: String,
    made_at: String,
    revoked_at: Option<String>,
}

#[derive(Serialize)]
struct ExportedDelegation {
    id: String,
    /// `given` or `held`. The other one's record is theirs; what one calls them stands here.
    side: &'static str,
    called: String,
    scenes: Vec<String>,
    organisations: Vec<String>,
    accepted_at: String,
    confirmed_at: Option<String>,
    expires_at: String,
    revoked_at: Option<String>,
}

impl Platform {
    pub(crate) async fn export_stand_ins(
        &self,
        person: PersonId,
    ) -> Result<ExportedStandIns, Error> {
        let index = self.keys().officer_index(person);
        let read = async move |tx: &Tx<Authentication>| {
            let mut sheets = Vec::new();
            for certificate in tx.certificates_of(person).await? {
                sheets.extend(tx.sheets_of(certificate.id).await?);
            }
            let (given, held) =
                tokio::try_join!(tx.delegations_given(person), tx.delegations_held(person))?;
            let officers = tx.officers_who_are(&index).await?;
            Ok::<_, store::Error>((sheets, given, held, officers))
        };
        let (sheets, given, held, officers) = self.inner().store.read(read).await?;
        let mut delegations = Vec::new();
        for (side, records) in [("given", given), ("held", held)] {
            for record in records {
                delegations.push(self.exported(side, &record)?);
            }
        }
        Ok(ExportedStandIns {
            sheets: sheets.iter().map(sheet).collect(),
            delegations,
            officer_at: officers.into_iter().map(office).collect(),
        })
    }

    fn exported(
        &self,
        side: &'static str,
        record: &DelegationRecord,
    ) -> Result<ExportedDelegation, Error> {
        let names = self.names(record)?;
        let delegation = &record.delegation;
        let scope = &delegation.scope;
        Ok(ExportedDelegation {
            id: record.id.to_string(),
            side,
            called: if side == "given" { names.delegate } else { names.person },
            scenes: scope.scenes.iter().map(|scene| scene.as_str().to_owned()).collect(),
            organisations: scope.organisations.iter().map(|o| o.as_str().to_owned()).collect(),
            accepted_at: record.accepted_at.to_string(),
            confirmed_at: delegation.confirmed_at.map(|at| at.to_string()),
            expires_at: delegation.expires_at.to_string(),
            revoked_at: delegation.revoked_at.map(|at| at.to_string()),
        })
    }
}

fn sheet(sheet: &Sheet) -> ExportedSheet {
    ExportedSheet {
        certificate: sheet.certificate.to_string(),
        public_key: formats::base64url::encode(&sheet.public_key),
        made_at: sheet.made_at.to_string(),
        revoked_at: sheet.revoked_at.map(|at| at.to_string()),
    }
}

fn office(officer: Officer) -> ExportedOffice {
    ExportedOffice {
        name: officer.name,
        office: officer.office,
        joined_at: officer.joined_at.map(|at| at.to_string()),
        suspended_at: officer.suspended_at.map(|at| at.to_string()),
    }
}
