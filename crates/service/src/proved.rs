//! What a document proved, as it travels sealed from step to step of an enrolment.

use rules::{PlainIdentity, RegisterNumber};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{Error, identity_record::IdentityRecord};

/// A person proved by a document.
#[derive(Clone, Deserialize, Serialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub(crate) struct Proved {
    pub(crate) identity: IdentityRecord,
    /// What the registry calls the person; none for a document that the register does not keep.
    pub(crate) register: Option<String>,
    /// SHA-256 of the DG2 of a chip that was read. The image itself waits with the client, not here.
    pub(crate) dg2: Option<[u8; 32]>,
    /// How the document was proved.
    #[zeroize(skip)]
    pub(crate) by: Proofing,
}

/// How a document was proved to be genuine and present.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Proofing {
    /// Its chip answered the registry's own verifier.
    Card,
    /// Its files were verified here, and its chip answered a challenge of ours.
    Chip,
}

impl Proved {
    pub(crate) fn new(
        identity: &PlainIdentity,
        register: Option<&RegisterNumber>,
        by: Proofing,
    ) -> Self {
        let register = register.map(|number| number.as_str().to_owned());
        Self { identity: IdentityRecord::from(identity), register, dg2: None, by }
    }

    /// Who it is.
    pub(crate) fn identity(&self) -> Result<PlainIdentity, Error> {
        self.identity.identity().ok_or_else(|| Error::fault("enrolling", "a damaged identity"))
    }

    /// What the registry calls the person.
    pub(crate) fn register(&self) -> Result<Option<RegisterNumber>, Error> {
        let number = self.register.as_deref().map(str::parse).transpose();
        number.map_err(|cause| Error::fault("enrolling", cause))
    }
}

impl From<Proofing> for rules::Proofing {
    fn from(by: Proofing) -> Self {
        match by {
            Proofing::Card => Self::RegistryCard,
            Proofing::Chip => Self::GenuineChip,
        }
    }
}
