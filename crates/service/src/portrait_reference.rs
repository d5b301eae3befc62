//! What a device keeps so that its holder's face can be compared later: sealed by us, bound to one certificate, kept by
//! us nowhere.
//!
//! It is no image and no template. For a document of the register it names the document, whose portrait the register's
//! party holds; for a chip it is the hash of the DG2 that the device keeps beside it.

use formats::base64url;
use rules::{CertificateId, DocumentNumber};
use serde::{Deserialize, Serialize};

use crate::{Error, Platform, Refusal};

/// Longest reference looked at.
const MAX_TEXT: usize = 1024;
/// What it is, so that nothing else sealed under the same key opens as one.
const LABEL: &[u8] = b"portrait-reference\0";

/// With what the holder's live face is compared.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub(crate) enum ReferenceRecord {
    /// The register's portrait of this document.
    Document { class: String, number: String },
    /// The portrait in the DG2 with this SHA-256.
    Chip {
        #[serde(with = "formats::base64url::text")]
        dg2: [u8; 32],
    },
}

impl ReferenceRecord {
    /// For a chip that was read, its DG2; for any other document, the register's portrait.
    pub(crate) fn new(document: &DocumentNumber, dg2: Option<[u8; 32]>) -> Self {
        match dg2 {
            Some(dg2) => Self::Chip { dg2 },
            None => Self::Document {
                class: document.class().as_str().to_owned(),
                number: document.as_str().to_owned(),
            },
        }
    }

    /// The document it names.
    pub(crate) fn document(&self) -> Option<DocumentNumber> {
        let Self::Document { class, number } = self else { return None };
        DocumentNumber::new(class.parse().ok()?, number).ok()
    }
}

impl Platform {
    /// The reference as the certificate's device keeps it.
    pub(crate) fn seal_portrait_reference(
        &self,
        certificate: CertificateId,
        record: &ReferenceRecord,
    ) -> Result<String, Error> {
        let plain = serde_json::to_vec(record)
            .map_err(|cause| Error::fault("writing a portrait reference", cause))?;
        let sealed =
            self.keys().seal_portrait_reference(self.world().draw(), &context(certificate), &plain);
        let sealed = sealed.map_err(|cause| Error::fault("sealing a portrait reference", cause))?;
        Ok(base64url::encode(&sealed))
    }

    /// What a device kept, if it is this certificate's; the one refusal says nothing about why it is not.
    pub(crate) fn open_portrait_reference(
        &self,
        certificate: CertificateId,
        text: &str,
    ) -> Result<ReferenceRecord, Refusal> {
        let sealed = (text.len() <= MAX_TEXT).then(|| base64url::decode(text).ok()).flatten();
        sealed
            .and_then(|sealed| self.keys().open_portrait_reference(&context(certificate), &sealed))
            .and_then(|plain| serde_json::from_slice(plain.expose()).ok())
            .ok_or(Refusal::PortraitReferenceInvalid)
    }
}

fn context(certificate: CertificateId) -> Vec<u8> {
    [LABEL, certificate.bytes()].concat()
}
