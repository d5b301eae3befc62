//! Sound inputs for the fuzz targets to start from, written to `target/tmp/fuzz-seeds` (`cargo xtask test --only fuzz`).
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    reason = "whatever cannot go on here is a test that has failed"
)]

mod country;

use std::{fs, path::Path};

use country::{Algorithm, Bearer, Booklet, Country, Field, IN_FORCE, Passport, Proof};

#[test]
fn seeds_are_written() {
    let country = Country::found(Algorithm::P256);
    let explicit = Country::found(Algorithm::BrainpoolP256Explicit);
    let passport = country.passport(&Bearer::anna(), Proof::ActiveEcdsa("P-256"));
    let chip = explicit.passport(&Bearer::anna(), Proof::ChipEcdh("brainpoolP256r1", "aes128"));
    let card = Bearer { booklet: Booklet::Card, document_code: "I".to_owned(), ..Bearer::anna() };
    let card = country.passport(&card, Proof::None);
    for (name, Passport { zone, sod, groups, .. }) in
        [("passport", &passport), ("chip", &chip), ("card", &card)]
    {
        write("mrz", name, zone.as_bytes());
        write("sod", name, sod);
        for (number, group) in groups {
            write("lds", &format!("{name}-{number}"), group);
        }
    }
    let field = country.passport(&Bearer::anna(), Proof::ChipDh(Field::Pkcs3, "aes128"));
    let order = country.passport(&Bearer::anna(), Proof::ChipDh(Field::Bits1024, "3des"));
    for (name, passport) in [("field", &field), ("order", &order), ("curve", &chip)] {
        write("lds", &format!("infos-{name}"), &passport.groups[&14]);
        write("lds", &format!("key-{name}"), &passport.chip.public_key());
    }
    let object = b"\x31\x16\x30\x14\x06\x0a\x04\x00\x7f\x00\x07\x02\x02\x04\x06\x02\x02\x01\x02\x02\x01\x0d\x05\x00";
    write("lds", "card-security", &country.signer().sign(object, "0.4.0.127.0.7.3.2.1", ""));
    for algorithm in [Algorithm::RsaPssOddSalt, Algorithm::BrainpoolP512Explicit] {
        let country = Country::found(algorithm);
        write(
            "sod",
            &format!("{algorithm:?}"),
            &country.passport(&Bearer::anna(), Proof::None).sod,
        );
        write("sod", &format!("{algorithm:?}-authority"), &country.certificate());
    }
    write("lds", "com", b"\x60\x14\x5f\x01\x040107\x5f\x36\x06040000\x5c\x02\x61\x75");
    write("sod", "authority", &explicit.certificate());
    write("sod", "signer", &country.signer().certificate());
    write("sod", "revocation-list", &country.authority.revocation_list(IN_FORCE));
    let list = country.authority.master_list_signer().master_list(&[country.certificate()]);
    write("sod", "master-list", &list);

    let question = {
        let anchor = icao::Anchor::parse(&explicit.certificate()).unwrap();
        let trust = icao::TrustStore::new([anchor], []);
        let now = "2026-11-22T12:00:00+08:00[Asia/Shanghai]".parse().unwrap();
        let files = icao::passive::verify(chip.files(), &trust, &now).unwrap();
        files.challenge(&mut |bytes| bytes.fill(7)).unwrap().1
    };
    write("secure_messaging", "read", &chip.answer(&question).response.0);
    write("secure_messaging", "status", b"\x99\x02\x90\x00\x90\x00");
    write("cbor", "none", NONE);
    write("cbor", "key", KEY);
    write("cbor", "empty", b"\xa0");
}

/// A COSE key on P-256 (RFC 9053 §7.1.1): the base point.
const KEY: &[u8] = b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20\
    \x6b\x17\xd1\xf2\xe1\x2c\x42\x47\xf8\xbc\xe6\xe5\x63\xa4\x40\xf2\
    \x77\x03\x7d\x81\x2d\xeb\x33\xa0\xf4\xa1\x39\x45\xd8\x98\xc2\x96\x22\x58\x20\
    \x4f\xe3\x42\xe2\xfe\x1a\x7f\x9b\x8e\xe7\xeb\x4a\x7c\x0f\x9e\x16\
    \x2b\xce\x33\x57\x6b\x31\x5e\xce\xcb\xb6\x40\x68\x37\xbf\x51\xf5";

/// An attestation object with nothing in it but its form.
const NONE: &[u8] =
    b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58\x25\x00\x00\x00\x00\x00\x00\x00\x00\
    \x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x45\x00\x00\x00\x00";

fn write(target: &str, name: &str, bytes: &[u8]) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fuzz-seeds").join(target);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(name), bytes).unwrap();
}
