//! The operator's models, read once and run for each comparison.
//!
//! The detector is of the YuNet layout (`yunet.rs`), the model that describes faces of the ArcFace kind: input
//! `1×3×112×112`, red, green and blue as (value − 127.5) / 127.5; output `1×N`. Both are held to it when they are
//! loaded, by a run on an empty picture.

use std::path::{Path, PathBuf};

use crate::{Crop, Embedding, Picture, Refused, Which, only};

mod describer;
mod detector;
mod runtime;

use describer::Describer;
use detector::Detector;

/// Two models that fit together.
pub struct Models {
    detector: Detector,
    describer: Describer,
}

/// Why a model cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadModel {
    /// The file cannot be read.
    #[error("cannot read {path}", path = path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file is larger than any model of this kind.
    #[error("{path} is larger than {MODEL_BYTES_MAX} bytes", path = .0.display())]
    TooLarge(PathBuf),
    /// It is no ONNX model, or one the runtime has not all operators for.
    #[error("{path} is no ONNX model that can be run", path = path.display())]
    NotRunnable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// It takes or gives something else.
    #[error("{path}: expected {expected}", path = path.display())]
    Layout {
        /// The file.
        path: PathBuf,
        /// What it should take or give.
        expected: &'static str,
    },
}

/// Why a comparison gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum NotCompared {
    /// An image cannot be compared.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// A model broke.
    #[error("a model gave no usable answer")]
    Broken,
}

/// The largest model file read: those for servers have some 250 MB.
pub const MODEL_BYTES_MAX: u64 = 512 * 1024 * 1024;

impl Models {
    /// Reads both models and tries them.
    pub fn load(detector: &Path, describer: &Path) -> Result<Self, BadModel> {
        Ok(Self { detector: Detector::load(detector)?, describer: Describer::load(describer)? })
    }

    /// How alike the faces in two images are: the cosine between their descriptions.
    pub fn compare(&self, live: &[u8], reference: &[u8]) -> Result<f32, NotCompared> {
        // The live image first: it is the one that a stranger sends.
        let live = self.describe(live, Which::Live)?;
        let reference = self.describe(reference, Which::Reference)?;
        Ok(live.alike(&reference))
    }

    /// Describes the one face in an image.
    pub fn describe(&self, bytes: &[u8], which: Which) -> Result<Embedding, NotCompared> {
        let picture = Picture::decode(bytes, which).map_err(|why| why.of(which))?;
        let mut found = self.detector.find(&picture).ok_or(NotCompared::Broken)?;
        let face = only(&mut found).map_err(|why| why.of(which))?;
        let crop = Crop::of(&picture, &face).map_err(|why| why.of(which))?;
        self.describer.describe(&crop).ok_or(NotCompared::Broken)
    }
}
