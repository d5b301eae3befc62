//! Somebody steals both databases, without the keys: no person is in them, in any decoding we could think of.
//!
//! On SQLite the files themselves are searched, write-ahead logs included; on PostgreSQL every row as SQL gives it out,
//! because the server's files are the server's.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a story that cannot go on has failed"
)]

use jiff::civil::Date;
use yinzheng_testkit::{Cell, Census, Holder, Resident, Town, decodings::found, stories};

stories!(no_person_is_in_a_stolen_database);

async fn no_person_is_in_a_stolen_database(town: Town) {
    let lived = Box::pin(a_town_that_lived(&town)).await;
    let secrets: Vec<_> = lived.iter().flat_map(secrets_of).collect();
    assert!(secrets.len() > 7 * lived.len());
    let secrets: Vec<_> = secrets.iter().map(String::as_str).collect();

    let census = town.census().await;
    let mut loot = town.database_files();
    loot.push(("all rows".to_owned(), bytes_of(&census)));
    let mut searched = 0;
    for (name, bytes) in &loot {
        assert_eq!(found(&secrets, bytes), [], "in {name}");
        searched += bytes.len();
    }
    assert!(searched > 10_000, "there was something to search");
    let told = numbers_of(&census);
    for resident in &lived {
        for number in numbers_that_mean(resident.person.identity.born()) {
            assert!(!told.contains(&number), "a date of birth as the number {number}");
        }
    }

    // The search does find: the net number stands in clear on the authentication plane, and nowhere else.
    let known = town.enrolled(45).await;
    let census = town.census().await;
    assert!(!found(&[known.net_number.as_str()], &bytes_of(&census)).is_empty());
    let mut in_files = 0;
    for (name, bytes) in town.database_files() {
        let there = !found(&[known.net_number.as_str()], &bytes).is_empty();
        let main =
            name.ends_with("authentication.sqlite") || name.ends_with("authentication.sqlite-wal");
        assert!(main || !there, "{name}");
        in_files += u32::from(there);
    }
    assert_eq!(in_files > 0, loot.len() > 1, "on SQLite, in the files too");
}

/// People who enrolled, logged in, proved an age, locked, left half-way, and left for good.
async fn a_town_that_lived(town: &Town) -> Vec<Resident> {
    let mut holders: Vec<Holder> = Vec::new();
    for years in [16, 24, 33, 47, 70] {
        let memorable =
            town.whoever(|p| p.age(town.today()) == years && p.name.written.chars().count() >= 3);
        holders.push(memorable.enrol().await);
    }
    for holder in &mut holders {
        for application in [town.airline(), town.airline_app(), town.shop()] {
            let code = holder.agree_to(&application).await;
            town.redeem(&code).await.unwrap();
        }
        holder.sign_in_with_passcode().await.unwrap();
        town.platform.export(&holder.session).await.unwrap();
    }
    holders[1].decline(&town.ask(&town.shop()).with("prompt", "consent")).await.unwrap();
    holders[2].lock().await.unwrap();
    holders[3].cancel().await.unwrap();
    holders[4].resident.enrol().await;
    let half_way =
        town.whoever(|p| p.age(town.today()) == 50 && p.name.written.chars().count() >= 3);
    half_way.begin().await.until_device().await;
    let mut lived: Vec<_> = holders.into_iter().map(|holder| holder.resident).collect();
    lived.push(lived[0].guardian());
    lived.push(half_way);
    lived
}

/// Whatever would give somebody away.
fn secrets_of(resident: &Resident) -> Vec<String> {
    let (identity, born) = (&resident.person.identity, resident.person.identity.born());
    let (year, month, day) = (born.year(), born.month(), born.day());
    let number = identity.document().number().as_str();
    let mut secrets = vec![
        number.to_owned(),
        number.to_ascii_lowercase(),
        resident.phone().as_str().to_owned(),
        format!("+86{}", resident.phone().as_str()),
        born.to_string(),
        format!("{year:04}{month:02}{day:02}"),
        format!("{year:04}/{month:02}/{day:02}"),
        format!("{year}年{month}月{day}日"),
        resident.person.name.read.clone(),
    ];
    // Two characters leave traces too short to tell from chance.
    if resident.person.name.written.chars().count() >= 3 {
        secrets.push(resident.person.name.written.clone());
    }
    if number.len() == 18 {
        // What most systems mask shows still too much.
        secrets.push(number[6..].to_owned());
    }
    secrets
}

fn cells(census: &Census) -> impl Iterator<Item = &Cell> {
    census.tables().flat_map(|table| census.rows(table)).flatten()
}

fn bytes_of(census: &Census) -> Vec<u8> {
    let mut bytes = Vec::new();
    for cell in cells(census) {
        match cell {
            Cell::Null => {}
            Cell::Int(number) => bytes.extend(number.to_string().into_bytes()),
            Cell::Text(text) => bytes.extend(text.as_bytes()),
            Cell::Bytes(blob) => bytes.extend(blob),
        }
        bytes.push(b'\n');
    }
    bytes
}

fn numbers_of(census: &Census) -> Vec<i64> {
    let number = |cell: &Cell| if let Cell::Int(number) = cell { Some(*number) } else { None };
    cells(census).filter_map(number).collect()
}

/// A date as a number: days and seconds since 1970, here and in China, and its digits.
fn numbers_that_mean(born: Date) -> [i64; 4] {
    let seconds = |offset: i8| {
        let midnight = born.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(offset)));
        midnight.unwrap().timestamp().as_second()
    };
    let digits = i64::from(born.year()) * 10_000 + i64::from(born.month()) * 100;
    [seconds(0), seconds(8), seconds(0) / 86_400, digits + i64::from(born.day())]
}
