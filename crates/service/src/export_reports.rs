//! What a person reported, in that person's own file.

use rules::PersonId;
use serde::Serialize;
use store::authentication::ReportRecord;

use crate::{Error, Platform};

/// One report, with the person's own words where plain identity may be told.
#[derive(Serialize)]
pub(crate) struct ExportedReport {
    client: String,
    scene: String,
    mode: String,
    asked: String,
    used_at: String,
    grievance: &'static str,
    registration: String,
    words: Option<String>,
    named: bool,
    filed_at: String,
    closed_at: Option<String>,
    finding: Option<&'static str>,
}

impl Platform {
    pub(crate) async fn export_reports(
        &self,
        person: PersonId,
        with_words: bool,
    ) -> Result<Vec<ExportedReport>, Error> {
        let reports = self.inner().store.read(async move |tx| tx.reports_of(person).await).await?;
        let mut exported = Vec::new();
        for report in reports {
            let words = if with_words && report.with_words {
                self.words_of(report.id).await?.map(|words| words.expose().to_owned())
            } else {
                None
            };
            exported.push(ExportedReport::of(report, words));
        }
        Ok(exported)
    }
}

impl ExportedReport {
    fn of(report: ReportRecord, words: Option<String>) -> Self {
        let (closed_at, finding) = report.closed.unzip();
        Self {
            client: report.client,
            scene: report.scene,
            mode: report.mode,
            asked: report.asked,
            used_at: report.used_at.to_string(),
            grievance: report.grievance.as_str(),
            registration: report.registration,
            words,
            named: report.named,
            filed_at: report.filed_at.to_string(),
            closed_at: closed_at.map(|at| at.to_string()),
            finding: finding.map(rules::report::Finding::as_str),
        }
    }
}
