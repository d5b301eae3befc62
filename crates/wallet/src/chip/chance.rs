//! Chance, handed in: whoever carries the bytes brings it.

use std::fmt;

/// Where random bytes come from.
pub struct Chance(Box<dyn Fill>);

trait Fill: FnMut(&mut [u8]) + Send {}

impl<F: FnMut(&mut [u8]) + Send> Fill for F {}

impl Chance {
    /// Bytes from this function, which fills what it is given.
    pub fn new(fill: impl FnMut(&mut [u8]) + Send + 'static) -> Self {
        Self(Box::new(fill))
    }

    pub(super) fn fill(&mut self, bytes: &mut [u8]) {
        (self.0)(bytes);
    }
}

impl fmt::Debug for Chance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chance")
    }
}
