//! The data objects that commands and responses carry: one-byte tags, definite lengths in their shortest form.

/// Appends one of at most 65 535 bytes, the length in one, two or three bytes.
pub fn append(tag: u8, value: &[u8], out: &mut Vec<u8>) {
    out.push(tag);
    match value.len().to_be_bytes() {
        [.., 0, short] if short < 0x80 => out.push(short),
        [.., 0, low] => out.extend_from_slice(&[0x81, low]),
        [.., high, low] => out.extend_from_slice(&[0x82, high, low]),
    }
    out.extend_from_slice(value);
}

/// Takes the first one off `rest`: its tag and value; `None` where none stands whole.
pub fn take<'a>(rest: &mut &'a [u8]) -> Option<(u8, &'a [u8])> {
    let (length, after) = match rest.get(1..)? {
        [0x81, low, after @ ..] if *low >= 0x80 => (usize::from(*low), after),
        [0x82, high, low, after @ ..] if *high > 0 => {
            (usize::from(u16::from_be_bytes([*high, *low])), after)
        }
        [short, after @ ..] if *short < 0x80 => (usize::from(*short), after),
        _ => return None,
    };
    let (value, left) = after.split_at_checked(length)?;
    let tag = *rest.first()?;
    *rest = left;
    Some((tag, value))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_appended_is_taken(tag: u8, length in 0_usize..70_000, more: Vec<u8>) {
            prop_assume!(length <= 0xFFFF);
            let (mut bytes, value) = (Vec::new(), vec![7; length]);
            append(tag, &value, &mut bytes);
            bytes.extend_from_slice(&more);
            let mut rest = bytes.as_slice();
            prop_assert_eq!(take(&mut rest), Some((tag, value.as_slice())));
            prop_assert_eq!(rest, more);
        }

        #[test]
        fn anything_else_is_none_or_whole(bytes: Vec<u8>) {
            let mut rest = bytes.as_slice();
            if let Some((tag, value)) = take(&mut rest) {
                let mut again = Vec::new();
                append(tag, value, &mut again);
                prop_assert!(bytes.starts_with(&again), "one length, one form");
            }
        }
    }
}
