//! Dynamic codes: the sealed key of a certificate's code, the last step that was taken, and how often it was missed.

use jiff::Timestamp;
use rules::{CertificateId, attempts::Attempts};

use super::attempts::{attempts, recorded};
use crate::{
    Authentication, Error, Tx,
    value::{Row, Value},
};

/// What is remembered of a certificate's dynamic code.
#[derive(Clone, Debug)]
pub struct DynamicCodeRecord {
    /// Whose code it is.
    pub certificate: CertificateId,
    /// The key, sealed.
    pub sealed_key: Vec<u8>,
    /// The last step whose code was taken.
    pub last_step: i64,
    /// Tries that failed.
    pub attempts: Attempts,
    /// When the device was given the key.
    pub given_at: Timestamp,
}

const SELECT: &str = "
    SELECT certificate_id, sealed_key, last_step, failed_tries, retry_at, given_at
      FROM dynamic_codes WHERE certificate_id = $1";
// A new key takes the old one's place; what was tried and what was used stays.
const PUT: &str = "
    INSERT INTO dynamic_codes (certificate_id, sealed_key, last_step, failed_tries, given_at)
    VALUES ($1, $2, 0, 0, $3)
    ON CONFLICT (certificate_id) DO UPDATE SET sealed_key = excluded.sealed_key, given_at = excluded.given_at";
const RECORD_TRY: &str = "
    UPDATE dynamic_codes SET failed_tries = $1, retry_at = $2
     WHERE certificate_id = $3 AND failed_tries = $4";
const ACCEPT: &str = "
    UPDATE dynamic_codes SET last_step = $1, failed_tries = 0, retry_at = NULL
     WHERE certificate_id = $2 AND sealed_key = $3 AND last_step < $4";
const DELETE: &str = "DELETE FROM dynamic_codes WHERE certificate_id = $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[SELECT, PUT, RECORD_TRY, ACCEPT, DELETE];

impl Tx<Authentication> {
    /// What is remembered of a certificate's dynamic code.
    pub async fn dynamic_code(
        &self,
        certificate: CertificateId,
    ) -> Result<Option<DynamicCodeRecord>, Error> {
        let row =
            self.fetch_one("dynamic_codes", SELECT, &[Value::Bytes(certificate.bytes())]).await?;
        row.map(DynamicCodeRecord::try_from).transpose()
    }

    /// Gives a certificate's code this key, in place of an older one.
    pub async fn put_dynamic_code(
        &self,
        certificate: CertificateId,
        sealed_key: &[u8],
        now: Timestamp,
    ) -> Result<(), Error> {
        let values = [
            Value::Bytes(certificate.bytes()),
            Value::Bytes(sealed_key),
            Value::Int(now.as_second()),
        ];
        self.execute(PUT, &values).await.map(drop)
    }

    /// Counts a try; `false` if another was counted meanwhile.
    pub async fn record_code_try(
        &self,
        certificate: CertificateId,
        before: &Attempts,
        after: &Attempts,
    ) -> Result<bool, Error> {
        Ok(self.execute(RECORD_TRY, &recorded(&certificate, before, after)).await? == 1)
    }

    /// Takes the code of a step made with this key; `false` if that step's or a later one's was taken, or the key is
    /// another now.
    pub async fn accept_code(&self, code: &DynamicCodeRecord, step: i64) -> Result<bool, Error> {
        let values = [
            Value::Int(step),
            Value::Bytes(code.certificate.bytes()),
            Value::Bytes(&code.sealed_key),
            Value::Int(step),
        ];
        Ok(self.execute(ACCEPT, &values).await? == 1)
    }

    /// Forgets the dynamic code of a certificate.
    pub async fn forget_dynamic_code_of(&self, certificate: CertificateId) -> Result<u64, Error> {
        self.execute(DELETE, &[Value::Bytes(certificate.bytes())]).await
    }
}

impl TryFrom<Row> for DynamicCodeRecord {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            certificate: CertificateId::from_bytes(row.array("certificate_id")?),
            sealed_key: row.bytes("sealed_key")?,
            last_step: row.int("last_step")?,
            attempts: attempts(&mut row)?,
            given_at: row.instant("given_at")?,
        })
    }
}
