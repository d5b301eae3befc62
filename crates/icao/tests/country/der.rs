//! Writing BER-TLV.

/// An object with this tag around the parts.
pub(super) fn wrap(tag: u32, parts: &[&[u8]]) -> Vec<u8> {
    let value = parts.concat();
    let tag: Vec<u8> = tag.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
    let length = u32::try_from(value.len()).unwrap().to_be_bytes();
    let length = match value.len() {
        0..=0x7f => vec![length[3]],
        0x80..=0xff => vec![0x81, length[3]],
        0x100..=0xffff => vec![0x82, length[2], length[3]],
        _ => vec![0x83, length[1], length[2], length[3]],
    };
    [tag, length, value].concat()
}

/// An INTEGER of one byte.
pub(super) fn small(number: u8) -> Vec<u8> {
    vec![0x02, 0x01, number]
}

/// Tag, value and what follows.
pub(super) fn split(bytes: &[u8]) -> (u8, &[u8], &[u8]) {
    let (length, start) = match bytes[1] {
        short @ 0..=0x7f => (usize::from(short), 2),
        0x81 => (usize::from(bytes[2]), 3),
        0x82 => (usize::from(bytes[2]) << 8 | usize::from(bytes[3]), 4),
        0x83 => {
            (usize::from(bytes[2]) << 16 | usize::from(bytes[3]) << 8 | usize::from(bytes[4]), 5)
        }
        other => panic!("a length of form {other:02x}"),
    };
    (bytes[0], &bytes[start..start + length], &bytes[start + length..])
}
