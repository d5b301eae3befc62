//! What the tap on a notice does to a new certificate: it ends, or it is locked. Our own rule, under PIPL 51.
//!
//! Two people can stand on either side of a notice. A thief with somebody's card enrolled anew, and the person taps on
//! the old phone; or the person enrolled anew because the old phone was stolen, and the thief taps on it. Possession of a
//! number cannot tell them apart; how well the new certificate's identity was proved can.

use crate::assurance::Evidence;

/// What becomes of the certificate that is objected to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stop {
    /// It is over: only proving the identity again helps.
    Ends,
    /// It is locked: whoever holds its device and knows its passcode opens it again.
    Locks,
}

/// Identity was proved with a card or chip alone, which a thief may hold (level 1): a lock would be opened by the thief,
/// who has device and passcode of the new certificate. A face was compared, or two officers saw the person (level 2):
/// then the number is the weaker proof, and may stop the certificate, not end it.
pub const fn stop(evidence: Evidence) -> Stop {
    if evidence.identity_level() >= 2 { Stop::Locks } else { Stop::Ends }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proofing::Proofing;

    #[test]
    fn a_number_does_not_outweigh_a_face() {
        for proofing in [Proofing::RegistryCard, Proofing::GenuineChip] {
            assert_eq!(stop(Evidence { proofing, portrait: false }), Stop::Ends);
            assert_eq!(stop(Evidence { proofing, portrait: true }), Stop::Locks);
        }
        assert_eq!(stop(Evidence { proofing: Proofing::Counter, portrait: false }), Stop::Locks);
    }
}
