//! Files that somebody may replace while the platform runs: certificates that were renewed, authorities with a new revocation list.
//!
//! Noticed within seconds, without a signal: a renewal that forgot to tell us is the commonest way in which certificates expire. A
//! new file that is of no use leaves in force what stood in the old one, and the log says so.

use std::error::Error;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use service::World;

use crate::chain;

/// How often a running platform looks for new files.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// What is in force out of a file, or of files that belong together.
pub(crate) trait Followed: Send + Sync {
    /// The file, to name it by.
    fn path(&self) -> &Path;

    /// Looks for a new file once: `None` if there is none, else whether it is in force now.
    fn look(&self, now: Timestamp) -> Option<Result<(), Box<dyn Error>>>;
}

/// Differs after every change of a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Version(Option<(u64, i64, i64, u64)>);

impl Version {
    /// Of what a link points to: a renewal often moves the link.
    pub(crate) fn of(path: &Path) -> Self {
        let file = fs::metadata(path).ok();
        Self(file.map(|file| (file.ino(), file.mtime(), file.mtime_nsec(), file.size())))
    }
}

/// Puts new files in force, for as long as the platform runs.
pub(crate) async fn follow(files: Vec<Arc<dyn Followed>>, world: Arc<dyn World>) {
    let mut every = tokio::time::interval(LOOK_EVERY);
    loop {
        every.tick().await;
        for file in &files {
            let path = file.path().display();
            match file.look(world.now()) {
                None => {}
                Some(Ok(())) => tracing::info!(%path, "a new file is in force"),
                Some(Err(error)) => {
                    let error = chain::line(&*error);
                    tracing::error!(%path, error, "the old file stays in force");
                }
            }
        }
    }
}
