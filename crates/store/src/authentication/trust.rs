//! Whom the operator trusts about travel documents: authorities and revocation lists, as they were published.

use jiff::Timestamp;

use crate::{
    Authentication, Error, Tx,
    value::{Row, Value},
};

/// What a row holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TrustKind {
    /// The certificate of a country signing authority.
    Authority,
    /// A revocation list.
    RevocationList,
}

/// One certificate or list.
#[derive(Clone, Debug)]
pub struct TrustRecord {
    /// SHA-256 of it.
    pub fingerprint: [u8; 32],
    /// What it is.
    pub kind: TrustKind,
    /// It, in DER.
    pub bytes: Vec<u8>,
    /// When the operator brought it.
    pub added_at: Timestamp,
}

const SELECT: &str = "SELECT fingerprint, kind, bytes, added_at FROM trust ORDER BY fingerprint";
const SELECT_VERSION: &str = "SELECT version FROM trust_version WHERE id = 1";
const INSERT: &str = "
    INSERT INTO trust (fingerprint, kind, bytes, added_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
const DELETE: &str = "DELETE FROM trust WHERE fingerprint = $1";
const COUNT_UP: &str = "UPDATE trust_version SET version = version + 1 WHERE id = 1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[SELECT, SELECT_VERSION, INSERT, DELETE, COUNT_UP];

impl Tx<Authentication> {
    /// Everything that is trusted.
    pub async fn trust(&self) -> Result<Vec<TrustRecord>, Error> {
        let rows = self.fetch("trust", SELECT, &[]).await?;
        rows.into_iter().map(TrustRecord::try_from).collect()
    }

    /// How often it was changed.
    pub async fn trust_version(&self) -> Result<i64, Error> {
        let row = self.fetch_one("trust_version", SELECT_VERSION, &[]).await?;
        row.map_or(Ok(0), |mut row| row.int("version"))
    }

    /// Trusts one more; `false` if it was trusted already.
    pub async fn add_trust(&self, record: &TrustRecord) -> Result<bool, Error> {
        let values = [
            Value::Bytes(&record.fingerprint),
            Value::Text(record.kind.as_str()),
            Value::Bytes(&record.bytes),
            Value::Int(record.added_at.as_second()),
        ];
        let added = self.execute(INSERT, &values).await? == 1;
        self.count_up(added).await
    }

    /// Trusts one no longer; `false` if it was not trusted.
    pub async fn remove_trust(&self, fingerprint: &[u8; 32]) -> Result<bool, Error> {
        let removed = self.execute(DELETE, &[Value::Bytes(fingerprint)]).await? == 1;
        self.count_up(removed).await
    }

    async fn count_up(&self, changed: bool) -> Result<bool, Error> {
        if changed {
            self.execute(COUNT_UP, &[]).await?;
        }
        Ok(changed)
    }
}

impl TrustKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Authority => "authority",
            Self::RevocationList => "revocation_list",
        }
    }
}

impl TryFrom<Row> for TrustRecord {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        let fingerprint = row.array("fingerprint")?;
        let kind = row.text("kind")?;
        let kind = [TrustKind::Authority, TrustKind::RevocationList]
            .into_iter()
            .find(|one| one.as_str() == kind)
            .ok_or_else(|| row.corrupt("kind"))?;
        Ok(Self {
            fingerprint,
            kind,
            bytes: row.bytes("bytes")?,
            added_at: row.instant("added_at")?,
        })
    }
}
