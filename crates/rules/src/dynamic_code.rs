//! The dynamic code (动态口令): eight digits, no two neighbours equal or one apart, new every half minute.
//!
//! Every code that is allowed has a rank, and every rank a code: a number drawn evenly below [`COUNT`] is an even draw
//! of codes, with none thrown away.

use std::{fmt, str::FromStr};

use jiff::Timestamp;

/// How many codes there are.
pub const COUNT: u64 = 10_200_440;

/// How long a code is shown.
pub const STEP_SECONDS: i64 = 30;

/// Steps by which two clocks may differ.
pub const DRIFT: i64 = 1;

/// Digits of a code.
const LENGTH: usize = 8;

/// A code.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct DynamicCode([u8; LENGTH]);

/// The text is no such code.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a dynamic code has {LENGTH} digits, no two neighbours equal or one apart")]
pub struct NotADynamicCode;

impl DynamicCode {
    /// The code of this rank; ranks go round at [`COUNT`].
    pub fn of_rank(rank: u64) -> Self {
        Self(unrank(rank % COUNT))
    }

    /// Its place among all codes, in the order of their digits.
    pub fn rank(&self) -> u64 {
        rank(&self.0)
    }

    /// As it is read out: `4815 9260`.
    pub fn grouped(&self) -> String {
        let text = self.to_string();
        let (first, second) = text.split_at(LENGTH / 2);
        format!("{first} {second}")
    }
}

/// The half minute of an instant, counted since 1970.
pub fn step(at: Timestamp) -> i64 {
    at.as_second().div_euclid(STEP_SECONDS)
}

/// May these digits stand side by side?
const fn apart(one: u8, other: u8) -> bool {
    one.abs_diff(other) > 1
}

/// Ways to write `more` digits after `last`.
const WAYS: [[u64; 10]; LENGTH] = ways();

const fn ways() -> [[u64; 10]; LENGTH] {
    let mut ways = [[1; 10]; LENGTH];
    let mut more = 1;
    while more < LENGTH {
        let mut last = 0;
        while last < 10 {
            let (mut sum, mut next) = (0, 0);
            while next < 10 {
                if apart(last, next) {
                    sum += at(&ways, more - 1, next);
                }
                next += 1;
            }
            set(&mut ways, more, last, sum);
            last += 1;
        }
        more += 1;
    }
    ways
}

#[expect(clippy::indexing_slicing, reason = "when compiling, where a slip is an error")]
const fn at(ways: &[[u64; 10]; LENGTH], more: usize, last: u8) -> u64 {
    ways[more][last as usize]
}

#[expect(clippy::indexing_slicing, reason = "when compiling, where a slip is an error")]
const fn set(ways: &mut [[u64; 10]; LENGTH], more: usize, last: u8, sum: u64) {
    ways[more][last as usize] = sum;
}

fn ways_after(more: usize, last: u8) -> u64 {
    WAYS.get(more).and_then(|row| row.get(usize::from(last))).copied().unwrap_or(0)
}

fn unrank<const N: usize>(mut rank: u64) -> [u8; N] {
    let mut digits = [0; N];
    let mut before = None;
    for (more, digit) in (0..N).rev().zip(&mut digits) {
        for next in (0..10).filter(|&next| before.is_none_or(|last| apart(last, next))) {
            let ways = ways_after(more, next);
            if rank < ways {
                *digit = next;
                break;
            }
            rank -= ways;
        }
        before = Some(*digit);
    }
    digits
}

fn rank<const N: usize>(digits: &[u8; N]) -> u64 {
    let mut rank = 0;
    let mut before = None;
    for (more, &digit) in (0..N).rev().zip(digits) {
        let lower = (0..digit).filter(|&next| before.is_none_or(|last| apart(last, next)));
        rank += lower.map(|next| ways_after(more, next)).sum::<u64>();
        before = Some(digit);
    }
    rank
}

impl FromStr for DynamicCode {
    type Err = NotADynamicCode;

    /// Takes spaces where people put them.
    fn from_str(text: &str) -> Result<Self, NotADynamicCode> {
        let mut digits = [0; LENGTH];
        let mut typed = text.chars().filter(|c| *c != ' ');
        for digit in &mut digits {
            let value = typed.next().and_then(|c| c.to_digit(10)).ok_or(NotADynamicCode)?;
            *digit = u8::try_from(value).map_err(|_| NotADynamicCode)?;
        }
        let allowed = digits.windows(2).all(|pair| matches!(pair, &[a, b] if apart(a, b)));
        if allowed && typed.next().is_none() { Ok(Self(digits)) } else { Err(NotADynamicCode) }
    }
}

impl fmt::Display for DynamicCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|digit| write!(f, "{digit}"))
    }
}

/// Shows nothing.
impl fmt::Debug for DynamicCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[dynamic code]")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn there_are_as_many_as_the_rule_allows() {
        let all: u64 = (0..10).map(|first| ways_after(LENGTH - 1, first)).sum();
        assert_eq!(all, COUNT);
        assert_eq!(DynamicCode::of_rank(0).to_string(), "02020202");
        assert_eq!(DynamicCode::of_rank(COUNT - 1).to_string(), "97979797");
        assert_eq!(DynamicCode::of_rank(COUNT), DynamicCode::of_rank(0));
    }

    /// Counted without the table: every number of four digits, one after the other.
    #[test]
    fn four_digits_and_their_ranks_belong_together_one_to_one() {
        let digits = |n: u16| {
            [n / 1000, n / 100 % 10, n / 10 % 10, n % 10].map(|d| u8::try_from(d).unwrap())
        };
        let allowed = (0..10_000)
            .map(digits)
            .filter(|digits| digits.windows(2).all(|pair| apart(pair[0], pair[1])));
        let mut expected = 0;
        for digits in allowed {
            assert_eq!(rank(&digits), expected, "{digits:?}");
            assert_eq!(unrank::<4>(expected), digits);
            expected += 1;
        }
        assert_eq!(expected, (0..10).map(|first| ways_after(3, first)).sum::<u64>());
    }

    #[test]
    fn reads_what_people_type_and_no_code_that_cannot_be() {
        let code: DynamicCode = "4815 9260".parse().unwrap();
        assert_eq!(code.to_string(), "48159260");
        assert_eq!(code.grouped(), "4815 9260");
        for odd in ["", "4815926", "481592600", "48159265", "48159200", "4815926o", "٤٨١٥٩٢٦٠"]
        {
            assert_eq!(odd.parse::<DynamicCode>(), Err(NotADynamicCode), "{odd}");
        }
    }

    #[test]
    fn a_step_is_half_a_minute() {
        let at = |second| step(Timestamp::from_second(second).unwrap());
        assert_eq!([at(-1), at(0), at(29), at(30)], [-1, 0, 0, 1]);
    }

    proptest! {
        #[test]
        fn every_rank_has_its_code(n in 0..COUNT) {
            let code = DynamicCode::of_rank(n);
            prop_assert_eq!(code.rank(), n);
            prop_assert_eq!(code.to_string().parse(), Ok(code));
        }

        #[test]
        fn codes_sort_as_their_ranks(one in 0..COUNT, other in 0..COUNT) {
            let text = |n| DynamicCode::of_rank(n).to_string();
            prop_assert_eq!(one.cmp(&other), text(one).cmp(&text(other)));
        }
    }
}
