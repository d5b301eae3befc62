//! `yinzheng trust`: whose travel documents are believed.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use data_encoding::HEXLOWER;
use icao::trust::{Anchor, LeftOut, RevocationList, Source, TrustStore};
use jiff::tz::TimeZone;
use rules::OfficerId;
use service::{OPERATOR, Platform, TrustChange};

use super::{CliError, ConfigFile};
use crate::assemble::{Schema, assemble};

/// How many hexadecimal digits name an authority when no other begins the same.
const SHORTEST_FINGERPRINT: usize = 8;

#[derive(Debug, Subcommand)]
pub(super) enum TrustCommand {
    /// Believe what a file holds: an ICAO master list, a country signing certificate, or a
    /// revocation list, DER or PEM
    Import(Import),
    /// Print whom the platform believes, and what they took back
    List(ConfigFile),
    /// Believe a certificate or list no longer
    Remove(Remove),
}

#[derive(Args, Debug)]
pub(super) struct Import {
    /// The files, taken one after another: an authority before its lists and links
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The officer who answers for it, by the id that `yinzheng officer list` shows; else the
    /// staff log says: the operator
    #[arg(long, value_name = "OFFICER")]
    by: Option<String>,
    #[command(flatten)]
    file: ConfigFile,
}

#[derive(Args, Debug)]
pub(super) struct Remove {
    /// What `yinzheng trust list` prints in front of it, or its first 8 digits and more
    fingerprint: String,
    /// The officer who answers for it; else the operator
    #[arg(long, value_name = "OFFICER")]
    by: Option<String>,
    #[command(flatten)]
    file: ConfigFile,
}

impl TrustCommand {
    pub(super) async fn run(self) -> Result<(), CliError> {
        match self {
            Self::Import(import) => import.run().await,
            Self::List(file) => {
                print!("{}", listed(&*platform(&file).await?.trust().await?));
                Ok(())
            }
            Self::Remove(remove) => remove.run().await,
        }
    }
}

async fn platform(file: &ConfigFile) -> Result<Platform, CliError> {
    Ok(assemble(&file.read()?, Schema::Check).await?.platform)
}

impl Import {
    /// Stops at the first that cannot be trusted; what came before it stands.
    async fn run(self) -> Result<(), CliError> {
        let platform = platform(&self.file).await?;
        let by = answering(self.by.as_deref())?;
        for path in &self.files {
            let bytes = std::fs::read(path)
                .map_err(|source| CliError::Io { doing: "read the file", source })?;
            let refused = |error| CliError::Trust(path.display().to_string(), error);
            let change = platform.import_trust_by(by, &bytes).await.map_err(refused)?;
            print!("{}", changed(path, &change));
        }
        Ok(())
    }
}

impl Remove {
    async fn run(self) -> Result<(), CliError> {
        let platform = platform(&self.file).await?;
        let by = answering(self.by.as_deref())?;
        let fingerprint = meant(&self.fingerprint, &*platform.trust().await?)?;
        platform
            .remove_trust_by(by, fingerprint)
            .await
            .map_err(|error| CliError::Trust(self.fingerprint, error))?;
        println!("removed {}", HEXLOWER.encode(&fingerprint));
        Ok(())
    }
}

/// Who answers for a change.
fn answering(by: Option<&str>) -> Result<OfficerId, CliError> {
    Ok(by.map(str::parse).transpose()?.unwrap_or(OPERATOR))
}

/// The one fingerprint that begins so.
fn meant(text: &str, trust: &TrustStore) -> Result<[u8; 32], CliError> {
    let wanted = text.replace(':', "").to_lowercase();
    let all = trust
        .anchors()
        .map(Anchor::fingerprint)
        .chain(trust.revocation_lists().map(RevocationList::fingerprint));
    let mut fitting = all.filter(|one| HEXLOWER.encode(one).starts_with(&wanted));
    match (wanted.len() >= SHORTEST_FINGERPRINT, fitting.next(), fitting.next()) {
        (true, Some(one), None) => Ok(one),
        _ => Err(CliError::Fingerprint(text.to_owned())),
    }
}

/// What a file gave.
fn changed(path: &Path, change: &TrustChange) -> String {
    let import = &change.import;
    let mut lines = vec![format!("{}: {}\n", path.display(), kind(&import.source))];
    if let Source::MasterList { fingerprint, known: false, .. } = &import.source {
        let fingerprint = HEXLOWER.encode(fingerprint);
        lines.push(format!(
            "  nothing trusted before vouches for it: compare {fingerprint} with what that country publishes\n"
        ));
    }
    lines.extend(import.anchors.iter().map(authority));
    lines.extend(import.revocation_lists.iter().map(revocation_list));
    lines.extend(import.left_out.iter().map(|LeftOut { fingerprint, why }| {
        format!("  {}  left out: {why}\n", HEXLOWER.encode(fingerprint))
    }));
    lines.push(format!(
        "  {} new, {} left out, {} replaced\n",
        change.added,
        import.left_out.len(),
        change.replaced
    ));
    lines.concat()
}

fn kind(source: &Source) -> String {
    match source {
        Source::MasterList { authority, .. } => {
            format!("a master list, vouched for by {authority}")
        }
        Source::Certificate => "a country signing certificate".to_owned(),
        Source::RevocationList => "a revocation list".to_owned(),
    }
}

/// Whom the platform believes.
fn listed(trust: &TrustStore) -> String {
    let mut text: String = trust.anchors().map(authority).collect();
    text.extend(trust.revocation_lists().map(revocation_list));
    if text.is_empty() {
        text += "nobody: no travel document is believed until `yinzheng trust import` was run\n";
    }
    text
}

fn authority(one: &Anchor) -> String {
    format!(
        "  {}  {}  {:<13}  {} to {}  {}{}\n",
        HEXLOWER.encode(&one.fingerprint()),
        one.country(),
        one.key(),
        day(one.valid_from()),
        day(one.valid_until()),
        one.subject(),
        if one.is_link() { "  (link)" } else { "" }
    )
}

fn revocation_list(one: &RevocationList) -> String {
    format!(
        "  {}  {}  takes back {}  {}, next due {}  {}\n",
        HEXLOWER.encode(&one.fingerprint()),
        one.country().unwrap_or_default(),
        one.count(),
        day(one.issued_at()),
        one.next_at().map_or("never".to_owned(), day),
        one.issuer_name()
    )
}

fn day(at: jiff::Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%F").to_string()
}
