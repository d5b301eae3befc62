//! Why a document was not believed: one word for each thing that can be wrong with it.

/// Why evidence of a chip document is refused.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
pub enum Refused {
    /// The chip does not have the key that the document's issuer signed: the files were copied.
    #[error("the chip did not answer with the document's own key")]
    ChipCloned,
    /// The document offers neither active nor chip authentication that we can check.
    #[error("this chip has no key with which it could prove that it is the original")]
    ChipNotProvable,
    /// The document signer's certificate, or its country's, is past its last day.
    #[error("the certificate of the document's signer has expired")]
    SignerExpired,
    /// The document signer's certificate, or its country's, is not valid yet.
    #[error("the certificate of the document's signer is not valid yet")]
    SignerNotYetValid,
    /// The issuing country revoked the document signer's certificate.
    #[error("the certificate of the document's signer was revoked")]
    SignerRevoked,
    /// No trusted country signing authority of the issuing state stands behind the signer.
    #[error("no trusted authority of the issuing state stands behind this document")]
    CountryUnknown,
    /// A signature of the chain from the country to the document does not hold.
    #[error("a signature of the document does not hold")]
    SignatureWrong,
    /// A data group is not the one that was signed.
    #[error("a data group of the document was altered")]
    GroupAltered,
    /// A data group that must be there was not sent, or was never signed.
    #[error("a data group of the document is missing")]
    GroupMissing,
    /// The security object belongs to other data: no group that was sent is one it signs.
    #[error("the security object belongs to another chip")]
    SodOfAnotherChip,
    /// A file is larger than any document needs.
    #[error("a file of the chip is too large")]
    GroupTooLarge,
    /// The machine readable zone, or a check digit in it, is wrong.
    #[error("the machine readable zone is not right")]
    MrzWrong,
    /// The document is past its last day.
    #[error("the document has expired")]
    DocumentExpired,
    /// An algorithm or key that we do not accept.
    #[error("the document uses an algorithm or a key that is not accepted")]
    AlgorithmRefused,
    /// The bytes are not what the standard describes.
    #[error("the bytes are not those of a travel document")]
    Malformed,
}

impl Refused {
    /// Every reason.
    pub const ALL: [Self; 15] = [
        Self::ChipCloned,
        Self::ChipNotProvable,
        Self::SignerExpired,
        Self::SignerNotYetValid,
        Self::SignerRevoked,
        Self::CountryUnknown,
        Self::SignatureWrong,
        Self::GroupAltered,
        Self::GroupMissing,
        Self::SodOfAnotherChip,
        Self::GroupTooLarge,
        Self::MrzWrong,
        Self::DocumentExpired,
        Self::AlgorithmRefused,
        Self::Malformed,
    ];

    /// Stable word for machines; the sentence may change.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ChipCloned => "chip_cloned",
            Self::ChipNotProvable => "chip_not_provable",
            Self::SignerExpired => "signer_expired",
            Self::SignerNotYetValid => "signer_not_yet_valid",
            Self::SignerRevoked => "signer_revoked",
            Self::CountryUnknown => "country_unknown",
            Self::SignatureWrong => "signature_wrong",
            Self::GroupAltered => "group_altered",
            Self::GroupMissing => "group_missing",
            Self::SodOfAnotherChip => "sod_of_another_chip",
            Self::GroupTooLarge => "group_too_large",
            Self::MrzWrong => "mrz_wrong",
            Self::DocumentExpired => "document_expired",
            Self::AlgorithmRefused => "algorithm_refused",
            Self::Malformed => "malformed",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_reason_has_its_own_word() {
        let codes: HashSet<_> = Refused::ALL.into_iter().map(Refused::code).collect();
        assert_eq!(codes.len(), Refused::ALL.len());
    }
}
