//! Signing in with a portrait: the device proves its key, the person the passcode where it is asked, and a live face is
//! compared with what the device kept since enrolment.
//!
//! Nothing of it stays: no image, no template, no score. That a portrait was compared is among the session's factors.

use rules::{Factor, Factors};

use crate::{Error, PasscodeTold, Platform, PortraitTaken, Refusal, Session, session::usable};

/// What the device sends to have a face compared.
pub struct PortraitShown {
    /// The reference the platform gave this device with its certificate.
    pub reference: String,
    /// The live image, and DG2 where the reference is a chip's.
    pub taken: PortraitTaken,
}

impl Platform {
    /// Signs in with the device and a live portrait, and with the passcode where one is given.
    ///
    /// A try is counted as a passcode's is, and before it is judged: whoever stole a phone has five faces to show it,
    /// not five thousand.
    pub async fn sign_in_with_portrait(
        &self,
        device_proof: &str,
        passcode: Option<PasscodeTold>,
        shown: PortraitShown,
    ) -> Result<Session, Error> {
        self.look_at(&shown.taken)?;
        let certificate = self.prove_device(device_proof).await?;
        usable(&certificate, self.now())?;
        let reference = self.open_portrait_reference(certificate.id, &shown.reference)?;
        let counted = self.count_passcode_try(&certificate).await?;
        let mut factors = Factors::of(&[Factor::DeviceKey]);
        if let Some(passcode) = passcode {
            if !self.passcode_matches(passcode, &certificate.passcode_verifier).await? {
                return Err(Refusal::PasscodeWrong { retry_at: counted.retry_at }.into());
            }
            factors = factors.with(Factor::Passcode);
        }
        self.compare_faces(&reference, &shown.taken).await?;
        self.forget_passcode_tries(&certificate, counted).await?;
        let factors = factors.with(Factor::Portrait);
        Ok(self.new_session(certificate.person, certificate.id, factors))
    }
}
