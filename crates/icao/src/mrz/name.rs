//! Names: a primary identifier, two fillers, a secondary one.

use zeroize::Zeroizing;

/// Primary and secondary identifier, blanks for single fillers.
///
/// ICAO 9303-3 §4.6: "The primary identifier shall be separated from the secondary identifier by two filler
/// characters".
pub(super) fn read(field: &str) -> Option<(Zeroizing<String>, Zeroizing<String>)> {
    let text = field.trim_end_matches('<');
    let (primary, secondary) = text.split_once("<<").unwrap_or((text, ""));
    let sound = |part: &str| part.bytes().all(|c| c == b'<' || c.is_ascii_uppercase());
    // A holder may have one name only, and then it is the primary one; a zone without any names nobody.
    if primary.is_empty() || !sound(primary) || !sound(secondary) {
        return None;
    }
    Some((plain(primary).into(), plain(secondary).into()))
}

fn plain(part: &str) -> String {
    part.split('<').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(field: &str) -> Option<(String, String)> {
        read(field).map(|(primary, secondary)| (primary.to_string(), secondary.to_string()))
    }

    #[test]
    fn two_identifiers_or_one() {
        let both = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
        // Names of ICAO 9303-3 §4.6 and appendix B.
        assert_eq!(names("ERIKSSON<<ANNA<MARIA<<<<<<"), both("ERIKSSON", "ANNA MARIA"));
        assert_eq!(names("ARKFREITH<<<<<<<<"), both("ARKFREITH", ""));
        assert_eq!(names("VAN<DER<MUELLEN<<MARIANNE"), both("VAN DER MUELLEN", "MARIANNE"));
        assert_eq!(names("<<<<<<<<"), None);
        assert_eq!(names("ERIKS0N<<ANNA"), None, "names have no digits");
    }
}
