//! The part of the export that says to whom plain identity was told, and why.

use rules::PersonId;
use serde::Serialize;
use store::{Authentication, Tx, authentication::PlainDisclosure};

#[derive(Serialize)]
pub(crate) struct ExportedDisclosure {
    organisation: String,
    client: String,
    scene: String,
    law: String,
    kinds: Vec<&'static str>,
    notice_version: u32,
    agreed_at: String,
    fetchable_until: String,
    told_at: Option<String>,
    certificate: String,
}

pub(crate) async fn exported(
    tx: &Tx<Authentication>,
    person: PersonId,
) -> Result<Vec<ExportedDisclosure>, store::Error> {
    Ok(tx.plain_disclosures_of(person).await?.iter().map(written).collect())
}

fn written(disclosure: &PlainDisclosure) -> ExportedDisclosure {
    ExportedDisclosure {
        organisation: disclosure.organisation.as_str().to_owned(),
        client: disclosure.client.clone(),
        scene: disclosure.scene.clone(),
        law: disclosure.law.clone(),
        kinds: disclosure.kinds.iter().map(|kind| kind.as_str()).collect(),
        notice_version: disclosure.notice.0,
        agreed_at: disclosure.agreed_at.to_string(),
        fetchable_until: disclosure.fetchable_until.to_string(),
        told_at: disclosure.told_at.map(|at| at.to_string()),
        certificate: disclosure.certificate.to_string(),
    }
}
