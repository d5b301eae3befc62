//! Places in status lists: which certificate a credential in somebody's hand rests on, and from when on it reads revoked.
//!
//! A credential does not lead here and a list does not lead to a person: only these rows tie a place to a certificate. When
//! they go with their person, the place stays, and reads revoked until the credential is over.

use jiff::{SignedDuration, Timestamp};
use rules::{CertificateId, PersonId};

use crate::{
    Authentication, Error, Tx,
    value::{Row, Value},
};

/// A status list: its number, and how many of its places were given away.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct StatusListRow {
    /// Its number, in its address.
    pub list: u32,
    /// Places given away, decoys among them.
    pub taken: u64,
}

/// A place to be taken.
#[derive(Clone, Copy, Debug)]
pub struct StatusPlace {
    /// The list.
    pub list: u32,
    /// Where in it.
    pub place: u32,
    /// Whose credential it is; none: a decoy.
    pub certificate: Option<CertificateId>,
    /// How long after a revocation it reads revoked.
    pub flip_delay: SignedDuration,
    /// From when on it reads revoked, if that is known: of a decoy.
    pub flips_at: Option<Timestamp>,
    /// When the credential is over.
    pub expires_at: Timestamp,
}

const NEWEST: &str = "SELECT list, taken FROM status_lists ORDER BY list DESC LIMIT 1";
const KNOWN: &str = "SELECT list, taken FROM status_lists WHERE list = $1";
const OPEN: &str = "
    INSERT INTO status_lists (list, taken, opened_at) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING";
const COUNT: &str = "UPDATE status_lists SET taken = taken + $1 WHERE list = $2";
const TAKE: &str = "
    INSERT INTO statuses (list, place, certificate_id, flip_delay, flips_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
const FLIP: &str = "
    UPDATE statuses SET flips_at = flip_delay + $1 WHERE certificate_id = $2 AND flips_at IS NULL";
const FLIP_OF_PERSON: &str = "
    UPDATE statuses SET flips_at = flip_delay + $1
     WHERE flips_at IS NULL
       AND certificate_id IN (SELECT certificate_id FROM certificates WHERE person_id = $2)";
const PART: &str = "
    UPDATE statuses SET certificate_id = NULL, flips_at = COALESCE(flips_at, flip_delay + $1)
     WHERE certificate_id IN (SELECT certificate_id FROM certificates WHERE person_id = $2)";
const REVOKED: &str = "SELECT place FROM statuses WHERE list = $1 AND flips_at <= $2";
const GOOD: &str = "
    SELECT COUNT(*) AS good FROM statuses
     WHERE list = $1 AND place = $2 AND flips_at IS NULL AND certificate_id IS NOT NULL AND expires_at > $3";
const HELD: &str = "
    SELECT COUNT(*) AS held FROM statuses WHERE certificate_id = $1 AND flips_at IS NULL AND expires_at > $2";
const PURGE: &str = "DELETE FROM statuses WHERE expires_at <= $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] =
    &[NEWEST, KNOWN, OPEN, COUNT, TAKE, FLIP, FLIP_OF_PERSON, PART, REVOKED, GOOD, HELD, PURGE];

impl Tx<Authentication> {
    /// The list opened last; none before the first credential.
    pub async fn newest_status_list(&self) -> Result<Option<StatusListRow>, Error> {
        const NOTHING: &[Value<'_>] = &[];
        self.fetch_one("status_lists", NEWEST, NOTHING)
            .await?
            .map(StatusListRow::try_from)
            .transpose()
    }

    /// The list of that number, if it was opened.
    pub async fn status_list(&self, list: u32) -> Result<Option<StatusListRow>, Error> {
        let row = self.fetch_one("status_lists", KNOWN, &[Value::Int(list.into())]).await?;
        row.map(StatusListRow::try_from).transpose()
    }

    /// Opens a list; `false` if somebody was faster.
    pub async fn open_status_list(&self, list: u32, now: Timestamp) -> Result<bool, Error> {
        let values = [Value::Int(list.into()), Value::Int(now.as_second())];
        Ok(self.execute(OPEN, &values).await? == 1)
    }

    /// Takes a place; `false` if it is another's.
    pub async fn take_status_place(&self, place: &StatusPlace) -> Result<bool, Error> {
        let values = [
            Value::Int(place.list.into()),
            Value::Int(place.place.into()),
            place.certificate.as_ref().map_or(Value::Null, |id| Value::Bytes(id.bytes())),
            Value::Int(place.flip_delay.as_secs()),
            place.flips_at.map(Timestamp::as_second).into(),
            Value::Int(place.expires_at.as_second()),
        ];
        Ok(self.execute(TAKE, &values).await? == 1)
    }

    /// Counts places given away.
    pub async fn count_status_places(&self, list: u32, places: u32) -> Result<bool, Error> {
        let values = [Value::Int(places.into()), Value::Int(list.into())];
        Ok(self.execute(COUNT, &values).await? == 1)
    }

    /// Is the credential at this place good? It is not from the moment of a revocation on, whenever the list will say so.
    pub async fn is_status_good(
        &self,
        list: u32,
        place: u32,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let values =
            [Value::Int(list.into()), Value::Int(place.into()), Value::Int(now.as_second())];
        let row = self.fetch_one("statuses", GOOD, &values).await?;
        Ok(row.map(|mut row| row.int("good")).transpose()? == Some(1))
    }

    /// How many credentials on this certificate are good and not over.
    pub async fn credentials_held(&self, id: CertificateId, now: Timestamp) -> Result<u64, Error> {
        let values = [Value::Bytes(id.bytes()), Value::Int(now.as_second())];
        let row = self.fetch_one("statuses", HELD, &values).await?;
        let held = row.map(|mut row| row.int("held")).transpose()?.unwrap_or(0);
        Ok(u64::try_from(held).unwrap_or(0))
    }

    /// Has the credentials on this certificate read revoked, each at its own moment.
    pub(super) async fn flip_statuses_of(
        &self,
        id: CertificateId,
        now: Timestamp,
    ) -> Result<u64, Error> {
        self.execute(FLIP, &[Value::Int(now.as_second()), Value::Bytes(id.bytes())]).await
    }

    /// The same of every certificate of a person.
    pub(super) async fn flip_statuses_of_person(
        &self,
        person: PersonId,
        now: Timestamp,
    ) -> Result<u64, Error> {
        let values = [Value::Int(now.as_second()), Value::Bytes(person.bytes())];
        self.execute(FLIP_OF_PERSON, &values).await
    }

    /// Unties a person's credentials from their certificates, before these go: what is out there reads revoked.
    pub async fn part_statuses_from(&self, person: PersonId, now: Timestamp) -> Result<u64, Error> {
        self.execute(PART, &[Value::Int(now.as_second()), Value::Bytes(person.bytes())]).await
    }

    /// The places of a list that read revoked.
    pub async fn revoked_places(&self, list: u32, now: Timestamp) -> Result<Vec<u32>, Error> {
        let values = [Value::Int(list.into()), Value::Int(now.as_second())];
        let rows = self.fetch("statuses", REVOKED, &values).await?;
        rows.into_iter().map(|mut row| number(&mut row, "place")).collect()
    }

    /// Deletes the places of credentials that are over; how many.
    pub async fn purge_statuses(&self, now: Timestamp) -> Result<u64, Error> {
        self.execute(PURGE, &[Value::Int(now.as_second())]).await
    }
}

impl TryFrom<Row> for StatusListRow {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        let list = number(&mut row, "list")?;
        let taken = u64::try_from(row.int("taken")?).map_err(|_| row.corrupt("taken"))?;
        Ok(Self { list, taken })
    }
}

fn number(row: &mut Row, column: &'static str) -> Result<u32, Error> {
    u32::try_from(row.int(column)?).map_err(|_| row.corrupt(column))
}
