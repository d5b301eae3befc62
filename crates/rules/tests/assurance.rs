//! `docs/assurance.md` says what the functions say, of every combination a sign-in can have.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

use std::collections::BTreeSet;

use yinzheng_rules::{
    Factor, Factors, Proofing,
    assurance::{Evidence, authentication_level, level},
};

const PAGE: &str = include_str!("../../../docs/assurance.md");

/// The rows of the table under this heading, first cell first.
fn rows(heading: &str) -> Vec<Vec<&'static str>> {
    let (_, section) = PAGE.split_once(heading).expect("the heading");
    let section = section.split("\n## ").next().expect("a section");
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

/// `` `device_key` + `passcode` `` as factors.
fn factors(cell: &str) -> Factors {
    let words = cell.split(" + ").map(|word| word.trim_matches('`'));
    let factors: Vec<Factor> = words.map(|word| word.parse().expect("a factor")).collect();
    Factors::of(&factors)
}

/// What a sign-in can prove: the device key, which alone is offered a portrait, or a passkey.
fn reachable() -> Vec<Factors> {
    let mut all = Vec::new();
    for first in [Factor::DeviceKey, Factor::Passkey] {
        for bits in 0..8 {
            let more = [Factor::Passcode, Factor::Portrait, Factor::DynamicCode];
            let more = more.iter().enumerate().filter(|(place, _)| bits >> place & 1 == 1);
            let chosen: Vec<_> = std::iter::once(first).chain(more.map(|(_, f)| *f)).collect();
            if first == Factor::DeviceKey || !chosen.contains(&Factor::Portrait) {
                all.push(Factors::of(&chosen));
            }
        }
    }
    all
}

#[test]
fn every_combination_of_factors_stands_in_the_table_once_and_rightly() {
    let sure = Evidence { proofing: Proofing::Counter, portrait: false };
    let mut seen = Vec::new();
    for row in rows("## Signing in") {
        let factors = factors(row[0]);
        assert_eq!(row[1], factors.amr().join(" "), "{}", row[0]);
        assert_eq!(row[2], format!("AAL{}", authentication_level(factors)), "{}", row[0]);
        assert_eq!(row[3], level(sure, factors).as_str(), "{}", row[0]);
        assert!(!seen.contains(&factors), "{} stands twice", row[0]);
        seen.push(factors);
    }
    let reachable = reachable();
    assert!(reachable.iter().all(|factors| seen.contains(factors)));
    assert_eq!(seen.len(), reachable.len());
}

#[test]
fn every_way_of_proofing_stands_in_the_table_once_and_rightly() {
    let two_kinds = Factors::of(&[Factor::DeviceKey, Factor::Passcode]);
    let mut seen = BTreeSet::new();
    for row in rows("## Proving an identity") {
        let proofing: Proofing = row[0].trim_matches('`').parse().expect("a proofing");
        let evidence = Evidence { proofing, portrait: row[1] == "yes" };
        assert_eq!(row[2], format!("IAL{}", evidence.identity_level()), "{row:?}");
        assert_eq!(row[3], level(evidence, two_kinds).as_str(), "{row:?}");
        assert!(seen.insert((proofing, evidence.portrait)));
    }
    assert_eq!(seen.len(), 2 * Proofing::ALL.len());
}

#[test]
fn a_dynamic_code_never_raises_a_level() {
    for proofing in Proofing::ALL {
        for portrait in [false, true] {
            let evidence = Evidence { proofing, portrait };
            for factors in reachable() {
                let with = factors.with(Factor::DynamicCode);
                assert_eq!(level(evidence, with), level(evidence, factors));
            }
        }
    }
}

#[test]
fn more_is_never_less() {
    for factors in reachable() {
        for more in Factor::ALL {
            let none = Evidence { proofing: Proofing::GenuineChip, portrait: false };
            let seen = Evidence { portrait: true, ..none };
            assert!(level(seen, factors.with(more)) >= level(seen, factors));
            assert!(level(seen, factors) >= level(none, factors));
        }
    }
}
