//! Tidings: what a person is told on the phone beside changes that can be objected to. No names are in them, and no link
//! that opens anything: whoever reads the phone learns that somebody should sign in.
//!
//! They are written on the authentication plane in the transaction that makes the change, without a number. Afterwards
//! each is handed to the carrier at least once, to the number the vault has then; who has no phone is told by the page.

use formats::mac::sha256;
use jiff::{SignedDuration, Timestamp};
use rules::{PersonId, retention};
use store::{
    Authentication, Tx, Vault,
    authentication::{Guardianship, Tiding, TidingAbout},
};

use crate::{Error, Message, Platform, notices::wait, vault};

/// Tidings handed over in one go.
const BATCH: u32 = 50;

impl Platform {
    /// Has these persons told, each once.
    pub(crate) async fn tell(
        &self,
        tx: &Tx<Authentication>,
        persons: impl IntoIterator<Item = PersonId>,
        about: TidingAbout,
        now: Timestamp,
    ) -> Result<(), Error> {
        for person in persons {
            tx.add_tiding(&tiding(self.world().draw(), person, about, now)?).await?;
        }
        Ok(())
    }

    /// The same, once for one occasion, however often it is come upon.
    pub(crate) async fn tell_once(
        &self,
        tx: &Tx<Authentication>,
        occasion: &[u8],
        persons: impl IntoIterator<Item = PersonId>,
        about: TidingAbout,
        now: Timestamp,
    ) -> Result<(), Error> {
        for person in persons {
            let named = sha256(&[person.bytes().as_slice(), occasion].concat());
            let id = std::array::from_fn(|at| named.get(at).copied().unwrap_or_default());
            tx.add_tiding(&tiding(id, person, about, now)?).await?;
        }
        Ok(())
    }

    /// Hands over the tidings that are due; how many the carrier took.
    pub(crate) async fn deliver_tidings(&self) -> Result<u64, Error> {
        let now = self.now();
        let due = self.inner().store.read(async move |tx| tx.tidings_due(now, BATCH).await).await?;
        let mut taken = 0;
        for tiding in due {
            let (id, tries, next) = (tiding.id, tiding.tries, now + wait(tiding.tries));
            let claim =
                async move |tx: &Tx<Authentication>| tx.claim_tiding(&id, tries, next).await;
            if !self.inner().store.write("take a tiding in hand", claim).await? {
                continue;
            }
            let (keys, person) = (self.keys(), tiding.person);
            let find = async move |tx: &Tx<Vault>| vault::phone_of(tx, &keys, person).await;
            if let Some(to) = self.inner().vault.read(find).await? {
                let message =
                    Message::Told { about: tiding.about, link: self.page_of(tiding.about) };
                if let Err(cause) = self.inner().outside.messages.send(&to, message).await {
                    tracing::warn!(
                        error = &cause as &dyn std::error::Error,
                        "the message carrier does not answer; tidings wait"
                    );
                    // The others would wait for the same silence.
                    break;
                }
                taken += 1;
            }
            let delete = async move |tx: &Tx<Authentication>| tx.delete_tiding(&id).await;
            self.inner().store.write("a tiding is out of hand", delete).await?;
        }
        Ok(taken)
    }

    /// The page on which it is all said, after a sign-in.
    fn page_of(&self, about: TidingAbout) -> String {
        let page = match about {
            TidingAbout::Asked => "/me/asked",
            TidingAbout::WardApplies
            | TidingAbout::WardAsks
            | TidingAbout::GuardianDisagrees
            | TidingAbout::GuardianshipChanged
            | TidingAbout::WardLocked
            | TidingAbout::WardFourteen
            | TidingAbout::WardEighteen => "/me/children",
            TidingAbout::Fourteen | TidingAbout::Eighteen => "/me",
            TidingAbout::DocumentAdded | TidingAbout::DocumentRemoved => "/me/documents",
        };
        format!("{}{page}", self.issuer().as_str())
    }
}

fn tiding(
    id: [u8; 16],
    person: PersonId,
    about: TidingAbout,
    now: Timestamp,
) -> Result<Tiding, Error> {
    // Who is told later than that finds nothing.
    let worth = if about == TidingAbout::Asked { retention::KNOCK } else { retention::TIDING };
    let lifetime = SignedDuration::try_from(worth)
        .map_err(|cause| Error::fault("reckoning a lifetime", cause))?;
    Ok(Tiding { id, person, about, tries: 0, due_at: now, expires_at: now + lifetime })
}

/// The guardians in force among these, without this one.
pub(crate) fn guardians_but(
    guardianships: &[Guardianship],
    one: Option<PersonId>,
) -> impl Iterator<Item = PersonId> {
    let others = guardianships
        .iter()
        .filter(move |other| other.ended_at.is_none() && Some(other.guardian) != one);
    others.map(|other| other.guardian)
}
