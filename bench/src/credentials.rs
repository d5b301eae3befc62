//! Credentials that are carried: what a batch costs, what reading one costs beside the two signature checks in it, and a
//! nation's status lists, written, held and looked up in.

use std::{
    hint::black_box,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result};
use formats::{
    Signer, SigningKey, Verified,
    mac::sha256,
    sd_jwt::{Binding, Credential, Expected, Reader, StatusReference, UnverifiedCredential},
    status_list::{
        ENTRIES, Mirror, StatusList, StatusToken, UnverifiedStatusToken, mirror::Standing,
    },
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use crate::cpu;

const ROUNDS: u32 = 500;
const BATCH: u32 = 30;
const ISSUER: &str = "https://id.example";
const VCT: &str = "https://id.example/credentials/net-certificate";
const BASE: &str = "https://id.example/status/";

/// Everybody once, in lists that are filled to the last place.
const NATION: u64 = 1_400_000_000;

/// One entry in so many reads revoked.
const REVOKED_IN: u64 = 100;

/// Look-ups timed together.
const CHECKS: u32 = 10_000_000;

/// The predicates and classes that stand hidden in every net certificate.
const CLAIMS: [&str; 9] = [
    "age_over_14",
    "age_over_16",
    "age_over_18",
    "age_over_60",
    "age_over_65",
    "minor",
    "assurance_level",
    "document_class",
    "residency_class",
];

/// Prints what each thing costs.
pub(crate) fn run() -> Result<()> {
    let seconds = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?;
    let now = Timestamp::from_second(seconds)?;
    one_by_one(now)?;
    nation(now)
}

/// A batch issued; a presentation read (issuer, holder, status, what was wanted) beside its two checks. In ES256, as wallets
/// everywhere expect it of this form; SM2 stands beside it in `codes`.
fn one_by_one(now: Timestamp) -> Result<()> {
    let (issuer, holder) = (SigningKey::generate(), SigningKey::generate());
    let hidden = CLAIMS.map(|claim| (claim, Value::from(true)));
    let credential = Credential {
        issuer: ISSUER.to_owned(),
        vct: VCT.to_owned(),
        expires_at: now + SignedDuration::from_hours(14 * 24),
        status: Some(StatusReference { index: 700_000, uri: format!("{BASE}7") }),
        holder: holder.public(),
    };
    let mut drawn = 0_u64;
    // As many hashes as the real chance costs blocks of a cipher.
    let mut chance = |bytes: &mut [u8]| {
        drawn += 1;
        bytes
            .iter_mut()
            .zip(sha256(&drawn.to_be_bytes()))
            .for_each(|(byte, chance)| *byte = chance);
    };
    // A chain of two certificates, as long as they are: where it comes from is no matter.
    let x5c = ["M".repeat(760), "M".repeat(620)];
    let plain = Signer::from((&issuer, "key"));
    let mut issue = |by| credential.issue(by, Map::new(), &hidden, 3, &mut chance);
    let written = issue(plain)?;
    let one = cpu::of_call(ROUNDS, || issue(plain))?;
    let certified = cpu::of_call(ROUNDS, || issue(Signer { x5c: &x5c, ..plain }))?;
    let expected = Expected { issuer: ISSUER, vct: VCT, now };
    let (_, held) = UnverifiedCredential::parse(&written)?
        .receive(issuer.verifying_key(), &expected)?
        .into_inner();
    let shown = held.show(|one| one.name() == Some("age_over_18"));
    let (audience, nonce) = ("https://gate.example", "n-0S6_WzA2Mj");
    let text = shown.bind(&holder, Binding { audience, nonce, now, others: Map::new() });
    let reader = Reader { audience, nonce, now };
    let mut mirror = Mirror::new(BASE);
    mirror.keep(listed(&issuer, now)?);
    let verify = || {
        let presented = UnverifiedCredential::parse(&text)?
            .verify_presented(issuer.verifying_key(), &expected, &reader)?
            .into_inner();
        let good = presented
            .credential
            .status
            .as_ref()
            .is_some_and(|status| mirror.standing(status, now) == Standing::Good);
        let of_age = presented.claims.get("age_over_18") == Some(&Value::Bool(true));
        anyhow::ensure!(good && of_age, "good, and of age");
        Ok(())
    };
    verify()?;
    let read = cpu::of_call(ROUNDS, || verify().is_ok())?;
    // As long as what is signed in a credential.
    let message = vec![7; 1_000];
    let signature = issuer.sign(&message);
    let check =
        cpu::of_call(ROUNDS, || issuer.verifying_key().verify(&message, &signature).is_ok())?;
    let share = 2.0 * check.as_secs_f64() / read.as_secs_f64() * 100.0;
    println!(
        "a batch of {BATCH}: {:.2} ms of CPU, {:.2} with certificates; a presentation of {} bytes: {:.1} µs, two raw checks {:.1} µs, {share:.0} %",
        (one * BATCH).as_secs_f64() * 1e3,
        (certified * BATCH).as_secs_f64() * 1e3,
        text.len(),
        read.as_secs_f64() * 1e6,
        2.0 * check.as_secs_f64() * 1e6,
    );
    Ok(())
}

/// The list in which the credential stands, as a mirror holds it.
fn listed(issuer: &SigningKey, now: Timestamp) -> Result<Verified<StatusToken>> {
    let uri = format!("{BASE}7");
    let token = StatusToken {
        uri: uri.clone(),
        issued_at: now,
        expires_at: now + SignedDuration::from_hours(1),
        time_to_live: SignedDuration::from_mins(2),
        list: StatusList::revoking([1]),
    };
    let text = token.sign(issuer, "key");
    Ok(UnverifiedStatusToken::parse(&text)?.verify(issuer.verifying_key(), &uri, now)?)
}

fn nation(now: Timestamp) -> Result<()> {
    let key = SigningKey::generate();
    let lists = u32::try_from(NATION.div_ceil(ENTRIES.into()))?;
    let mut dice = 0x9e37_79b9_7f4a_7c15_u64;
    // Xorshift: where entries lie matters, that nobody can guess it does not here.
    let mut roll = move || {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        dice
    };
    let resident = || cpu::resident(std::process::id());
    let (empty, began) = (resident()?, Instant::now());
    let mut tokens = Vec::new();
    for number in 0..lists {
        let revoked = u64::from(ENTRIES) / REVOKED_IN;
        let places = (0..revoked).map(|_| u32::try_from(roll() % u64::from(ENTRIES)).unwrap_or(0));
        let token = StatusToken {
            uri: format!("{BASE}{number}"),
            issued_at: now,
            expires_at: now + SignedDuration::from_hours(1),
            time_to_live: SignedDuration::from_mins(2),
            list: StatusList::revoking(places),
        };
        tokens.push(token.sign(&key, "key"));
    }
    let (written, published) = (began.elapsed(), resident()?);
    let bytes: usize = tokens.iter().map(String::len).sum();
    println!(
        "{lists} lists of 2^20 entries, 1 in {REVOKED_IN} revoked: written and signed in {:.1} s, {:.1} MB as JWTs, {:.1} MB resident",
        written.as_secs_f64(),
        megabytes(bytes),
        megabytes(usize::try_from(published.saturating_sub(empty))?),
    );
    let began = Instant::now();
    let mut mirror = Mirror::new(BASE);
    for (number, text) in tokens.drain(..).enumerate() {
        let token = UnverifiedStatusToken::parse(&text)?;
        mirror.keep(token.verify(key.verifying_key(), &format!("{BASE}{number}"), now)?);
    }
    drop(tokens);
    let (read, held) = (began.elapsed(), resident()?);
    println!(
        "mirrored: verified and unpacked in {:.1} s, {:.1} MB resident",
        read.as_secs_f64(),
        megabytes(usize::try_from(held.saturating_sub(empty))?),
    );
    let mut good = 0_u64;
    let spent = cpu::of_call(1, || {
        for _ in 0..CHECKS {
            let dice = roll();
            let list = u32::try_from(dice % u64::from(lists)).unwrap_or(0);
            let index = u32::try_from(dice >> 44).unwrap_or(0);
            good += u64::from(mirror.standing_at(list, index, now) == Standing::Good);
        }
    })?;
    anyhow::ensure!(good > 0 && good < u64::from(CHECKS), "some are good and some are not");
    let a_millisecond = f64::from(CHECKS) / (spent.as_secs_f64() * 1e3);
    println!("{a_millisecond:.0} checks a millisecond of one core");
    let reference = StatusReference { index: 5, uri: format!("{BASE}1000") };
    let by_address = cpu::of_call(CHECKS, || mirror.standing(black_box(&reference), now))?;
    println!("a check by its address: {:.0} ns", nanoseconds(by_address));
    mirror.as_of().context("lists are held").map(drop)
}

fn megabytes(bytes: usize) -> f64 {
    f64::from(u32::try_from(bytes / 1024).unwrap_or(u32::MAX)) * 1024.0 / 1e6
}

fn nanoseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e9
}
