//! Signing in: the device proves its key, the person the passcode.

use formats::{Jwk, mac::sha256};
use jiff::SignedDuration;
use rules::{Attempts, Factor, Factors, retention};
use serde::{Deserialize, Serialize};
use store::authentication::{Certificate, Spent};

use crate::{
    Error, PasscodeTold, Platform, Refusal, Session, device_proof::DeviceProof, enrol::instant,
    references::Kind, session::usable,
};

#[derive(Deserialize, Serialize)]
struct Challenge {
    #[serde(with = "formats::base64url::text")]
    random: [u8; 16],
    expires_at: i64,
}

impl Platform {
    /// A challenge for a device: good for five minutes, once.
    pub fn challenge(&self) -> Result<String, Error> {
        let lifetime = SignedDuration::try_from(retention::CHALLENGE)
            .map_err(|cause| Error::fault("reckoning a lifetime", cause))?;
        let expires_at = (self.now() + lifetime).as_second();
        self.seal(Kind::Challenge, b"", &Challenge { random: self.world().draw(), expires_at })
    }

    /// Signs in with the device alone, or with device and passcode.
    pub async fn sign_in(
        &self,
        device_proof: &str,
        passcode: Option<PasscodeTold>,
    ) -> Result<Session, Error> {
        let certificate = self.prove_device(device_proof).await?;
        usable(&certificate, self.now())?;
        let mut factors = Factors::of(&[Factor::DeviceKey]);
        if let Some(passcode) = passcode {
            self.prove_passcode(&certificate, passcode).await?;
            factors = factors.with(Factor::Passcode);
        }
        Ok(self.new_session(certificate.person, certificate.id, factors))
    }

    /// The certificate whose device answered a challenge of ours; the challenge is spent.
    pub(crate) async fn prove_device(&self, device_proof: &str) -> Result<Certificate, Error> {
        let (certificate, nonce) = self.device_that_signed(device_proof).await?;
        self.spend_challenge(&nonce).await?;
        Ok(certificate)
    }

    /// The certificate whose device signed, and what it signed: whether that was asked is still to be judged.
    pub(crate) async fn device_that_signed(
        &self,
        device_proof: &str,
    ) -> Result<(Certificate, String), Error> {
        let proof = DeviceProof::parse(device_proof)?;
        let id = proof.unverified_certificate().ok_or(Refusal::DeviceProofInvalid)?;
        let nonce = proof.unverified_nonce().to_owned();
        let (certificate, device) = self
            .inner()
            .store
            .read(async move |tx| tokio::try_join!(tx.certificate(id), tx.device_of(id)))
            .await?;
        let (Some(certificate), Some(device)) = (certificate, device) else {
            return Err(Refusal::CertificateUnknown.into());
        };
        let key: Jwk = serde_json::from_str(&device.public_key)
            .map_err(|cause| Error::fault("reading a device key", cause))?;
        proof.verify(&key, self.issuer())?;
        Ok((certificate, nonce))
    }

    pub(crate) async fn spend_challenge(&self, text: &str) -> Result<(), Error> {
        let challenge: Challenge =
            self.open(Kind::Challenge, b"", text).map_err(|_| Refusal::ChallengeSpent)?;
        let expires_at = instant(challenge.expires_at)?;
        if self.now() >= expires_at {
            return Err(Refusal::ChallengeSpent.into());
        }
        let spent = Spent::new(expires_at, &sha256(text.as_bytes()));
        let fresh = self
            .inner()
            .store
            .write("spend challenge", async move |tx| tx.spend(&spent).await)
            .await?;
        if fresh { Ok(()) } else { Err(Refusal::ChallengeSpent.into()) }
    }

    /// Holds a passcode against a certificate. The try is counted before it is judged, so that tries sent at the same
    /// moment count each; a right one sets the count back.
    pub(crate) async fn prove_passcode(
        &self,
        certificate: &Certificate,
        passcode: PasscodeTold,
    ) -> Result<(), Error> {
        let counted = self.count_passcode_try(certificate).await?;
        if !self.passcode_matches(passcode, &certificate.passcode_verifier).await? {
            return Err(Refusal::PasscodeWrong { retry_at: counted.retry_at }.into());
        }
        self.forget_passcode_tries(certificate, counted).await
    }

    /// Sets the count back after a right try.
    pub(crate) async fn forget_passcode_tries(
        &self,
        certificate: &Certificate,
        counted: Attempts,
    ) -> Result<(), Error> {
        let id = certificate.id;
        let after = counted.after_success();
        let reset = async move |tx: &store::Tx<store::Authentication>| {
            tx.record_try(id, &counted, &after).await
        };
        self.inner().store.write("forget passcode tries", reset).await?;
        Ok(())
    }

    /// Counts a try, after whichever others are counted meanwhile; refused while none is looked at. It ends: each round
    /// lost is a try counted, and a few of those end in waiting.
    pub(crate) async fn count_passcode_try(
        &self,
        certificate: &Certificate,
    ) -> Result<Attempts, Error> {
        let (id, mut before) = (certificate.id, certificate.attempts);
        loop {
            let now = self.now();
            before.may_try(now)?;
            let counted = before.after_failure(now);
            let record = async move |tx: &store::Tx<store::Authentication>| {
                tx.record_try(id, &before, &counted).await
            };
            if self.inner().store.write("count passcode try", record).await? {
                return Ok(counted);
            }
            let again = self.inner().store.read(async move |tx| tx.certificate(id).await).await?;
            before = again.ok_or(Refusal::CertificateUnknown)?.attempts;
        }
    }
}
