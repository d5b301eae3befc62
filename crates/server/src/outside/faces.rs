//! Who compares faces: for each kind of reference one, or nobody.
//!
//! The register's portraits are compared by the party that holds them, a chip's portrait here by the operator's models.
//! No face is sent to a party that does not hold it already.

use formats::Secret;
use service::{BoxFuture, Comparable, Comparison, FaceError, FaceVerifier, Reference};

#[cfg(feature = "faces")]
use super::models::LocalModels;
use super::portrait::Portraits;

/// The verifiers an operator configured. Without any, no image is taken and everybody takes the other way.
#[derive(Default)]
pub(crate) struct Faces {
    pub(crate) party: Option<Portraits>,
    #[cfg(feature = "faces")]
    pub(crate) models: Option<LocalModels>,
}

impl Faces {
    /// The register's party alone.
    #[cfg(test)]
    pub(crate) fn of_party(party: Portraits) -> Self {
        let mut faces = Self::default();
        faces.party.replace(party);
        faces
    }

    #[cfg(feature = "faces")]
    fn has_models(&self) -> bool {
        self.models.is_some()
    }

    #[cfg(not(feature = "faces"))]
    #[expect(clippy::unused_self, reason = "a program with models asks itself")]
    fn has_models(&self) -> bool {
        false
    }

    #[cfg(feature = "faces")]
    async fn compare_here(
        &self,
        portrait: &[u8],
        live: &Secret<Vec<u8>>,
    ) -> Result<Comparison, FaceError> {
        let models = self.models.as_ref().ok_or(FaceError::NotComparable)?;
        models.compare(portrait, live).await
    }

    #[cfg(not(feature = "faces"))]
    #[expect(clippy::unused_async, reason = "a program with models compares")]
    async fn compare_here(
        &self,
        _portrait: &[u8],
        _live: &Secret<Vec<u8>>,
    ) -> Result<Comparison, FaceError> {
        Err(FaceError::NotComparable)
    }
}

impl FaceVerifier for Faces {
    fn comparable(&self) -> Comparable {
        Comparable { documents: self.party.is_some(), portraits: self.has_models() }
    }

    fn compare<'a>(
        &'a self,
        reference: Reference<'a>,
        live: &'a Secret<Vec<u8>>,
    ) -> BoxFuture<'a, Result<Comparison, FaceError>> {
        BoxFuture::new(async move {
            match (reference, &self.party) {
                (Reference::Document(document), Some(party)) => party.compare(document, live).await,
                (Reference::Document(_), None) => Err(FaceError::NotComparable),
                (Reference::Portrait(portrait), _) => self.compare_here(portrait, live).await,
            }
        })
    }
}
