//! What a wallet asks for credentials by, and what it is told, in clear or encrypted (`OpenID4VCI` §10): nothing that reads along where
//! TLS ends, learns which keys belong together.

use protocol::{
    issuance::{
        deferred::{CredentialAnswer, DeferredRequest},
        encryption::{self, Recipient},
        request::CredentialRequest,
    },
    oauth::error::OAuthError,
};

use crate::{Error, Platform};

/// A wallet's request, as it came.
#[derive(Clone, Copy, Debug)]
pub enum WalletRequest<'a> {
    /// JSON.
    InClear(&'a str),
    /// JSON in a compact JWE for a key of ours.
    Encrypted(&'a str),
}

/// What a wallet is told.
#[derive(Debug)]
pub struct HandedOut {
    /// What it is told.
    pub answer: CredentialAnswer,
    /// The same for the wallet's own key, as a compact JWE, where it wanted it so.
    pub sealed: Option<String>,
}

impl WalletRequest<'_> {
    /// Reads a request for credentials.
    pub(crate) fn credentials(self, platform: &Platform) -> Result<CredentialRequest, OAuthError> {
        match self {
            Self::InClear(body) => CredentialRequest::read(body),
            Self::Encrypted(jwe) => platform.decrypted(jwe, CredentialRequest::opened),
        }
    }

    /// Reads a request for what could not be issued at once.
    pub(crate) fn deferred(self, platform: &Platform) -> Result<DeferredRequest, OAuthError> {
        match self {
            Self::InClear(body) => DeferredRequest::read(body),
            Self::Encrypted(jwe) => platform.decrypted(jwe, DeferredRequest::opened),
        }
    }
}

impl Platform {
    fn decrypted<T>(
        &self,
        jwe: &str,
        read: impl FnOnce(&[u8]) -> Result<T, OAuthError>,
    ) -> Result<T, OAuthError> {
        let keys = self.keys();
        read(encryption::open(jwe, |kid| keys.opening_key(kid))?.expose())
    }

    /// An answer as it was wanted.
    pub(crate) fn handed_out(
        &self,
        answer: CredentialAnswer,
        recipient: Option<&Recipient>,
    ) -> Result<HandedOut, Error> {
        let seal = |recipient: &Recipient| {
            let written = serde_json::to_vec(&answer)
                .map_err(|cause| Error::fault("writing credentials", cause))?;
            Ok::<_, Error>(recipient.seal(&written, |bytes| self.world().fill(bytes))?)
        };
        let sealed = recipient.map(seal).transpose()?;
        Ok(HandedOut { answer, sealed })
    }
}
