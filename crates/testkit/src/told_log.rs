//! What the program logs, kept to be read: a test says what must not be in it.

use std::{
    io::Write,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use tracing_subscriber::fmt::MakeWriter;

/// Everything that any thread of this program logs, at every level.
#[derive(Clone, Default)]
pub struct ToldLog(Arc<Mutex<Vec<u8>>>);

impl ToldLog {
    /// Starts listening, or gives what already listens: a program has one log.
    pub fn start() -> Self {
        static LOG: OnceLock<ToldLog> = OnceLock::new();
        let listening = LOG.get_or_init(|| {
            let log = Self::default();
            let lines = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE);
            // Digits of the time would be taken for digits of a code.
            lines.with_ansi(false).without_time().with_writer(log.clone()).init();
            log
        });
        listening.clone()
    }

    /// What was logged until now, without durations, whose digits would be taken for something too.
    pub fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&bytes);
        let without_duration = |line: &str| line.split(" micros=").next().map(str::to_owned);
        text.lines().filter_map(without_duration).collect::<Vec<_>>().join("\n")
    }
}

impl Write for ToldLog {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for ToldLog {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}
