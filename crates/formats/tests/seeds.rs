//! Sound inputs for the fuzz targets `qr`, `sd_jwt` and `status_list` to start from, written to `target/tmp/fuzz-seeds`.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    reason = "whatever cannot go on here is a test that has failed"
)]

use std::{fs, path::Path};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use yinzheng_formats::{
    SigningKey, Suite,
    qr::{Certificate, Days, Moment, Seed, Statements, StatusReference, Subject, Terms, show},
    sd_jwt::{Binding, Disclosure, Held, Kind, conceal, issue},
    status_list::{Bits, StatusList, StatusToken},
};

const KIND: Kind = Kind { typ: "dc+sd-jwt", open: &["iss", "cnf"] };
const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);

#[test]
fn seeds_are_written() {
    let vectors: Value = serde_json::from_str(include_str!("../vectors/rfc9901.json")).unwrap();
    for name in ["issuance", "presentation"] {
        write("sd_jwt", name, vectors[name].as_str().unwrap().as_bytes());
    }
    let key = SigningKey::generate();
    let mut drawn = 0_u8;
    let mut chance = |bytes: &mut [u8]| {
        drawn += 1;
        bytes.fill(drawn);
    };
    let city = conceal(Map::new(), &[("city", json!("Chengdu"))], 1, &mut chance).unwrap();
    let open = json!({"iss": "https://id.example", "cnf": {"jwk": key.public()}});
    let hidden = [("age_over_18", json!(true)), ("at", city.members.into())];
    let mut concealed =
        conceal(open.as_object().unwrap().clone(), &hidden, 2, &mut chance).unwrap();
    concealed.disclosures.extend(city.disclosures);
    // A payload in the open and its disclosures: what the target signs by itself.
    let beside: Vec<_> = concealed.disclosures.iter().map(Disclosure::as_str).collect();
    let unsigned = format!("{}~{}~", Value::from(concealed.members.clone()), beside.join("~"));
    write("sd_jwt", "unsigned", unsigned.as_bytes());
    let issued = issue::sign((&key, "key-1").into(), KIND.typ, concealed);
    let held = Held::receive(&issued, KIND, key.verifying_key()).unwrap();
    let binding =
        Binding { audience: "https://desk.example", nonce: "nonce", now: NOW, others: Map::new() };
    write("sd_jwt", "bound", held.show(|_| true).bind(&key, binding).as_bytes());
    for (name, list) in [
        ("one", StatusList::revoking([0, 1_993, 25_460])),
        ("two", StatusList::good(Bits::Two)),
        ("eight", StatusList::good(Bits::Eight)),
    ] {
        write("status_list", name, &list.compressed());
        let token = StatusToken {
            uri: "https://example.com/statuslists/1".to_owned(),
            issued_at: NOW,
            expires_at: NOW + SignedDuration::from_mins(15),
            time_to_live: SignedDuration::from_mins(2),
            list,
        };
        write("status_list", &format!("{name}-token"), token.sign(&key, "key-1").as_bytes());
        write("status_list", &format!("{name}-cwt"), &token.sign_cwt(&key, b"key-1"));
    }
}

#[test]
fn seeds_of_codes_are_written() {
    let now = NOW.as_second();
    for suite in Suite::ALL {
        let (issuer, key) = (SigningKey::generate_in(suite), SigningKey::generate_in(suite));
        let terms = Terms {
            holder: key.verifying_key().clone(),
            days: Days { from: Days::of(now), until: Days::of(now) + 1 },
            status: StatusReference { list: 7, index: 700_000 },
        };
        let (statements, seed) = (Statements([1; 8]), Seed::new([7; 32]));
        let certificate = Certificate::issue(&issuer, terms, statements, &seed).unwrap();
        let subjects = [Subject::AgeOver18];
        let code = show(&certificate, &key, (statements, &seed), &subjects, Moment::at(now));
        write("qr", &format!("{suite:?}"), code.unwrap().as_bytes());
    }
}

fn write(target: &str, name: &str, bytes: &[u8]) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fuzz-seeds").join(target);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(name), bytes).unwrap();
}
