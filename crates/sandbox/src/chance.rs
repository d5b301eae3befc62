//! Chance, handed in like the time: for what must not be foreseen, unlike everything invented ([`crate::Seed`]).

use std::fmt;
use std::sync::Arc;

/// Fills bytes when asked.
#[derive(Clone)]
pub struct Chance(Arc<dyn Source>);

trait Source: Send + Sync {
    fn fill(&self, bytes: &mut [u8]);
}

impl<F: Fn(&mut [u8]) + Send + Sync> Source for F {
    fn fill(&self, bytes: &mut [u8]) {
        self(bytes);
    }
}

impl Chance {
    /// Chance that `fill` brings.
    pub fn new(fill: impl Fn(&mut [u8]) + Send + Sync + 'static) -> Self {
        Self(Arc::new(fill))
    }

    pub(crate) fn fill(&self, bytes: &mut [u8]) {
        self.0.fill(bytes);
    }
}

impl fmt::Debug for Chance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chance")
    }
}
