//! Runs steps one after another, tells how long each took, and stops at the first that fails.

use std::time::{Duration, Instant};

use crate::{
    step::{Outcome, Step},
    tally::Tally,
};

/// Runs the steps; whether all passed. The last line printed is the tally.
pub(crate) fn run(steps: &[Step], rounds: Option<u32>) -> bool {
    let (mut total, mut report, mut good) = (Tally::default(), Vec::new(), true);
    for (number, step) in (1..).zip(steps) {
        println!("\n== {number}/{} {}: {}", steps.len(), step.name(), step.what());
        let mut tally = Tally::default();
        let begun = now();
        let outcome = step.run(rounds, &mut tally);
        let took = now().duration_since(begun);
        let ended = match &outcome {
            Ok(Outcome::Passed) => "passed".to_owned(),
            Ok(Outcome::Skipped(why)) => format!("skipped: {why}"),
            Err(error) => {
                println!("\nerror in {}: {error:#}", step.name());
                // A step that broke before or beside its tests counts as one failure.
                tally.failed = tally.failed.max(1);
                "FAILED".to_owned()
            }
        };
        println!("== {} {ended} after {}", step.name(), seconds(took));
        report.push(line(step, took, &ended, tally));
        total.add(tally);
        if outcome.is_err() {
            good = false;
            report.extend(
                steps
                    .iter()
                    .skip(number)
                    .map(|left| format!("  {:14}            not run", left.name())),
            );
            break;
        }
    }
    println!("\nSummary");
    for line in report {
        println!("{line}");
    }
    if total.ignored > 0 {
        println!("  {} tests were left out by their own mark", total.ignored);
    }
    println!("{total}");
    good
}

fn line(step: &Step, took: Duration, ended: &str, tally: Tally) -> String {
    let tests = if tally == Tally::default() { String::new() } else { format!(" ({tally})") };
    format!("  {:14} {:>9}  {ended}{tests}", step.name(), seconds(took))
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

#[expect(
    clippy::disallowed_methods,
    reason = "the workshop times its own steps; the platform's World is not here"
)]
fn now() -> Instant {
    Instant::now()
}
