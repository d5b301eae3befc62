//! Chance, handed in like the time: for what must not be foreseen, unlike everything invented ([`crate::Seed`]).

use std::fmt;
use std::sync::Arc;

/// Fills bytes when asked.
#[derive(Clone)]
pub struct Chance(Arc<dyn Fn(&mut [u8]) + Send + Sync>);

impl Chance {
    /// Chance that `fill` brings.
    pub fn new(fill: impl Fn(&mut [u8]) + Send + Sync + 'static) -> Self {
        Self(Arc::new(fill))
    }

    pub(crate) fn fill(&self, bytes: &mut [u8]) {
        (self.0)(bytes);
    }
}

impl fmt::Debug for Chance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chance")
    }
}
