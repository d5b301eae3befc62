//! A camera's picture, read here: browsers that read codes by themselves are few, and what a desk sees leaves its machine for
//! nobody who reads it.

use formats::qr::MAX_LENGTH;
use rqrr::PreparedImage;

/// Longest picture: 1 280 by 960 grey dots, more than the page sends.
pub(super) const LONGEST_FRAME: usize = 1_280 * 960;

/// Longest text that is handed on: base45 makes three characters of two bytes, and some stand before it.
const LONGEST_TEXT: usize = 2 * MAX_LENGTH;

/// The text of the first code in a picture of grey dots, a byte each, row by row.
pub(super) fn read(picture: &[u8], width: usize) -> Option<String> {
    let height = picture.len().checked_div(width)?;
    if width * height != picture.len() || picture.len() > LONGEST_FRAME {
        return None;
    }
    let dot = |x: usize, y: usize| picture.get(y * width + x).copied().unwrap_or_default();
    let mut image = PreparedImage::prepare_from_greyscale(width, height, dot);
    let text = image.detect_grids().iter().find_map(|grid| grid.decode().ok())?.1;
    (text.len() <= LONGEST_TEXT).then_some(text)
}
