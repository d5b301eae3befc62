//! The send sequence counter, which makes every message of a channel another.

use super::Cipher;

/// How many messages went; as wide as a block of the cipher.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counter(u128);

impl Counter {
    /// After PACE and chip authentication.
    ///
    /// ICAO 9303-11 §9.8.7.3: "The Send Sequence Counter SHALL be initialized to zero".
    pub(super) const ZERO: Self = Self(0);

    /// No message's: every bit set.
    pub(super) const MINUS_ONE: Self = Self(u128::MAX);

    /// After basic access control.
    ///
    /// ICAO 9303-11 §9.8.6.3: "the Send Sequence Counter SHALL be initialized by concatenating the four least
    /// significant bytes of RND.IC and RND.IFD, respectively".
    pub(super) fn beginning_at(start: [u8; 8]) -> Self {
        Self(u64::from_be_bytes(start).into())
    }

    /// The next one.
    ///
    /// ICAO 9303-11 §9.8.2: "The SSC SHALL be increased every time before a command or response APDU is generated".
    pub(super) fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }

    /// As wide as a block of AES.
    pub(super) fn wide(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }

    /// The bytes that stand before what is authenticated.
    ///
    /// ICAO 9303-11 §9.8.2: "64 bit for 3DES and 128 bit for AES".
    pub(super) fn append(self, cipher: Cipher, out: &mut Vec<u8>) {
        let wide = self.wide();
        let (_, narrow) = wide.split_at(wide.len() - cipher.block());
        out.extend_from_slice(narrow);
    }
}
