//! A face in a picture: where it is, and its eyes, nose and mouth.

use crate::Why;

/// A face that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Face {
    /// How sure the detector is, 0 to 1.
    pub sure: f32,
    /// Left, top, width and height, in pixels of the picture.
    pub place: [f32; 4],
    /// As seen in the picture: left eye, right eye, tip of the nose, left and right corner of the mouth.
    pub marks: [[f32; 2]; 5],
}

/// The narrowest face that is described: a model looks at 112 pixels, and half of them would be invented.
const WIDTH_LEAST: f32 = 40.0;
/// Boxes that share more than this part of what they cover together are one face found twice.
const SAME: f32 = 0.3;

/// The one face among what a detector found.
///
/// A second face is refused, however small: the verdict must be about whoever asks, not about who is nearest.
pub fn only(found: &mut [Face]) -> Result<Face, Why> {
    found.sort_by(|one, other| other.sure.total_cmp(&one.sure));
    let Some(surest) = found.first().copied() else { return Err(Why::NoFace) };
    if found.iter().any(|other| shared(&surest.place, &other.place) <= SAME) {
        return Err(Why::SeveralFaces);
    }
    let [_, _, width, height] = surest.place;
    if width.min(height) < WIDTH_LEAST { Err(Why::NoFace) } else { Ok(surest) }
}

/// The part of what two boxes cover that both cover.
fn shared(one: &[f32; 4], other: &[f32; 4]) -> f32 {
    let [x1, y1, w1, h1] = *one;
    let [x2, y2, w2, h2] = *other;
    let width = ((x1 + w1).min(x2 + w2) - x1.max(x2)).max(0.0);
    let height = ((y1 + h1).min(y2 + h2) - y1.max(y2)).max(0.0);
    let both = width * height;
    let all = w1 * h1 + w2 * h2 - both;
    if all > 0.0 { both / all } else { 0.0 }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values are exact")]
mod tests {
    use super::*;

    fn face(sure: f32, place: [f32; 4]) -> Face {
        Face { sure, place, marks: [[0.0; 2]; 5] }
    }

    #[test]
    fn one_face_found_twice_is_one() {
        let mut found =
            [face(0.8, [12.0, 10.0, 100.0, 120.0]), face(0.95, [10.0, 10.0, 100.0, 120.0])];
        assert_eq!(only(&mut found).unwrap().sure, 0.95);
    }

    #[test]
    fn nobody_and_two_are_refused() {
        assert_eq!(only(&mut []), Err(Why::NoFace));
        let mut two = [face(0.9, [0.0, 0.0, 60.0, 60.0]), face(0.7, [100.0, 0.0, 50.0, 50.0])];
        assert_eq!(only(&mut two), Err(Why::SeveralFaces));
        let mut far = [face(0.9, [0.0, 0.0, 39.0, 60.0])];
        assert_eq!(only(&mut far), Err(Why::NoFace));
        let mut odd = [face(0.9, [0.0, 0.0, f32::NAN, 60.0])];
        assert!(only(&mut odd).is_err());
    }
}
