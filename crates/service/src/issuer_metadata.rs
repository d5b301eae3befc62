//! What the issuer of credentials says of itself (`OpenID4VCI` §12.2): in clear, and signed.

use formats::jws;
use protocol::issuance::documents;
use serde_json::Value;

use crate::{Error, Platform};

impl Platform {
    /// What the issuer of credentials says of itself.
    pub fn issuer_metadata(&self) -> Value {
        let wallets = &self.settings().wallets;
        documents::issuer_metadata(self.issuer(), &self.keys().encryption_keys(), wallets)
    }

    /// The same, signed.
    pub fn signed_issuer_metadata(&self) -> Result<String, Error> {
        let claims = documents::signed_claims(self.issuer(), self.issuer_metadata(), self.now());
        let keys = self.keys();
        let signer = keys.certificate_signer();
        let signer = signer.map_err(|cause| Error::fault("signing issuer metadata", cause))?;
        Ok(jws::sign_as(signer, documents::SIGNED_TYPE, &claims))
    }
}
