//! Status lists (draft-ietf-oauth-status-list-20): one bit or a few for every credential, many credentials in one list, so that
//! whoever looks one up does not say which.
//!
//! The list itself stands here; [`token`] and [`cwt`] are the list signed, as it travels; [`mirror`] is all lists of an issuer, held by
//! whoever checks many credentials or has no network.

pub mod cwt;
pub mod mirror;
pub mod token;
mod zlib;

pub use cwt::UnverifiedStatusCwt;
pub use mirror::Mirror;
pub use token::{BadToken, StatusToken, UnverifiedStatusToken};
pub use zlib::NotZlib;

/// Entries of a list of ours, and the most of any list read.
///
/// A list that is fetched to ask for one entry hides it among a million; more would only be longer. The draft sets no bound;
/// without one a short text could stand for gigabytes.
pub const ENTRIES: u32 = 1 << 20;

/// Of no status but this is a credential good (draft-ietf-oauth-status-list-20 §7.1: 0x00, "VALID").
pub const VALID: u8 = 0;

/// draft-ietf-oauth-status-list-20 §7.1: 0x01, "INVALID".
pub const INVALID: u8 = 1;

/// How many bits an entry has.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Bits {
    /// Good or not: what our lists have.
    One,
    /// Four statuses.
    Two,
    /// Sixteen.
    Four,
    /// A whole byte.
    Eight,
}

/// No such width, or a list that is none.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadStatusList {
    /// draft-ietf-oauth-status-list-20 §4.2: "The allowed values for bits are 1, 2, 4, and 8."
    #[error("entries have 1, 2, 4 or 8 bits")]
    Bits,
    /// Not a zlib stream, something behind it, or longer than any list read.
    #[error(transparent)]
    Compressed(#[from] NotZlib),
}

impl Bits {
    /// The number.
    pub const fn count(self) -> u32 {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Four => 4,
            Self::Eight => 8,
        }
    }

    /// The width of that number.
    pub const fn of(count: u64) -> Option<Self> {
        match count {
            1 => Some(Self::One),
            2 => Some(Self::Two),
            4 => Some(Self::Four),
            8 => Some(Self::Eight),
            _ => None,
        }
    }

    /// Bytes that [`ENTRIES`] entries take.
    const fn room(self) -> usize {
        (ENTRIES as usize / 8) * self.count() as usize
    }

    /// The byte an entry stands in, and where in it.
    const fn place(self, index: u32) -> (usize, u32) {
        let bit = index as u64 * self.count() as u64;
        ((bit / 8) as usize, (bit % 8) as u32)
    }

    /// All ones.
    const fn mask(self) -> u8 {
        u8::MAX >> (8 - self.count())
    }
}

/// The statuses of many credentials.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StatusList {
    bits: Bits,
    bytes: Box<[u8]>,
}

impl StatusList {
    /// [`ENTRIES`] entries of one bit, all good but those named; whatever lies beyond the list is passed over.
    pub fn revoking(indices: impl IntoIterator<Item = u32>) -> Self {
        let mut list = Self { bits: Bits::One, bytes: vec![0; Bits::One.room()].into() };
        for index in indices {
            list.set(index, INVALID);
        }
        list
    }

    /// A list of that width, all good.
    pub fn good(bits: Bits) -> Self {
        Self { bits, bytes: vec![0; bits.room()].into() }
    }

    /// Sets an entry, cut to the width of the list; whether there is such an entry.
    pub fn set(&mut self, index: u32, status: u8) -> bool {
        let ((byte, shift), mask) = (self.bits.place(index), self.bits.mask());
        let Some(byte) = self.bytes.get_mut(byte) else { return false };
        *byte = *byte & !(mask << shift) | (status & mask) << shift;
        true
    }

    /// The status of an entry.
    ///
    /// draft-ietf-oauth-status-list-20 §8.3: "If the provided index is out of bounds of the Status List, no statement about the
    /// status of the Referenced Token can be made and the Referenced Token MUST be rejected."
    pub fn status(&self, index: u32) -> Option<u8> {
        let (byte, shift) = self.bits.place(index);
        self.bytes.get(byte).map(|byte| byte >> shift & self.bits.mask())
    }

    /// How many bits an entry has.
    pub const fn bits(&self) -> Bits {
        self.bits
    }

    /// As it travels.
    pub fn compressed(&self) -> Vec<u8> {
        zlib::compress(&self.bytes)
    }

    /// Reads what travelled; a stream that stands for more than [`ENTRIES`] entries is refused before it is unpacked.
    pub fn decompress(bits: Bits, compressed: &[u8]) -> Result<Self, BadStatusList> {
        let bytes = zlib::decompress(compressed, bits.room())?.into();
        Ok(Self { bits, bytes })
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;
    use crate::base64url;

    fn read(bits: Bits, hex: &str) -> Result<StatusList, BadStatusList> {
        StatusList::decompress(bits, &HEXLOWER.decode(hex.as_bytes()).unwrap())
    }

    fn statuses(list: &StatusList) -> Vec<u8> {
        (0..).map_while(|index| list.status(index)).collect()
    }

    /// draft-ietf-oauth-status-list-20 §4.1.
    #[test]
    fn short_examples_of_the_draft() {
        let one = read(Bits::One, "78dadbb918000217015d").unwrap();
        assert_eq!(statuses(&one), [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]);
        let two = read(Bits::Two, "78da3be9f2130003df0207").unwrap();
        assert_eq!(statuses(&two), [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]);
        assert_eq!(one.status(16), None);
    }

    /// Appendix "Test vectors for Status List encoding" of the same draft: 2^20 entries, one and two bits.
    #[test]
    fn long_examples_of_the_draft() {
        let places = [
            0, 1_993, 25_460, 159_495, 495_669, 554_353, 645_645, 723_232, 854_545, 934_534,
            1_000_345,
        ];
        let text = concat!(
            "eNrt3AENwCAMAEGogklACtKQPg9LugC9k_ACvreiogEAAKkeCQAAAAAAAAAAAAAAAAAAAIBylgQAAAAAAAAAAAAA",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAXG9IAAAAAAAAAPwsJAAAAAAAAAAAAAAAvhsSAAAAAAAAAAAA",
            "7KpLAAAAAAAAAAAAAAAAAAAAAJsLCQAAAAAAAAAAADjelAAAAAAAAAAAKjDMAQAAAACAZC8L2AEb",
        );
        let two_bits = concat!(
            "eNrt2zENACEQAEEuoaBABP5VIO01fCjIHTMStt9ovGVIAAAAAABAbiEBAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "AAAAAAAAAEB5WwIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAID0ugQAAAAAAAAAAAAAAAAAQG12SgAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "AOCSIQEAAAAAAAAAAAAAAAAAAAAAAAD8ExIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAwJEuAQAAAAAA",
            "AAAAAAAAAAAAAAAAAMB9SwIAAAAAAAAAAAAAAAAAAACoYUoAAAAAAAAAAAAAAEBqH81gAQw",
        );
        let unpack = |bits, text: &str| {
            StatusList::decompress(bits, &base64url::decode(text).unwrap()).unwrap()
        };
        let read = unpack(Bits::One, text);
        assert_eq!(read, StatusList::revoking(places));
        assert_eq!(StatusList::decompress(Bits::One, &read.compressed()).unwrap(), read);
        let mut two = StatusList::good(Bits::Two);
        for (place, status) in places.into_iter().zip([1, 2, 1, 3, 1, 1, 2, 1, 1, 2, 3]) {
            assert!(two.set(place, status));
        }
        assert_eq!(unpack(Bits::Two, two_bits), two);
        assert_eq!(StatusList::decompress(Bits::Two, &two.compressed()).unwrap(), two);
        assert_eq!((two.status(159_495), two.status(159_494)), (Some(3), Some(0)));
    }

    #[test]
    fn an_entry_is_changed_alone() {
        for bits in [Bits::One, Bits::Two, Bits::Four, Bits::Eight] {
            let mut list = StatusList::good(bits);
            for index in 0..64 {
                assert!(list.set(index, 0xff));
            }
            assert!(list.set(7, 0));
            let found: Vec<_> = (0..65).filter(|index| list.status(*index) == Some(0)).collect();
            assert_eq!(found, [7, 64], "{bits:?}");
            assert!(!list.set(ENTRIES, 1));
            assert_eq!((list.status(ENTRIES - 1), list.status(ENTRIES)), (Some(0), None));
            assert_eq!(list.status(u32::MAX), None);
        }
    }

    #[test]
    fn what_would_be_longer_than_any_list_is_refused() {
        let bomb = zlib::compress(&vec![0; 64 << 20]);
        assert!(bomb.len() < 100_000);
        assert!(StatusList::decompress(Bits::Eight, &bomb).is_err());
        let one_more = zlib::compress(&vec![0; Bits::One.room() + 1]);
        assert!(StatusList::decompress(Bits::One, &one_more).is_err());
        assert!(StatusList::decompress(Bits::Two, &one_more).is_ok());
    }

    #[test]
    fn streams_are_whole_and_nothing_else() {
        let sound = "78dadbb918000217015d";
        for (what, hex) in [
            ("nothing", ""),
            ("cut short", "78dadbb91800021701"),
            ("something behind it", "78dadbb918000217015d00"),
            ("another sum", "78dadbb918000217015e"),
            ("no header", "dbb918000217015d"),
            ("a dictionary of its own", "78fadbb918000217015d"),
        ] {
            assert_eq!(
                read(Bits::One, hex).unwrap_err(),
                BadStatusList::Compressed(NotZlib),
                "{what}"
            );
        }
        assert!(read(Bits::One, sound).is_ok());
    }
}
