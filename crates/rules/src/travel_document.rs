//! Which class of document a machine readable zone stands on.

use crate::document_class::DocumentClass;

/// The state that issues everything the Measures name, as ICAO 9303-3 §5 writes it.
const CHINA: &str = "CHN";

/// The class of a document by its document code and issuing state; none for what nobody enrols with.
///
/// The two letters of a card are the issuer's to choose (ICAO 9303-5 §4.2.2: "The second character shall be at the discretion of
/// the issuing State"); where those of the permits are from stands in `docs/divergences.md`. The permanent residence card has none:
/// its chip is the resident identity card's.
pub fn class_of(code: &str, issuer: &str) -> Option<DocumentClass> {
    Some(match (code, issuer) {
        // Diplomatic, service and public affairs passports prove an office, not a residence abroad.
        ("P" | "PO", CHINA) => DocumentClass::OrdinaryPassport,
        ("CR", CHINA) => DocumentClass::HongKongMacaoTravelPermit,
        ("CT", CHINA) => DocumentClass::TaiwanTravelPermit,
        (_, CHINA) => return None,
        // ICAO 9303-4 §4.2.2: the first letter of a passport is P, whatever the second.
        (code, _) if code.starts_with('P') => DocumentClass::ForeignPassport,
        _ => return None,
    })
}

/// The number as its class writes it: of a foreign passport the issuing state stands before it, for two states may give
/// one number to two persons.
pub fn number_of(class: DocumentClass, issuer: &str, number: &str) -> String {
    match class {
        DocumentClass::ForeignPassport => format!("{issuer}-{number}"),
        _ => number.to_owned(),
    }
}

/// A name in national characters as its bearers write it: a Chinese name has no blank between its parts, though a chip has a
/// filler there.
pub fn written_name(national: &str) -> String {
    let han =
        |c: char| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{323af}' | '·' | '〇');
    if national.chars().all(|c| c == ' ' || han(c)) {
        return national.replace(' ', "");
    }
    national.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DocumentNumber;

    #[test]
    fn only_what_the_measures_name_and_foreign_passports_are_taken() {
        use DocumentClass as Class;
        for (code, issuer, class) in [
            ("P", "CHN", Some(Class::OrdinaryPassport)),
            ("PO", "CHN", Some(Class::OrdinaryPassport)),
            ("PD", "CHN", None),
            ("CR", "CHN", Some(Class::HongKongMacaoTravelPermit)),
            ("CT", "CHN", Some(Class::TaiwanTravelPermit)),
            ("CP", "CHN", None),
            ("CS", "CHN", None),
            ("CR", "UTO", None),
            ("P", "UTO", Some(Class::ForeignPassport)),
            ("PM", "D", Some(Class::ForeignPassport)),
            ("I", "UTO", None),
            ("V", "UTO", None),
            ("", "", None),
        ] {
            assert_eq!(class_of(code, issuer), class, "{code} {issuer}");
        }
    }

    #[test]
    fn a_chinese_name_is_written_together() {
        for (read, written) in [
            ("张 三", "张三"),
            ("阿卜杜拉 ·买买提", "阿卜杜拉·买买提"),
            ("𠮷 野", "𠮷野"),
            ("ZHANG SAN", "ZHANG SAN"),
            ("Müller Änne", "Müller Änne"),
            ("김 철수", "김 철수"),
            ("张 Anna", "张 Anna"),
        ] {
            assert_eq!(written_name(read), written);
        }
    }

    #[test]
    fn one_number_of_two_states_is_two_documents() {
        let class = DocumentClass::ForeignPassport;
        let number = |issuer| DocumentNumber::new(class, &number_of(class, issuer, "L898902C3"));
        assert_eq!(number("UTO").unwrap().as_str(), "UTO-L898902C3");
        assert_eq!(number("D").unwrap().as_str(), "D-L898902C3");
        assert!(number("UTO") != number("D"));
    }
}
