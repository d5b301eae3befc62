//! Recovery sheets: the public half of a key that exists on paper only. One in force per certificate.

use jiff::Timestamp;
use rules::CertificateId;

use crate::{
    Authentication, Error, Tx,
    value::{Row, Value},
};

/// A sheet as remembered.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// SHA-256 of the public key.
    pub id: [u8; 32],
    /// The certificate it speaks for.
    pub certificate: CertificateId,
    /// The public key, Ed25519.
    pub public_key: [u8; 32],
    /// When it was made.
    pub made_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

const SELECT: &str = "
    SELECT sheet_id, certificate_id, public_key, made_at, revoked_at FROM sheets WHERE sheet_id = $1";
const OF_CERTIFICATE: &str = "
    SELECT sheet_id, certificate_id, public_key, made_at, revoked_at
      FROM sheets WHERE certificate_id = $1 ORDER BY made_at DESC";
const INSERT: &str = "
    INSERT INTO sheets (sheet_id, certificate_id, public_key, made_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING";
const REVOKE: &str = "
    UPDATE sheets SET revoked_at = $1 WHERE certificate_id = $2 AND revoked_at IS NULL";
const DELETE: &str = "DELETE FROM sheets WHERE certificate_id = $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[SELECT, OF_CERTIFICATE, INSERT, REVOKE, DELETE];

impl Tx<Authentication> {
    /// The sheet with this id.
    pub async fn sheet(&self, id: &[u8; 32]) -> Result<Option<Sheet>, Error> {
        let row = self.fetch_one("sheets", SELECT, &[Value::Bytes(id)]).await?;
        row.map(Sheet::try_from).transpose()
    }

    /// Every sheet a certificate ever had, newest first.
    pub async fn sheets_of(&self, certificate: CertificateId) -> Result<Vec<Sheet>, Error> {
        let rows =
            self.fetch("sheets", OF_CERTIFICATE, &[Value::Bytes(certificate.bytes())]).await?;
        rows.into_iter().map(Sheet::try_from).collect()
    }

    /// Adds a sheet; `false` if the key is known or another sheet is in force.
    pub async fn add_sheet(&self, sheet: &Sheet) -> Result<bool, Error> {
        let values = [
            Value::Bytes(&sheet.id),
            Value::Bytes(sheet.certificate.bytes()),
            Value::Bytes(&sheet.public_key),
            Value::Int(sheet.made_at.as_second()),
        ];
        Ok(self.execute(INSERT, &values).await? == 1)
    }

    /// Revokes the sheet in force; `false` if there is none.
    pub async fn revoke_sheet_of(
        &self,
        certificate: CertificateId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let values = [Value::Int(now.as_second()), Value::Bytes(certificate.bytes())];
        Ok(self.execute(REVOKE, &values).await? == 1)
    }

    /// Forgets the sheets of a certificate.
    pub async fn forget_sheets_of(&self, certificate: CertificateId) -> Result<u64, Error> {
        self.execute(DELETE, &[Value::Bytes(certificate.bytes())]).await
    }
}

impl TryFrom<Row> for Sheet {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.array("sheet_id")?,
            certificate: CertificateId::from_bytes(row.array("certificate_id")?),
            public_key: row.array("public_key")?,
            made_at: row.instant("made_at")?,
            revoked_at: row.optional_instant("revoked_at")?,
        })
    }
}
