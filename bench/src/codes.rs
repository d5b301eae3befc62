//! QR codes at a gate: what verifying one costs, beside the two signature checks it contains, in each suite; and what a log's
//! checkpoint costs under its two signatures, and what is sealed in each cipher.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use formats::{
    Cipher, Ed25519Key, LogKey, MlDsa44Key, SealingKey, SigningKey, Suite, ed25519,
    qr::{
        Certificate, Days, Moment, Seed, Statements, StatusReference, Subject, Terms,
        UnverifiedCode, show,
    },
};

use crate::cpu;

const ROUNDS: u32 = 2_000;
const BATCH: u32 = 30;

/// Prints a line for each suite.
pub(crate) fn run() -> Result<()> {
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?;
    println!(
        "suite          sign      check     issue     show      verify    checks in it  a batch of {BATCH}"
    );
    for suite in Suite::ALL {
        let issuer = SigningKey::generate_in(suite);
        let key = SigningKey::generate_in(suite);
        let terms = Terms {
            holder: key.verifying_key().clone(),
            days: Days { from: Days::of(now), until: Days::of(now) + 1 },
            status: StatusReference { list: 1_000, index: 1_000_000 },
        };
        let (statements, seed) = (Statements([1; 8]), Seed::new([7; 32]));
        let issue = || Certificate::issue(&issuer, terms.clone(), statements, &seed);
        let certificate = issue().context("one suite")?;
        let show = || {
            let subjects = [Subject::AgeOver18];
            show(&certificate, &key, (statements, &seed), &subjects, Moment::at(now))
        };
        let (code, issuers) = (show().context("its own key")?, [issuer.public()]);
        // As long as what is signed in a code.
        let message = [7; 250];
        let signature = key.sign(&message);
        let sign = cpu::of_call(ROUNDS, || key.sign(&message))?;
        let check =
            cpu::of_call(ROUNDS, || key.verifying_key().verify(&message, &signature).is_ok())?;
        let issue = cpu::of_call(ROUNDS, issue)?;
        let show = cpu::of_call(ROUNDS, show)?;
        let verify = cpu::of_call(ROUNDS, || {
            UnverifiedCode::parse(&code).is_ok_and(|code| code.verify(&issuers, None, now).is_ok())
        })?;
        let name = format!("{suite:?}");
        let times = [sign, check, issue, show, verify].map(micros).join("");
        let share = 2.0 * check.as_secs_f64() / verify.as_secs_f64() * 100.0;
        let batch = (issue * BATCH).as_secs_f64() * 1e3;
        println!("{name:14}{times} {share:7.0} % {batch:14.2} ms");
    }
    of_checkpoints()?;
    of_sealing()
}

/// Prints a line for each cipher that may seal what is kept.
fn of_sealing() -> Result<()> {
    println!("512 bytes       seal      open");
    for cipher in [Cipher::Aes256Gcm, Cipher::Sm4Gcm] {
        let key = SealingKey::of_its_length(&vec![7; cipher.key_length()])?;
        let (plain, context) = ([7; 512], [9; 16]);
        let sealed = key.seal([1; 12], &context, &plain);
        let times = [
            cpu::of_call(50 * ROUNDS, || key.seal([1; 12], &context, &plain))?,
            cpu::of_call(50 * ROUNDS, || key.open(&context, &sealed).is_ok())?,
        ];
        println!("{:14}{}", format!("{cipher:?}"), times.map(micros).join(""));
    }
    Ok(())
}

/// Prints a line for each of a checkpoint's two signatures, and one for both with the note around them.
fn of_checkpoints() -> Result<()> {
    let (classical, ml_dsa) = (Ed25519Key::from_seed(&[7; 32]), MlDsa44Key::from_seed(&[7; 32]));
    let (message, public) = ([7; 120], classical.public());
    let (short, long) = (classical.sign(&message), ml_dsa.sign(&message));
    let ed25519 = [
        cpu::of_call(ROUNDS, || classical.sign(&message))?,
        cpu::of_call(ROUNDS, || ed25519::verify(&public, &message, &short).is_ok())?,
    ];
    let ml_dsa_44 = [
        cpu::of_call(ROUNDS, || ml_dsa.sign(&message))?,
        cpu::of_call(ROUNDS, || ml_dsa.public().verify(&message, &long).is_ok())?,
    ];
    let signer = LogKey::new("log.example/one".parse()?, classical, ml_dsa);
    let note = signer.sign(17, [9; 32], 1_700_000_000);
    let both = [
        cpu::of_call(ROUNDS, || signer.sign(17, [9; 32], 1_700_000_000))?,
        cpu::of_call(ROUNDS, || signer.public().verify(note.as_bytes()).is_ok())?,
    ];
    for (name, times) in [("Ed25519", ed25519), ("ML-DSA-44", ml_dsa_44), ("a checkpoint", both)] {
        println!("{name:14}{}", times.map(micros).join(""));
    }
    Ok(())
}

fn micros(time: Duration) -> String {
    format!(" {:7.1}µs", time.as_secs_f64() * 1e6)
}
