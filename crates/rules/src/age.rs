//! Ages, reached at the birthday in the platform's own time zone.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// The ages the law and the scenes ask about.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum AgeThreshold {
    /// Under it, everything of a child is sensitive and a guardian acts (PIPL 28, 31).
    Fourteen,
    /// May work (Labour Law 15).
    Sixteen,
    /// Of age (Civil Code 17).
    Eighteen,
    /// A senior (Law on the Protection of the Elderly 2).
    Sixty,
    /// Where benefits for the elderly are common.
    SixtyFive,
}

impl AgeThreshold {
    /// In completed years.
    pub const fn years(self) -> i16 {
        match self {
            Self::Fourteen => 14,
            Self::Sixteen => 16,
            Self::Eighteen => 18,
            Self::Sixty => 60,
            Self::SixtyFive => 65,
        }
    }

    /// The name of the yes-or-no claim.
    pub const fn claim(self) -> &'static str {
        match self {
            Self::Fourteen => "age_over_14",
            Self::Sixteen => "age_over_16",
            Self::Eighteen => "age_over_18",
            Self::Sixty => "age_over_60",
            Self::SixtyFive => "age_over_65",
        }
    }
}

/// Completed years of life; negative before birth.
///
/// Who is born on 29 February completes a year on 1 March when there is no 29th. The Measures do
/// not say which day it is; the later one is the conservative side: nobody is told to be of age a day
/// too early, and a child keeps the guardian's protection a day longer.
pub fn years(born: Date, today: Date) -> i16 {
    let before_birthday = (today.month(), today.day()) < (born.month(), born.day());
    today.year() - born.year() - i16::from(before_birthday)
}

/// Has someone born then reached the threshold today?
pub fn reached(born: Date, threshold: AgeThreshold, today: Date) -> bool {
    years(born, today) >= threshold.years()
}

/// The date on the platform's calendar, which is the one that counts, wherever the person is.
pub fn today(now: Timestamp, time_zone: &TimeZone) -> Date {
    now.to_zoned(time_zone.clone()).date()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn is_reached_at_the_birthday() {
        let born = date(2008, 7, 15);
        assert!(!reached(born, AgeThreshold::Eighteen, date(2026, 7, 14)));
        assert!(reached(born, AgeThreshold::Eighteen, date(2026, 7, 15)));
        assert_eq!(years(born, born), 0);
        assert_eq!(years(born, date(2008, 7, 14)), -1);
    }

    #[test]
    fn the_twenty_ninth_of_february_waits_for_march() {
        let born = date(2008, 2, 29);
        assert!(!reached(born, AgeThreshold::Eighteen, date(2026, 2, 28)));
        assert!(reached(born, AgeThreshold::Eighteen, date(2026, 3, 1)));
        // 2024 has the day itself.
        assert!(!reached(born, AgeThreshold::Sixteen, date(2024, 2, 28)));
        assert!(reached(born, AgeThreshold::Sixteen, date(2024, 2, 29)));
    }

    #[test]
    fn the_day_is_the_platforms() {
        let shanghai = TimeZone::get("Asia/Shanghai").unwrap();
        let night: Timestamp = "2026-07-14T16:00:00Z".parse().unwrap();
        assert_eq!(today(night, &shanghai), date(2026, 7, 15));
        assert_eq!(today(night, &TimeZone::UTC), date(2026, 7, 14));
    }

    proptest! {
        #[test]
        fn grows_by_one_a_year_and_never_shrinks(born in day(), today in day()) {
            let tomorrow = today.tomorrow().unwrap();
            let step = years(born, tomorrow) - years(born, today);
            prop_assert!(step == 0 || step == 1);
            // It steps on the birthday, or on 1 March in its stead.
            let birthday = (tomorrow.month(), tomorrow.day()) == (born.month(), born.day());
            let instead = (born.month(), born.day()) == (2, 29)
                && (tomorrow.month(), tomorrow.day()) == (3, 1)
                && !tomorrow.in_leap_year();
            prop_assert_eq!(step == 1, birthday || instead);
        }
    }

    fn day() -> impl Strategy<Value = Date> {
        (1900..2100_i16, 1..=366_i64).prop_map(|(year, nth)| {
            date(year, 1, 1).checked_add(jiff::Span::new().days(nth - 1)).unwrap()
        })
    }
}
