//! What a client wants encrypted is encrypted, after it was signed: nobody between us and the client reads it.
//!
//! OpenID Connect Core §10: "When the message is both signed and encrypted, it MUST be signed first and then encrypted"; OpenID Connect
//! Core §2: "If the ID Token is encrypted, it MUST be signed then encrypted, with the result being a Nested JWT".

use formats::jwe::{self, Form};
use protocol::oauth::{Client, encryption::Encrypted};

use crate::{Error, Platform};

impl Platform {
    /// A token as its client reads it: encrypted to its key, if it wants that, else as it is.
    pub(crate) fn sealed_for(
        &self,
        client: &Client,
        what: Encrypted,
        signed: String,
    ) -> Result<String, Error> {
        // RFC 7519 §5.2: "In the case that nested signing or encryption is employed, this Header Parameter MUST be present; in
        // this case, the value MUST be "JWT", to indicate that a Nested JWT is carried in this JWT."
        Ok(self.encrypted_for(client, what, "JWT", signed.as_bytes())?.unwrap_or(signed))
    }

    /// The same of any content; nothing if the client does not want it encrypted.
    pub(crate) fn encrypted_for(
        &self,
        client: &Client,
        what: Encrypted,
        cty: &str,
        content: &[u8],
    ) -> Result<Option<String>, Error> {
        let Some((encryption, key)) = client.metadata.encryption_of(what) else { return Ok(None) };
        let form = Form { alg: encryption.alg, enc: encryption.enc, typ: "", cty };
        let encrypted = jwe::encrypt(key, &form, |bytes| self.world().fill(bytes), content);
        encrypted.map(Some).map_err(|cause| Error::fault("encrypting an answer", cause))
    }
}
