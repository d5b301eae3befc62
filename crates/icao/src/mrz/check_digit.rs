//! Check digits.

/// The check digit of a field; none if it holds a character that a zone cannot have.
///
/// ICAO 9303-3 §4.9: "modulus 10 with a continuously repetitive weighting of 731 731 ...".
pub fn check_digit(field: &str) -> Option<char> {
    let mut sum = 0;
    for (value, weight) in field.bytes().map(value).zip([7, 3, 1].into_iter().cycle()) {
        sum = (sum + value? * weight) % 10;
    }
    char::from_digit(sum, 10)
}

/// ICAO 9303-3 §4.9: "A = 10 to Z = 35", fillers count as zero.
fn value(character: u8) -> Option<u32> {
    match character {
        b'<' => Some(0),
        b'0'..=b'9' | b'A'..=b'Z' => char::from(character).to_digit(36),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_of_the_standard() {
        // ICAO 9303-3 §4.9, examples 1 and 2.
        assert_eq!(check_digit("520727"), Some('3'));
        assert_eq!(check_digit("AB2134<<<"), Some('5'));
        // ICAO 9303-11 appendix D.2.
        assert_eq!(check_digit("L898902C<"), Some('3'));
        assert_eq!(check_digit("D23145890734"), Some('9'));
    }

    #[test]
    fn other_characters_have_none() {
        assert_eq!(check_digit("ab"), None);
        assert_eq!(check_digit("A B"), None);
    }
}
