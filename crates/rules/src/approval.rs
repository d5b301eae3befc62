//! What guardians say about one organisation for one child: a standing yes with a scope and an end, or a no.

use std::{str::FromStr, time::Duration};

use jiff::{SignedDuration, Timestamp};

use crate::{guardian::Guardian, refusal::Refusal, scene::Scene};

/// What one guardian said about one organisation, and has not lifted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Word {
    /// The child may use the certificate there, in these scenes, until then.
    Yes {
        /// In these and in no other.
        scenes: Scenes,
        /// It ends by itself.
        until: Timestamp,
    },
    /// The child may not.
    No,
}

/// Scenes of one approval: at least one, each once, in one order.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Scenes(Vec<Scene>);

impl Scenes {
    /// These scenes; refused if there is none.
    pub fn new(scenes: impl IntoIterator<Item = Scene>) -> Result<Self, Refusal> {
        let mut scenes: Vec<_> = scenes.into_iter().collect();
        scenes.sort_unstable();
        scenes.dedup();
        if scenes.is_empty() { Err(Refusal::ApprovalWithoutScene) } else { Ok(Self(scenes)) }
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = Scene> {
        self.0.iter().copied()
    }

    /// Is this one among them?
    pub fn covers(&self, scene: Scene) -> bool {
        self.0.contains(&scene)
    }

    /// As written in records: names, space-separated.
    pub fn text(&self) -> String {
        let names: Vec<_> = self.0.iter().map(Scene::as_str).collect();
        names.join(" ")
    }
}

impl FromStr for Scenes {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let scenes: Result<Vec<Scene>, _> = text.split_whitespace().map(str::parse).collect();
        Self::new(scenes.map_err(|_| Refusal::ApprovalWithoutScene)?)
    }
}

/// For how long a guardian may say yes at once.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Term {
    /// 30 days.
    Month,
    /// 90 days.
    Quarter,
    /// 180 days.
    HalfYear,
    /// 365 days: the ceiling. A guardian looks again at least once a year, as schools and games change hands.
    Year,
}

/// No approval is given for so long.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("an approval is given for 30, 90, 180 or 365 days")]
pub struct NotATerm;

impl Term {
    /// Every term, the shortest first.
    pub const ALL: [Self; 4] = [Self::Month, Self::Quarter, Self::HalfYear, Self::Year];

    /// In days, as forms write it.
    pub const fn days(self) -> u16 {
        match self {
            Self::Month => 30,
            Self::Quarter => 90,
            Self::HalfYear => 180,
            Self::Year => 365,
        }
    }

    /// When a yes given now ends.
    pub fn end(self, now: Timestamp) -> Timestamp {
        now + SignedDuration::from_hours(i64::from(self.days()) * 24)
    }
}

impl FromStr for Term {
    type Err = NotATerm;

    fn from_str(days: &str) -> Result<Self, NotATerm> {
        Self::ALL.into_iter().find(|term| term.days().to_string() == days).ok_or(NotATerm)
    }
}

/// How long a guardianship counts after the registry or a counter confirmed it. Custody changes hands, and nobody
/// tells the platform; so a guardian shows the card again once a year.
pub const CONFIRMATION: Duration = Duration::from_hours(366 * 24);

/// Is the guardianship confirmed recently enough to carry anything?
pub fn confirmed(confirmed_at: Timestamp, now: Timestamp) -> bool {
    SignedDuration::try_from(CONFIRMATION)
        .is_ok_and(|lifetime| now.duration_since(confirmed_at) < lifetime)
}

/// Have the guardians consented to this use?
///
/// Measures art. 5, PIPL 31: under fourteen, use needs a guardian's consent. Each guardian may give it alone
/// (Civil Code 27: both parents are guardians). Where they disagree the law names no winner; ours is the careful
/// side: one guardian's no stands, whoever else says yes, until that guardian lifts it.
pub fn consent(words: &[&Word], scene: Scene, now: Timestamp) -> Result<Guardian, Refusal> {
    let mut approved = false;
    for word in words {
        match word {
            Word::No => return Err(Refusal::GuardianRefused),
            Word::Yes { scenes, until } => approved |= now < *until && scenes.covers(scene),
        }
    }
    if approved { Ok(Guardian::Approved) } else { Err(Refusal::GuardianConsentMissing) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);

    fn yes(scenes: &[Scene], days: i64) -> Word {
        Word::Yes {
            scenes: Scenes::new(scenes.iter().copied()).unwrap(),
            until: NOW + SignedDuration::from_hours(days * 24),
        }
    }

    #[test]
    fn one_yes_is_enough_in_its_scenes_and_in_its_time() {
        let word = yes(&[Scene::LogIn, Scene::Register], 30);
        assert_eq!(consent(&[&word], Scene::LogIn, NOW), Ok(Guardian::Approved));
        let missing = Err(Refusal::GuardianConsentMissing);
        assert_eq!(consent(&[&word], Scene::BookTicket, NOW), missing);
        let end = Term::Month.end(NOW);
        assert_eq!(consent(&[&word], Scene::LogIn, end), missing);
        let just_before = end - SignedDuration::from_secs(1);
        assert_eq!(consent(&[&word], Scene::LogIn, just_before), Ok(Guardian::Approved));
        assert_eq!(consent(&[], Scene::LogIn, NOW), missing);
    }

    #[test]
    fn one_no_stands_whoever_else_says_yes() {
        let word = yes(&[Scene::LogIn], 30);
        for words in [vec![&word, &Word::No], vec![&Word::No, &word], vec![&Word::No]] {
            assert_eq!(consent(&words, Scene::LogIn, NOW), Err(Refusal::GuardianRefused));
        }
    }

    #[test]
    fn no_yes_is_longer_than_a_year() {
        for odd in ["", "0", "031", "366", "+30", "730"] {
            assert_eq!(odd.parse::<Term>(), Err(NotATerm), "{odd}");
        }
        for term in Term::ALL {
            assert_eq!(term.days().to_string().parse(), Ok(term));
            assert!(term.days() <= 365);
        }
    }

    #[test]
    fn a_guardianship_is_confirmed_for_a_year() {
        let day = SignedDuration::from_hours(24);
        assert!(confirmed(NOW, NOW + 365 * day));
        assert!(!confirmed(NOW, NOW + 366 * day));
    }

    #[test]
    fn scenes_read_only_what_they_write() {
        let scenes = Scenes::new([Scene::Register, Scene::LogIn, Scene::LogIn]).unwrap();
        assert_eq!(scenes.text().parse(), Ok(scenes));
        assert_eq!("".parse::<Scenes>(), Err(Refusal::ApprovalWithoutScene));
        assert_eq!("log_in Everything".parse::<Scenes>(), Err(Refusal::ApprovalWithoutScene));
    }
}
