//! Values that must not be seen: they do not print, and they leave memory when dropped.

use std::fmt;

use zeroize::Zeroize;

/// A value that shows nothing in logs and is overwritten when dropped.
///
/// ```
/// # use yinzheng_formats::Secret;
/// let key = Secret::new([7_u8; 32]);
/// assert_eq!(format!("{key:?}"), "[secret]");
/// assert_eq!(key.expose(), &[7; 32]);
/// ```
#[derive(Clone)]
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Takes the value into custody.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself; each caller is a place to look at in a review.
    pub fn expose(&self) -> &T {
        &self.0
    }

    pub(crate) fn expose_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: Zeroize> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, rc::Rc};

    use super::*;

    struct Witness(Rc<Cell<bool>>);

    impl Zeroize for Witness {
        fn zeroize(&mut self) {
            self.0.set(true);
        }
    }

    #[test]
    fn is_overwritten_when_dropped() {
        let wiped = Rc::new(Cell::new(false));
        drop(Secret::new(Witness(wiped.clone())));
        assert!(wiped.get());
    }

    #[test]
    fn shows_nothing() {
        assert_eq!(format!("{:?}", Secret::new(String::from("12345678"))), "[secret]");
    }
}
