//! Counts what the test programs say of themselves.

use std::fmt;

/// How many tests passed, failed, and were left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
    pub(crate) ignored: u32,
}

impl Tally {
    /// Reads one line of a test program; most lines say nothing.
    pub(crate) fn read(&mut self, line: &str) {
        let line = line.trim();
        if let Some(counts) = line.strip_prefix("test result: ") {
            // `ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.02s`
            let counts = counts.split_once(". ").map_or("", |(_, counts)| counts);
            for count in counts.split("; ") {
                match count.split_once(' ') {
                    Some((number, "passed")) => self.passed += count_of(number),
                    Some((number, "failed")) => self.failed += count_of(number),
                    Some((number, "ignored")) => self.ignored += count_of(number),
                    _ => {}
                }
            }
        }
        // Node's test runner: `# pass 5` for machines, `ℹ pass 5` for people.
        if let Some(count) = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ ")) {
            match count.split_once(' ') {
                Some(("pass", number)) => self.passed += count_of(number),
                Some(("fail" | "cancelled", number)) => self.failed += count_of(number),
                Some(("skipped" | "todo", number)) => self.ignored += count_of(number),
                _ => {}
            }
        }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
    }
}

fn count_of(number: &str) -> u32 {
    number.parse().unwrap_or(0)
}

/// The last line of a run, for people and machines alike.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_cargo_and_node() {
        let mut tally = Tally::default();
        for line in [
            "running 3 tests",
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.02s",
            "test result: FAILED. 2 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1s",
            "# tests 9",
            "# pass 5",
            "# fail 1",
            "ℹ pass 4",
            "ℹ fail 0",
        ] {
            tally.read(line);
        }
        assert_eq!(tally, Tally { passed: 23, failed: 4, ignored: 1 });
        assert_eq!(tally.to_string(), "23 passed, 4 failed");
    }
}
