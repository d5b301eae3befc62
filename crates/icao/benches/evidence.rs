//! What it costs to believe a travel document: files verified, question asked, answer verified; and beside each the bare
//! signature checks that nobody can do without, in the same run.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "what cannot go on here is a bench that has failed"
)]

#[path = "../tests/country/mod.rs"]
mod country;

use std::{hint::black_box, time::Duration};

use aws_lc_rs::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use country::{Algorithm, Bearer, Country, Proof};
use criterion::{
    Criterion, SamplingMode, criterion_group, criterion_main,
    measurement::{Measurement, ValueFormatter, WallTime},
};
use der::{Decode, Encode};
use ecdsa::{VerifyingKey, signature::hazmat::PrehashVerifier};
use icao::{Anchor, GenuineFiles, TrustStore, passive};
use jiff::Zoned;
use sha2::{Digest, Sha256, Sha384};
use x509_cert::Certificate;

/// A portrait as chips carry it.
const PORTRAIT_LENGTH: usize = 20_000;

fn chance(bytes: &mut [u8]) {
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = (place as u8).wrapping_mul(31).wrapping_add(7);
    }
}

fn evidence(criterion: &mut Criterion<Cpu>) {
    let now: Zoned = "2026-11-22T12:00:00+08:00[Asia/Shanghai]".parse().unwrap();
    for (name, algorithm, active, chip) in [
        ("P-256", Algorithm::P256, Proof::ActiveEcdsa("P-256"), Proof::ChipEcdh("P-256", "aes128")),
        ("RSA-2048", Algorithm::RsaPkcs1, Proof::ActiveRsa(2048), Proof::ChipEcdh("P-256", "3des")),
        ("RSA-4096", Algorithm::Rsa4096Sha512, Proof::ActiveRsa(4096), CHIP_2048),
        (
            "brainpoolP256",
            Algorithm::BrainpoolP256,
            Proof::ActiveEcdsa("brainpoolP256r1"),
            Proof::ChipEcdh("brainpoolP256r1", "aes128"),
        ),
        (
            "brainpoolP384",
            Algorithm::BrainpoolP384,
            Proof::ActiveEcdsa("brainpoolP384r1"),
            Proof::ChipEcdh("brainpoolP384r1", "aes256"),
        ),
        (
            "brainpoolP512",
            Algorithm::BrainpoolP512,
            Proof::ActiveEcdsa("brainpoolP512r1"),
            Proof::ChipEcdh("brainpoolP512r1", "aes256"),
        ),
    ] {
        let country = Country::found(algorithm);
        let trust = TrustStore::new([Anchor::parse(&country.certificate()).unwrap()], []);
        let mut group = criterion.benchmark_group(name);
        // The kernel counts in its own ticks: samples of one length, each many of them long.
        group.sampling_mode(SamplingMode::Flat);
        group.sample_size(10);
        group.warm_up_time(Duration::from_millis(150));
        group.measurement_time(Duration::from_millis(700));
        for (way, proof) in [("active", active), ("chip", chip)] {
            let bearer = Bearer { portrait: portrait(), ..Bearer::anna() };
            let passport = country.passport(&bearer, proof);
            let believed =
                || -> GenuineFiles { passive::verify(passport.files(), &trust, &now).unwrap() };
            if way == "active" {
                group.bench_function("files", |bench| bench.iter(|| black_box(believed())));
            }
            let files = believed();
            let (challenge, question) = files.challenge(&mut chance).unwrap();
            let answer = passport.answer(&question);
            group.bench_function(format!("{way}: question"), |bench| {
                bench.iter(|| black_box(files.challenge(&mut chance).unwrap()));
            });
            group.bench_function(format!("{way}: answer"), |bench| {
                bench.iter(|| black_box(files.verify_answer(&challenge, &answer).unwrap()));
            });
        }
        let check = signature_check(algorithm, &country.certificate());
        group.bench_function("one signature", |bench| bench.iter(&check));
        group.finish();
    }
}

const CHIP_2048: Proof = Proof::ChipDh(country::Field::Bits2048, "aes128");

fn portrait() -> Vec<u8> {
    [&b"\xff\xd8\xff\xfe"[..], &vec![0x55; PORTRAIT_LENGTH], b"\xff\xd9"].concat()
}

/// The bare check of a certificate's own signature by the library that does it, with nothing read.
fn signature_check(algorithm: Algorithm, der: &[u8]) -> Box<dyn Fn()> {
    let certificate = Certificate::from_der(der).unwrap();
    let signed = certificate.tbs_certificate().to_der().unwrap();
    let made = certificate.signature().raw_bytes().to_vec();
    let info = certificate.tbs_certificate().subject_public_key_info();
    let key = info.subject_public_key.raw_bytes().to_vec();
    let fast: &'static dyn VerificationAlgorithm = match algorithm {
        Algorithm::P256 => &signature::ECDSA_P256_SHA256_ASN1,
        Algorithm::RsaPkcs1 => &signature::RSA_PKCS1_2048_8192_SHA256,
        Algorithm::Rsa4096Sha512 => &signature::RSA_PKCS1_2048_8192_SHA512,
        Algorithm::BrainpoolP256 => {
            let key = VerifyingKey::<bp256::BrainpoolP256r1>::from_sec1_bytes(&key).unwrap();
            let made = ecdsa::der::Signature::from_bytes(&made).unwrap();
            return Box::new(move || key.verify_prehash(&Sha256::digest(&signed), &made).unwrap());
        }
        Algorithm::BrainpoolP384 => {
            let key = VerifyingKey::<bp384::BrainpoolP384r1>::from_sec1_bytes(&key).unwrap();
            let made = ecdsa::der::Signature::from_bytes(&made).unwrap();
            return Box::new(move || key.verify_prehash(&Sha384::digest(&signed), &made).unwrap());
        }
        // No published crate has the curve: the certificate as it is read and checked here.
        _ => {
            let der = der.to_vec();
            return Box::new(move || drop(black_box(Anchor::parse(&der).unwrap())));
        }
    };
    Box::new(move || UnparsedPublicKey::new(fast, &key).verify(&signed, &made).unwrap())
}

/// The processor's time of this thread: what other work on the machine takes is not counted.
struct Cpu;

impl Cpu {
    /// Linux counts it in nanoseconds.
    fn spent() -> u64 {
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
        text.split(' ').next().unwrap().parse().unwrap()
    }
}

impl Measurement for Cpu {
    type Intermediate = u64;
    type Value = u64;

    fn start(&self) -> u64 {
        Self::spent()
    }

    fn end(&self, begun: u64) -> u64 {
        Self::spent() - begun
    }

    fn add(&self, one: &u64, other: &u64) -> u64 {
        one + other
    }

    fn zero(&self) -> u64 {
        0
    }

    fn to_f64(&self, nanoseconds: &u64) -> f64 {
        *nanoseconds as f64
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        WallTime.formatter()
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(Cpu);
    targets = evidence
}
criterion_main!(benches);
