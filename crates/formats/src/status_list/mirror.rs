//! All status lists of one issuer, held by whoever checks: a lookup without a question to anybody.
//!
//! Held unpacked, a bit an entry: a nation of 1.4 × 10⁹ entries takes 175 MB, and a check is one read of memory.

use jiff::Timestamp;

use super::{StatusToken, VALID};
use crate::{Verified, sd_jwt::StatusReference};

/// Lists held at most: fifty times a nation, and half a megabyte for their places.
const MOST: usize = 65_536;

/// What a mirror can say of a credential.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Standing {
    /// Good, as of the list held.
    Good,
    /// Revoked, suspended, or of a status we do not know.
    NotGood,
    /// No list held says: another issuer's, one not fetched, one that is over, or a place beyond its end.
    Unknown,
}

/// Lists by their number under one address.
#[derive(Clone, Debug, Default)]
pub struct Mirror {
    /// What every list's address begins with; its number follows.
    base: String,
    /// At the place of its number.
    lists: Vec<Option<Box<StatusToken>>>,
}

impl Mirror {
    /// Holds lists whose addresses are `base` and a number.
    pub fn new(base: impl Into<String>) -> Self {
        Self { base: base.into(), lists: Vec::new() }
    }

    /// Keeps a list, unless the one held is newer; whether it belongs here.
    pub fn keep(&mut self, token: Verified<StatusToken>) -> bool {
        let token = token.into_inner();
        let number = self.number(&token.uri).and_then(|number| usize::try_from(number).ok());
        let Some(number) = number.filter(|number| *number < MOST) else { return false };
        if number >= self.lists.len() {
            self.lists.resize_with(number + 1, || None);
        }
        if let Some(held) = self.lists.get_mut(number)
            && held.as_ref().is_none_or(|held| held.issued_at <= token.issued_at)
        {
            *held = Some(Box::new(token));
        }
        true
    }

    /// How a credential stands.
    pub fn standing(&self, reference: &StatusReference, now: Timestamp) -> Standing {
        self.number(&reference.uri)
            .map_or(Standing::Unknown, |number| self.standing_at(number, reference.index, now))
    }

    /// How the credential at a place of a list stands.
    pub fn standing_at(&self, number: u32, index: u32, now: Timestamp) -> Standing {
        let list = usize::try_from(number).ok().and_then(|number| self.lists.get(number)?.as_ref());
        match list.filter(|token| token.expires_at > now) {
            None => Standing::Unknown,
            Some(token) => match token.list.status(index) {
                None => Standing::Unknown,
                Some(VALID) => Standing::Good,
                Some(_) => Standing::NotGood,
            },
        }
    }

    /// Since when the oldest list held speaks: how long ago a reader without network last knew everything.
    pub fn as_of(&self) -> Option<Timestamp> {
        self.lists.iter().flatten().map(|token| token.issued_at).min()
    }

    /// A list's number, written in the one way it can be.
    fn number(&self, uri: &str) -> Option<u32> {
        let digits = uri.strip_prefix(&self.base)?;
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
        let leading = digits.len() > 1 && digits.starts_with('0');
        if plain && !leading { digits.parse().ok() } else { None }
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::status_list::StatusList;

    const BASE: &str = "https://id.example/status/";
    const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);

    fn token(uri: &str, issued_at: Timestamp, revoked: &[u32]) -> Verified<StatusToken> {
        Verified::new(StatusToken {
            uri: uri.to_owned(),
            issued_at,
            expires_at: issued_at + SignedDuration::from_mins(15),
            time_to_live: SignedDuration::from_mins(2),
            list: StatusList::revoking(revoked.iter().copied()),
        })
    }

    #[test]
    fn a_mirror_says_what_it_holds_and_no_more() {
        let mut mirror = Mirror::new(BASE);
        assert!(mirror.keep(token("https://id.example/status/7", NOW, &[3])));
        assert!(!mirror.keep(token("https://other.example/status/7", NOW, &[])));
        for odd in ["", "07", "+7", "7/", "65536", "4294967296", "7?a"] {
            assert!(!mirror.keep(token(&format!("{BASE}{odd}"), NOW, &[])), "{odd}");
        }
        let standing = |uri: &str, index, now| {
            mirror.standing(&StatusReference { index, uri: uri.to_owned() }, now)
        };
        let list = "https://id.example/status/7";
        assert_eq!(standing(list, 3, NOW), Standing::NotGood);
        assert_eq!(standing(list, 4, NOW), Standing::Good);
        assert_eq!(standing(list, 1 << 20, NOW), Standing::Unknown);
        assert_eq!(standing("https://id.example/status/8", 4, NOW), Standing::Unknown);
        assert_eq!(standing("https://other.example/status/7", 4, NOW), Standing::Unknown);
        let later = NOW + SignedDuration::from_mins(15);
        assert_eq!(standing(list, 4, later), Standing::Unknown, "a list that is over says nothing");
    }

    #[test]
    fn an_older_list_takes_nothing_back() {
        let mut mirror = Mirror::new(BASE);
        let earlier = NOW - SignedDuration::from_mins(5);
        let uri = "https://id.example/status/0";
        for (at, revoked) in [(earlier, &[][..]), (NOW, &[9]), (earlier, &[])] {
            assert!(mirror.keep(token(uri, at, revoked)));
        }
        assert_eq!(mirror.standing_at(0, 9, NOW), Standing::NotGood);
        assert_eq!(mirror.as_of(), Some(NOW));
    }
}
