//! Credentials for a wallet that encrypts what it asks, and perhaps wants the answer encrypted (`OpenID4VCI` §10): nothing
//! that reads along where TLS ends, learns which keys belong together.

use protocol::{
    issuance::{
        encryption,
        request::{CredentialRequest, CredentialResponse},
    },
    oauth::{
        bearer::{BearerError, Presented},
        carried::Carried,
    },
};

use crate::{Error, Platform};

/// What a wallet is handed, in the form it wanted.
#[derive(Debug)]
pub enum HandedOut {
    /// In clear.
    Open(CredentialResponse),
    /// For its own key, as a compact JWE.
    Sealed(String),
}

impl Platform {
    /// As [`Platform::issue_credentials`], of a request that is encrypted for a key of ours.
    pub async fn issue_sealed_credentials(
        &self,
        presented: Presented<'_>,
        carried: Carried<'_>,
        sealed: &str,
    ) -> Result<Result<HandedOut, BearerError>, Error> {
        let keys = self.keys();
        let read = || {
            let opened = encryption::open(sealed, |kid| keys.opening_key(kid))?;
            CredentialRequest::opened(opened.expose())
        };
        let (request, response) = match self.hand_out(presented, carried, read).await? {
            Ok(handed) => handed,
            Err(error) => return Ok(Err(error)),
        };
        let Some(recipient) = request.recipient() else {
            return Ok(Ok(HandedOut::Open(response)));
        };
        let written = serde_json::to_vec(&response)
            .map_err(|cause| Error::fault("writing credentials", cause))?;
        let sealed = recipient.seal(&written, |bytes| self.world().fill(bytes))?;
        Ok(Ok(HandedOut::Sealed(sealed)))
    }
}
