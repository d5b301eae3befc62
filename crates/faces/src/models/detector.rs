//! The model that finds faces.

use std::path::Path;

use zeroize::Zeroizing;

use super::BadModel;
use super::runtime::{Model, numbers};
use crate::yunet::{Grid, STRIDES, faces};
use crate::{Face, Picture};

/// Sides taken where the model leaves them open: what published models of this layout are trained with.
const SIDE: usize = 640;
/// The largest side that is run.
const SIDE_MOST: usize = 1280;

const EXPECTED: &str = "a detector of the YuNet layout: one input 1×3×H×W, sides multiples of 32 and at most 1280, and \
                        outputs cls_8, cls_16, cls_32, obj_…, bbox_…, kps_… of one cell a stride";

/// Of each stride: where `cls`, `obj`, `bbox` and `kps` stand among the outputs.
type Positions = [[usize; 4]; 3];

pub(super) struct Detector {
    model: Model,
    positions: Positions,
}

impl Detector {
    pub(super) fn load(path: &Path) -> Result<Self, BadModel> {
        let model = Model::load(path, SIDE)?;
        let layout = || BadModel::Layout { path: path.into(), expected: EXPECTED };
        let fits = |side: usize| side.is_multiple_of(32) && (32..=SIDE_MOST).contains(&side);
        if !fits(model.height) || !fits(model.width) {
            return Err(layout());
        }
        let positions = positions(&model.outputs).ok_or_else(layout)?;
        let detector = Self { model, positions };
        let nothing = Picture::of(1, 1, vec![0; 3]).ok_or_else(layout)?;
        detector.find(&nothing).ok_or_else(layout)?;
        Ok(detector)
    }

    /// The faces in a picture; `None` if the model broke.
    #[expect(clippy::cast_precision_loss, reason = "sides of at most 4096")]
    pub(super) fn find(&self, picture: &Picture) -> Option<Vec<Face>> {
        let (height, width) = (self.model.height, self.model.width);
        // As large as fits, at the left and at the top; what is left stays black.
        let scale =
            (width as f32 / picture.width() as f32).min(height as f32 / picture.height() as f32);
        let mut planes = Zeroizing::new(vec![0.0; 3 * height * width]);
        let (blue, rest) = planes.split_at_mut(height * width);
        let (green, red) = rest.split_at_mut(height * width);
        for (at, ((blue, green), red)) in blue.iter_mut().zip(green).zip(red).enumerate() {
            let point = [(at % width) as f32, (at / width) as f32];
            // The middle of a pixel lies half a pixel from its corner.
            let [x, y] = point.map(|part| (part + 0.5) / scale - 0.5);
            [*red, *green, *blue] = picture.at(x, y);
        }
        let outputs = self.model.run(&planes)?;
        let mut grids = Vec::new();
        for (stride, [cls, obj, bbox, kps]) in STRIDES.into_iter().zip(self.positions) {
            let (columns, rows) = (width / stride, height / stride);
            let output = |at: usize, each: usize| {
                let numbers = numbers(outputs.get(at)?)?;
                (numbers.len() == columns * rows * each).then_some(numbers)
            };
            grids.push(Grid {
                stride,
                columns,
                cls: output(cls, 1)?,
                obj: output(obj, 1)?,
                bbox: output(bbox, 4)?,
                kps: output(kps, 10)?,
            });
        }
        let mut found = faces(&grids);
        for face in &mut found {
            face.place = face.place.map(|part| part / scale);
            face.marks = face.marks.map(|mark| mark.map(|part| part / scale));
        }
        Some(found)
    }
}

fn positions(outputs: &[String]) -> Option<Positions> {
    let mut positions = [[0; 4]; 3];
    for (stride, of_stride) in STRIDES.into_iter().zip(&mut positions) {
        for (kind, position) in ["cls", "obj", "bbox", "kps"].into_iter().zip(of_stride) {
            let name = format!("{kind}_{stride}");
            *position = outputs.iter().position(|output| *output == name)?;
        }
    }
    Some(positions)
}
