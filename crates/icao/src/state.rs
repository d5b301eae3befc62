//! Issuing states: three letters in a zone, two in a certificate.

/// Each line: what a zone may name, and the country of the certificates behind it.
///
/// ISO 3166-1, and what ICAO 9303-3 §5 adds to it. The zone of Hong Kong's and Macao's documents names China; their
/// authorities name themselves.
const STATES: &str = include_str!("states.txt");

/// Do the two name the same state?
pub(crate) fn same_state(in_zone: &str, in_certificate: &str) -> bool {
    STATES.lines().any(|line| {
        line.split_once(' ')
            .is_some_and(|(zone, country)| zone == in_zone && country == in_certificate)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_one_under_both_names() {
        for (zone, country) in
            [("CHN", "CN"), ("CHN", "HK"), ("D", "DE"), ("UTO", "UT"), ("UNO", "UN")]
        {
            assert!(same_state(zone, country), "{zone}");
        }
        for (zone, country) in
            [("CHN", "CH"), ("CHE", "CN"), ("DEU", "D"), ("", ""), ("CHN CN", "")]
        {
            assert!(!same_state(zone, country), "{zone}");
        }
    }
}
