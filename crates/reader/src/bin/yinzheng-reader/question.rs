//! A reader's question, as a picture for a phone to scan.

use std::fmt::Write as _;

use formats::{base45, qr::Challenge};
use qrcode::{Color, QrCode, render::unicode::Dense1x2};

/// What stands before a question, as `YZ1:` before an answer.
const PREFIX: &str = "YZQ1:";

/// The quiet zone around a code, in modules: ISO/IEC 18004 §6.3.8 wants four.
const QUIET: usize = 4;

/// The question as text, for a wallet that has no camera.
pub(crate) fn text(question: &Challenge) -> String {
    format!("{PREFIX}{}", base45::encode(&question.0))
}

/// The question as a picture of characters, and as text below it.
pub(crate) fn drawn(question: &Challenge) -> String {
    let text = text(question);
    match QrCode::new(&text) {
        Ok(code) => format!("{}\n{text}", code.render::<Dense1x2>().build()),
        Err(_) => text,
    }
}

/// A picture for a page: how wide it is, and the path of what is dark in it.
pub(crate) struct Picture {
    pub(crate) width: usize,
    pub(crate) dark: String,
}

/// The question as a picture for a page. A question is short: there always is one.
pub(crate) fn picture(question: &Challenge) -> Option<Picture> {
    let code = QrCode::new(text(question)).ok()?;
    let width = code.width();
    let mut dark = String::new();
    for (at, _) in code.to_colors().iter().enumerate().filter(|(_, color)| **color == Color::Dark) {
        // Writing into a string does not fail.
        let _ = write!(dark, "M{} {}h1v1h-1z", at % width + QUIET, at / width + QUIET);
    }
    Some(Picture { width: width + 2 * QUIET, dark })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_drawn_and_written() {
        let question = Challenge([255; 12]);
        let drawn = drawn(&question);
        assert!(drawn.ends_with("YZQ1:FGWFGWFGWFGWFGWFGW"), "{drawn}");
        assert!(drawn.lines().count() > 10);
        let picture = picture(&question).unwrap();
        assert!(picture.dark.starts_with("M4 4h1v1h-1z"), "the finder pattern's corner");
    }
}
