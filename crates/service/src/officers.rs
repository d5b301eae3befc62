//! Officers: invited by the operator, joined by a passkey of their own, suspended at once.

use jiff::{SignedDuration, Timestamp};
use rules::{OfficerId, PasskeyName, PersonId};
use serde::{Deserialize, Serialize};
use store::{
    Authentication, Tx,
    authentication::{Event, Kind, Officer, PasskeyOwner, StaffAct},
};

use crate::{
    Error, PasskeyQuestion, Platform, Refusal, Session, complete_at_counter::OFFICE,
    enrol::instant, guardians::with_passcode, passkeys, references::Kind as Reference,
    signed_act::SignedAct,
};

/// How long an invitation may be taken up: a working day, and the next morning.
const INVITATION_LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// Longest name of an officer or an office.
const LONGEST: usize = 60;

/// An invitation, as the link carries it.
#[derive(Deserialize, Serialize)]
struct Invitation {
    #[serde(with = "formats::base64url::text")]
    officer: [u8; 16],
    expires_at: i64,
}

/// Somebody just invited.
#[derive(Debug)]
pub struct InvitedOfficer {
    /// The officer.
    pub id: OfficerId,
    /// What the link to `/counter/join` carries; good once, for a day.
    pub invitation: String,
}

impl Platform {
    /// Invites somebody to be an officer of an office.
    pub async fn invite_officer(&self, name: &str, office: &str) -> Result<InvitedOfficer, Error> {
        let now = self.now();
        let officer = Officer {
            id: OfficerId::make(now, &mut |bytes| self.world().fill(bytes)),
            name: said(name)?,
            office: said(office)?,
            person_index: None,
            invited_at: now,
            joined_at: None,
            suspended_at: None,
        };
        let invitation = Invitation {
            officer: *officer.id.bytes(),
            expires_at: (now + INVITATION_LIFETIME).as_second(),
        };
        let id = officer.id;
        self.inner()
            .store
            .write("invite officer", async move |tx| tx.add_officer(&officer).await)
            .await?;
        Ok(InvitedOfficer {
            id,
            invitation: self.seal(Reference::OfficerInvitation, b"", &invitation)?,
        })
    }

    /// Every officer there ever was.
    pub async fn officers(&self) -> Result<Vec<Officer>, Error> {
        Ok(self.inner().store.read(async move |tx| tx.officers().await).await?)
    }

    /// Suspends an officer: whatever they hold is worth nothing from now on.
    pub async fn suspend_officer(&self, id: OfficerId) -> Result<(), Error> {
        let now = self.now();
        let entry = self.staff_entry(id, StaffAct::Suspended, [0; 32], now);
        self.inner()
            .store
            .write("suspend officer", async move |tx| {
                if !tx.suspend_officer(id, now).await? {
                    return Err(Error::from(Refusal::OfficerUnknown));
                }
                tx.add_staff_entry(&entry).await?;
                Ok(())
            })
            .await
    }

    /// Who is invited by this link, and the question for a new passkey.
    pub async fn invited_officer(
        &self,
        invitation: &str,
    ) -> Result<(Officer, PasskeyQuestion), Error> {
        let officer = self.invitation(invitation).await?;
        let owner = PasskeyOwner::Officer(officer.id);
        let question = self.ask_for_new_passkey(owner, &officer.office).await?;
        Ok((officer, question))
    }

    /// Takes the invitation up, with a passkey, by whoever is signed in with the passcode: an officer is a person whom
    /// the platform enrolled, and a person is one officer, however many invitations and authenticators there are.
    pub async fn join_as_officer(
        &self,
        session: &Session,
        invitation: &str,
        state: &str,
        answer: &str,
        name: PasskeyName,
    ) -> Result<(), Error> {
        with_passcode(session)?;
        self.usable_certificate(session).await?;
        let officer = self.invitation(invitation).await?;
        let (id, person) = (officer.id, session.person);
        let (passkey, spent) = self.made_passkey(PasskeyOwner::Officer(id), state, answer, name)?;
        let now = self.now();
        let index = self.keys().officer_index(person);
        let mut entry = self.staff_entry(id, StaffAct::Joined, [0; 32], now);
        entry.evidence = Some(SignedAct::Key(passkey.public_key.clone()).written()?);
        let event = Event {
            client: format!("{OFFICE}{}", officer.office),
            ..self.event(person, Kind::BecameOfficer, now)
        };
        self.inner()
            .store
            .write("join as officer", async move |tx| {
                // Held: one person who takes up two invitations at once takes them up one after the other.
                if !tx.hold_person(person).await? {
                    return Err(Error::from(Refusal::CertificateEnded));
                }
                let own = tx.officers_who_are(&index).await?;
                if own.iter().any(|officer| officer.suspended_at.is_none()) {
                    return Err(Refusal::OfficerAlready.into());
                }
                // First the guard: of two who use one invitation at once, one leaves no passkey behind.
                if !tx.officer_joined(id, &index, now).await? {
                    return Err(Refusal::InvitationSpent.into());
                }
                passkeys::keep(tx, &passkey, &spent).await?;
                tx.add_staff_entry(&entry).await?;
                tx.add_event(&event).await?;
                Ok(())
            })
            .await
    }

    /// Whoever leaves the platform works at no counter any more, in the transaction that closes the record.
    pub(crate) async fn leave_counters(
        &self,
        tx: &Tx<Authentication>,
        person: PersonId,
        now: Timestamp,
    ) -> Result<(), Error> {
        for officer in tx.officers_who_are(&self.keys().officer_index(person)).await? {
            if officer.suspended_at.is_none() {
                let entry = self.staff_entry(officer.id, StaffAct::Suspended, [0; 32], now);
                tx.add_staff_entry(&entry).await?;
            }
            tx.officers_person_left(&officer, now).await?;
        }
        Ok(())
    }

    async fn invitation(&self, text: &str) -> Result<Officer, Error> {
        let invitation: Invitation = self
            .open(Reference::OfficerInvitation, b"", text)
            .map_err(|_| Refusal::InvitationSpent)?;
        let id = OfficerId::from_bytes(invitation.officer);
        let found = self.inner().store.read(async move |tx| tx.officer(id).await).await?;
        let open = |officer: &Officer, now: Timestamp, until: Timestamp| {
            officer.joined_at.is_none() && officer.suspended_at.is_none() && now < until
        };
        let until = instant(invitation.expires_at)?;
        found
            .filter(|officer| open(officer, self.now(), until))
            .ok_or_else(|| Refusal::InvitationSpent.into())
    }
}

/// A name an operator typed: something, on one line, not long.
fn said(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    let fits = (1..=LONGEST).contains(&text.chars().count());
    if fits && !text.chars().any(char::is_control) {
        Ok(text.to_owned())
    } else {
        Err(Refusal::OfficerNameMalformed)
    }
}
