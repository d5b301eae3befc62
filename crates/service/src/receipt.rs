//! The receipt a relying party keeps, for those that registered to keep them.

use jiff::Timestamp;
use protocol::{
    oidc::id_token::Outcome,
    receipt::{Receipt, TYPE},
};

use crate::{Admission, Error, Platform, code::Subject, events::to_the_minute};

/// What a receipt says beside whose it is and when.
pub(crate) struct Said<'a> {
    pub(crate) scene: &'a str,
    pub(crate) acr: &'a str,
    pub(crate) result: Outcome,
    pub(crate) delegated: bool,
    /// Who it was, as the organisation knows them; nothing where it does not.
    pub(crate) sub: Option<&'a String>,
}

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
        let said = Said {
            scene: &subject.scene,
            acr,
            result: Outcome::Passed,
            delegated: subject.by.is_some(),
            sub: Some(&subject.identifier),
        };
        self.signed_receipt(by, &said, now)
    }

    /// The same of what was said, by a login or by a presentation.
    pub(crate) fn signed_receipt(
        &self,
        by: &Admission,
        said: &Said<'_>,
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
            scene: said.scene.to_owned(),
            acr: said.acr.to_owned(),
            result: said.result,
            delegated: said.delegated,
            sub: said.sub.filter(|_| metadata.receipts_name_the_person).cloned(),
        };
        let signed = self.keys().sign_receipt(TYPE, &receipt);
        signed.map(Some).map_err(|cause| Error::fault("signing a receipt", cause))
    }
}
