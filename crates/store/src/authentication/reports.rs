//! Reports of relying parties. Who filed one stands in the row, to bound and to forget; no operator's view reads it.

use jiff::Timestamp;
use rules::{
    EventId, PersonId, ReportId,
    report::{Finding, Grievance},
};

use crate::{
    Authentication, Error, Tx,
    value::{Row, Value},
};

/// A report.
#[derive(Clone, Debug)]
pub struct ReportRecord {
    /// Its id, time-ordered by the minute.
    pub id: ReportId,
    /// Who filed it.
    pub person: PersonId,
    /// Whose use it was, if not the reporter's: a child's, whose guardian reports.
    pub child: Option<PersonId>,
    /// About which use.
    pub event: EventId,
    /// At which client.
    pub client: String,
    /// In which scene.
    pub scene: String,
    /// In which mode, as its `acr` value.
    pub mode: String,
    /// What the person was asked to have told, as the consent names it.
    pub asked: String,
    /// When it was used, to the minute.
    pub used_at: Timestamp,
    /// What happened.
    pub grievance: Grievance,
    /// The scene as it was registered then, as JSON.
    pub registration: String,
    /// Whether the person wrote something beside.
    pub with_words: bool,
    /// Whether the person lets the operator know who it is.
    pub named: bool,
    /// When it was filed, to the minute.
    pub filed_at: Timestamp,
    /// When it was closed, and what was found.
    pub closed: Option<(Timestamp, Finding)>,
}

const SELECT: &str = "
    SELECT report_id, person_id, child_id, event_id, client_id, scene, mode, asked, used_at, grievance, registration, with_words,
           named, filed_at, closed_at, finding
      FROM reports WHERE report_id = $1";
const OF_PERSON: &str = "
    SELECT report_id, person_id, child_id, event_id, client_id, scene, mode, asked, used_at, grievance, registration, with_words,
           named, filed_at, closed_at, finding
      FROM reports WHERE person_id = $1 ORDER BY report_id DESC";
const OF_CHILD: &str = "
    SELECT report_id, person_id, child_id, event_id, client_id, scene, mode, asked, used_at, grievance, registration, with_words,
           named, filed_at, closed_at, finding
      FROM reports WHERE child_id = $1 ORDER BY report_id DESC";
const LATEST: &str = "
    SELECT report_id, person_id, child_id, event_id, client_id, scene, mode, asked, used_at, grievance, registration, with_words,
           named, filed_at, closed_at, finding
      FROM reports ORDER BY report_id DESC LIMIT $1";
const OPEN: &str = "
    SELECT report_id, person_id, child_id, event_id, client_id, scene, mode, asked, used_at, grievance, registration, with_words,
           named, filed_at, closed_at, finding
      FROM reports WHERE closed_at IS NULL ORDER BY report_id DESC LIMIT $1";
const OF_CLIENT: &str = "
    SELECT grievance, COUNT(*), SUM(CASE WHEN finding = 'upheld' THEN 1 ELSE 0 END)
      FROM reports WHERE client_id = $1 AND filed_at < $2 GROUP BY grievance ORDER BY grievance";
const INSERT: &str = "
    INSERT INTO reports (report_id, person_id, child_id, event_id, client_id, scene, mode, asked, used_at, grievance,
                         registration, with_words, named, filed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING";
const CLOSE: &str =
    "UPDATE reports SET closed_at = $1, finding = $2 WHERE report_id = $3 AND closed_at IS NULL";
const OVER: &str = "
    SELECT report_id FROM reports WHERE closed_at <= $1 OR filed_at <= $2 ORDER BY report_id LIMIT $3";
const DELETE: &str = "DELETE FROM reports WHERE report_id = $1";
const DELETE_OF_PERSON: &str = "DELETE FROM reports WHERE person_id = $1 OR child_id = $1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[
    SELECT,
    OF_PERSON,
    OF_CHILD,
    LATEST,
    OPEN,
    OF_CLIENT,
    INSERT,
    CLOSE,
    OVER,
    DELETE,
    DELETE_OF_PERSON,
];

impl Tx<Authentication> {
    /// The report with this id.
    pub async fn report(&self, id: ReportId) -> Result<Option<ReportRecord>, Error> {
        let row = self.fetch_one("reports", SELECT, &[Value::Bytes(id.bytes())]).await?;
        row.map(ReportRecord::try_from).transpose()
    }

    /// What a person reported, newest first.
    pub async fn reports_of(&self, person: PersonId) -> Result<Vec<ReportRecord>, Error> {
        let rows = self.fetch("reports", OF_PERSON, &[Value::Bytes(person.bytes())]).await?;
        rows.into_iter().map(ReportRecord::try_from).collect()
    }

    /// What guardians reported of a child's uses, newest first.
    pub async fn reports_of_child(&self, child: PersonId) -> Result<Vec<ReportRecord>, Error> {
        let rows = self.fetch("reports", OF_CHILD, &[Value::Bytes(child.bytes())]).await?;
        rows.into_iter().map(ReportRecord::try_from).collect()
    }

    /// The latest reports, newest first, at most `most`: the open ones, or also those that are closed.
    pub async fn latest_reports(
        &self,
        closed_too: bool,
        most: u32,
    ) -> Result<Vec<ReportRecord>, Error> {
        let statement = if closed_too { LATEST } else { OPEN };
        let rows = self.fetch("reports", statement, &[Value::Int(most.into())]).await?;
        rows.into_iter().map(ReportRecord::try_from).collect()
    }

    /// How often each thing was reported of a client before `until`, and how often it was found to be so.
    pub async fn reports_about(
        &self,
        client: &str,
        until: Timestamp,
    ) -> Result<Vec<(Grievance, i64, i64)>, Error> {
        let values = [Value::Text(client), Value::Int(until.as_second())];
        let rows = self.fetch("reports", OF_CLIENT, &values).await?;
        let counted =
            |mut row: Row| Ok((row.parsed("grievance")?, row.int("count")?, row.int("upheld")?));
        rows.into_iter().map(counted).collect()
    }

    /// Adds a report; `false` if this use was reported before.
    pub async fn add_report(&self, report: &ReportRecord) -> Result<bool, Error> {
        let values = [
            Value::Bytes(report.id.bytes()),
            Value::Bytes(report.person.bytes()),
            report.child.as_ref().map_or(Value::Null, |child| Value::Bytes(child.bytes())),
            Value::Bytes(report.event.bytes()),
            Value::Text(&report.client),
            Value::Text(&report.scene),
            Value::Text(&report.mode),
            Value::Text(&report.asked),
            Value::Int(report.used_at.as_second()),
            Value::Text(report.grievance.as_str()),
            Value::Text(&report.registration),
            Value::Int(report.with_words.into()),
            Value::Int(report.named.into()),
            Value::Int(report.filed_at.as_second()),
        ];
        Ok(self.execute(INSERT, &values).await? == 1)
    }

    /// Closes a report; `false` if there is none or it was closed.
    pub async fn close_report(
        &self,
        id: ReportId,
        finding: Finding,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let values =
            [Value::Int(now.as_second()), Value::Text(finding.as_str()), Value::Bytes(id.bytes())];
        Ok(self.execute(CLOSE, &values).await? == 1)
    }

    /// Reports closed before one time or filed before the other, at most `most`.
    pub async fn reports_over(
        &self,
        closed_before: Timestamp,
        filed_before: Timestamp,
        most: u32,
    ) -> Result<Vec<ReportId>, Error> {
        let values = [
            Value::Int(closed_before.as_second()),
            Value::Int(filed_before.as_second()),
            Value::Int(most.into()),
        ];
        let rows = self.fetch("reports", OVER, &values).await?;
        rows.into_iter().map(|mut row| Ok(ReportId::from_bytes(row.array("report_id")?))).collect()
    }

    /// Forgets a report; how many rows.
    pub async fn forget_report(&self, id: ReportId) -> Result<u64, Error> {
        self.execute(DELETE, &[Value::Bytes(id.bytes())]).await
    }

    /// Forgets every report of a person who left, and every one about a use of theirs.
    pub async fn forget_reports_of(&self, person: PersonId) -> Result<u64, Error> {
        self.execute(DELETE_OF_PERSON, &[Value::Bytes(person.bytes())]).await
    }
}

impl TryFrom<Row> for ReportRecord {
    type Error = Error;

    fn try_from(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: ReportId::from_bytes(row.array("report_id")?),
            person: PersonId::from_bytes(row.array("person_id")?),
            child: row.optional_array("child_id")?.map(PersonId::from_bytes),
            event: EventId::from_bytes(row.array("event_id")?),
            client: row.text("client_id")?,
            scene: row.text("scene")?,
            mode: row.text("mode")?,
            asked: row.text("asked")?,
            used_at: row.instant("used_at")?,
            grievance: row.parsed("grievance")?,
            registration: row.text("registration")?,
            with_words: row.int("with_words")? == 1,
            named: row.int("named")? == 1,
            filed_at: row.instant("filed_at")?,
            closed: {
                let at = row.optional_instant("closed_at")?;
                let finding = row.optional_text("finding")?;
                match (at, finding.map(|word| word.parse())) {
                    (None, None) => None,
                    (Some(at), Some(Ok(finding))) => Some((at, finding)),
                    _ => return Err(row.corrupt("finding")),
                }
            },
        })
    }
}
