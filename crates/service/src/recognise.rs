//! Recognising a person by a document or by the register's number: one person, however many documents and however many
//! tries at once.

use jiff::Timestamp;
use rules::{
    DocumentNumber, PersonId, RegisterNumber,
    my_documents::{may_remove_document, replaces_its_kind},
};
use store::{
    Tx, Vault,
    vault::{Entry, EntryKind, Kept},
};

use crate::{
    Error, Refusal, World,
    identity_record::IdentityRecord,
    keys::KeyRing,
    proved::Proved,
    vault::{self, VaultRecord},
};

/// What a person is recognised by when a document was proved.
pub(crate) struct Recognised {
    pub(crate) document: DocumentNumber,
    /// None where the register does not keep the document.
    pub(crate) register: Option<RegisterNumber>,
}

/// The person whom this register number or document proved before.
pub(crate) async fn find(
    tx: &Tx<Vault>,
    keys: &KeyRing,
    document: &DocumentNumber,
    register: Option<&RegisterNumber>,
) -> Result<Option<PersonId>, Error> {
    if let Some(register) = register
        && let Some(person) = tx.owner_of(&keys.register_index(register)).await?
    {
        return Ok(Some(person));
    }
    Ok(tx.owner_of(&keys.blind_index(document)).await?)
}

/// One person, however many documents and however many tries at once: the blind index is a unique key, and the
/// register number is put before the document by everybody, so that two with different documents meet at the first.
pub(crate) async fn recognise(
    tx: &Tx<Vault>,
    keys: &KeyRing,
    world: &dyn World,
    Recognised { document, register }: &Recognised,
    now: Timestamp,
) -> Result<PersonId, Error> {
    let kind = EntryKind::Document(document.class());
    let document_entry = Entry { blind_index: keys.blind_index(document), kind };
    not_replaced(tx, &document_entry).await?;
    let Some(register) = register else {
        return put(tx, world, &document_entry, now).await;
    };
    let register_entry =
        Entry { blind_index: keys.register_index(register), kind: EntryKind::Register };
    let registered = tx.owner_of(&register_entry.blind_index).await?;
    let person = match (registered, tx.owner_of(&document_entry.blind_index).await?) {
        // Proved before the registry knew the document: the number joins the record, unless it has another.
        (None, Some(person)) => {
            not_registered(tx, person).await?;
            person
        }
        _ => put(tx, world, &register_entry, now).await?,
    };
    claim(tx, &register_entry, person, now).await?;
    claim(tx, &document_entry, person, now).await?;
    end_its_kind(tx, &document_entry, person, now).await?;
    Ok(person)
}

/// A document whose place a newer one took proves nobody any more, however long its chip still answers.
async fn not_replaced(tx: &Tx<Vault>, entry: &Entry) -> Result<(), Error> {
    match tx.entry(&entry.blind_index).await? {
        Some(Kept { ended_at: Some(_), .. }) => Err(Refusal::DocumentReplaced.into()),
        _ => Ok(()),
    }
}

/// Whom the register calls one thing, it does not call another.
async fn not_registered(tx: &Tx<Vault>, person: PersonId) -> Result<(), Error> {
    let known = tx.entries_of(person).await?;
    if known.iter().any(|kept| kept.kind == EntryKind::Register) {
        return Err(Refusal::DocumentOfAnother.into());
    }
    Ok(())
}

/// Ends the earlier documents that a new one of a kind held once takes the place of; which ones.
async fn end_its_kind(
    tx: &Tx<Vault>,
    entry: &Entry,
    person: PersonId,
    now: Timestamp,
) -> Result<Vec<[u8; 32]>, Error> {
    let EntryKind::Document(class) = entry.kind else { return Ok(Vec::new()) };
    if !replaces_its_kind(class) {
        return Ok(Vec::new());
    }
    let mut ended = Vec::new();
    for kept in tx.entries_of(person).await? {
        let earlier = kept.kind == entry.kind && kept.blind_index != entry.blind_index;
        if earlier && tx.end_entry(&kept.blind_index, person, now).await? {
            ended.push(kept.blind_index);
        }
    }
    Ok(ended)
}

/// The owner of an entry: somebody known, or a person made now.
async fn put(
    tx: &Tx<Vault>,
    world: &dyn World,
    entry: &Entry,
    now: Timestamp,
) -> Result<PersonId, Error> {
    if let Some(person) = tx.owner_of(&entry.blind_index).await? {
        return Ok(person);
    }
    let person = PersonId::make(now, &mut |bytes| world.fill(bytes));
    if tx.add_entry(entry, person, now).await? {
        return Ok(person);
    }
    // Somebody else added it between the two statements; that person is the one.
    tx.owner_of(&entry.blind_index)
        .await?
        .ok_or_else(|| Error::fault("enrolling", "an entry vanished while it was put"))
}

/// Where no registry says whose a document is, its number alone does; a state that gave the number of an old
/// passport to somebody else must not hand over the record.
pub(crate) fn same_birthday(
    known: &IdentityRecord,
    proved: &IdentityRecord,
) -> Result<(), Refusal> {
    if known.born == proved.born { Ok(()) } else { Err(Refusal::DocumentOfAnother) }
}

/// Adds a document to the record of somebody who is signed in. `replaces`: the earlier one whose place it takes, where
/// the person says so.
pub(crate) async fn join(
    tx: &Tx<Vault>,
    keys: &KeyRing,
    world: &dyn World,
    person: PersonId,
    proved: &Proved,
    replaces: Option<[u8; 32]>,
    now: Timestamp,
) -> Result<(), Error> {
    let (key, mut record) = vault::hold(tx, keys, person).await?;
    same_birthday(&record.identity, &proved.identity)?;
    let identity = proved.identity()?;
    let number = identity.document().number();
    let kind = EntryKind::Document(number.class());
    let document = Entry { blind_index: keys.blind_index(number), kind };
    match tx.entry(&document.blind_index).await? {
        Some(kept) if kept.person != person => return Err(Refusal::DocumentOfAnother.into()),
        Some(kept) if kept.ended_at.is_some() => return Err(Refusal::DocumentReplaced.into()),
        Some(_) => return Err(Refusal::DocumentKept.into()),
        None => {}
    }
    if let Some(register) = proved.register()? {
        let blind_index = keys.register_index(&register);
        if tx.owner_of(&blind_index).await?.is_none() {
            not_registered(tx, person).await?;
        }
        claim(tx, &Entry { blind_index, kind: EntryKind::Register }, person, now).await?;
    }
    claim(tx, &document, person, now).await?;
    let mut ended = end_its_kind(tx, &document, person, now).await?;
    if let Some(earlier) = replaces.filter(|earlier| !ended.contains(earlier)) {
        let known = tx.entry(&earlier).await?;
        let same_kind = known.is_some_and(|kept| kept.kind == kind);
        if !same_kind || !tx.end_entry(&earlier, person, now).await? {
            return Err(Refusal::DocumentNotKept.into());
        }
        ended.push(earlier);
    }
    // The identity that the record rests on is renewed with its document.
    if ended.contains(&rests_on(keys, &record)?) {
        record.identity = proved.identity.clone();
        vault::write(tx, &key, world, person, &record, now).await?;
    }
    Ok(())
}

/// Takes a document away from the record of somebody who is signed in.
pub(crate) async fn take_away(
    tx: &Tx<Vault>,
    keys: &KeyRing,
    person: PersonId,
    blind_index: &[u8; 32],
) -> Result<(), Error> {
    let (_, record) = vault::hold(tx, keys, person).await?;
    may_remove_document(rests_on(keys, &record)? == *blind_index)?;
    let known = tx.entry(blind_index).await?;
    // The register's number goes with the person only: it is what finds them.
    let document = known.is_some_and(|kept| matches!(kept.kind, EntryKind::Document(_)));
    if !document || !tx.remove_entry(blind_index, person).await? {
        return Err(Refusal::DocumentNotKept.into());
    }
    Ok(())
}

/// The entry of the document that the record's plain identity was taken from.
pub(crate) fn rests_on(keys: &KeyRing, record: &VaultRecord) -> Result<[u8; 32], Error> {
    let identity = record.identity.identity();
    let identity =
        identity.ok_or_else(|| Error::fault("reading a record", "a damaged identity"))?;
    Ok(keys.blind_index(identity.document().number()))
}

/// The entry is this person's now, or was; refused if it is anybody else's.
async fn claim(
    tx: &Tx<Vault>,
    entry: &Entry,
    person: PersonId,
    now: Timestamp,
) -> Result<(), Error> {
    if tx.add_entry(entry, person, now).await?
        || tx.owner_of(&entry.blind_index).await? == Some(person)
    {
        return Ok(());
    }
    Err(Refusal::DocumentOfAnother.into())
}
