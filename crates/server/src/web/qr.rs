//! A QR code drawn as one SVG path: what is on the screen, for another device's camera. The link stands beside it as text.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

/// The quiet zone around the code, in modules: ISO/IEC 18004 §6.3.8 wants four.
const QUIET: usize = 4;

/// A code, ready to be drawn.
#[derive(Debug)]
pub(crate) struct Picture {
    width: usize,
    dark: String,
}

impl Picture {
    /// The picture of a text; none if it is longer than any code holds.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let width = code.width();
        let mut dark = String::new();
        for (at, color) in code.into_colors().into_iter().enumerate() {
            if color == Color::Dark {
                let (x, y) = (at % width + QUIET, at / width + QUIET);
                // Writing into a string does not fail.
                let _ = write!(dark, "M{x} {y}h1v1h-1z");
            }
        }
        Some(Self { width: width + 2 * QUIET, dark })
    }

    /// The `viewBox`.
    pub(crate) fn frame(&self) -> String {
        format!("0 0 {0} {0}", self.width)
    }

    /// The path of its dark modules.
    pub(crate) fn dark(&self) -> &str {
        &self.dark
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_has_a_picture_and_a_book_has_none() {
        let picture =
            Picture::of("https://id.example/guardian/request/AAAAAAAAAAAAAAAAAAAAAA").unwrap();
        // Version 4 holds 62 bytes at level M: 33 modules and the quiet zone on both sides.
        assert_eq!(picture.frame(), "0 0 41 41");
        assert!(picture.dark().starts_with("M4 4h1v1h-1z"), "the finder pattern's corner");
        assert!(Picture::of(&"a".repeat(4_000)).is_none());
    }
}
