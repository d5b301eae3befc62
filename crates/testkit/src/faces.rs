//! Who compares faces in town: the sandbox, in process, while somebody is asked to.

use formats::Secret;
use service::{
    BoxFuture, Comparable, Comparison, FaceError, FaceVerifier, Image, Reference, Verdict,
};

use crate::Switch;

/// The sandbox's comparison of faces.
pub(crate) struct Faces {
    pub(crate) sandbox: sandbox::FaceVerifier,
    /// Whether it answers.
    pub(crate) line: Switch,
    /// Whether the operator has one.
    pub(crate) configured: Switch,
}

impl FaceVerifier for Faces {
    fn comparable(&self) -> Comparable {
        Comparable { documents: self.configured.is_whole(), portraits: false }
    }

    fn compare<'a>(
        &'a self,
        reference: Reference<'a>,
        live: &'a Secret<Vec<u8>>,
    ) -> BoxFuture<'a, Result<Comparison, FaceError>> {
        BoxFuture::new(async move {
            self.line.answer()?;
            let Reference::Document(document) = reference else {
                return Err(FaceError::NotComparable);
            };
            let verdict = self.sandbox.verify(live.expose(), document);
            let verdict = match verdict.map_err(|_| FaceError::Unreadable(Image::Live))? {
                sandbox::Verdict::Matches => Verdict::Matches,
                sandbox::Verdict::Differs => Verdict::Differs,
            };
            Ok(Comparison { score: None, verdict })
        })
    }
}
