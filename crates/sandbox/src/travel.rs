//! Invented travel documents with ICAO 9303 chips: two countries that sign them, and chips that answer.
//!
//! Bytes are written here by hand, by nothing that verifies them. Keys and signatures follow from the seed, so that a
//! sandbox started again is the same countries.

mod chip;
mod country;
mod der;
mod zone;

pub use chip::TravelDocument;
pub(crate) use chip::{answer, read};
pub(crate) use country::Country;

use rules::DocumentClass;
use rules::document_class::Chip;

/// Do documents of this class have a chip that anybody may read?
pub(crate) fn has_chip(class: DocumentClass) -> bool {
    class.chip() == Chip::Icao
}
