//! A reader's question, as a picture for a phone to scan.

use formats::{base45, qr::Challenge};
use qrcode::{QrCode, render::unicode::Dense1x2};

/// What stands before a question, as `YZ1:` before an answer.
const PREFIX: &str = "YZQ1:";

/// The question as a picture of characters, and as text below it.
pub(crate) fn drawn(question: &Challenge) -> String {
    let text = format!("{PREFIX}{}", base45::encode(&question.0));
    match QrCode::new(&text) {
        Ok(code) => format!("{}\n{text}", code.render::<Dense1x2>().build()),
        Err(_) => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_drawn_and_written() {
        let drawn = drawn(&Challenge([255; 12]));
        assert!(drawn.ends_with("YZQ1:FGWFGWFGWFGWFGWFGW"), "{drawn}");
        assert!(drawn.lines().count() > 10);
    }
}
