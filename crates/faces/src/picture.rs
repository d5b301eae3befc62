//! A picture: pixels in memory, overwritten when dropped. Bounded before it is decoded: by bytes, then by what its
//! header says of its size, so that a small file cannot unfold into a large one.

use zeroize::Zeroizing;

use crate::{Which, Why};

mod jpeg;
mod jpeg2000;

/// The largest live image looked at.
pub const LIVE_BYTES_MAX: usize = 256 * 1024;
/// The largest document's portrait looked at; DG2 is bounded likewise.
pub const REFERENCE_BYTES_MAX: usize = 256 * 1024;
/// The longest side looked at, in pixels.
pub const SIDE_MAX: u32 = 4096;
/// The most pixels unfolded: 12 MB while it is looked at.
pub const PIXELS_MAX: u32 = 4 * 1024 * 1024;
/// The shortest side in which a face can be described at all.
pub const SIDE_MIN: u32 = 48;

/// Red, green and blue of every pixel, row by row.
pub struct Picture {
    width: u32,
    height: u32,
    rgb: Zeroizing<Vec<u8>>,
}

impl Picture {
    /// Decodes an image: a live one is JPEG; a document's may be JPEG 2000 (ICAO 9303-10 §4.7.2), whose decoder sees
    /// only what a country signed.
    ///
    /// An orientation noted beside the pixels is not looked at: whoever takes the image sends it upright.
    pub fn decode(bytes: &[u8], which: Which) -> Result<Self, Why> {
        let most = match which {
            Which::Live => LIVE_BYTES_MAX,
            Which::Reference => REFERENCE_BYTES_MAX,
        };
        if bytes.len() > most {
            return Err(Why::TooLarge);
        }
        match which {
            Which::Reference if jpeg2000::begins(bytes) => jpeg2000::decode(bytes),
            _ => jpeg::decode(bytes),
        }
    }

    /// A picture of these pixels, three bytes each.
    pub fn of(width: u32, height: u32, rgb: Vec<u8>) -> Option<Self> {
        let bytes = u64::from(width) * u64::from(height) * 3;
        let rgb = Zeroizing::new(rgb);
        (bytes == rgb.len() as u64).then_some(Self { width, height, rgb })
    }

    /// Pixels in a row.
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Rows.
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// The colour at a point, from the four pixels around it; black outside.
    #[expect(clippy::cast_possible_truncation, reason = "a picture's side is at most 4096")]
    pub fn at(&self, x: f32, y: f32) -> [f32; 3] {
        let (left, above) = (x.floor(), y.floor());
        let (right_share, below_share) = (x - left, y - above);
        let (left, above) = (left as i64, above as i64);
        let mut colour = [0.0; 3];
        for (column, row, share) in [
            (left, above, (1.0 - right_share) * (1.0 - below_share)),
            (left + 1, above, right_share * (1.0 - below_share)),
            (left, above + 1, (1.0 - right_share) * below_share),
            (left + 1, above + 1, right_share * below_share),
        ] {
            for (sum, part) in colour.iter_mut().zip(self.pixel(column, row)) {
                *sum += share * f32::from(part);
            }
        }
        colour
    }

    fn pixel(&self, column: i64, row: i64) -> [u8; 3] {
        let inside = |at: i64, side: u32| u32::try_from(at).ok().filter(|at| *at < side);
        let (Some(column), Some(row)) = (inside(column, self.width), inside(row, self.height))
        else {
            return [0; 3];
        };
        let first = (row as usize * self.width as usize + column as usize) * 3;
        let pixel = self.rgb.get(first..).and_then(|rest| rest.first_chunk());
        pixel.copied().unwrap_or_default()
    }
}

/// Holds what a header says of its size against the bounds.
fn bounded(width: u32, height: u32) -> Result<(), Why> {
    if width > SIDE_MAX || height > SIDE_MAX || width.saturating_mul(height) > PIXELS_MAX {
        Err(Why::TooLarge)
    } else if width < SIDE_MIN || height < SIDE_MIN {
        Err(Why::Unreadable)
    } else {
        Ok(())
    }
}

/// Grey as three colours.
fn coloured(grey: &[u8]) -> Vec<u8> {
    grey.iter().flat_map(|&light| [light; 3]).collect()
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values are exact")]
mod tests {
    use super::*;

    #[test]
    fn a_point_between_pixels_has_their_mixed_colour() {
        let picture = Picture::of(2, 1, vec![0, 0, 0, 100, 200, 40]).unwrap();
        assert_eq!(picture.at(0.5, 0.0), [50.0, 100.0, 20.0]);
        assert_eq!(picture.at(1.0, 0.0), [100.0, 200.0, 40.0]);
        assert_eq!(picture.at(-1.0, 0.0), [0.0; 3]);
        assert!(picture.at(1.0e9, f32::NAN).iter().all(|part| part.is_nan() || *part == 0.0));
        assert!(Picture::of(2, 2, vec![0; 11]).is_none());
    }

    #[test]
    fn sizes_have_bounds() {
        assert_eq!(bounded(SIDE_MIN, SIDE_MAX), Ok(()));
        assert_eq!(bounded(2048, 2048), Ok(()));
        assert_eq!(bounded(2049, 2048), Err(Why::TooLarge));
        assert_eq!(bounded(SIDE_MAX + 1, SIDE_MIN), Err(Why::TooLarge));
        assert_eq!(bounded(u32::MAX, u32::MAX), Err(Why::TooLarge));
        assert_eq!(bounded(SIDE_MIN - 1, 100), Err(Why::Unreadable));
    }
}
