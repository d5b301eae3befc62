//! `yinzheng report`: what persons reported of relying parties, for whoever supervises them. Who reported is never shown,
//! unless the person said that it may be.

use clap::{Args, Subcommand};
use rules::report::Finding;
use rules::{NetNumber, OfficerId, ReportId};
use service::{OPERATOR, Platform, ReportSeen};

use super::{CliError, ConfigFile};
use crate::assemble::{Schema, assemble};

#[derive(Debug, Subcommand)]
pub(super) enum ReportCommand {
    /// List what is open: id, when filed, what, client, scene; and what clients asked that they may not
    List(List),
    /// Print one report with its evidence
    Show(Show),
    /// Close a report with what was found; the person sees it
    Close(Close),
}

#[derive(Args, Debug)]
pub(super) struct List {
    /// Also those that are closed
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    file: ConfigFile,
}

#[derive(Args, Debug)]
pub(super) struct Show {
    /// The report's id, as `list` shows it
    id: String,
    /// Also what the person wrote: it may tell who somebody is. The staff log has that it was read
    #[arg(long)]
    open_words: bool,
    /// The officer who answers for it, by the id that `yinzheng officer list` shows; else the operator
    #[arg(long, value_name = "OFFICER")]
    by: Option<String>,
    #[command(flatten)]
    file: ConfigFile,
}

#[derive(Args, Debug)]
pub(super) struct Close {
    /// The report's id, as `list` shows it
    id: String,
    /// What was found: upheld or dismissed
    finding: Finding,
    /// The officer who answers for it; else the operator
    #[arg(long, value_name = "OFFICER")]
    by: Option<String>,
    #[command(flatten)]
    file: ConfigFile,
}

impl ReportCommand {
    pub(super) async fn run(self) -> Result<(), CliError> {
        match self {
            Self::List(list) => list.run().await,
            Self::Show(show) => show.run().await,
            Self::Close(close) => close.run().await,
        }
    }
}

impl List {
    async fn run(self) -> Result<(), CliError> {
        let platform = platform(&self.file).await?;
        let reports = platform.reports(self.all).await?;
        for report in &reports {
            println!(
                "{}  {}  {:<9}  {:<14}  {}  {}",
                report.id,
                report.filed_at.strftime("%F"),
                state(report),
                report.grievance.as_str(),
                report.client,
                report.scene
            );
        }
        println!("{} reports", reports.len());
        let over_asking = platform.over_asking().await?;
        if !over_asking.is_empty() {
            println!();
            println!("asked, and proved to have asked, what may not be asked, in thirty days:");
        }
        for asked in over_asking {
            println!(
                "{}  {:>6} times  {:<20}  {}  {}",
                asked.day.strftime("%F"),
                asked.times,
                asked.rule,
                asked.client,
                asked.scene
            );
        }
        Ok(())
    }
}

impl Show {
    async fn run(self) -> Result<(), CliError> {
        let (platform, id, by) = (platform(&self.file).await?, id(&self.id)?, by(self.by)?);
        let report = platform.report_seen(id).await?;
        println!("report         {}", report.id);
        println!("state          {}", state(&report));
        println!("filed          {}", report.filed_at.strftime("%F %H:%MZ"));
        println!("what           {}", report.grievance.as_str());
        println!("against        {}", report.grievance.article().unwrap_or("-"));
        println!("client         {}", report.client);
        println!("scene          {}", report.scene);
        println!("used           {}", report.used_at.strftime("%F %H:%MZ"));
        println!("mode           {}", report.mode);
        println!("asked          {}", or_dash(&report.asked));
        println!("registered     {}", or_dash(&report.registration));
        let by_whom = report.by.as_ref().map_or("not told", NetNumber::as_str);
        println!("reported by    {by_whom}");
        if !report.with_words {
            println!("words          none");
        } else if self.open_words {
            match platform.report_words(id, by).await? {
                Some(words) => println!("words          {}", words.expose()),
                None => println!("words          gone with the person who wrote them"),
            }
        } else {
            println!("words          there are some; they may tell who somebody is.");
            println!("               `--open-words` prints them, and the staff log says so");
        }
        Ok(())
    }
}

impl Close {
    async fn run(self) -> Result<(), CliError> {
        let (id, by) = (id(&self.id)?, by(self.by)?);
        platform(&self.file).await?.close_report(id, self.finding, by).await?;
        println!("closed {id}: {}", self.finding.as_str());
        Ok(())
    }
}

fn state(report: &ReportSeen) -> &'static str {
    report.closed.map_or("open", |(_, finding)| finding.as_str())
}

fn or_dash(text: &str) -> &str {
    if text.is_empty() { "-" } else { text }
}

fn id(text: &str) -> Result<ReportId, CliError> {
    text.parse().map_err(|_| CliError::Report(text.to_owned()))
}

/// Who answers for an act at the command line.
pub(super) fn by(officer: Option<String>) -> Result<OfficerId, CliError> {
    officer.map_or(Ok(OPERATOR), |id| Ok(id.parse()?))
}

async fn platform(file: &ConfigFile) -> Result<Platform, CliError> {
    Ok(assemble(&file.read()?, Schema::Check).await?.platform)
}
