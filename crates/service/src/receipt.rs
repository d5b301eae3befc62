//! The receipt a relying party keeps, for those that registered to keep them.

use jiff::Timestamp;
use protocol::{
    oidc::id_token::Outcome,
    receipt::{Receipt, TYPE},
};

use crate::{Admission, Error, Platform, code::Subject, events::to_the_minute};

impl Platform {
    /// What a client keeps of a result, signed; nothing where it did not register for it, so that nobody else's login
    /// pays for a second signature.
    ///
    /// Its time is the event's, which the person sees in their own record.
    pub(crate) fn receipt(
        &self,
        by: &Admission,
        subject: &Subject,
        acr: &str,
        now: Timestamp,
    ) -> Result<Option<String>, Error> {
        let metadata = &by.client.metadata;
        if !metadata.receipts {
            return Ok(None);
        }
        let receipt = Receipt {
            iss: self.issuer().clone(),
            aud: by.organisation.as_str().to_owned(),
            iat: to_the_minute(now),
            scene: subject.scene.clone(),
            acr: acr.to_owned(),
            result: Outcome::Passed,
            delegated: subject.by.is_some(),
            sub: metadata.receipts_name_the_person.then(|| subject.identifier.clone()),
        };
        let signed = self.keys().sign_receipt(TYPE, &receipt);
        signed.map(Some).map_err(|cause| Error::fault("signing a receipt", cause))
    }
}
