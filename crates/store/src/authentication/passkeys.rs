//! Passkeys: public keys that authenticators made for a certificate or an officer. A credential id is one passkey's, ever.

use jiff::Timestamp;
use rules::{CertificateId, OfficerId, PasskeyName};

use crate::{
    Authentication, Error, Tx,
    value::{Row, Value},
};

/// Whose passkey.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PasskeyOwner {
    /// A certificate's; it speaks for the person as long as the certificate does.
    Certificate(CertificateId),
    /// An officer's.
    Officer(OfficerId),
}

impl PasskeyOwner {
    /// The word for its kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Certificate(_) => "certificate",
            Self::Officer(_) => "officer",
        }
    }

    /// Its id among its kind.
    pub fn id(&self) -> &[u8; 16] {
        match self {
            Self::Certificate(id) => id.bytes(),
            Self::Officer(id) => id.bytes(),
        }
    }
}

/// A passkey as remembered.
#[derive(Clone, Debug)]
pub struct Passkey {
    /// Its id, chosen by the authenticator.
    pub id: Vec<u8>,
    /// Whose it is.
    pub owner: PasskeyOwner,
    /// What the authenticator calls its owner.
    pub user_handle: Vec<u8>,
    /// The public key, COSE.
    pub public_key: Vec<u8>,
    /// The owner's own word for it.
    pub name: PasskeyName,
    /// How often it signed, as it says.
    pub sign_count: u32,
    /// Whether it may be copied to the owner's other devices.
    pub synced: bool,
    /// How its authenticator said it verified its user; empty where it does not say.
    pub method: String,
    /// When it was added.
    pub added_at: Timestamp,
    /// The day it was last used, as its first second.
    pub used_on: Option<Timestamp>,
}

const SELECT: &str = "
    SELECT credential_id, owner_kind, owner_id, user_handle, public_key, name, sign_count, synced, method, added_at, used_on
      FROM passkeys WHERE credential_id = $1";
const OF_OWNER: &str = "
    SELECT credential_id, owner_kind, owner_id, user_handle, public_key, name, sign_count, synced, method, added_at, used_on
      FROM passkeys WHERE owner_kind = $1 AND owner_id = $2 ORDER BY added_at, credential_id";
const INSERT: &str = "
    INSERT INTO passkeys (credential_id, owner_kind, owner_id, user_handle, public_key, name, sign_count, synced, method, added_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";
const USE: &str = "
    UPDATE passkeys SET sign_count = $1, method = $2, used_on = $3 WHERE credential_id = $4 AND sign_count = $5";
const DELETE: &str =
    "DELETE FROM passkeys WHERE credential_id = $1 AND owner_kind = $2 AND owner_id = $3";
const DELETE_OF_OWNER: &str = "DELETE FROM passkeys WHERE owner_kind = $1 AND owner_id = $2";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[SELECT, OF_OWNER, INSERT, USE, DELETE, DELETE_OF_OWNER];

impl Tx<Authentication> {
    /// The passkey with this id.
    pub async fn passkey(&self, id: &[u8]) -> Result<Option<Passkey>, Error> {
        let row = self.fetch_one("passkeys", SELECT, &[Value::Bytes(id)]).await?;
        row.map(Passkey::try_from).transpose()
    }

    /// An owner's passkeys, oldest first.
    pub async fn passkeys_of(&self, owner: &PasskeyOwner) -> Result<Vec<Passkey>, Error> {
        let rows = self.fetch("passkeys", OF_OWNER, &named(owner)).await?;
        rows.into_iter().map(Passkey::try_from).collect()
    }

    /// Adds a passkey; `false` if its id is taken.
    pub async fn add_passkey(&self, passkey: &Passkey) -> Result<bool, Error> {
        let values = [
            Value::Bytes(&passkey.id),
            Value::Text(passkey.owner.kind()),
            Value::Bytes(passkey.owner.id()),
            Value::Bytes(&passkey.user_handle),
            Value::Bytes(&passkey.public_key),
            Value::Text(passkey.name.as_str()),
            Value::Int(passkey.sign_count.into()),
            Value::Int(passkey.synced.into()),
            Value::Text(&passkey.method),
            Value::Int(passkey.added_at.as_second()),
        ];
        Ok(self.execute(INSERT, &values).await? == 1)
    }

    /// Records a use; `false` if the passkey is gone or was used meanwhile by one that counts likewise.
    pub async fn use_passkey(
        &self,
        passkey: &Passkey,
        sign_count: u32,
        method: &str,
        used_on: Timestamp,
    ) -> Result<bool, Error> {
        let values = [
            Value::Int(sign_count.into()),
            Value::Text(method),
            Value::Int(used_on.as_second()),
            Value::Bytes(&passkey.id),
            Value::Int(passkey.sign_count.into()),
        ];
        Ok(self.execute(USE, &values).await? == 1)
    }

    /// Removes a passkey of this owner; `false` if there is none.
    pub async fn remove_passkey(&self, id: &[u8], owner: &PasskeyOwner) -> Result<bool, Error> {
        let [kind, owner] = named(owner);
        Ok(self.execute(DELETE, &[Value::Bytes(id), kind, owner]).await? == 1)
    }

    /// Forgets every passkey of an owner.
    pub async fn forget_passkeys_of(&self, owner: &PasskeyOwner) -> Result<u64, Error> {
        self.execute(DELETE_OF_OWNER, &named(owner)).await
    }
}

fn named(owner: &PasskeyOwner) -> [Value<'_>; 2] {
    [Value::Text(owner.kind()), Value::Bytes(owner.id())]
}

impl TryFrom<Row> for Passkey {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.bytes("credential_id")?,
            owner: match row.text("owner_kind")?.as_str() {
                "certificate" => {
                    PasskeyOwner::Certificate(CertificateId::from_bytes(row.array("owner_id")?))
                }
                "officer" => PasskeyOwner::Officer(OfficerId::from_bytes(row.array("owner_id")?)),
                _ => return Err(row.corrupt("owner_kind")),
            },
            user_handle: row.bytes("user_handle")?,
            public_key: row.bytes("public_key")?,
            name: row.parsed("name")?,
            sign_count: row.int("sign_count")?.try_into().map_err(|_| row.corrupt("sign_count"))?,
            synced: row.int("synced")? == 1,
            method: row.text("method")?,
            added_at: row.instant("added_at")?,
            used_on: row.optional_instant("used_on")?,
        })
    }
}
