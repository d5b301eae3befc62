//! Why a chip's evidence was refused, and what its holder does next.

use icao::Refused;

use crate::Refusal;

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        match refused {
            // One word for it, whoever finds it out.
            Refused::DocumentExpired => Self::Rule(rules::Refusal::DocumentExpired),
            other => Self::Chip(other),
        }
    }
}

/// What to do next.
pub(crate) const fn advice(refused: Refused) -> &'static str {
    match refused {
        Refused::ChipCloned => {
            "hold the document itself to the reader and keep it still; a copy is never taken"
        }
        Refused::ChipNotProvable => {
            "enrol with another document, or at a counter, where people can see that it is no copy"
        }
        Refused::SignerExpired | Refused::SignerRevoked => {
            "enrol with another document, or ask the authority that issued this one"
        }
        Refused::SignerNotYetValid => "try again after that day, or with another document",
        Refused::CountryUnknown => {
            "enrol with another document, or ask the operator to trust this state"
        }
        Refused::SignatureWrong | Refused::GroupAltered => {
            "read the document itself again; if this stays, its issuer must look at it"
        }
        Refused::GroupMissing => {
            "read EF.SOD, DG1, DG14 and DG15 whole, and send every one there is"
        }
        Refused::SodOfAnotherChip => "read all files from one document, and send them together",
        Refused::GroupTooLarge => "send the files as they are on the chip, and no others",
        Refused::MrzWrong => "read the document again; if this stays, its issuer must look at it",
        Refused::DocumentExpired => "renew the document first",
        Refused::AlgorithmRefused => "enrol with another document, or at a counter",
        Refused::Malformed => {
            "send the files as they are on the chip, from their first byte to their last"
        }
    }
}
