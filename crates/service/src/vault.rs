//! The vault's door: sealing plain identity under a data key of each person's own, and opening it again.
//!
//! Only enrolment and the person's own export pass here; disclosure will.

use formats::{SealingKey, Secret};
use jiff::Timestamp;
use rules::{DocumentNumber, PersonId};
use serde::{Deserialize, Serialize};
use store::{
    Tx, Vault,
    vault::{Document, SealedIdentity},
};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{Error, World, identity_record::IdentityRecord, keys::KeyRing};

/// The form written today.
const FORM: i64 = 1;

/// What the vault holds of a person.
#[derive(Deserialize, Serialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub(crate) struct VaultRecord {
    pub(crate) identity: IdentityRecord,
    pub(crate) phone: String,
}

/// Finds or makes the person a document proves, and puts the identity proved. One document, one person, however many
/// try at once: the blind index is a unique key.
pub(crate) async fn keep(
    tx: &Tx<Vault>,
    keys: &KeyRing,
    world: &dyn World,
    document: &DocumentNumber,
    record: &VaultRecord,
    now: Timestamp,
) -> Result<PersonId, Error> {
    let person = owner(tx, keys, world, document, now).await?;
    let data_key = if let Some(wrapped) = tx.data_key(person).await? {
        unwrapped(keys, person, &wrapped)?
    } else {
        let fresh = Secret::new(world.draw::<32>());
        let wrapped = keys
            .wrap(world.draw(), person.bytes(), fresh.expose())
            .map_err(|cause| Error::fault("wrapping a data key", cause))?;
        tx.add_data_key(person, &wrapped, now).await?;
        SealingKey::from_bytes(fresh.expose())
    };
    let plain = serde_json::to_vec(record)
        .map_err(|cause| Error::fault("writing a vault record", cause))?;
    let sealed = data_key.seal(world.draw(), &context(person, FORM), Secret::new(plain).expose());
    tx.put_identity(person, &SealedIdentity { sealed, form: FORM }, now).await?;
    Ok(person)
}

async fn owner(
    tx: &Tx<Vault>,
    keys: &KeyRing,
    world: &dyn World,
    document: &DocumentNumber,
    now: Timestamp,
) -> Result<PersonId, Error> {
    let document = Document { blind_index: keys.blind_index(document), class: document.class() };
    if let Some(person) = tx.owner_of(&document.blind_index).await? {
        return Ok(person);
    }
    let person = PersonId::make(now, &mut |bytes| world.fill(bytes));
    if tx.add_document(&document, person, now).await? {
        return Ok(person);
    }
    // Somebody else added it between the two statements; that person is the one.
    tx.owner_of(&document.blind_index)
        .await?
        .ok_or_else(|| Error::fault("enrolling", "a document vanished while it was enrolled"))
}

/// What the vault holds of a person; `None` if the person's data key was destroyed.
pub(crate) async fn open(
    tx: &Tx<Vault>,
    keys: &KeyRing,
    person: PersonId,
) -> Result<Option<VaultRecord>, Error> {
    let (Some(wrapped), Some(identity)) = (tx.data_key(person).await?, tx.identity(person).await?)
    else {
        return Ok(None);
    };
    let plain = unwrapped(keys, person, &wrapped)?
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
