//! The operator's face models: which files, and how alike is alike enough.

use std::path::PathBuf;

use super::error::ConfigError;
use super::raw::RawPortraitModels;

/// Two model files and a threshold.
#[derive(Clone, Debug, PartialEq)]
pub struct PortraitModels {
    /// Finds faces.
    pub detector: PathBuf,
    /// Describes them.
    pub embedding: PathBuf,
    /// The least cosine between two descriptions of one person.
    pub threshold: f32,
}

impl TryFrom<RawPortraitModels> for PortraitModels {
    type Error = ConfigError;

    fn try_from(raw: RawPortraitModels) -> Result<Self, ConfigError> {
        if !cfg!(feature = "faces") {
            return Err(ConfigError::ModelsNotBuilt);
        }
        let RawPortraitModels { detector, embedding, threshold } = raw;
        // At 0 half of all strangers would pass, at 1 nobody.
        if threshold > 0.0 && threshold < 1.0 {
            Ok(Self { detector, embedding, threshold })
        } else {
            Err(ConfigError::Threshold)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(threshold: f32) -> Result<PortraitModels, &'static str> {
        let (detector, embedding) = ("find.onnx".into(), "describe.onnx".into());
        let raw = RawPortraitModels { detector, embedding, threshold };
        PortraitModels::try_from(raw).map_err(|error| error.code())
    }

    #[test]
    fn a_program_without_models_says_so() {
        if cfg!(feature = "faces") {
            assert!(resolved(0.4).is_ok());
            for odd in [0.0, 1.0, -1.0, f32::NAN] {
                assert_eq!(resolved(odd), Err("threshold"));
            }
        } else {
            assert_eq!(resolved(0.4), Err("models_not_built"));
        }
    }
}
