//! Times as persons read them. ISO 8601 order is read alike in both languages.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

/// Everyone here lives by Beijing time, which has known no summer time since 1991.
const ZONE: TimeZone = TimeZone::fixed(Offset::constant(8));

/// `2026-11-22`
pub(crate) fn day(at: Timestamp) -> String {
    at.to_zoned(ZONE).strftime("%F").to_string()
}

/// `2026-11-22 10:12`
pub(crate) fn minute(at: Timestamp) -> String {
    at.to_zoned(ZONE).strftime("%F %H:%M").to_string()
}
