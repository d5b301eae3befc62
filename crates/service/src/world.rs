//! The two things code may not help itself to.

use jiff::Timestamp;

/// The time, and chance. One real implementation stands in `server`, one moved by hand in `testkit`.
pub trait World: Send + Sync + 'static {
    /// The time.
    fn now(&self) -> Timestamp;
    /// Fills `bytes` with chance fit for keys.
    fn fill(&self, bytes: &mut [u8]);
}

impl dyn World {
    /// An array of chance.
    pub fn draw<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }
}
