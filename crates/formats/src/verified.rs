//! The mark of a checked signature.

use std::ops::Deref;

/// A value whose signature was checked; only this crate's verifiers make one.
///
/// What must not happen with unchecked claims asks for `Verified<…>` in its signature, and then cannot be called with
/// them:
///
/// ```compile_fail
/// let forged = yinzheng_formats::Verified("claims nobody checked");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Verified<T>(T);

impl<T> Verified<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, its mark left behind.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Verified<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
