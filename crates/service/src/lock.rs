//! Locking: one tap on whatever is at hand, and the certificate can do nothing.
//!
//! A session, a device, a passkey or the paper alone suffices, without the passcode: locking errs on the safe side, and
//! whoever can lock by a thing found could do worse with it. Unlocking takes device and passcode.

use rules::{Capacity, CertificateId, GuardianshipId, PersonId};
use store::authentication::{Certificate, Kind, PasskeyOwner, State, TidingAbout};

use crate::{
    Error, PasskeyHolders, PasskeyQuestion, Platform, Refusal, Session,
    guardians::{Reach, hold_all},
    tidings::guardians_but,
};

/// What a passkey answers for.
const LOCK: &[u8] = b"lock";

impl Platform {
    /// Locks the session's certificate at once. Locking a locked one changes nothing.
    pub async fn lock(&self, session: &Session) -> Result<(), Error> {
        // A stolen old session may lock, too.
        self.lock_at_once(session.person, session.certificate).await
    }

    /// Locks the certificate of the device that proves itself, without a passcode and without a session.
    pub async fn lock_by_device(&self, device_proof: &str) -> Result<(), Error> {
        self.lock_proved(self.prove_device(device_proof).await?).await
    }

    /// The question with which a passkey locks, on any device that holds it.
    pub fn ask_to_lock_with_passkey(&self) -> Result<PasskeyQuestion, Error> {
        self.ask_for_passkey(PasskeyHolders::Persons, LOCK)
    }

    /// Locks the certificate of the passkey that answers.
    pub async fn lock_by_passkey(&self, state: &str, answer: &str) -> Result<(), Error> {
        let passkey = self.prove_passkey(PasskeyHolders::Persons, LOCK, state, answer).await?;
        let PasskeyOwner::Certificate(id) = passkey.owner else {
            return Err(Refusal::PasskeyUnknown.into());
        };
        let found = self.inner().store.read(async move |tx| tx.certificate(id).await).await?;
        self.lock_proved(found.ok_or(Refusal::CertificateUnknown)?).await
    }

    /// Locks the certificate of the recovery sheet that signs.
    pub async fn lock_by_sheet(&self, challenge: &str, proof: &str) -> Result<(), Error> {
        self.lock_proved(self.prove_sheet_to_lock(challenge, proof).await?).await
    }

    /// A guardian locks the certificate of the child under fourteen for whom they act (PIPL 31). From fourteen on it is
    /// the young person's own.
    pub async fn lock_child(
        &self,
        session: &Session,
        guardianship: GuardianshipId,
    ) -> Result<(), Error> {
        let (platform, session, now) = (self.clone(), session.clone(), self.now());
        self.inner()
            .store
            .write("lock a child's certificate", async move |tx| {
                let guardianship = platform.own_guardianship(tx, &session, guardianship).await?;
                let child = guardianship.child;
                hold_all(tx, [guardianship.guardian, child]).await?;
                platform.reaches(tx, &session, Reach::TakeBack, now).await?;
                let record = tx.person(child).await?;
                if platform.capacity_of(child, record.as_ref())? != Some(Capacity::Represented) {
                    return Err(rules::Refusal::ApprovalNotNeeded.into());
                }
                let mut locked = false;
                for certificate in tx.certificates_of(child).await? {
                    locked |= tx.lock_certificate(certificate.id, now).await?;
                }
                if locked {
                    platform.log_out_everywhere(tx, child, None, now).await?;
                    for event in
                        platform.guardian_events(&guardianship, Kind::GuardianLocked, "", now)
                    {
                        tx.add_event(&event).await?;
                    }
                    let known = tx.guardianships_of_child(child).await?;
                    let others = guardians_but(&known, Some(guardianship.guardian));
                    platform.tell(tx, others, TidingAbout::WardLocked, now).await?;
                }
                Ok(())
            })
            .await
    }

    async fn lock_proved(&self, certificate: Certificate) -> Result<(), Error> {
        if let State::Ended { .. } = certificate.state {
            return Err(Refusal::CertificateEnded.into());
        }
        self.lock_at_once(certificate.person, certificate.id).await
    }

    async fn lock_at_once(&self, person: PersonId, id: CertificateId) -> Result<(), Error> {
        let (platform, now) = (self.clone(), self.now());
        let event = self.event(person, Kind::Locked, now);
        self.inner()
            .store
            .write("lock", async move |tx| {
                if tx.hold_person(person).await? && tx.lock_certificate(id, now).await? {
                    // Unlocking brings back nothing that was proved before.
                    tx.end_standing_access_of_person(person).await?;
                    platform.log_out_everywhere(tx, person, None, now).await?;
                    tx.add_event(&event).await?;
                }
                Ok(())
            })
            .await
    }
}
