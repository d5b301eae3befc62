//! Plain identity agreed to and told: to whom, why and of which kinds. Of the identity itself, nothing.

use jiff::Timestamp;
use rules::{CertificateId, DisclosureId, NoticeVersion, OrganisationCode, PersonId, PlainKind};

use crate::{
    Authentication, Error, Tx,
    value::{Row, Value},
};

/// A person's consent to tell plain identity, once, and whether it was told.
#[derive(Clone, Debug)]
pub struct PlainDisclosure {
    /// Its id, time-ordered.
    pub id: DisclosureId,
    /// Whose.
    pub person: PersonId,
    /// The certificate it was agreed to with.
    pub certificate: CertificateId,
    /// To whom.
    pub organisation: OrganisationCode,
    /// To which of its clients.
    pub client: String,
    /// In which scene.
    pub scene: String,
    /// On which law, in the words the person read.
    pub law: String,
    /// Which kinds.
    pub kinds: Vec<PlainKind>,
    /// The text agreed to.
    pub notice: NoticeVersion,
    /// When it was agreed to.
    pub agreed_at: Timestamp,
    /// Until when it may be fetched.
    pub fetchable_until: Timestamp,
    /// When it was told, to the minute.
    pub told_at: Option<Timestamp>,
}

const SELECT: &str = "
    SELECT disclosure_id, person_id, certificate_id, organisation, client_id, scene, law, kinds, notice_version,
           agreed_at, fetchable_until, told_at
      FROM plain_disclosures WHERE disclosure_id = $1";
const OF_PERSON: &str = "
    SELECT disclosure_id, person_id, certificate_id, organisation, client_id, scene, law, kinds, notice_version,
           agreed_at, fetchable_until, told_at
      FROM plain_disclosures WHERE person_id = $1 ORDER BY disclosure_id DESC";
const INSERT: &str = "
    INSERT INTO plain_disclosures (disclosure_id, person_id, certificate_id, organisation, client_id, scene, law, kinds,
                                   notice_version, agreed_at, fetchable_until)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const TELL: &str = "
    UPDATE plain_disclosures SET told_at = $1
     WHERE disclosure_id = $2 AND told_at IS NULL AND fetchable_until > $3";
const PURGE: &str = "DELETE FROM plain_disclosures WHERE agreed_at < $1";
const DELETE_OF_PERSON: &str = "DELETE FROM plain_disclosures WHERE person_id = $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[SELECT, OF_PERSON, INSERT, TELL, PURGE, DELETE_OF_PERSON];

impl Tx<Authentication> {
    /// The disclosure with this id.
    pub async fn plain_disclosure(
        &self,
        id: DisclosureId,
    ) -> Result<Option<PlainDisclosure>, Error> {
        let row = self.fetch_one("plain_disclosures", SELECT, &[Value::Bytes(id.bytes())]).await?;
        row.map(PlainDisclosure::try_from).transpose()
    }

    /// A person's, newest first.
    pub async fn plain_disclosures_of(
        &self,
        person: PersonId,
    ) -> Result<Vec<PlainDisclosure>, Error> {
        let rows =
            self.fetch("plain_disclosures", OF_PERSON, &[Value::Bytes(person.bytes())]).await?;
        rows.into_iter().map(PlainDisclosure::try_from).collect()
    }

    /// Adds what a person has just agreed to.
    pub async fn add_plain_disclosure(&self, disclosure: &PlainDisclosure) -> Result<(), Error> {
        let kinds: Vec<_> = disclosure.kinds.iter().map(|kind| kind.as_str()).collect();
        let kinds = kinds.join(" ");
        let values = [
            Value::Bytes(disclosure.id.bytes()),
            Value::Bytes(disclosure.person.bytes()),
            Value::Bytes(disclosure.certificate.bytes()),
            Value::Text(disclosure.organisation.as_str()),
            Value::Text(&disclosure.client),
            Value::Text(&disclosure.scene),
            Value::Text(&disclosure.law),
            Value::Text(&kinds),
            Value::Int(disclosure.notice.0.into()),
            Value::Int(disclosure.agreed_at.as_second()),
            Value::Int(disclosure.fetchable_until.as_second()),
        ];
        self.execute(INSERT, &values).await.map(drop)
    }

    /// Writes that it is told; `false` if it was told before, or nobody came in time.
    pub async fn tell_plain(
        &self,
        id: DisclosureId,
        told_at: Timestamp,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let values = [
            Value::Int(told_at.as_second()),
            Value::Bytes(id.bytes()),
            Value::Int(now.as_second()),
        ];
        Ok(self.execute(TELL, &values).await? == 1)
    }

    /// Deletes what was agreed to before `before`; how many.
    pub async fn purge_plain_disclosures(&self, before: Timestamp) -> Result<u64, Error> {
        self.execute(PURGE, &[Value::Int(before.as_second())]).await
    }

    /// Forgets those of a person who left.
    pub async fn forget_plain_disclosures_of(&self, person: PersonId) -> Result<u64, Error> {
        self.execute(DELETE_OF_PERSON, &[Value::Bytes(person.bytes())]).await
    }
}

impl TryFrom<Row> for PlainDisclosure {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: DisclosureId::from_bytes(row.array("disclosure_id")?),
            person: PersonId::from_bytes(row.array("person_id")?),
            certificate: CertificateId::from_bytes(row.array("certificate_id")?),
            organisation: row.parsed("organisation")?,
            client: row.text("client_id")?,
            scene: row.text("scene")?,
            law: row.text("law")?,
            kinds: {
                let kinds = row.text("kinds")?;
                kinds
                    .split_whitespace()
                    .map(str::parse)
                    .collect::<Result<_, _>>()
                    .map_err(|_| row.corrupt("kinds"))?
            },
            notice: {
                let version = row.int("notice_version")?;
                NoticeVersion(version.try_into().map_err(|_| row.corrupt("notice_version"))?)
            },
            agreed_at: row.instant("agreed_at")?,
            fetchable_until: row.instant("fetchable_until")?,
            told_at: row.optional_instant("told_at")?,
        })
    }
}
