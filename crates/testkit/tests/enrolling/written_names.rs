//! Names as they are written at home: DG11 of documents that OpenSSL signed, and what happens to an odd one.

use std::collections::BTreeMap;

use icao::ChipFiles;
use service::{Error, Step};
use yinzheng_testkit::{
    Town,
    country::{Algorithm, Bearer, Country, Passport, Proof},
    refusal, stories,
};

stories!(
    a_name_is_kept_as_it_is_written,
    a_name_that_is_no_text_is_left_to_the_zone,
    the_whole_birthday_says_the_century,
    what_was_altered_or_contradicts_is_refused,
);

/// DG11 with this name and this whole date of birth.
fn dg11(name: &[u8], born: &[u8]) -> Vec<u8> {
    let object =
        |tag: &[u8], value: &[u8]| [tag, &[u8::try_from(value.len()).unwrap()], value].concat();
    let inside = [
        object(b"\x5c", b"\x5f\x0e\x5f\x2b"),
        object(b"\x5f\x0e", name),
        object(b"\x5f\x2b", born),
    ];
    object(b"\x6b", &inside.concat())
}

fn bearer(issuer: &str, details: Vec<u8>) -> Bearer {
    let (issuer, nationality) = (issuer.to_owned(), issuer.to_owned());
    Bearer { issuer, nationality, details: Some(details), ..Bearer::anna() }
}

/// Which name is kept of whoever holds this passport.
async fn kept(town: &Town, passport: &Passport) -> String {
    let enrolment = town.adult().begin().await.shows(passport).await.unwrap();
    let holder = enrolment.finish().await.unwrap();
    let export = town.platform.export(&holder.session).await.unwrap();
    let name = serde_json::to_value(export).unwrap()["name"].as_str().unwrap().to_owned();
    town.world.pass(1);
    holder.cancel().await.unwrap();
    name
}

async fn a_name_is_kept_as_it_is_written(town: Town) {
    let names = [
        ("UTO", "UT", Algorithm::P256, "Åsa<<Änne<Maria", "Åsa Änne Maria"),
        ("UTO", "UT", Algorithm::RsaPkcs1, "김<<철수", "김 철수"),
        ("FRA", "FR", Algorithm::P256, "ÉRICSSON<<ANNE", "ÉRICSSON ANNE"),
    ];
    for (issuer, letters, algorithm, written, name) in names {
        let country = Country::found_in(letters, algorithm);
        town.platform.import_trust(&country.certificate()).await.unwrap();
        let bearer = bearer(issuer, dg11(written.as_bytes(), b"19740812"));
        let passport = country.passport(&bearer, Proof::ActiveEcdsa("P-256"));
        assert_eq!(kept(&town, &passport).await, name);
    }
}

async fn a_name_that_is_no_text_is_left_to_the_zone(town: Town) {
    let utopia = Country::found(Algorithm::P256);
    town.platform.import_trust(&utopia.certificate()).await.unwrap();
    let long = "é".repeat(40);
    for odd in [&b"\xd5\xc5<<\xc8\xfd"[..], b"", b"<<<", b"ANNA\0MARIA", long.as_bytes()] {
        let bearer = bearer("UTO", dg11(odd, b"19740812"));
        let passport = utopia.passport(&bearer, Proof::ActiveEcdsa("P-256"));
        let name = kept(&town, &passport).await;
        let expected = if odd == long.as_bytes() { long.as_str() } else { "ERIKSSON ANNA MARIA" };
        assert_eq!(name, expected);
    }
}

async fn the_whole_birthday_says_the_century(town: Town) {
    let utopia = Country::found(Algorithm::P256);
    town.platform.import_trust(&utopia.certificate()).await.unwrap();
    let read = async |details: Option<Vec<u8>>| -> Result<Step, Error> {
        let old = Bearer { born: "200812".to_owned(), details, ..Bearer::anna() };
        let passport = utopia.passport(&old, Proof::ActiveEcdsa("P-256"));
        Ok(town.adult().begin().await.shows(&passport).await?.step)
    };
    // Two digits alone are a child's; the person is a hundred and six.
    assert_eq!(refusal(read(None).await), "guardian_must_apply");
    assert_eq!(read(Some(dg11(b"A", b"19200812"))).await.unwrap(), Step::Portrait);
    assert_eq!(read(Some(dg11(b"A", b"\x19\x20\x08\x12"))).await.unwrap(), Step::Portrait);
    assert_eq!(refusal(read(Some(dg11(b"A", b"20200812"))).await), "guardian_must_apply");
}

async fn what_was_altered_or_contradicts_is_refused(town: Town) {
    let utopia = Country::found(Algorithm::P256);
    town.platform.import_trust(&utopia.certificate()).await.unwrap();
    let proof = Proof::ActiveEcdsa("P-256");
    let sound = utopia.passport(&bearer("UTO", dg11(b"ANNA", b"19740812")), proof);
    let mut altered = sound.groups.clone();
    altered.insert(11, dg11(b"BERT", b"19740812"));
    let contradicts = utopia.passport(&bearer("UTO", dg11(b"ANNA", b"19740813")), proof);
    let cut = utopia.passport(&bearer("UTO", b"\x6b\x05\x5c\x02\x5f\x0e\x5f".to_vec()), proof);
    let without: BTreeMap<_, _> =
        sound.groups.clone().into_iter().filter(|(number, _)| *number != 11).collect();
    for (files, code) in [
        (ChipFiles::new(sound.sod.clone(), altered).unwrap(), "group_altered"),
        (contradicts.files(), "malformed"),
        (cut.files(), "malformed"),
        // Nobody has to show it: the zone has a name, too.
        (ChipFiles::new(sound.sod.clone(), without).unwrap(), ""),
    ] {
        let enrolment = town.adult().begin().await;
        let read = town.platform.prove_document(&enrolment.token, files).await;
        let said = read.map_or_else(|error| refusal::<()>(Err(error)), |_| "");
        assert_eq!(said, code);
    }
}
