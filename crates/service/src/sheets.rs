//! Recovery sheets: a certificate that lives on paper, for whoever has no device.
//!
//! The key is made where the sheet is printed and never reaches the platform; with the passcode it signs in at any
//! browser. Making a new sheet ends the one before.

use formats::{base64url, ed25519, mac::sha256};
use jiff::Timestamp;
use rules::{Factor, Factors, Mode};
use store::authentication::{Certificate, Kind, Sheet};

use crate::{
    Error, PasscodeTold, Platform, Refusal, Session,
    session::{in_force, may_give, usable},
};

/// Begins whatever a sheet signs (`wallet/src/sheet.rs`).
const PROOF: &[u8] = b"yinzheng-sheet-proof-v1";

/// What a sheet signs for.
#[derive(Clone, Copy)]
enum Act {
    Bind,
    SignIn,
    Lock,
}

impl Act {
    const fn word(self) -> &'static [u8] {
        match self {
            Self::Bind => b"bind",
            Self::SignIn => b"sign-in",
            Self::Lock => b"lock",
        }
    }
}

impl Platform {
    /// Takes a new sheet for the certificate of whoever is signed in with the passcode; an older one ends.
    pub async fn make_sheet(
        &self,
        session: &Session,
        challenge: &str,
        proof: &str,
    ) -> Result<(), Error> {
        if !session.mode().satisfies(Mode::CertificatePasscode) {
            return Err(Refusal::NotSignedIn.into());
        }
        let public_key = self.verified_sheet(Act::Bind, challenge, proof)?;
        self.spend_challenge(challenge).await?;
        let (now, person, making) = (self.now(), session.person, session.clone());
        let sheet = Sheet {
            id: sha256(&public_key),
            certificate: session.certificate,
            public_key,
            made_at: now,
            revoked_at: None,
        };
        let event = self.event(person, Kind::SheetMade, now);
        self.inner()
            .store
            .write("make sheet", async move |tx| {
                if !tx.hold_person(person).await? {
                    return Err(Refusal::CertificateEnded.into());
                }
                may_give(tx, &making, now).await?;
                tx.revoke_sheet_of(sheet.certificate, now).await?;
                if !tx.add_sheet(&sheet).await? {
                    return Err(Refusal::SheetUnknown.into());
                }
                tx.add_event(&event).await?;
                Ok(())
            })
            .await
    }

    /// Revokes the sheet of whoever is signed in. Also while the certificate is locked: it errs on the safe side.
    pub async fn revoke_sheet(&self, session: &Session) -> Result<(), Error> {
        let (now, person, id) = (self.now(), session.person, session.certificate);
        let signed_in_at = session.signed_in_at;
        let event = self.event(person, Kind::SheetRevoked, now);
        self.inner()
            .store
            .write("revoke sheet", async move |tx| {
                let found = tx.certificate(id).await?.ok_or(Refusal::CertificateUnknown)?;
                in_force(&found, signed_in_at, now)?;
                if !tx.hold_person(person).await? || !tx.revoke_sheet_of(id, now).await? {
                    return Err(Error::from(Refusal::SheetUnknown));
                }
                tx.add_event(&event).await?;
                Ok(())
            })
            .await
    }

    /// Signs in with a sheet and the passcode, never with the sheet alone: paper is copied.
    pub async fn sign_in_with_sheet(
        &self,
        challenge: &str,
        proof: &str,
        passcode: PasscodeTold,
    ) -> Result<Session, Error> {
        let certificate = self.prove_sheet(Act::SignIn, challenge, proof).await?;
        usable(&certificate, self.now())?;
        self.prove_passcode(&certificate, passcode).await?;
        let factors = Factors::of(&[Factor::Sheet, Factor::Passcode]);
        Ok(self.new_session(certificate.person, certificate.id, factors))
    }

    /// When the sheet in force of whoever is signed in was made.
    pub async fn sheet_made_at(&self, session: &Session) -> Result<Option<Timestamp>, Error> {
        let id = session.certificate;
        let sheets = self.inner().store.read(async move |tx| tx.sheets_of(id).await).await?;
        Ok(sheets.into_iter().find(|sheet| sheet.revoked_at.is_none()).map(|sheet| sheet.made_at))
    }

    /// The certificate of the sheet that signed for locking, for which the paper alone suffices.
    pub(crate) async fn prove_sheet_to_lock(
        &self,
        challenge: &str,
        proof: &str,
    ) -> Result<Certificate, Error> {
        self.prove_sheet(Act::Lock, challenge, proof).await
    }

    async fn prove_sheet(
        &self,
        act: Act,
        challenge: &str,
        proof: &str,
    ) -> Result<Certificate, Error> {
        let public_key = self.verified_sheet(act, challenge, proof)?;
        let id = sha256(&public_key);
        let found = self
            .inner()
            .store
            .read(async move |tx| {
                let Some(sheet) = tx.sheet(&id).await? else { return Ok(None) };
                if sheet.revoked_at.is_some() {
                    return Ok(None);
                }
                tx.certificate(sheet.certificate).await
            })
            .await?;
        let certificate = found.ok_or(Refusal::SheetUnknown)?;
        self.spend_challenge(challenge).await?;
        Ok(certificate)
    }

    /// The public key of the sheet that signed for this act over this challenge.
    fn verified_sheet(&self, act: Act, challenge: &str, proof: &str) -> Result<[u8; 32], Refusal> {
        let read = |proof: &str| {
            let (public, signature) = proof.split_once('.')?;
            let public = base64url::decode_array::<32>(public).ok()?;
            Some((public, base64url::decode_array::<64>(signature).ok()?))
        };
        let (public, signature) = read(proof).ok_or(Refusal::SheetProofInvalid)?;
        let issuer = self.issuer().as_str().as_bytes();
        let said = [PROOF, issuer, act.word(), challenge.as_bytes()].join(&0);
        ed25519::verify(&public, &said, &signature).map_err(|_| Refusal::SheetProofInvalid)?;
        Ok(public)
    }
}
