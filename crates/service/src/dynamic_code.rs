//! Dynamic codes: the device is given a key once, shows a code of it every half minute, and the code confirms a person
//! who is known already.
//!
//! Each half minute's code is taken once. A code identifies nobody: it is held against one certificate, which whoever
//! asks must name first.

use formats::{MacKey, Secret, base64url};
use jiff::Timestamp;
use rules::{
    Attempts, CertificateId, DynamicCode, Factor,
    dynamic_code::{COUNT, DRIFT, step},
};
use store::{
    Authentication, Tx,
    authentication::{DynamicCodeRecord, Kind},
};

use crate::{Error, Platform, Refusal, Session, session::usable};

/// What a code is made of beside its step; another use of the same key has another label.
const CODE_LABEL: &[u8] = b"yinzheng-dynamic-code-v1";

/// The key a device makes its codes with.
#[derive(Debug)]
pub struct CodeKey(Secret<[u8; 32]>);

impl CodeKey {
    /// As the device receives it: base64url.
    pub fn text(&self) -> String {
        base64url::encode(self.0.expose())
    }
}

impl Platform {
    /// Gives the device that proves itself the key of its codes, in place of an older one: codes of that one are worth
    /// nothing any more, tries at them count on.
    pub async fn give_code_key(
        &self,
        session: &Session,
        device_proof: &str,
    ) -> Result<CodeKey, Error> {
        let certificate = self.prove_device(device_proof).await?;
        if certificate.id != session.certificate {
            return Err(Refusal::DeviceProofInvalid.into());
        }
        usable(&certificate, self.now())?;
        let key = CodeKey(Secret::new(self.world().draw::<32>()));
        let sealed = self
            .keys()
            .seal_attribute(self.world().draw(), &context(certificate.id), key.0.expose())
            .map_err(|cause| Error::fault("sealing a code key", cause))?;
        let now = self.now();
        let event = self.event(certificate.person, Kind::CodeKeyGiven, now);
        self.inner()
            .store
            .write("give code key", async move |tx: &Tx<Authentication>| {
                if !tx.hold_person(certificate.person).await? {
                    return Err(Error::from(Refusal::CertificateEnded));
                }
                tx.put_dynamic_code(certificate.id, &sealed, now).await?;
                tx.add_event(&event).await?;
                Ok(())
            })
            .await?;
        Ok(key)
    }

    /// Confirms the person of this session by the code the device shows; the session that has proved it.
    pub async fn confirm_with_code(
        &self,
        session: &Session,
        code: DynamicCode,
    ) -> Result<Session, Error> {
        let certificate = self.usable_certificate(session).await?;
        self.prove_dynamic_code(certificate.id, code).await?;
        Ok(Session { factors: session.factors.with(Factor::DynamicCode), ..session.clone() })
    }

    /// Holds a code against a certificate whose person is known already. The try is counted before it is judged.
    pub(crate) async fn prove_dynamic_code(
        &self,
        certificate: CertificateId,
        code: DynamicCode,
    ) -> Result<(), Error> {
        let record = self.count_code_try(certificate).await?;
        let key = self.code_key(&record)?;
        let now = step(self.now());
        let shown = (now - DRIFT..=now + DRIFT).rev().find(|&step| code_at(&key, step) == code);
        let Some(step) = shown else {
            return Err(Refusal::CodeWrong { retry_at: record.attempts.retry_at }.into());
        };
        let accept = async move |tx: &Tx<Authentication>| tx.accept_code(&record, step).await;
        if self.inner().store.write("accept code", accept).await? {
            Ok(())
        } else {
            Err(Refusal::CodeUsed.into())
        }
    }

    fn code_key(&self, record: &DynamicCodeRecord) -> Result<MacKey, Error> {
        let damaged = || Error::fault("reading a code key", "no key of ours opens it");
        let plain = self
            .keys()
            .open_attribute(&context(record.certificate), &record.sealed_key)
            .ok_or_else(damaged)?;
        let key = plain.expose().as_slice().try_into().map_err(|_| damaged())?;
        Ok(MacKey::from_bytes(key))
    }

    /// Counts a try, after whichever others are counted meanwhile; refused while none is looked at.
    async fn count_code_try(&self, certificate: CertificateId) -> Result<DynamicCodeRecord, Error> {
        loop {
            let found =
                self.inner().store.read(async move |tx| tx.dynamic_code(certificate).await).await?;
            let mut record = found.ok_or(Refusal::CodeNotSetUp)?;
            let (now, before): (Timestamp, Attempts) = (self.now(), record.attempts);
            before.may_try(now)?;
            let counted = before.after_failure(now);
            let count = async move |tx: &Tx<Authentication>| {
                tx.record_code_try(certificate, &before, &counted).await
            };
            if self.inner().store.write("count code try", count).await? {
                record.attempts = counted;
                return Ok(record);
            }
        }
    }
}

/// The code of a step: the first 128 bits of HMAC(key, step ‖ label) modulo the number of codes, as a rank.
fn code_at(key: &MacKey, step: i64) -> DynamicCode {
    DynamicCode::of_rank(key.number_below(COUNT, &[&step.to_be_bytes(), CODE_LABEL]))
}

/// A code key opens for its certificate alone, and as nothing else.
fn context(certificate: CertificateId) -> Vec<u8> {
    [b"dynamic-code\0", certificate.bytes().as_slice()].concat()
}
