//! Consents: what a person agreed to, and to which text.

use crate::{
    notice::{NoticeVersion, Purpose},
    refusal::Refusal,
};

/// A consent in force. One that was withdrawn is not one any more: it is a record.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Consent {
    purpose: Purpose,
    version: NoticeVersion,
}

impl Consent {
    /// A consent given earlier, as remembered. Whether it still counts, [`require`] says.
    pub const fn recorded(purpose: Purpose, version: NoticeVersion) -> Self {
        Self { purpose, version }
    }

    /// What it was given to.
    pub const fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// Which text the person saw.
    pub const fn version(&self) -> NoticeVersion {
        self.version
    }
}

/// The person agrees now, having seen this version of the notice.
///
/// Measures art. 10–11, PIPL 14 and 17: consent follows full notice, so an older text, or one that
/// was never shown, is no ground for it.
pub fn given(purpose: Purpose, version: NoticeVersion) -> Result<Consent, Refusal> {
    let consent = Consent::recorded(purpose, version);
    if counts(consent) { Ok(consent) } else { Err(Refusal::NoticeOutdated(purpose)) }
}

/// Is there a consent to this purpose and to no other, given to the text of today?
///
/// PIPL 14: when purpose, manner or kinds change, consent is obtained anew.
pub fn require(consents: &[Consent], purpose: Purpose) -> Result<(), Refusal> {
    let mut to_this = consents.iter().filter(|consent| consent.purpose == purpose).peekable();
    if to_this.peek().is_none() {
        return Err(Refusal::ConsentMissing(purpose));
    }
    if to_this.any(|&consent| counts(consent)) {
        Ok(())
    } else {
        Err(Refusal::NoticeOutdated(purpose))
    }
}

fn counts(consent: Consent) -> bool {
    consent.version == consent.purpose.current()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_given_to_the_notice_of_today_only() {
        for purpose in Purpose::ALL {
            let NoticeVersion(current) = purpose.current();
            assert!(given(purpose, NoticeVersion(current)).is_ok());
            for other in [current - 1, current + 1, u32::MAX] {
                assert_eq!(
                    given(purpose, NoticeVersion(other)),
                    Err(Refusal::NoticeOutdated(purpose))
                );
            }
        }
    }

    #[test]
    fn to_one_purpose_is_not_to_another() {
        for purpose in Purpose::ALL {
            let others: Vec<_> = Purpose::ALL
                .into_iter()
                .filter(|&other| other != purpose)
                .map(|other| Consent::recorded(other, other.current()))
                .collect();
            assert_eq!(require(&others, purpose), Err(Refusal::ConsentMissing(purpose)));
            let this = given(purpose, purpose.current()).unwrap();
            assert_eq!(require(&[others, vec![this]].concat(), purpose), Ok(()));
        }
    }

    #[test]
    fn to_an_older_text_is_asked_for_again() {
        let purpose = Purpose::SensitiveInformation;
        let older = Consent::recorded(purpose, NoticeVersion(0));
        assert_eq!(require(&[older], purpose), Err(Refusal::NoticeOutdated(purpose)));
        let newer = Consent::recorded(purpose, purpose.current());
        assert_eq!(require(&[older, newer], purpose), Ok(()));
    }
}
