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
    if counts(consent) {
        Ok(consent)
    } else {
        Err(Refusal::NoticeOutdated(purpose))
    }
}

/// Is there a consent to this purpose and to no other, given to the text of today?
///
/// PIPL 14: when purpose, manner or kinds change, consent is obtained anew.
pub fn require(consents: &[Consent], purpose: Purpose) -> Result<(), Refusal> {
    let mut to_this = consents
        .iter()
        .filter(|consent| consent.purpose == purpose)
        .peekable();
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
