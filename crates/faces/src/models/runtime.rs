//! A model in the runtime, with the shapes it takes and gives.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use tract_onnx::prelude::*;
use tract_onnx::tract_hir::infer::Factoid;
use tract_onnx::tract_hir::internal::DimLike;

use super::{BadModel, MODEL_BYTES_MAX};

/// A model that can be run.
pub(super) struct Model {
    plan: Arc<TypedRunnableModel>,
    /// Names of the outputs, in order.
    pub(super) outputs: Vec<String>,
    /// `1×3×height×width`.
    pub(super) height: usize,
    pub(super) width: usize,
}

impl Model {
    /// Reads a model that takes one picture. A side the file leaves open becomes `side`.
    pub(super) fn load(path: &Path, side: usize) -> Result<Self, BadModel> {
        let unreadable = |source| BadModel::Unreadable { path: path.into(), source };
        let file = File::open(path).map_err(unreadable)?;
        let mut bytes = Vec::new();
        file.take(MODEL_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > MODEL_BYTES_MAX {
            return Err(BadModel::TooLarge(path.into()));
        }
        let not_runnable =
            |source: TractError| BadModel::NotRunnable { path: path.into(), source: source.into() };
        let mut model = onnx().model_for_read(&mut bytes.as_slice()).map_err(not_runnable)?;
        let layout = || BadModel::Layout {
            path: path.into(),
            expected: "one input of the shape 1×3×height×width",
        };
        if model.inputs.len() != 1 {
            return Err(layout());
        }
        let declared = model.input_fact(0).map_err(not_runnable)?.shape.clone();
        let dims: Vec<_> = declared
            .dims()
            .map(|dim| dim.concretize().and_then(|dim| dim.to_usize().ok()))
            .collect();
        let [batch, channels, height, width] = dims.as_slice() else { return Err(layout()) };
        if batch.is_some_and(|batch| batch != 1) || channels.is_some_and(|channels| channels != 3) {
            return Err(layout());
        }
        let (height, width) = (height.unwrap_or(side), width.unwrap_or(side));
        model
            .set_input_fact(0, InferenceFact::dt_shape(f32::datum_type(), [1, 3, height, width]))
            .map_err(not_runnable)?;
        let outputs = model
            .outputs
            .iter()
            .map(|outlet| model.outlet_label(*outlet).unwrap_or_default().to_owned())
            .collect();
        let plan =
            model.into_optimized().and_then(|model| model.into_runnable()).map_err(not_runnable)?;
        Ok(Self { plan, outputs, height, width })
    }

    /// Runs it on one picture, plane by plane.
    pub(super) fn run(&self, planes: &[f32]) -> Option<Vec<TValue>> {
        let input = Tensor::from_shape(&[1, 3, self.height, self.width], planes).ok()?;
        self.plan.run(tvec!(input.into())).ok().map(|outputs| outputs.into_iter().collect())
    }
}

/// The numbers of an output.
pub(super) fn numbers(output: &TValue) -> Option<&[f32]> {
    output.try_as_plain_ram().ok()?.as_slice::<f32>().ok()
}
