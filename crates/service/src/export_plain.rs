//! The part of the export that says who the person is: it opens for whoever may be told.

use jiff::Timestamp;
use rules::PhoneNumber;
use serde::Serialize;

use crate::{Error, MayDisclose, Platform, Refusal, notices, vault};

#[derive(Serialize)]
pub(crate) struct ExportedPlain {
    name: String,
    document_class: String,
    document_number: String,
    document_valid_until: Option<String>,
    born: String,
    phone: String,
    former_phones: Vec<ExportedPhone>,
    phone_change: Option<ExportedPhone>,
    notices_waiting: Vec<String>,
}

#[derive(Serialize)]
struct ExportedPhone {
    phone: String,
    until: String,
}

impl Platform {
    pub(crate) async fn plain_for_export(&self, may: MayDisclose) -> Result<ExportedPlain, Error> {
        let (keys, now, person) = (self.keys(), self.now(), may.person());
        let (record, former, notices) = self
            .inner()
            .vault
            .read(async move |tx| {
                let (Some(record), Some(key)) = (
                    vault::disclose(tx, &keys, &may).await?,
                    vault::data_key(tx, &keys, person).await?,
                ) else {
                    return Err(Error::from(Refusal::CertificateEnded));
                };
                let former = notices::former_phones(tx, &key, person, now).await?;
                Ok((record, former, tx.notices_of(person).await?))
            })
            .await?;
        let identity = &record.identity;
        let phone = |(phone, until): (PhoneNumber, Timestamp)| ExportedPhone {
            phone: phone.as_str().to_owned(),
            until: until.to_string(),
        };
        Ok(ExportedPlain {
            name: identity.name.clone(),
            document_class: identity.document_class.clone(),
            document_number: identity.document_number.clone(),
            document_valid_until: identity.valid_until.clone(),
            born: identity.born.clone(),
            phone: record.phone.clone(),
            former_phones: former.into_iter().map(phone).collect(),
            phone_change: self.phone_under_change(person).await?.map(phone),
            notices_waiting: notices.iter().map(|notice| notice.made_at.to_string()).collect(),
        })
    }
}
