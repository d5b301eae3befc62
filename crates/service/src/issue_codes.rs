//! One-time certificates for QR codes: what is handed to a wallet for the places where there is no network (decision 0033).
//!
//! They say what credentials say, as numbers behind commitments, under a key of the suite that was asked for.

use formats::{
    Jwk, Suite,
    qr::{self, Certificate, Days, RESIDENCIES, Seed, Statements, Subject, Terms},
};
use jiff::Timestamp;
use protocol::issuance::code::CodeCredential;
use serde_json::Value;

use crate::{Error, Platform, issue_credentials::Said, statuses::Place};

impl Platform {
    pub(crate) fn sign_code(
        &self,
        (holder, suite): (Jwk, Suite),
        place: Place,
        said: &Said,
        now: Timestamp,
    ) -> Result<CodeCredential, Error> {
        let keys = self.keys();
        let issuer =
            keys.code_signer(suite).map_err(|cause| Error::fault("signing a code", cause))?;
        let terms = Terms {
            holder: holder.verifying_key().clone(),
            days: days(now, said.expires_at),
            status: qr::StatusReference { list: place.list, index: place.index },
        };
        let statements = Statements(Subject::ALL.map(|subject| said.number(subject)));
        let seed = Seed::new(self.world().draw());
        let certificate = Certificate::issue(issuer, terms, statements, &seed)
            .ok_or_else(|| Error::fault("signing a code", OtherSuite))?;
        Ok(CodeCredential::new(&certificate, statements, &seed))
    }
}

/// Whole days of UTC, the last of them over before the entry on the status list is.
fn days(now: Timestamp, end: Timestamp) -> Days {
    let from = Days::of(now.as_second());
    Days { from, until: Days::of(end.as_second()).saturating_sub(1).max(from) }
}

impl Said {
    /// What is said of a subject, as the number that codes have for it.
    fn number(&self, subject: Subject) -> u8 {
        let claim = match subject {
            Subject::Assurance => "assurance_level",
            Subject::Residency => "residency_class",
            predicate => predicate.claim(),
        };
        let value = self.hidden.iter().find(|(name, _)| *name == claim).map(|(_, value)| value);
        match value {
            Some(Value::Bool(yes)) => u8::from(*yes),
            Some(Value::Number(level)) => {
                level.as_u64().and_then(|level| level.try_into().ok()).unwrap_or(0)
            }
            Some(Value::String(class)) => {
                let place = RESIDENCIES.iter().position(|known| known == class);
                place.and_then(|place| place.try_into().ok()).unwrap_or(0)
            }
            _ => 0,
        }
    }
}

/// A key was proved in another suite than the one that was asked for.
#[derive(Debug, thiserror::Error)]
#[error("the holder's key is of another suite")]
struct OtherSuite;

#[cfg(test)]
mod tests {
    use rules::DocumentClass;
    use serde_json::json;

    use super::*;
    use crate::issue_credentials::residency;

    #[test]
    fn what_is_said_has_its_number() {
        let said = Said {
            hidden: vec![
                ("age_over_18", json!(true)),
                ("minor", json!(false)),
                ("assurance_level", json!(2)),
                ("residency_class", json!("taiwan")),
            ],
            expires_at: Timestamp::UNIX_EPOCH,
        };
        let numbers = Subject::ALL.map(|subject| said.number(subject));
        assert_eq!(numbers, [0, 0, 1, 0, 0, 0, 2, 3]);
    }

    #[test]
    fn every_class_of_residency_has_a_number() {
        for class in DocumentClass::ALL {
            let class = residency(class);
            assert!(RESIDENCIES[1..].contains(&class), "{class}");
        }
    }

    /// Midnight in Shanghai is four in the afternoon of UTC: that day is not whole.
    #[test]
    fn the_last_day_is_over_before_the_status_is() {
        let now = "2026-11-22T23:30:00Z".parse().unwrap();
        let end = "2026-12-07T16:00:00Z".parse::<Timestamp>().unwrap();
        let days = days(now, end);
        assert_eq!(days.from, Days::of(now.as_second()));
        assert!((i64::from(days.until) + 1) * 24 * 60 * 60 <= end.as_second());
        assert_eq!(days.until - days.from, 14);
    }
}
