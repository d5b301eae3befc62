//! The floor: one ES256 signature and one verification, measured in the same run.

use std::time::Duration;

use anyhow::Result;
use formats::SigningKey;

use crate::cpu;

/// CPU time of one signature and of one verification.
pub(crate) fn measure() -> Result<(Duration, Duration)> {
    const ROUNDS: u32 = 2_000;
    let key = SigningKey::generate();
    let message = [7; 300];
    let sign = cpu::of_call(ROUNDS, || key.sign(&message))?;
    let signature = key.sign(&message);
    let verify = cpu::of_call(ROUNDS, || key.verifying_key().verify(&message, &signature).is_ok())?;
    Ok((sign, verify))
}
