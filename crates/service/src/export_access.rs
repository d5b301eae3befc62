//! Standing access in the person's file: which relying parties may ask again, and when they last did.

use rules::PersonId;
use serde::Serialize;
use store::{Authentication, Tx, authentication::StandingAccess};

/// One relying party's access. Its tokens are its own, and only hashes of them are kept.
#[derive(Serialize)]
pub(crate) struct ExportedAccess {
    client: String,
    scene: String,
    told: String,
    scope: String,
    certificate: String,
    mode: String,
    methods: String,
    signed_in_at: String,
    made_at: String,
    used_at: String,
    expires_at: String,
}

pub(crate) async fn exported(
    tx: &Tx<Authentication>,
    person: PersonId,
) -> Result<Vec<ExportedAccess>, store::Error> {
    Ok(tx.standing_accesses_of(person).await?.into_iter().map(ExportedAccess::from).collect())
}

impl From<StandingAccess> for ExportedAccess {
    fn from(access: StandingAccess) -> Self {
        Self {
            client: access.client,
            scene: access.scene,
            told: access.told,
            scope: access.scope,
            certificate: access.certificate.to_string(),
            mode: access.mode,
            methods: access.methods,
            signed_in_at: access.signed_in_at.to_string(),
            made_at: access.made_at.to_string(),
            used_at: access.used_at.to_string(),
            expires_at: access.expires_at.to_string(),
        }
    }
}
