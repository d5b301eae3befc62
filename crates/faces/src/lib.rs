//! Faces: do two images show one person?
//!
//! An operator brings two models, one that finds faces and one that describes them; none is shipped. Images are decoded
//! within bounds, compared in memory and overwritten; nothing is kept, nothing is logged.
//!
//! Knows: images (JPEG, JPEG 2000), where a face is in them, models, how alike two descriptions are.
//! Must not know: persons, documents, stores, HTTP. → `server` runs it off the threads that serve.

mod align;
mod embedding;
mod face;
#[cfg(feature = "models")]
mod models;
mod picture;
mod refused;
#[cfg(feature = "models")]
mod yunet;

pub use align::{Crop, SIDE as CROP_SIDE};
pub use embedding::{Embedding, NotAThreshold, Threshold};
pub use face::{Face, only};
#[cfg(feature = "models")]
pub use models::{BadModel, MODEL_BYTES_MAX, Models, NotCompared};
pub use picture::{LIVE_BYTES_MAX, PIXELS_MAX, Picture, REFERENCE_BYTES_MAX, SIDE_MAX, SIDE_MIN};
pub use refused::{Refused, Which, Why};
