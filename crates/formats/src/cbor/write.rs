//! Writing CBOR in its one deterministic form (RFC 8949 §4.2.1), piece by piece.

/// Bytes under way. Whoever opens an array or map writes as many items as were said.
#[derive(Debug, Default)]
pub(crate) struct Writer(Vec<u8>);

impl Writer {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A whole number.
    pub(crate) fn int(self, number: i64) -> Self {
        match u64::try_from(number) {
            Ok(number) => self.head(0, number),
            // -1 - n: all bits of a negative number turned over.
            Err(_) => self.head(1, !number.cast_unsigned()),
        }
    }

    pub(crate) fn bytes(self, bytes: &[u8]) -> Self {
        self.head(2, bytes.len() as u64).raw(bytes)
    }

    pub(crate) fn text(self, text: &str) -> Self {
        self.head(3, text.len() as u64).raw(text.as_bytes())
    }

    /// The beginning of an array of `count` items.
    pub(crate) fn array(self, count: usize) -> Self {
        self.head(4, count as u64)
    }

    /// The beginning of a map of `count` pairs, which the caller writes in order.
    pub(crate) fn map(self, count: usize) -> Self {
        self.head(5, count as u64)
    }

    /// An item that was written before.
    pub(crate) fn raw(mut self, item: &[u8]) -> Self {
        self.0.extend_from_slice(item);
        self
    }

    pub(crate) fn done(self) -> Vec<u8> {
        self.0
    }

    /// RFC 8949 §4.2.1: the argument as short as it goes.
    fn head(mut self, major: u8, argument: u64) -> Self {
        let bytes = argument.to_be_bytes();
        let (short, length) = match argument {
            0..24 => (bytes.last().copied().unwrap_or_default(), 0),
            24..0x100 => (24, 1),
            0x100..0x1_0000 => (25, 2),
            0x1_0000..0x1_0000_0000 => (26, 4),
            _ => (27, 8),
        };
        self.0.push(major << 5 | short);
        self.0.extend(bytes.iter().skip(bytes.len() - length));
        self
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;
    use proptest::prelude::*;

    use super::*;
    use crate::cbor::Value;

    /// RFC 8949 appendix A.
    #[test]
    fn examples_of_rfc_8949() {
        for (number, hex) in [
            (0, "00"),
            (23, "17"),
            (24, "1818"),
            (1_000, "1903e8"),
            (1_000_000, "1a000f4240"),
            (1_000_000_000_000, "1b000000e8d4a51000"),
            (-1, "20"),
            (-100, "3863"),
            (-1_000, "3903e7"),
        ] {
            assert_eq!(HEXLOWER.encode(&Writer::new().int(number).done()), hex);
        }
        let array = Writer::new().array(2).bytes(&[1, 2, 3, 4]).text("IETF").done();
        assert_eq!(HEXLOWER.encode(&array), "8244010203046449455446");
        assert_eq!(HEXLOWER.encode(&Writer::new().map(1).int(1).int(2).done()), "a10102");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(number: i64, bytes: Vec<u8>, text: String) {
            let written = Writer::new().array(3).int(number).bytes(&bytes).text(&text).done();
            let read = Value::Array(vec![Value::Int(number), Value::Bytes(&bytes), Value::Text(&text)]);
            prop_assert_eq!(Value::read(&written), Ok(read));
        }
    }
}
