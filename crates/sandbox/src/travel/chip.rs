//! One document's chip: its files, and its answer to a challenge.

use std::collections::BTreeMap;

use icao::{Bytes, ChipAnswer, ChipQuestion};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use rules::Document;
use serde::Serialize;

use super::country::{self, Country};
use super::der::{name, sequence, set, small, wrap};
use super::zone::zone;
use crate::dice::Seed;
use crate::people::Person;

/// 2.23.136.1.1.5, and `ecdsa-plain-SHA256` of TR-03111.
const ACTIVE: &[u8] = b"\x67\x81\x08\x01\x01\x05";
const PLAIN_SHA256: &[u8] = b"\x04\x00\x7f\x00\x07\x01\x01\x04\x01\x03";

/// What a reader takes from a chip: EF.SOD and data groups, whole.
#[derive(Clone, Debug, Serialize)]
pub struct TravelDocument {
    /// EF.SOD.
    pub sod: Bytes,
    /// The data groups, under their numbers.
    pub groups: BTreeMap<u8, Bytes>,
}

/// Reads a document's chip. It has no portrait: nobody invented has a face.
pub(crate) fn read(
    seed: Seed,
    country: &Country,
    person: &Person,
    document: &Document,
) -> TravelDocument {
    let zone = wrap(0x61, &[&wrap(0x5f1f, &[zone(person, document).as_bytes()])]);
    let active = sequence(&[&name(ACTIVE), &small(1), &name(PLAIN_SHA256)]);
    let infos = wrap(0x6e, &[&set(&[&active])]);
    let key = wrap(0x6f, &[&country::public_key(&key(seed, document))]);
    let groups = BTreeMap::from([(1, zone), (11, details(person)), (14, infos), (15, key)]);
    let sod = Bytes(country.security_object(&groups));
    TravelDocument { sod, groups: groups.into_iter().map(|(at, file)| (at, Bytes(file))).collect() }
}

/// DG11 (ICAO 9303-10 §4.7.11): the name in national characters, and the whole date of birth.
fn details(person: &Person) -> Vec<u8> {
    let born = person.identity.born().strftime("%Y%m%d").to_string();
    wrap(
        0x6b,
        &[
            &wrap(0x5c, &[b"\x5f\x0e\x5f\x2b"]),
            &wrap(0x5f0e, &[person.name.written.as_bytes()]),
            &wrap(0x5f2b, &[born.as_bytes()]),
        ],
    )
}

/// The chip's answer to active authentication (ICAO 9303-11 §6.1); none to what it does not speak.
pub(crate) fn answer(
    seed: Seed,
    document: &Document,
    question: &ChipQuestion,
) -> Option<ChipAnswer> {
    let ChipQuestion::Active { challenge } = question else { return None };
    let signature: Signature = key(seed, document).sign(&challenge.0);
    Some(ChipAnswer { response: Bytes(signature.to_bytes().to_vec()) })
}

fn key(seed: Seed, document: &Document) -> SigningKey {
    let number = document.number();
    country::key(seed, &format!("chip {} {}", number.class().as_str(), number.as_str()), 0)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::people::Population;
    use crate::travel::has_chip;

    #[test]
    fn every_zone_reads_back() {
        let seed = Seed::from_words("chips");
        let people = Population::invent(seed, 3_000, date(2026, 11, 22));
        let country = Country::found(seed, "CN");
        let mut read_back = 0;
        for person in people.people() {
            for document in person.documents().filter(|document| has_chip(document.class())) {
                let read = read(seed, &country, person, document);
                let zone = zone(person, document);
                let mrz = icao::Mrz::parse(&zone, date(2026, 11, 22)).expect(&zone);
                let class = rules::travel_document::class_of(mrz.document_code(), mrz.issuer());
                assert_eq!(class, Some(document.class()));
                let number =
                    rules::travel_document::number_of(document.class(), mrz.issuer(), mrz.number());
                assert_eq!(number, document.number().as_str());
                assert_eq!(mrz.born(), Some(person.identity.born()));
                let details = icao::lds::details(&read.groups[&11].0).expect("details");
                assert_eq!(details.name.expect("a name").as_str(), person.name.written);
                assert_eq!(details.born, Some(person.identity.born()));
                assert!(read.sod.0.len() < 2_000, "it travels in a form");
                read_back += 1;
            }
        }
        assert!(read_back > 50, "{read_back}");
    }

    #[test]
    fn a_chip_signs_the_challenge_with_a_key_of_its_own() {
        let seed = Seed::from_words("chips");
        let question = ChipQuestion::Active { challenge: Bytes(vec![7; 8]) };
        let document = |number| {
            Document::new(rules::DocumentClass::OrdinaryPassport, number, None).expect("a number")
        };
        let [anna, bert] = ["E12345678", "E12345679"]
            .map(|number| answer(seed, &document(number), &question).expect("an answer").response);
        assert_ne!(anna, bert);
        let chip = r#"{"chip":{"public_key":"BA","cipher":"aes128","command":"DLA"}}"#;
        let chip = serde_json::from_str(chip).expect("a question");
        assert!(answer(seed, &document("E12345678"), &chip).is_none());
    }
}
