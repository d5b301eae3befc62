//! Signing in with a passkey: on any device that holds it, beside the device key.

use rules::{Factor, Factors};
use store::authentication::PasskeyOwner;

use crate::{
    Error, PasscodeTold, PasskeyHolders, PasskeyQuestion, Platform, Refusal, Session,
    session::usable,
};

/// What the question is for.
const SIGN_IN: &[u8] = b"sign-in";

impl Platform {
    /// Asks the browser for a passkey of whoever sits before it.
    pub fn ask_to_sign_in_with_passkey(&self) -> Result<PasskeyQuestion, Error> {
        self.ask_for_passkey(PasskeyHolders::Persons, SIGN_IN)
    }

    /// Signs in with the passkey alone, or with passkey and passcode, on the certificate it belongs to.
    pub async fn sign_in_with_passkey(
        &self,
        state: &str,
        answer: &str,
        passcode: Option<PasscodeTold>,
    ) -> Result<Session, Error> {
        let passkey = self.prove_passkey(PasskeyHolders::Persons, SIGN_IN, state, answer).await?;
        let PasskeyOwner::Certificate(id) = passkey.owner else {
            return Err(Refusal::PasskeyUnknown.into());
        };
        let found = self.inner().store.read(async move |tx| tx.certificate(id).await).await?;
        let certificate = found.ok_or(Refusal::CertificateUnknown)?;
        usable(&certificate, self.now())?;
        let mut factors = Factors::of(&[Factor::Passkey]);
        if let Some(passcode) = passcode {
            self.prove_passcode(&certificate, passcode).await?;
            factors = factors.with(Factor::Passcode);
        }
        Ok(self.new_session(certificate.person, certificate.id, factors))
    }
}
