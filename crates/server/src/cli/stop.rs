//! Stopping: Ctrl-C and SIGTERM, as one signal that everything listens to.

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::CliError;
use crate::http::listener::Stop;

/// Turns `true` at the first Ctrl-C or SIGTERM. At the second the process ends where it stands.
pub(super) fn on_signal() -> Result<Stop, CliError> {
    let io = |source| CliError::Io { doing: "listen for signals", source };
    let mut interrupt = signal(SignalKind::interrupt()).map_err(io)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(io)?;
    let (sender, stop) = watch::channel(false);
    tokio::spawn(async move {
        let mut next = async || {
            tokio::select! {
                _ = interrupt.recv() => {},
                _ = terminate.recv() => {},
            }
        };
        next().await;
        sender.send_replace(true);
        next().await;
        // What was acknowledged is on disk already; nothing is lost by not waiting.
        std::process::exit(1);
    });
    Ok(stop)
}
