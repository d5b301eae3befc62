//! An officer at work: signed in with their passkey, for half an hour, and asked again at every act.

use jiff::{SignedDuration, Timestamp};
use rules::OfficerId;
use serde::{Deserialize, Serialize};
use store::authentication::{Officer, PasskeyOwner, StaffAct, StaffEntry};

use crate::{
    Error, PasskeyHolders, PasskeyQuestion, Platform, Refusal, enrol::instant,
    events::to_the_minute, references::Kind, signed_act::SignedAct,
};

/// How long an officer stays signed in. Every act asks for the passkey again, so this bounds only what an unattended
/// screen shows.
pub const OFFICER_SESSION_LIFETIME: SignedDuration = SignedDuration::from_mins(30);

/// What an officer's passkey answers for at a sign-in.
pub(crate) const SIGN_IN: &[u8] = b"sign-in";

/// An officer who is signed in. It lives sealed in the browser; whether the officer may still work is asked at every use.
#[derive(Clone, Debug, PartialEq)]
pub struct OfficerSession {
    pub(crate) id: [u8; 16],
    pub(crate) officer: OfficerId,
    pub(crate) signed_in_at: Timestamp,
}

#[derive(Deserialize, Serialize)]
struct Sealed {
    #[serde(with = "formats::base64url::text")]
    id: [u8; 16],
    #[serde(with = "formats::base64url::text")]
    officer: [u8; 16],
    at: i64,
}

impl Platform {
    /// The question with which an officer signs in.
    pub fn ask_officer(&self) -> Result<PasskeyQuestion, Error> {
        self.ask_for_passkey(PasskeyHolders::Officers, SIGN_IN)
    }

    /// Signs an officer in.
    pub async fn sign_in_officer(
        &self,
        state: &str,
        answer: &str,
    ) -> Result<OfficerSession, Error> {
        let (id, signed) = self.officer_who_answers(SIGN_IN, state, answer).await?;
        let now = self.now();
        let mut entry = self.staff_entry(id, StaffAct::SignedIn, [0; 32], now);
        entry.evidence = Some(signed.written()?);
        self.inner()
            .store
            .write("sign in officer", async move |tx| {
                if !tx.hold_officer(id).await? {
                    return Err(Error::from(Refusal::OfficerSuspended));
                }
                tx.add_staff_entry(&entry).await?;
                Ok(())
            })
            .await?;
        Ok(OfficerSession { id: self.world().draw(), officer: id, signed_in_at: now })
    }

    /// The officer whose passkey answered for this purpose, and what is kept of the answer.
    pub(crate) async fn officer_who_answers(
        &self,
        purpose: &[u8],
        state: &str,
        answer: &str,
    ) -> Result<(OfficerId, SignedAct), Error> {
        let holders = PasskeyHolders::Officers;
        let (passkey, signed) = self.prove_passkey_signed(holders, purpose, state, answer).await?;
        match passkey.owner {
            PasskeyOwner::Officer(id) => Ok((id, signed)),
            PasskeyOwner::Certificate(_) => Err(Refusal::PasskeyUnknown.into()),
        }
    }

    /// The officer of a session, if they may work now.
    pub async fn officer_at_work(&self, session: &OfficerSession) -> Result<Officer, Error> {
        let id = session.officer;
        let found = self.inner().store.read(async move |tx| tx.officer(id).await).await?;
        found.filter(Officer::is_active).ok_or_else(|| Refusal::OfficerSuspended.into())
    }

    /// An officer's session as the browser carries it.
    pub fn seal_officer_session(&self, session: &OfficerSession) -> Result<String, Error> {
        let sealed = Sealed {
            id: session.id,
            officer: *session.officer.bytes(),
            at: session.signed_in_at.as_second(),
        };
        self.seal(Kind::OfficerSession, b"", &sealed)
    }

    /// The officer's session a browser carries.
    pub fn open_officer_session(&self, text: &str) -> Result<OfficerSession, Error> {
        let sealed: Sealed =
            self.open(Kind::OfficerSession, b"", text).map_err(|_| Refusal::OfficerNotSignedIn)?;
        let signed_in_at = instant(sealed.at)?;
        if self.now().duration_since(signed_in_at) >= OFFICER_SESSION_LIFETIME {
            return Err(Refusal::OfficerNotSignedIn.into());
        }
        let officer = OfficerId::from_bytes(sealed.officer);
        Ok(OfficerSession { id: sealed.id, officer, signed_in_at })
    }

    /// An act for the staff log.
    pub(crate) fn staff_entry(
        &self,
        officer: OfficerId,
        act: StaffAct,
        digest: [u8; 32],
        now: Timestamp,
    ) -> StaffEntry {
        let (id, at) = (self.event_id(now), to_the_minute(now));
        StaffEntry { id, officer, act, digest, evidence: None, at }
    }
}
