//! Sandbox faces: a sample that says of itself whether it matches, under a tag only the sandbox can make.
//!
//! No face is compared. The sample begins with words that say so, and anything else is not a sample.

use formats::MacKey;
use formats::base64url;
use formats::mac::same;
use rules::DocumentNumber;

use crate::dice::Seed;
use crate::people::Person;

/// What a simulated camera shall have seen.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Match {
    /// The document's holder, alive.
    Same,
    /// Somebody else.
    Other,
}

/// What the simulated comparison says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// The face is the document holder's.
    Matches,
    /// It is not.
    Differs,
}

/// The bytes are no sandbox sample.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a sandbox face sample")]
pub struct NotASample;

/// Makes and reads sandbox face samples.
#[derive(Clone, Debug)]
pub struct FaceVerifier(MacKey);

const SAYS_WHAT_IT_IS: &str = "SANDBOX-NOT-A-FACE";

impl FaceVerifier {
    /// The verifier of a sandbox.
    pub fn new(seed: Seed) -> Self {
        Self(MacKey::from_bytes(&seed.bytes("faces", 0)))
    }

    /// What a simulated camera hands over when `person` sits before it.
    pub fn sandbox_portrait(&self, person: &Person, seen: Match) -> Vec<u8> {
        self.sample(person.identity.document().number(), seen)
    }

    /// The same for whoever holds this document.
    pub fn sample(&self, document: &DocumentNumber, seen: Match) -> Vec<u8> {
        let whose = self.whose(document);
        let word = seen.word();
        format!("{SAYS_WHAT_IT_IS}.{word}.{whose}.{}", self.seal(word, &whose)).into_bytes()
    }

    /// Reads a sample beside the document it is said to belong to.
    pub fn verify(&self, sample: &[u8], document: &DocumentNumber) -> Result<Verdict, NotASample> {
        let text = str::from_utf8(sample).map_err(|_| NotASample)?;
        let mut parts = text.split('.');
        let (Some(SAYS_WHAT_IT_IS), Some(word), Some(whose), Some(seal), None) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(NotASample);
        };
        if !same(seal.as_bytes(), self.seal(word, whose).as_bytes()) {
            return Err(NotASample);
        }
        let holder = same(whose.as_bytes(), self.whose(document).as_bytes());
        if holder && word == Match::Same.word() {
            Ok(Verdict::Matches)
        } else {
            Ok(Verdict::Differs)
        }
    }

    fn whose(&self, document: &DocumentNumber) -> String {
        let class = document.class().as_str();
        base64url::encode(&self.0.tag(&[b"whose", class.as_bytes(), document.as_str().as_bytes()]))
    }

    fn seal(&self, word: &str, whose: &str) -> String {
        base64url::encode(&self.0.tag(&[b"sample", word.as_bytes(), whose.as_bytes()]))
    }
}

impl Match {
    fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Other => "other",
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::people::Population;

    #[test]
    fn reads_what_was_simulated_and_nothing_else() {
        let seed = Seed::from_words("faces");
        let people = Population::invent(seed, 10, date(2026, 11, 22));
        let (anna, bert) = (&people.people()[0], &people.people()[1]);
        let (a, b) = (anna.identity.document().number(), bert.identity.document().number());
        let faces = FaceVerifier::new(seed);
        let sample = faces.sandbox_portrait(anna, Match::Same);
        assert_eq!(faces.verify(&sample, a), Ok(Verdict::Matches));
        assert_eq!(faces.verify(&sample, b), Ok(Verdict::Differs));
        assert_eq!(
            faces.verify(&faces.sandbox_portrait(anna, Match::Other), a),
            Ok(Verdict::Differs)
        );
        let forged = String::from_utf8(faces.sandbox_portrait(anna, Match::Other))
            .unwrap()
            .replace("other", "same");
        assert_eq!(faces.verify(forged.as_bytes(), a), Err(NotASample));
        assert_eq!(faces.verify(b"a photograph", a), Err(NotASample));
        assert_eq!(
            FaceVerifier::new(Seed::from_words("elsewhere")).verify(&sample, a),
            Err(NotASample)
        );
        assert!(!String::from_utf8(sample).unwrap().contains(a.as_str()));
    }
}
