//! Writing DER.

/// An object with this tag around the parts.
pub(super) fn wrap(tag: u16, parts: &[&[u8]]) -> Vec<u8> {
    let value = parts.concat();
    let [high, low] = tag.to_be_bytes();
    let mut object = if high == 0 { vec![low] } else { vec![high, low] };
    let length = u32::try_from(value.len()).unwrap_or(u32::MAX).to_be_bytes();
    let [_, a, b, c] = length;
    match value.len() {
        0..=0x7f => object.push(c),
        0x80..=0xff => object.extend([0x81, c]),
        0x100..=0xffff => object.extend([0x82, b, c]),
        _ => object.extend([0x83, a, b, c]),
    }
    object.extend(value);
    object
}

/// `SEQUENCE`
pub(super) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    wrap(0x30, parts)
}

/// `SET` of parts that are in order.
pub(super) fn set(parts: &[&[u8]]) -> Vec<u8> {
    wrap(0x31, parts)
}

/// `OCTET STRING`
pub(super) fn octets(bytes: &[u8]) -> Vec<u8> {
    wrap(0x04, &[bytes])
}

/// `INTEGER` of one byte below 128.
pub(super) fn small(number: u8) -> Vec<u8> {
    vec![0x02, 0x01, number]
}

/// `OBJECT IDENTIFIER` by its encoded content.
pub(super) fn name(content: &[u8]) -> Vec<u8> {
    wrap(0x06, &[content])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_short() {
        assert_eq!(wrap(0x04, &[b"ab"]), b"\x04\x02ab");
        assert_eq!(wrap(0x5f1f, &[]), b"\x5f\x1f\x00");
        assert_eq!(wrap(0x04, &[&[0; 200]])[..3], [0x04, 0x81, 200]);
        assert_eq!(wrap(0x04, &[&[0; 300]])[..4], [0x04, 0x82, 1, 44]);
        assert_eq!(wrap(0x04, &[&vec![0; 70_000]])[..5], [0x04, 0x83, 1, 0x11, 0x70]);
    }
}
