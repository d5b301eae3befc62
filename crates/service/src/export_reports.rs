//! What a person reported, and what guardians reported of a child's uses, in that person's own file.

use rules::{PersonId, age::today};
use serde::Serialize;
use store::authentication::ReportRecord;

use crate::{Error, Platform};

/// One report, with the person's own words where plain identity may be told.
#[derive(Serialize)]
pub(crate) struct ExportedReport {
    #[serde(flatten)]
    about: ExportedUse,
    grievance: &'static str,
    words: Option<String>,
    named: bool,
    filed_at: String,
    closed_at: Option<String>,
    finding: Option<&'static str>,
}

/// What a report is about, as far as whoever reads this file may see it.
#[derive(Serialize)]
#[serde(untagged)]
enum ExportedUse {
    /// A use of the person's own.
    Own {
        client: String,
        scene: String,
        mode: String,
        asked: String,
        used_at: String,
        registration: String,
        /// Whether it was a guardian who reported it.
        by_guardian: bool,
    },
    /// A child's: where and on which day, as on the guardian's page.
    OfChild { organisation: Option<String>, used_on: String },
}

impl Platform {
    pub(crate) async fn export_reports(
        &self,
        person: PersonId,
        with_words: bool,
    ) -> Result<Vec<ExportedReport>, Error> {
        let both = async move |tx: &store::Tx<store::Authentication>| {
            tokio::try_join!(tx.reports_of(person), tx.reports_of_child(person))
        };
        let (filed, of_child) = self.inner().store.read(both).await?;
        let mut exported = Vec::new();
        for report in filed {
            let words = if with_words && report.with_words {
                self.words_of(report.id).await?.map(|words| words.expose().to_owned())
            } else {
                None
            };
            let about = match report.child {
                Some(_) => self.exported_use_of_child(&report).await?,
                None => ExportedUse::own(&report, false),
            };
            exported.push(ExportedReport::of(&report, about, words));
        }
        let own = |report: &ReportRecord| {
            let about = ExportedUse::own(report, true);
            ExportedReport { named: false, ..ExportedReport::of(report, about, None) }
        };
        exported.extend(of_child.iter().map(own));
        Ok(exported)
    }

    async fn exported_use_of_child(&self, report: &ReportRecord) -> Result<ExportedUse, Error> {
        let client = report.client.clone();
        let client = self.inner().store.read(async move |tx| tx.client(&client).await).await?;
        Ok(ExportedUse::OfChild {
            organisation: client.map(|client| client.organisation.to_string()),
            used_on: today(report.used_at, &self.settings().time_zone).to_string(),
        })
    }
}

impl ExportedUse {
    fn own(report: &ReportRecord, by_guardian: bool) -> Self {
        Self::Own {
            client: report.client.clone(),
            scene: report.scene.clone(),
            mode: report.mode.clone(),
            asked: report.asked.clone(),
            used_at: report.used_at.to_string(),
            registration: report.registration.clone(),
            by_guardian,
        }
    }
}

impl ExportedReport {
    fn of(report: &ReportRecord, about: ExportedUse, words: Option<String>) -> Self {
        let (closed_at, finding) = report.closed.unzip();
        Self {
            about,
            grievance: report.grievance.as_str(),
            words,
            named: report.named,
            filed_at: report.filed_at.to_string(),
            closed_at: closed_at.map(|at| at.to_string()),
            finding: finding.map(rules::report::Finding::as_str),
        }
    }
}
