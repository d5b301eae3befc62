//! The floor: one ES256 signature and one verification, measured in the same run.

use std::time::{Duration, Instant};

use formats::SigningKey;

/// Time of one signature and of one verification.
pub(crate) fn measure() -> (Duration, Duration) {
    const ROUNDS: u32 = 2_000;
    let key = SigningKey::generate();
    let message = [7; 300];
    let begun = Instant::now();
    for _ in 0..ROUNDS {
        std::hint::black_box(key.sign(&message));
    }
    let sign = begun.elapsed() / ROUNDS;
    let signature = key.sign(&message);
    let begun = Instant::now();
    for _ in 0..ROUNDS {
        std::hint::black_box(key.verifying_key().verify(&message, &signature).is_ok());
    }
    (sign, begun.elapsed() / ROUNDS)
}
