//! The vault's door: sealing plain identity under a data key of each person's own, and opening it again.
//!
//! Plain identity comes out by [`disclose`] alone, which asks for proof that it may. Enrolment writes, and notices
//! and a change of phone read and write the number a person is reached at.

use formats::{SealingKey, Secret};
use jiff::Timestamp;
use rules::{DocumentNumber, PersonId, PhoneNumber, RegisterNumber};
use serde::{Deserialize, Serialize};
use store::{
    Tx, Vault,
    vault::{Entry, EntryKind, SealedIdentity},
};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{
    Error, MayDisclose, Refusal, World, identity_record::IdentityRecord, keys::KeyRing,
    reissue::Reissue,
};

/// The form written today.
const FORM: i64 = 1;

/// What the vault holds of a person.
#[derive(Deserialize, Serialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub(crate) struct VaultRecord {
    pub(crate) identity: IdentityRecord,
    pub(crate) phone: String,
}

/// What a person is recognised by when a document was proved.
pub(crate) struct Recognised {
    pub(crate) document: DocumentNumber,
    /// None where the register does not keep the document.
    pub(crate) register: Option<RegisterNumber>,
}

/// Finds or makes the person whom the documents prove, and puts the identity proved. Whoever was known before is told.
pub(crate) async fn keep(
    tx: &Tx<Vault>,
    keys: &KeyRing,
    world: &dyn World,
    recognised: &Recognised,
    record: &VaultRecord,
    reissue: &Reissue,
    now: Timestamp,
) -> Result<PersonId, Error> {
    let person = recognise(tx, keys, world, recognised, now).await?;
    let (key, before) = match data_key(tx, keys, person).await? {
        Some(key) => {
            tx.hold_identity(person).await?;
            let before = read(tx, &key, person).await?;
            (key, before)
        }
        None => (new_data_key(tx, keys, world, person, now).await?, None),
    };
    if let (None, Some(before)) = (&recognised.register, &before) {
        same_birthday(before, record)?;
    }
    write(tx, &key, world, person, record, now).await?;
    tx.put_unissued(person, now).await?;
    if let Some(before) = before {
        reissue.tell(tx, &key, world, person, &before, record, now).await?;
    }
    Ok(person)
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
async fn recognise(
    tx: &Tx<Vault>,
    keys: &KeyRing,
    world: &dyn World,
    Recognised { document, register }: &Recognised,
    now: Timestamp,
) -> Result<PersonId, Error> {
    let kind = EntryKind::Document(document.class());
    let document_entry = Entry { blind_index: keys.blind_index(document), kind };
    let Some(register) = register else {
        return put(tx, world, &document_entry, now).await;
    };
    let register_entry =
        Entry { blind_index: keys.register_index(register), kind: EntryKind::Register };
    let registered = tx.owner_of(&register_entry.blind_index).await?;
    let person = match (registered, tx.owner_of(&document_entry.blind_index).await?) {
        // Proved before the registry knew the document: the number joins the record, unless it has another.
        (None, Some(person)) => {
            let known = tx.entries_of(person).await?;
            if known.iter().any(|(kind, _)| *kind == EntryKind::Register) {
                return Err(Refusal::DocumentOfAnother.into());
            }
            person
        }
        _ => put(tx, world, &register_entry, now).await?,
    };
    for entry in [register_entry, document_entry] {
        if !tx.add_entry(&entry, person, now).await?
            && tx.owner_of(&entry.blind_index).await? != Some(person)
        {
            return Err(Refusal::DocumentOfAnother.into());
        }
    }
    Ok(person)
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
fn same_birthday(known: &VaultRecord, proved: &VaultRecord) -> Result<(), Refusal> {
    if known.identity.born == proved.identity.born {
        Ok(())
    } else {
        Err(Refusal::DocumentOfAnother)
    }
}

/// Plain identity, for whom it may be told; `None` if the person's data key was destroyed.
pub(crate) async fn disclose(
    tx: &Tx<Vault>,
    keys: &KeyRing,
    may: &MayDisclose,
) -> Result<Option<VaultRecord>, Error> {
    match data_key(tx, keys, may.person()).await? {
        Some(key) => read(tx, &key, may.person()).await,
        None => Ok(None),
    }
}

/// Puts another phone number in place of the one that is kept; that one, if there was one.
pub(crate) async fn replace_phone(
    tx: &Tx<Vault>,
    key: &SealingKey,
    world: &dyn World,
    person: PersonId,
    phone: &PhoneNumber,
    now: Timestamp,
) -> Result<Option<PhoneNumber>, Error> {
    tx.hold_identity(person).await?;
    let mut record = read(tx, key, person).await?.ok_or(Refusal::CertificateEnded)?;
    let before = record.phone()?;
    record.phone.zeroize();
    phone.as_str().clone_into(&mut record.phone);
    write(tx, key, world, person, &record, now).await?;
    Ok(before)
}

impl VaultRecord {
    /// The number the person is reached at; none for somebody without a phone.
    pub(crate) fn phone(&self) -> Result<Option<PhoneNumber>, Error> {
        if self.phone.is_empty() {
            return Ok(None);
        }
        let number = self.phone.parse();
        number.map(Some).map_err(|cause| Error::fault("reading a phone number", cause))
    }
}

/// A person's data key; `None` if it was destroyed, or never was.
pub(crate) async fn data_key(
    tx: &Tx<Vault>,
    keys: &KeyRing,
    person: PersonId,
) -> Result<Option<SealingKey>, Error> {
    let wrapped = tx.data_key(person).await?;
    wrapped.map(|wrapped| unwrapped(keys, person, &wrapped)).transpose()
}

async fn new_data_key(
    tx: &Tx<Vault>,
    keys: &KeyRing,
    world: &dyn World,
    person: PersonId,
    now: Timestamp,
) -> Result<SealingKey, Error> {
    let fresh = Secret::new(world.draw::<32>());
    let wrapped = keys
        .wrap(world.draw(), person.bytes(), fresh.expose())
        .map_err(|cause| Error::fault("wrapping a data key", cause))?;
    tx.add_data_key(person, &wrapped, now).await?;
    Ok(SealingKey::from_bytes(fresh.expose()))
}

async fn write(
    tx: &Tx<Vault>,
    key: &SealingKey,
    world: &dyn World,
    person: PersonId,
    record: &VaultRecord,
    now: Timestamp,
) -> Result<(), Error> {
    let plain = serde_json::to_vec(record)
        .map_err(|cause| Error::fault("writing a vault record", cause))?;
    let sealed = key.seal(world.draw(), &context(person, FORM), Secret::new(plain).expose());
    Ok(tx.put_identity(person, &SealedIdentity { sealed, form: FORM }, now).await?)
}

async fn read(
    tx: &Tx<Vault>,
    key: &SealingKey,
    person: PersonId,
) -> Result<Option<VaultRecord>, Error> {
    let Some(identity) = tx.identity(person).await? else { return Ok(None) };
    let plain = key
        .open(&context(person, identity.form), &identity.sealed)
        .map_err(|cause| Error::fault("opening a vault record", cause))?;
    let record = serde_json::from_slice(plain.expose())
        .map_err(|_| Error::fault("reading a vault record", "not of this form"))?;
    Ok(Some(record))
}

fn unwrapped(keys: &KeyRing, person: PersonId, wrapped: &[u8]) -> Result<SealingKey, Error> {
    keys.unwrap(person.bytes(), wrapped)
        .ok_or_else(|| Error::fault("unwrapping a data key", "no key of ours opens it"))
}

fn context(person: PersonId, form: i64) -> Vec<u8> {
    [person.bytes().as_slice(), &form.to_be_bytes()].concat()
}
