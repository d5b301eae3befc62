//! Somebody steals both databases, without the keys: no person is in them, in any decoding we could think of.
//!
//! On SQLite the files themselves are searched, write-ahead logs included; on PostgreSQL every row as SQL gives it out,
//! because the server's files are the server's. What was logged meanwhile lies beside them.

use formats::Cipher;
use jiff::civil::Date;
use rules::{DelegationScope, Document, Scene};
use sandbox::Match;
use service::{DelegationOffer, keys::KeyPurpose};
use wallet::SheetCode;
use yinzheng_testkit::{
    Cell, Census, Holder, Resident, ToldLog, Town,
    decodings::{found, found_pieces},
    stories,
};

stories!(no_person_is_in_a_stolen_database);

async fn no_person_is_in_a_stolen_database(town: Town) {
    let log = ToldLog::start();
    let (mut lived, mut files) = Box::pin(a_town_that_lived(&town)).await;
    // What comes from now on is sealed in the other cipher.
    town.rotate_to(KeyPurpose::VaultWrapping, Some(Cipher::Sm4Gcm));
    let (families, of_families) = Box::pin(families_and_counters(&town)).await;
    lived.extend(families);
    files.extend(of_families);
    let files: Vec<_> = files.iter().map(|(name, file)| (*name, file.as_slice())).collect();
    let secrets: Vec<_> = lived.iter().flat_map(secrets_of).collect();
    assert!(secrets.len() > 7 * lived.len());
    let secrets: Vec<_> = secrets.iter().map(String::as_str).collect();

    let census = town.census().await;
    let mut loot = town.database_files();
    loot.push(("all rows".to_owned(), bytes_of(&census)));
    // Whoever steals databases steals logs too.
    town.message_line.cut();
    town.platform.deliver_notices().await.unwrap();
    town.message_line.mend();
    let logged = log.text();
    assert!(logged.contains("the message carrier does not answer"), "it is a log");
    loot.push(("the log".to_owned(), logged.into_bytes()));
    let mut searched = 0;
    for (name, bytes) in &loot {
        assert_eq!(found(&secrets, bytes), [], "in {name}");
        assert_eq!(found_pieces(&files, bytes), [], "in {name}");
        searched += bytes.len();
    }
    assert!(searched > 10_000, "there was something to search");
    let told = numbers_of(&census);
    for resident in &lived {
        for number in numbers_that_mean(resident.person.identity.born()) {
            assert!(!told.contains(&number), "a date of birth as the number {number}");
        }
    }

    // Every kind of place was there to be searched.
    for table in [
        "identities",
        "notices",
        "former_phones",
        "applications",
        "staff_log",
        "officers",
        "sheets",
        "delegations",
        "guardianships",
        "guardian_requests",
        "tidings",
        "passkeys",
        "plain_disclosures",
        "enrolments",
    ] {
        assert!(census.count(table) > 0, "{table} is empty");
    }
    // The search does find: a piece of an image in a file that has it.
    let (name, image) = files[0];
    let in_base64 = data_encoding::BASE64.encode(&image[1..]);
    for haystack in [image, in_base64.as_bytes()] {
        assert!(found_pieces(&files[..1], haystack).iter().any(|(found, _)| *found == name));
    }
    // And it does find: the net number stands in clear on the authentication plane, and nowhere else.
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
    assert_eq!(in_files > 0, !town.database_files().is_empty(), "on SQLite, in the files too");
}

/// People who enrolled, logged in, proved an age, locked, left half-way, and left for good.
/// With every file of theirs that was sent: images, and what their chips gave.
async fn a_town_that_lived(town: &Town) -> (Vec<Resident>, Vec<(&'static str, Vec<u8>)>) {
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
    // A bank is told who they are, and keeps it; nothing of that stays here.
    let bank = town.obliged_bank().await;
    for holder in &mut holders {
        let code = holder.go(&bank.who_are_you(town)).await.unwrap().code();
        let told = town.redeem(&code).await.unwrap();
        let call = town.fetching(&bank.application, told.response.access_token());
        town.fetch_plain(&call).await.unwrap();
    }
    let mut files = vec![("the image at enrolment", holders[2].resident.sample(Match::Same))];
    // A face at a login, with what the phone keeps.
    holders[2].sign_in_with_portrait(true).await.unwrap();
    files.push((
        "the phone's reference",
        holders[2].portrait_reference.clone().unwrap().into_bytes(),
    ));
    // A passport, whose chip has answered; its zone names the holder.
    let traveller = town.whoever(|p| p.age(town.today()) == 41 && !p.further.is_empty());
    let passport = traveller.chip_document().clone();
    let read = sandbox_files(&traveller, &passport);
    files.extend(read);
    traveller.begin().await.by_chip(&passport).await.unwrap().finish().await.unwrap();
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
    lived.push(traveller);
    (lived, files)
}

/// What a chip gave, file by file.
fn sandbox_files(traveller: &Resident, passport: &Document) -> Vec<(&'static str, Vec<u8>)> {
    let groups = traveller.chip_groups(passport);
    let named = |(number, file): (u8, Vec<u8>)| match number {
        1 => Some(("DG1", file)),
        2 => Some(("DG2", file)),
        _ => None,
    };
    groups.into_iter().filter_map(named).collect()
}

/// A family under fourteen; somebody who lost a device, told to nobody yet; a counter, a sheet, a delegation.
async fn families_and_counters(town: &Town) -> (Vec<Resident>, Vec<(&'static str, Vec<u8>)>) {
    let memorable = |years: i16| {
        town.whoever(|p| {
            p.age(town.today()) == years
                && p.name.written.chars().count() >= 3
                && (years >= 18 || town.has_guardian(p))
        })
    };
    let child = memorable(9);
    let mother = child.guardian().enrol().await;
    let child = mother.enrol_child(&child).await.unwrap();
    let needed = child.guardian_needed(&town.ask(&town.airline())).await;
    child.ask_guardian(&needed).await.unwrap();

    let lost = memorable(38).enrol().await;
    let elsewhere = lost.resident.with_another_phone();
    elsewhere.enrol().await;

    let mut counter = town.counter().await;
    let [old, waiting] = [memorable(80), memorable(77)];
    let issued = old.enrol_at(&mut counter).await;
    counter[0].enter(&waiting).await.unwrap();
    let platform = &town.platform;
    let sheet = SheetCode::from_secret([7; 16]).key(platform.issuer());
    let challenge = platform.challenge().unwrap();
    platform.make_sheet(&issued.session, &challenge, &sheet.bind(&challenge)).await.unwrap();

    let (mut grandmother, mut helper) = (memorable(69).enrol().await, memorable(44).enrol().await);
    for holder in [&mut grandmother, &mut helper] {
        holder.sign_in_with_passcode().await.unwrap();
    }
    let scope = DelegationScope { scenes: vec![Scene::LogIn], organisations: Vec::new() };
    let called = helper.resident.person.name.written.parse().unwrap();
    let lasts = jiff::SignedDuration::from_hours(720);
    let offer = DelegationOffer { scope, lasts, called };
    let offer = platform.offer_delegation(&grandmother.session, offer).await.unwrap();
    let called = grandmother.resident.person.name.written.parse().unwrap();
    platform.accept_delegation(&helper.session, &offer, &called).await.unwrap();

    let officers = counter.into_iter().map(|officer| officer.person.resident);
    let images = vec![("a child's image", child.resident.sample(Match::Same))];
    let holders = [&mother, &child, &lost, &grandmother, &helper];
    let holders = holders.map(|holder| holder.resident.clone());
    let all = holders.into_iter().chain([elsewhere, old, waiting]).chain(officers);
    (all.collect(), images)
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
