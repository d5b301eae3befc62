//! The model that describes faces.

use std::path::Path;

use zeroize::Zeroizing;

use super::BadModel;
use super::runtime::{Model, numbers};
use crate::align::SIDE;
use crate::{Crop, Embedding};

/// The shortest and the longest description: fewer numbers do not tell people apart, more no published model gives.
const LENGTHS: std::ops::RangeInclusive<usize> = 16..=2048;

const EXPECTED: &str =
    "a model of the ArcFace kind: one input 1×3×112×112, one output 1×N, N from 16 to 2048";

pub(super) struct Describer(Model);

impl Describer {
    pub(super) fn load(path: &Path) -> Result<Self, BadModel> {
        let model = Model::load(path, SIDE)?;
        let layout = || BadModel::Layout { path: path.into(), expected: EXPECTED };
        if (model.height, model.width, model.outputs.len()) != (SIDE, SIDE, 1) {
            return Err(layout());
        }
        let tried = model.run(&vec![0.0; 3 * SIDE * SIDE]).ok_or_else(layout)?;
        let length = tried.first().and_then(numbers).map_or(0, <[f32]>::len);
        if LENGTHS.contains(&length) { Ok(Self(model)) } else { Err(layout()) }
    }

    /// Describes a face that was cut out; `None` if the model broke.
    pub(super) fn describe(&self, crop: &Crop) -> Option<Embedding> {
        let scaled: Zeroizing<Vec<f32>> =
            Zeroizing::new(crop.planes().iter().map(|value| (value - 127.5) / 127.5).collect());
        let outputs = self.0.run(&scaled)?;
        Embedding::new(numbers(outputs.first()?)?)
    }
}
