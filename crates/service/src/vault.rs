//! The vault's door: sealing plain identity under a data key of each person's own, and opening it again.
//!
//! Plain identity comes out by [`disclose`] alone, which asks for proof that it may. Enrolment writes, and notices
//! and a change of phone read and write the number a person is reached at.

use formats::{SealingKey, Secret};
use jiff::Timestamp;
use rules::{PersonId, PhoneNumber};
use serde::{Deserialize, Serialize};
use store::{Tx, Vault, vault::SealedIdentity};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{
    Error, MayDisclose, Refusal, World,
    identity_record::IdentityRecord,
    keys::KeyRing,
    recognise::{Recognised, recognise, same_birthday},
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
        same_birthday(&before.identity, &record.identity)?;
    }
    write(tx, &key, world, person, record, now).await?;
    tx.put_unissued(person, now).await?;
    if let Some(before) = before {
        reissue.tell(tx, &key, world, person, &before, record, now).await?;
    }
    Ok(person)
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

/// What the vault holds of a person, held until the transaction ends, for an act of that person's own; with the key
/// that seals it again.
pub(crate) async fn hold(
    tx: &Tx<Vault>,
    keys: &KeyRing,
    person: PersonId,
) -> Result<(SealingKey, VaultRecord), Error> {
    let Some(key) = data_key(tx, keys, person).await? else {
        return Err(Refusal::CertificateEnded.into());
    };
    tx.hold_identity(person).await?;
    let record = read(tx, &key, person).await?.ok_or(Refusal::CertificateEnded)?;
    Ok((key, record))
}

/// What the vault holds of a person, for a look at their own record that tells nothing of it.
pub(crate) async fn opened(
    tx: &Tx<Vault>,
    keys: &KeyRing,
    person: PersonId,
) -> Result<VaultRecord, Error> {
    let key = data_key(tx, keys, person).await?.ok_or(Refusal::CertificateEnded)?;
    Ok(read(tx, &key, person).await?.ok_or(Refusal::CertificateEnded)?)
}

/// The number a person is reached at; `None` for who has no phone, or has left.
pub(crate) async fn phone_of(
    tx: &Tx<Vault>,
    keys: &KeyRing,
    person: PersonId,
) -> Result<Option<PhoneNumber>, Error> {
    let Some(key) = data_key(tx, keys, person).await? else { return Ok(None) };
    read(tx, &key, person).await?.map_or(Ok(None), |record| record.phone())
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
    let odd = |cause| Error::fault("wrapping a data key", cause);
    let mut fresh = vec![0; keys.data_key_length().map_err(odd)?];
    world.fill(&mut fresh);
    let fresh = Secret::new(fresh);
    let wrapped = keys.wrap(world.draw(), person.bytes(), fresh.expose()).map_err(odd)?;
    tx.add_data_key(person, &wrapped, now).await?;
    SealingKey::of_its_length(fresh.expose())
        .map_err(|cause| Error::fault("making a data key", cause))
}

pub(crate) async fn write(
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
