//! Comparing a live face with a document's portrait: what a verifier is asked, and what it answers.
//!
//! Face measures art. 8: face data stays in the device. With no verifier the platform takes no image at all; with one,
//! images are in memory while they are compared, and nowhere after.

use formats::Secret;
use rules::DocumentNumber;

use crate::{BoxFuture, Error, OutsideError, Refusal};

/// The largest live image taken: a face in a photograph of this size is larger than any model looks at it.
pub const LIVE_IMAGE_MAX: usize = 256 * 1024;

/// What a live face is compared with.
#[derive(Clone, Copy)]
pub enum Reference<'a> {
    /// The portrait that the state's register holds of this document's bearer; a party beside the register compares.
    Document(&'a DocumentNumber),
    /// The portrait out of a chip, JPEG or JPEG 2000, which its country signed.
    Portrait(&'a [u8]),
}

/// Which references a verifier can compare with.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Comparable {
    /// With the register's portrait of a document.
    pub documents: bool,
    /// With the portrait out of a chip.
    pub portraits: bool,
}

impl Comparable {
    /// Does it compare at all?
    pub const fn any(self) -> bool {
        self.documents || self.portraits
    }
}

/// Compares a live face with a document's portrait. Keeps nothing.
pub trait FaceVerifier: Send + Sync {
    /// With what it can compare; nothing: no image may be taken.
    fn comparable(&self) -> Comparable;

    /// How alike the live face and the reference are, and whether that is enough.
    fn compare<'a>(
        &'a self,
        reference: Reference<'a>,
        live: &'a Secret<Vec<u8>>,
    ) -> BoxFuture<'a, Result<Comparison, FaceError>>;
}

/// What a comparison found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// How alike: 1 for the same image, near 0 for strangers. A party that tells no score leaves it out.
    pub score: Option<f32>,
    /// Whether that is enough for the one who answers for the threshold.
    pub verdict: Verdict,
}

/// Whether two faces are one person's.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// They are.
    Matches,
    /// They are not.
    Differs,
}

/// Which of the two images is meant.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Image {
    /// The one taken now.
    Live,
    /// The document's.
    Reference,
}

/// Why two faces were not compared.
#[derive(Debug, thiserror::Error)]
pub enum FaceError {
    /// It has no way to this kind of reference.
    #[error("this verifier cannot compare with such a reference")]
    NotComparable,
    /// No image, or of a kind that is not taken.
    #[error("the image cannot be read: {0:?}")]
    Unreadable(Image),
    /// More bytes or pixels than are looked at.
    #[error("the image is too large: {0:?}")]
    TooLarge(Image),
    /// Nobody is in it, or too small or too dark to be seen.
    #[error("no face is in the image: {0:?}")]
    NoFace(Image),
    /// More than one person is in it.
    #[error("several faces are in the image: {0:?}")]
    SeveralFaces(Image),
    /// Too many wait already.
    #[error("too many comparisons wait")]
    Busy,
    /// It did not answer, or broke.
    #[error("away")]
    Away(#[from] OutsideError),
}

/// A refusal says what the person can do; the party's fault goes to the log.
impl From<FaceError> for Error {
    fn from(error: FaceError) -> Self {
        let refusal = match error {
            FaceError::NotComparable => Refusal::PortraitNotTaken,
            FaceError::Unreadable(Image::Live) => Refusal::PortraitUnreadable,
            FaceError::TooLarge(Image::Live) => Refusal::PortraitTooLarge,
            FaceError::NoFace(Image::Live) => Refusal::PortraitWithoutFace,
            FaceError::SeveralFaces(Image::Live) => Refusal::PortraitOfSeveral,
            FaceError::Unreadable(Image::Reference)
            | FaceError::TooLarge(Image::Reference)
            | FaceError::NoFace(Image::Reference)
            | FaceError::SeveralFaces(Image::Reference) => Refusal::DocumentPortraitUnusable,
            FaceError::Busy => Refusal::OutsideAway { party: "the face verifier" },
            FaceError::Away(cause) => {
                tracing::warn!(
                    error = &cause as &dyn std::error::Error,
                    "the face verifier does not answer"
                );
                Refusal::OutsideAway { party: "the face verifier" }
            }
        };
        refusal.into()
    }
}
