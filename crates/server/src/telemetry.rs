//! Where log lines go: for a human on a terminal, JSON otherwise; always standard error.
//!
//! Lines below `WARN` are gathered and written several times a second, so that a busy platform does
//! not pay a system call a request; `WARN` and above, and what was gathered before, go out at once.

use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tracing::{Level, Metadata};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// How long a gathered line waits at most.
const FLUSH_EVERY: Duration = Duration::from_millis(250);

/// How many gathered bytes are written without waiting.
const FLUSH_AT: usize = 64 * 1024;

/// How much is told.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verbosity {
    /// Warnings and errors.
    Quiet,
    /// The access log and what happens beside it.
    Normal,
}

/// Gathers log lines; flushed when dropped.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lines(Arc<Mutex<Vec<u8>>>);

/// Starts logging. The returned [`Lines`] must be kept and [`Lines::keep_flushing`] run.
pub(crate) fn start(verbosity: Verbosity) -> Lines {
    let lines = Lines::default();
    let filter = EnvFilter::new(match verbosity {
        Verbosity::Quiet => "warn",
        Verbosity::Normal => "info",
    });
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(lines.clone());
    // A second start, as in tests of commands, keeps the first.
    let started = if io::stderr().is_terminal() {
        builder.with_target(false).try_init()
    } else {
        builder
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .with_span_list(false)
            .with_ansi(false)
            .try_init()
    };
    drop(started);
    lines
}

impl Lines {
    /// Writes what was gathered, for ever.
    pub(crate) async fn keep_flushing(self) {
        let mut every = tokio::time::interval(FLUSH_EVERY);
        loop {
            every.tick().await;
            self.flush();
        }
    }

    /// Writes what was gathered.
    pub(crate) fn flush(&self) {
        let mut gathered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        write_out(&mut gathered);
    }
}

fn write_out(gathered: &mut Vec<u8>) {
    // Nobody is left to be told if standard error is gone.
    drop(io::stderr().lock().write_all(gathered));
    gathered.clear();
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line { lines: self, urgent: true }
    }

    fn make_writer_for(&'a self, meta: &Metadata<'_>) -> Line<'a> {
        Line { lines: self, urgent: *meta.level() <= Level::WARN }
    }
}

/// One line on its way.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    lines: &'a Lines,
    urgent: bool,
}

impl Write for Line<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut gathered = self.lines.0.lock().unwrap_or_else(PoisonError::into_inner);
        gathered.extend_from_slice(bytes);
        if self.urgent || gathered.len() >= FLUSH_AT {
            write_out(&mut gathered);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.lines.flush();
        Ok(())
    }
}
