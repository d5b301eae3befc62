//! Passcodes: Argon2id with a secret of the platform's own, off the threads that serve.
//!
//! RFC 9106 §3.1: the secret value K. Eight digits are guessed from a stolen database in days at any honest cost, so
//! the verifier is worthless without the key, which the database does not hold.

use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, Version};
use data_encoding::BASE64_NOPAD;
use formats::{Secret, mac::same};
use rules::Passcode;

use crate::{Error, Platform};

/// OWASP's floor for Argon2id: 19 MiB, two passes, one lane; 22 ms here.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const SALT: usize = 16;
const FORM: &str = "$argon2id$v=19$m=19456,t=2,p=1$";

impl Platform {
    /// A verifier for a new passcode, in PHC form.
    pub(crate) async fn passcode_verifier(&self, passcode: Passcode) -> Result<String, Error> {
        let salt: [u8; SALT] = self.world().draw();
        let hash = self.hash(passcode, salt).await?;
        Ok(format!("{FORM}{}${}", BASE64_NOPAD.encode(&salt), BASE64_NOPAD.encode(&hash)))
    }

    /// Whether a passcode is the one the verifier was made of.
    pub(crate) async fn passcode_matches(
        &self,
        passcode: Passcode,
        verifier: &str,
    ) -> Result<bool, Error> {
        let (salt, wanted) =
            read(verifier).ok_or_else(|| Error::fault("reading a verifier", "not of this form"))?;
        Ok(same(&self.hash(passcode, salt).await?, &wanted))
    }

    async fn hash(&self, passcode: Passcode, salt: [u8; SALT]) -> Result<[u8; 32], Error> {
        // The turn ends with the work, not with the caller: who hangs up must not make room for another 19 MiB.
        let turn = Arc::clone(&self.inner().hashing).acquire_owned().await;
        let turn = turn.map_err(|cause| Error::fault("hashing", cause))?;
        let pepper = Secret::new(*self.keys().pepper());
        let hashed = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let parameters = Params::new(MEMORY_KIB, PASSES, 1, Some(32))?;
            let argon2 = Argon2::new_with_secret(
                pepper.expose(),
                Algorithm::Argon2id,
                Version::V0x13,
                parameters,
            )?;
            let mut hash = [0; 32];
            argon2.hash_password_into(passcode.as_bytes(), &salt, &mut hash)?;
            Ok::<_, argon2::Error>(hash)
        })
        .await;
        hashed
            .map_err(|cause| Error::fault("hashing", cause))?
            .map_err(|cause| Error::fault("hashing", cause.to_string()))
    }
}

fn read(verifier: &str) -> Option<([u8; SALT], [u8; 32])> {
    let (salt, hash) = verifier.strip_prefix(FORM)?.split_once('$')?;
    let salt = BASE64_NOPAD.decode(salt.as_bytes()).ok()?.try_into().ok()?;
    let hash = BASE64_NOPAD.decode(hash.as_bytes()).ok()?.try_into().ok()?;
    Some((salt, hash))
}
