//! Who compares faces in town: the sandbox, in process, while somebody is asked to; and, where the operator has it, a
//! comparison of painted portraits out of chips, decoded as an operator's models have them decoded.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use faces::{Picture, Which, Why};
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
    /// Whether the operator compares portraits out of chips, too.
    pub(crate) portraits: Arc<AtomicBool>,
}

impl FaceVerifier for Faces {
    fn comparable(&self) -> Comparable {
        Comparable { documents: self.configured.is_whole(), portraits: self.compares_portraits() }
    }

    fn compare<'a>(
        &'a self,
        reference: Reference<'a>,
        live: &'a Secret<Vec<u8>>,
    ) -> BoxFuture<'a, Result<Comparison, FaceError>> {
        BoxFuture::new(async move {
            self.line.answer()?;
            let document = match reference {
                Reference::Document(document) => document,
                Reference::Portrait(portrait) if self.compares_portraits() => {
                    return painted(portrait, live.expose());
                }
                Reference::Portrait(_) => return Err(FaceError::NotComparable),
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

impl Faces {
    fn compares_portraits(&self) -> bool {
        self.portraits.load(Ordering::Relaxed)
    }
}

/// Squares a side, and the mean difference of a colour up to which two are one painting.
const SQUARES: u8 = 4;
const ALIKE: f32 = 24.0;

/// Are two painted faces one? Their squares are held against each other, colour by colour.
fn painted(portrait: &[u8], live: &[u8]) -> Result<Comparison, FaceError> {
    let decoded = |bytes, which, image| {
        Picture::decode(bytes, which).map_err(|why| match why {
            Why::TooLarge => FaceError::TooLarge(image),
            _ => FaceError::Unreadable(image),
        })
    };
    let live = squares(&decoded(live, Which::Live, Image::Live)?);
    let portrait = squares(&decoded(portrait, Which::Reference, Image::Reference)?);
    let differences = live.iter().zip(&portrait).map(|(one, other)| (one - other).abs());
    let mean = differences.sum::<f32>() / f32::from(SQUARES) / f32::from(SQUARES) / 3.0;
    let verdict = if mean < ALIKE { Verdict::Matches } else { Verdict::Differs };
    Ok(Comparison { score: Some(1.0 - mean / 256.0), verdict })
}

#[allow(clippy::cast_precision_loss, reason = "a side is at most 4096")]
fn squares(picture: &Picture) -> Vec<f32> {
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    let middle = |at: u8, side: f32| side * (f32::from(at) + 0.5) / f32::from(SQUARES);
    let places = (0..SQUARES).flat_map(|row| (0..SQUARES).map(move |column| (column, row)));
    places.flat_map(|(x, y)| picture.at(middle(x, width), middle(y, height))).collect()
}
