//! What a sign-in is worth: how sure the identity was when the certificate was issued, and how sure it is that its
//! holder signed in. `docs/assurance.md` has the table, with what each combination costs to attack.

use crate::{factor::Factors, proofing::Proofing};

/// How an identity was proved, and whether a live face was compared with the document's.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Evidence {
    /// By what.
    pub proofing: Proofing,
    /// Whether a portrait was compared.
    pub portrait: bool,
}

/// The level of a sign-in. Nothing here is high: that would need keys whose hardware somebody vouches for.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Level {
    /// One kind of factor, or an identity that rests on holding a card.
    Basic,
    /// Two kinds of factors, and an identity that was compared with its holder.
    Substantial,
}

impl Evidence {
    /// NIST SP 800-63A-4: the identity assurance level it supports.
    ///
    /// A card or chip shows that a document is genuine and who it names; that its holder is the one it names, a portrait
    /// or two officers must show.
    pub const fn identity_level(self) -> u8 {
        match self.proofing {
            Proofing::Counter => 2,
            Proofing::RegistryCard | Proofing::GenuineChip => 1 + self.portrait as u8,
        }
    }
}

/// NIST SP 800-63B-4: the authentication assurance level these factors support. AAL3 needs "a non-exportable private
/// key", and no authenticator here shows that it has one.
pub fn authentication_level(factors: Factors) -> u8 {
    1 + u8::from(factors.is_multiple())
}

/// The level of a sign-in with these factors, on a certificate that rests on this evidence: the lower of the two.
pub fn level(evidence: Evidence, factors: Factors) -> Level {
    if evidence.identity_level().min(authentication_level(factors)) >= 2 {
        Level::Substantial
    } else {
        Level::Basic
    }
}

impl Level {
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Substantial => "substantial",
        }
    }
}
