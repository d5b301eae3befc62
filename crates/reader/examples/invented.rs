//! An invented platform and an invented phone, to try a reader without either.
//!
//! `cargo run -p yinzheng-reader --example invented -- FOLDER` makes a mirror in the folder, and prints a code of somebody of
//! full age; then another for every line that is typed: `revoked`, `child`, `drawn`, or a
//! reader's question (`YZQ1:…`) to answer.
#![expect(clippy::unwrap_used, reason = "whoever tries things out sees what is wrong")]
#![expect(clippy::disallowed_methods, reason = "the clock of this example")]

use std::{fs, io, path::Path};

use formats::{
    JwkSet, SigningKey, Suite, base45,
    qr::{
        Certificate, Challenge, Days, Moment, Seed, Statements, StatusReference, Subject, Terms,
        show,
    },
    status_list::{StatusList, StatusToken},
};
use jiff::{SignedDuration, Timestamp};
use qrcode::{Color, QrCode};

/// The places of whoever is good and of whoever was revoked.
const GOOD: u32 = 1;
const REVOKED: u32 = 2;

fn main() {
    let folder = std::env::args().nth(1).unwrap();
    let key = SigningKey::generate_in(Suite::International);
    mirror(&key, Path::new(&folder));
    let window = || Moment::at(Timestamp::now().as_second());
    println!("{}", code(&key, GOOD, 1, window()));
    for line in io::stdin().lines().map_while(Result::ok) {
        let said = match line.trim().strip_prefix("YZQ1:") {
            Some(question) => {
                let bytes = base45::decode(question).unwrap().try_into().unwrap();
                code(&key, GOOD, 1, Moment::Challenge(Challenge(bytes)))
            }
            None if line == "revoked" => code(&key, REVOKED, 1, window()),
            None if line == "drawn" => drawn(&code(&key, GOOD, 1, window())),
            None if line == "child" => code(&key, GOOD, 0, window()),
            None => code(&key, GOOD, 1, window()),
        };
        println!("{said}");
    }
}

fn mirror(key: &SigningKey, folder: &Path) {
    let issued_at = Timestamp::from_second(Timestamp::now().as_second()).unwrap();
    let token = StatusToken {
        uri: "https://id.example/status/0".to_owned(),
        issued_at,
        expires_at: issued_at + SignedDuration::from_mins(15),
        time_to_live: SignedDuration::from_mins(2),
        list: StatusList::revoking([REVOKED]),
    };
    let keys = JwkSet::new([key.public()]).unwrap();
    fs::create_dir_all(folder.join("status")).unwrap();
    fs::write(folder.join("keys.json"), serde_json::to_string(&keys).unwrap()).unwrap();
    fs::write(folder.join("status/0.jwt"), token.sign(key, key.public().kid().unwrap())).unwrap();
}

/// The code's modules, row by row, 1 for dark.
fn drawn(code: &str) -> String {
    let code = QrCode::new(code).unwrap();
    let modules = code.to_colors();
    let row = |row: &[Color]| row.iter().map(|color| color.select('1', '0')).collect::<String>();
    modules.chunks(code.width()).map(row).collect::<Vec<_>>().join("/")
}

/// A code from a certificate of its own, as wallets make them.
fn code(issuer: &SigningKey, index: u32, of_age: u8, moment: Moment) -> String {
    let holder = SigningKey::generate_in(issuer.suite());
    let today = Days::of(Timestamp::now().as_second());
    let terms = Terms {
        holder: holder.verifying_key().clone(),
        days: Days { from: today, until: today + 14 },
        status: StatusReference { list: 0, index },
    };
    let (statements, seed) = (Statements([1, 1, of_age, 0, 0, 0, 2, 1]), Seed::new([7; 32]));
    let certificate = Certificate::issue(issuer, terms, statements, &seed).unwrap();
    show(&certificate, &holder, (statements, &seed), &[Subject::AgeOver18], moment).unwrap()
}
