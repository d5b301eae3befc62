//! What is kept of passcodes: a keyed digest of the stretched passcode, under a key the database does not hold.
//!
//! Eight digits are guessed from a stolen database in days at any honest cost, so without the key a verifier is worth
//! nothing; with the key it costs one Argon2id a guess; and what is kept is never what is sent
//! ([why](../../../docs/decisions/0029-stretched-passcodes.md)).

use std::sync::Arc;

use data_encoding::BASE64_NOPAD;
use formats::{MacKey, Salt, Stretched, mac::same};
use rules::Passcode;

use crate::{Error, PasscodeSet, PasscodeTold, Platform};

/// The first part of a verifier: how the passcode was stretched, and how that was digested.
const FORM: &str = "$argon2id-hmac-sha256$v=19$m=19456,t=2,p=1$";

impl Platform {
    /// A verifier for a new passcode, shaped as PHC strings are.
    pub(crate) async fn passcode_verifier(&self, set: PasscodeSet) -> Result<String, Error> {
        let (salt, stretched) = match set {
            PasscodeSet::Stretched { salt, stretched } => (salt, stretched),
            PasscodeSet::Typed(passcode) => {
                let salt = Salt::new(self.world().draw());
                (salt, self.stretch(passcode, salt).await?)
            }
        };
        let digest = self.passcode_digest(&salt, &stretched);
        Ok(format!("{FORM}{}${}", BASE64_NOPAD.encode(salt.bytes()), BASE64_NOPAD.encode(&digest)))
    }

    /// Whether a passcode is the one the verifier was made of.
    pub(crate) async fn passcode_matches(
        &self,
        told: PasscodeTold,
        verifier: &str,
    ) -> Result<bool, Error> {
        let (salt, wanted) =
            read(verifier).ok_or_else(|| Error::fault("reading a verifier", "not of this form"))?;
        let stretched = match told {
            PasscodeTold::Stretched(stretched) => stretched,
            PasscodeTold::Typed(passcode) => self.stretch(passcode, salt).await?,
        };
        Ok(same(&self.passcode_digest(&salt, &stretched), &wanted))
    }

    fn passcode_digest(&self, salt: &Salt, stretched: &Stretched) -> [u8; 32] {
        let key = MacKey::from_bytes(self.keys().pepper());
        key.tag(&[FORM.as_bytes(), salt.bytes(), stretched.bytes()])
    }

    /// Stretches what somebody typed into a page, off the threads that serve.
    async fn stretch(&self, passcode: Passcode, salt: Salt) -> Result<Stretched, Error> {
        // The turn ends with the work, not with the caller: who hangs up must not make room for another 19 MiB.
        let turn = Arc::clone(&self.inner().stretching).acquire_owned().await;
        let turn = turn.map_err(|cause| Error::fault("stretching", cause))?;
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            Stretched::of(passcode.as_bytes(), &salt)
        })
        .await
        .map_err(|cause| Error::fault("stretching", cause))
    }
}

fn read(verifier: &str) -> Option<(Salt, [u8; 32])> {
    let (salt, digest) = verifier.strip_prefix(FORM)?.split_once('$')?;
    let salt: [u8; 16] = BASE64_NOPAD.decode(salt.as_bytes()).ok()?.try_into().ok()?;
    let digest: [u8; 32] = BASE64_NOPAD.decode(digest.as_bytes()).ok()?.try_into().ok()?;
    Some((Salt::new(salt), digest))
}
