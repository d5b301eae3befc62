//! The documents somebody is recognised by, as they see them, and taking one away.
//!
//! Kept of a document is its kind, when it was proved, and its number as a blind index; the person's page names one by a
//! handle that says nothing to anybody else.

use formats::{base64url, mac::sha256};
use jiff::Timestamp;
use rules::{DocumentClass, PersonId};
use store::{
    Authentication, Tx, Vault,
    authentication::{Kind, TidingAbout},
    vault::{EntryKind, Kept},
};

use crate::{Error, Platform, Refusal, Session, recognise, session::in_force, vault, whole::whole};

/// A document of the person who looks.
#[derive(Clone, Debug)]
pub struct MyDocument {
    /// Names it in what the person sends back.
    pub handle: String,
    /// Its class.
    pub class: DocumentClass,
    /// When it was proved first.
    pub added_at: Timestamp,
    /// When a newer one took its place; none: it is in force.
    pub replaced_at: Option<Timestamp>,
    /// Whether the record's plain identity was taken from it: then it cannot be taken away.
    pub names_the_person: bool,
}

impl Platform {
    /// What the person is recognised by, the oldest first. Also on a locked certificate.
    pub async fn my_documents(&self, session: &Session) -> Result<Vec<MyDocument>, Error> {
        let (id, now) = (session.certificate, self.now());
        let certificate = self.inner().store.read(async move |tx| tx.certificate(id).await).await?;
        in_force(&certificate.ok_or(Refusal::NotSignedIn)?, session.signed_in_at, now)?;
        let (person, keys) = (session.person, self.keys());
        let (entries, rests_on) = self
            .inner()
            .vault
            .read(async move |tx| {
                let record = vault::opened(tx, &keys, person).await?;
                let rests_on = recognise::rests_on(&keys, &record)?;
                Ok::<_, Error>((tx.entries_of(person).await?, rests_on))
            })
            .await?;
        let mine = |kept: Kept| match kept.kind {
            EntryKind::Document(class) => Some(MyDocument {
                handle: handle(person, &kept.blind_index),
                class,
                added_at: kept.proved_at,
                replaced_at: kept.ended_at,
                names_the_person: kept.blind_index == rests_on,
            }),
            EntryKind::Register => None,
        };
        Ok(entries.into_iter().filter_map(mine).collect())
    }

    /// Takes a document away: what is kept of it is deleted, and it may be proved anew, by whoever holds it.
    pub async fn remove_document(&self, session: &Session, handle: &str) -> Result<(), Error> {
        self.may_change_documents(session).await?;
        let entry = self.my_entry(session.person, handle).await?;
        let platform = self.clone();
        let person = session.person;
        whole(async move { platform.take_away(person, entry).await }).await
    }

    async fn take_away(&self, person: PersonId, entry: [u8; 32]) -> Result<(), Error> {
        let keys = self.keys();
        let take =
            async move |tx: &Tx<Vault>| recognise::take_away(tx, &keys, person, &entry).await;
        self.inner().vault.write("remove document", take).await?;
        let now = self.now();
        let event = self.event(person, Kind::DocumentRemoved, now);
        let platform = self.clone();
        let remember = async move |tx: &Tx<Authentication>| {
            tx.add_event(&event).await?;
            platform.tell(tx, [person], TidingAbout::DocumentRemoved, now).await
        };
        self.inner().store.write("document removed", remember).await
    }

    /// The entry a handle names, among those of its person in force.
    pub(crate) async fn my_entry(&self, person: PersonId, text: &str) -> Result<[u8; 32], Error> {
        let entries = self.inner().vault.read(async move |tx| tx.entries_of(person).await).await?;
        let named =
            |kept: &Kept| kept.ended_at.is_none() && handle(person, &kept.blind_index) == text;
        let found = entries.into_iter().find(named);
        Ok(found.ok_or(Refusal::DocumentNotKept)?.blind_index)
    }
}

/// Half a hash over the entry and its person's own random id: it tells neither.
fn handle(person: PersonId, blind_index: &[u8; 32]) -> String {
    let hash = sha256(&[b"document\0".as_slice(), person.bytes(), blind_index].concat());
    base64url::encode(hash.first_chunk::<16>().map_or(&[], <[u8; 16]>::as_slice))
}
