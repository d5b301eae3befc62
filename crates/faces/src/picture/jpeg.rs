//! JPEG, ITU-T T.81.

use zeroize::Zeroizing;
use zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions};
use zune_jpeg::JpegDecoder;

use super::{Picture, SIDE_MAX, bounded, coloured};
use crate::Why;

/// Passes of a progressive image: encoders make ten; each may be a few bytes that cost a walk over all pixels.
const SCANS_MAX: usize = 20;

pub(super) fn decode(bytes: &[u8]) -> Result<Picture, Why> {
    let options = DecoderOptions::default()
        .set_max_width(SIDE_MAX as usize + 1)
        .set_max_height(SIDE_MAX as usize + 1)
        .jpeg_set_max_scans(SCANS_MAX)
        .jpeg_set_out_colorspace(ColorSpace::RGB)
        .set_use_unsafe(false);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|_| refusal(bytes))?;
    let info = decoder.info().ok_or(Why::Unreadable)?;
    let (width, height) = (u32::from(info.width), u32::from(info.height));
    bounded(width, height)?;
    let size = decoder.output_buffer_size().ok_or(Why::Unreadable)?;
    let pixels = width as usize * height as usize;
    if size != pixels && size != pixels * 3 {
        return Err(Why::Unreadable);
    }
    let mut samples = Zeroizing::new(vec![0; size]);
    decoder.decode_into(&mut samples).map_err(|_| Why::Unreadable)?;
    let rgb = if size == pixels { coloured(&samples) } else { std::mem::take(&mut *samples) };
    Picture::of(width, height, rgb).ok_or(Why::Unreadable)
}

/// The decoder refuses a side beyond its bound in the same way as a damaged header; the person is told which it is.
fn refusal(bytes: &[u8]) -> Why {
    match frame_size(bytes) {
        Some((width, height)) => bounded(width, height).err().unwrap_or(Why::Unreadable),
        None => Why::Unreadable,
    }
}

/// ITU-T T.81 §B.2.2: the frame header names lines and samples per line after its length and precision.
fn frame_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut rest = bytes.strip_prefix(&[0xff, 0xd8])?;
    loop {
        let (marker, after) = rest.split_first_chunk::<4>()?;
        let [0xff, kind, high, low] = *marker else { return None };
        let length = usize::from(u16::from_be_bytes([high, low]));
        // SOF0 to SOF15, without DHT, JPG and DAC, which share their range.
        if (0xc0..=0xcf).contains(&kind) && ![0xc4, 0xc8, 0xcc].contains(&kind) {
            let [_, h1, h2, w1, w2] = *after.first_chunk::<5>()?;
            let side = |high, low| u32::from(u16::from_be_bytes([high, low]));
            return Some((side(w1, w2), side(h1, h2)));
        }
        rest = after.get(length.checked_sub(2)?..)?;
    }
}

#[cfg(test)]
mod tests {
    use jpeg_encoder::{ColorType, Encoder};
    use proptest::prelude::*;

    use super::*;

    fn jpeg(width: u16, height: u16, kind: ColorType, progressive: bool) -> Vec<u8> {
        let channels = if matches!(kind, ColorType::Luma) { 1 } else { 3 };
        let pixels: Vec<u8> = (0..usize::from(width) * usize::from(height) * channels)
            .map(|at| u8::try_from(at * 7 % 251).unwrap())
            .collect();
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, 90);
        encoder.set_progressive(progressive);
        encoder.encode(&pixels, width, height, kind).unwrap();
        bytes
    }

    /// The same file, whose header says it is this large.
    fn said_to_be(mut bytes: Vec<u8>, side: u16) -> Vec<u8> {
        let at = bytes.windows(2).position(|two| two == [0xff, 0xc0]).unwrap();
        bytes[at + 5..at + 7].copy_from_slice(&side.to_be_bytes());
        bytes[at + 7..at + 9].copy_from_slice(&side.to_be_bytes());
        bytes
    }

    #[test]
    fn colour_grey_and_progressive_are_read() {
        for (kind, progressive) in
            [(ColorType::Rgb, false), (ColorType::Luma, false), (ColorType::Rgb, true)]
        {
            let picture = decode(&jpeg(64, 50, kind, progressive)).unwrap();
            assert_eq!((picture.width(), picture.height()), (64, 50));
        }
    }

    #[test]
    fn a_small_file_that_says_it_is_huge_is_not_unfolded() {
        let small = jpeg(64, 64, ColorType::Luma, false);
        for side in [2049, 4096, 4097, 16_384, u16::MAX] {
            assert_eq!(decode(&said_to_be(small.clone(), side)).err(), Some(Why::TooLarge));
        }
        assert_eq!(decode(&said_to_be(small, 0)).err(), Some(Why::Unreadable));
    }

    #[test]
    fn what_is_no_jpeg_is_refused() {
        let whole = jpeg(64, 64, ColorType::Rgb, false);
        for odd in [&b""[..], b"\xff\xd8", b"GIF89a", b"<svg/>", &whole[..20], &whole[2..]] {
            assert_eq!(decode(odd).err(), Some(Why::Unreadable));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn damage_never_breaks_the_decoder(at in 0usize..2000, value: u8, cut in 0usize..4000) {
            let mut bytes = jpeg(64, 64, ColorType::Rgb, cut % 2 == 0);
            let at = at % bytes.len();
            bytes[at] = value;
            bytes.truncate(cut);
            let _ = decode(&bytes);
        }
    }
}
