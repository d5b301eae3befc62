//! The operator reads what persons reported, and closes it. Who reported is not told, unless the person said it may be.

use formats::mac::sha256;
use jiff::{SignedDuration, Timestamp, civil::Date};
use protocol::oauth::{
    Carried, OwnScope,
    bearer::{BearerError, Presented},
};
use rules::{
    OfficerId, ReportId,
    report::{Finding, Grievance, ReportWords, TOLD_FROM},
    retention,
};
use store::{
    Authentication, Tx, Vault,
    authentication::{OverAsking, Person, ReportRecord, StaffAct},
};

use crate::{Error, Platform, Refusal, report::words_context, trust::answered_for, vault};

/// A report, as the operator sees it.
#[derive(Clone, Debug)]
pub struct ReportSeen {
    /// Its id.
    pub id: ReportId,
    /// The client it is about.
    pub client: String,
    /// In which scene.
    pub scene: String,
    /// In which mode.
    pub mode: String,
    /// What was asked to be told.
    pub asked: String,
    /// When it was used, to the minute.
    pub used_at: Timestamp,
    /// What happened.
    pub grievance: Grievance,
    /// The scene as it was registered then, as JSON.
    pub registration: String,
    /// Whether there are words beside.
    pub with_words: bool,
    /// The net number of who reported, where the person lets the operator know.
    pub by: Option<rules::NetNumber>,
    /// When it was filed, to the minute.
    pub filed_at: Timestamp,
    /// When it was closed, and what was found.
    pub closed: Option<(Timestamp, Finding)>,
}

/// How often one thing was reported of a client, and found to be so.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ReportCount {
    /// What.
    pub grievance: Grievance,
    /// How often.
    pub times: i64,
    /// How often it was found to be so.
    pub upheld: i64,
}

/// What a relying party is told of what was reported of it.
#[derive(Clone, Debug)]
pub struct ReportsTold {
    /// Reports of this day and later are not counted: the first of the month.
    pub until: Date,
    /// What was reported often enough to be told.
    pub counts: Vec<ReportCount>,
}

/// Where a relying party asks for it.
const REPORTS_PATH: &str = "/reports";

/// Reports and counts shown in one go.
const SHOWN: u32 = 500;

/// How far back over-asking is shown.
const OVER_ASKING_SHOWN: SignedDuration = SignedDuration::from_hours(24 * 30);

impl Platform {
    /// The latest reports, the open ones or all.
    pub async fn reports(&self, closed_too: bool) -> Result<Vec<ReportSeen>, Error> {
        let latest =
            async move |tx: &Tx<Authentication>| tx.latest_reports(closed_too, SHOWN).await;
        let reports = self.inner().store.read(latest).await?;
        // A list names nobody, not even who agreed to it: that is for whoever looks at one.
        Ok(reports.into_iter().map(|report| ReportSeen::of(report, None)).collect())
    }

    /// One report.
    pub async fn report_seen(&self, id: ReportId) -> Result<ReportSeen, Error> {
        let (report, person) = self
            .inner()
            .store
            .read(async move |tx| {
                let report = tx.report(id).await?.ok_or(Refusal::ReportUnknown)?;
                let person = if report.named { tx.person(report.person).await? } else { None };
                Ok::<_, Error>((report, person))
            })
            .await?;
        let by = match person {
            Some(Person::Enrolled { net_number, .. }) => Some(net_number),
            _ => None,
        };
        Ok(ReportSeen::of(report, by))
    }

    /// What the person wrote beside. The staff log says that somebody looked before they do.
    pub async fn report_words(
        &self,
        id: ReportId,
        by: OfficerId,
    ) -> Result<Option<ReportWords>, Error> {
        let entry = self.staff_entry(by, StaffAct::ReportOpened, digest(id), self.now());
        self.inner()
            .store
            .write("open a report's words", async move |tx| {
                answered_for(tx, by).await?;
                tx.report(id).await?.ok_or(Refusal::ReportUnknown)?;
                Ok::<_, Error>(tx.add_staff_entry(&entry).await?)
            })
            .await?;
        self.words_of(id).await
    }

    /// The words of a report, opened; `None` where there are none, or their person left.
    pub(crate) async fn words_of(&self, id: ReportId) -> Result<Option<ReportWords>, Error> {
        let keys = self.keys();
        self.inner()
            .vault
            .read(async move |tx: &Tx<Vault>| {
                let Some((person, sealed)) = tx.report_words(id).await? else { return Ok(None) };
                let Some(key) = vault::data_key(tx, &keys, person).await? else { return Ok(None) };
                let plain = key
                    .open(&words_context(id), &sealed)
                    .map_err(|cause| Error::fault("opening a report's words", cause))?;
                let words = str::from_utf8(plain.expose())
                    .map_err(|cause| Error::fault("reading a report's words", cause))?;
                let words = words.parse().map_err(Error::from);
                words.map(Some)
            })
            .await
    }

    /// Closes a report with what was found.
    pub async fn close_report(
        &self,
        id: ReportId,
        finding: Finding,
        by: OfficerId,
    ) -> Result<(), Error> {
        let now = self.now();
        let entry = self.staff_entry(by, StaffAct::ReportClosed, digest(id), now);
        self.inner()
            .store
            .write("close a report", async move |tx| {
                answered_for(tx, by).await?;
                if !tx.close_report(id, finding, now).await? {
                    return Err(Error::from(Refusal::ReportUnknown));
                }
                Ok(tx.add_staff_entry(&entry).await?)
            })
            .await
    }

    /// What was reported of a relying party, for itself; the inner error is the bearer's (RFC 6750 §3).
    ///
    /// Whole months, and nothing that was reported fewer than [`TOLD_FROM`] times: whoever asks every minute does not learn
    /// after whose visit a number grew.
    pub async fn reports_told(
        &self,
        presented: Presented<'_>,
        carried: Carried<'_>,
    ) -> Result<Result<ReportsTold, BearerError>, Error> {
        let here = ("GET", REPORTS_PATH);
        let by = match self.on_its_own_behalf(presented, here, OwnScope::Reports, carried).await? {
            Ok(by) => by,
            Err(error) => return Ok(Err(error)),
        };
        let until = self.today().first_of_month();
        let midnight = until
            .to_zoned(self.settings().time_zone.clone())
            .map_err(|cause| Error::fault("reckoning a month", cause))?;
        let mut counts = self.reports_about(by.client.id.as_str(), midnight.timestamp()).await?;
        counts.retain(|count| count.times >= TOLD_FROM);
        Ok(Ok(ReportsTold { until, counts }))
    }

    /// What was reported of a client before `until`: counts and kinds, which are all a relying party learns of it.
    pub async fn reports_about(
        &self,
        client: &str,
        until: Timestamp,
    ) -> Result<Vec<ReportCount>, Error> {
        let client = client.to_owned();
        let counts =
            self.inner().store.read(async move |tx| tx.reports_about(&client, until).await).await?;
        let count = |(grievance, times, upheld)| ReportCount { grievance, times, upheld };
        Ok(counts.into_iter().map(count).collect())
    }

    /// What clients asked lately that they were told not to ask.
    pub async fn over_asking(&self) -> Result<Vec<OverAsking>, Error> {
        let since = self.now() - OVER_ASKING_SHOWN;
        let latest = async move |tx: &Tx<Authentication>| tx.over_asking_since(since, SHOWN).await;
        Ok(self.inner().store.read(latest).await?)
    }

    /// Forgets reports and counts when their time is over; how many rows.
    pub(crate) async fn purge_reports(&self, now: Timestamp) -> Result<u64, Error> {
        let before = |kept: std::time::Duration| {
            SignedDuration::try_from(kept)
                .map(|kept| now - kept)
                .map_err(|cause| Error::fault("reckoning a lifetime", cause))
        };
        let closed = before(retention::REPORT_CLOSED)?;
        let filed = before(retention::REPORT)?;
        // The words first: a report without its words can still be found, words without their report could not.
        let over = async move |tx: &Tx<Authentication>| tx.reports_over(closed, filed, SHOWN).await;
        let over = self.inner().store.read(over).await?;
        let ids = over.clone();
        let words = async move |tx: &Tx<Vault>| {
            for id in &ids {
                tx.forget_report_words(*id).await?;
            }
            tx.purge_report_words(filed).await
        };
        let gone = self.inner().vault.write("purge words", words).await?;
        let on_plane = async move |tx: &Tx<Authentication>| {
            let mut gone = tx.purge_over_asking(closed).await?;
            for id in &over {
                gone += tx.forget_report(*id).await?;
            }
            Ok::<_, Error>(gone)
        };
        Ok(gone + self.inner().store.write("purge reports", on_plane).await?)
    }
}

impl ReportSeen {
    fn of(report: ReportRecord, by: Option<rules::NetNumber>) -> Self {
        Self {
            id: report.id,
            client: report.client,
            scene: report.scene,
            mode: report.mode,
            asked: report.asked,
            used_at: report.used_at,
            grievance: report.grievance,
            registration: report.registration,
            with_words: report.with_words,
            by,
            filed_at: report.filed_at,
            closed: report.closed,
        }
    }
}

/// What the staff log keeps of which report it was.
fn digest(id: ReportId) -> [u8; 32] {
    sha256(id.to_string().as_bytes())
}
