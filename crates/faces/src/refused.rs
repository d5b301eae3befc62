//! Why two images were not compared: which of them, and what is wrong with it.

/// An image that cannot be compared.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{which:?} image: {why}")]
pub struct Refused {
    /// Which one.
    pub which: Which,
    /// What is wrong with it.
    pub why: Why,
}

/// One of the two images.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Which {
    /// The one taken now.
    Live,
    /// The one it is compared with.
    Reference,
}

/// What is wrong with an image.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Why {
    /// Neither JPEG nor, in a document, JPEG 2000; or damaged; or of fewer pixels than a face needs.
    #[error("it cannot be read")]
    Unreadable,
    /// More bytes or pixels than are looked at.
    #[error("it is too large")]
    TooLarge,
    /// No face is found in it, or one too small to describe.
    #[error("no face is in it")]
    NoFace,
    /// More than one face is found in it.
    #[error("several faces are in it")]
    SeveralFaces,
}

impl Why {
    /// Of this image.
    pub const fn of(self, which: Which) -> Refused {
        Refused { which, why: self }
    }
}
