//! Which class of document a machine readable zone stands on.

use crate::document_class::DocumentClass;

/// The state that issues everything the Measures name, as ICAO 9303-3 §5 writes it.
const CHINA: &str = "CHN";

/// The class of a document by its document code and issuing state; none for what nobody enrols with.
///
/// The two letters are the issuer's to choose (ICAO 9303-5 §4.2.2: "The second character shall be at the discretion of
/// the issuing State"); those of the cards stand in `docs/divergences.md`, for no public text lists them.
pub fn class_of(code: &str, issuer: &str) -> Option<DocumentClass> {
    Some(match (code, issuer) {
        // Diplomatic, service and public affairs passports prove an office, not a residence abroad.
        ("P" | "PO", CHINA) => DocumentClass::OrdinaryPassport,
        ("CR", CHINA) => DocumentClass::HongKongMacaoTravelPermit,
        ("CT", CHINA) => DocumentClass::TaiwanTravelPermit,
        ("CP", CHINA) => DocumentClass::PermanentResidenceCard,
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
            ("CP", "CHN", Some(Class::PermanentResidenceCard)),
            ("CS", "CHN", None),
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
    fn one_number_of_two_states_is_two_documents() {
        let class = DocumentClass::ForeignPassport;
        let number = |issuer| DocumentNumber::new(class, &number_of(class, issuer, "L898902C3"));
        assert_eq!(number("UTO").unwrap().as_str(), "UTO-L898902C3");
        assert_eq!(number("D").unwrap().as_str(), "D-L898902C3");
        assert!(number("UTO") != number("D"));
    }
}
