//! JPEG 2000, ISO/IEC 15444-1: bare codestreams and JP2 files.

use hayro_jpeg2000::{ColorSpace, DecodeSettings, DecoderContext, Image};
use zeroize::Zeroizing;

use super::{Picture, bounded, coloured};
use crate::Why;

/// ISO/IEC 15444-1 §I.5.1, the signature box of a JP2 file.
const FILE: &[u8] = b"\x00\x00\x00\x0cjP  ";
/// ISO/IEC 15444-1 §A.2, SOC and SIZ: what every codestream begins with.
const CODESTREAM: &[u8] = b"\xff\x4f\xff\x51";

/// Does it begin as one?
pub(super) fn begins(bytes: &[u8]) -> bool {
    bytes.starts_with(FILE) || bytes.starts_with(CODESTREAM)
}

pub(super) fn decode(bytes: &[u8]) -> Result<Picture, Why> {
    let image = Image::new(bytes, &DecodeSettings::default()).map_err(|_| Why::Unreadable)?;
    let (width, height) = (image.width(), image.height());
    bounded(width, height)?;
    let channels = usize::from(image.color_space().num_channels()) + usize::from(image.has_alpha());
    let grey = match image.color_space() {
        ColorSpace::Gray => true,
        ColorSpace::Icc { num_channels, .. } | ColorSpace::Unknown { num_channels } => {
            *num_channels == 1
        }
        ColorSpace::RGB => false,
        ColorSpace::CMYK => return Err(Why::Unreadable),
    };
    let mut context = DecoderContext::default();
    let decoded = image.decode(&mut context).map_err(|_| Why::Unreadable)?;
    let pixels = width as usize * height as usize;
    let components = decoded.components();
    if components.len() != channels || components.iter().any(|one| one.samples().len() != pixels) {
        return Err(Why::Unreadable);
    }
    let mut samples = Zeroizing::new(vec![0; pixels * channels]);
    decoded.store_u8_into(&mut samples);
    let rgb = if grey {
        let light: Zeroizing<Vec<u8>> = samples
            .chunks_exact(channels)
            .filter_map(|pixel| pixel.first().copied())
            .collect::<Vec<_>>()
            .into();
        coloured(&light)
    } else {
        samples.chunks_exact(channels).flat_map(|pixel| pixel.iter().take(3).copied()).collect()
    };
    Picture::of(width, height, rgb).ok_or(Why::Unreadable)
}
