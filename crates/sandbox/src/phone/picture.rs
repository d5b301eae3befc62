//! A code as one SVG path, for a reader's camera.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

/// The quiet zone around the code, in modules: ISO/IEC 18004 §6.3.8 wants four.
const QUIET: usize = 4;

/// A code, ready to be drawn.
#[derive(Debug)]
pub(super) struct Picture {
    width: usize,
    dark: String,
}

impl Picture {
    /// The picture of a text, as large as its modules can be: a screen is flat and clean, so that the least correction does.
    pub(super) fn of(text: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
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
    pub(super) fn frame(&self) -> String {
        format!("0 0 {0} {0}", self.width)
    }

    /// The path of its dark modules.
    pub(super) fn dark(&self) -> &str {
        &self.dark
    }
}
