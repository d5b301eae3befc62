//! A face turned upright and cut out as models of the `ArcFace` kind expect it: 112×112, eyes, nose and mouth where the
//! template has them.

use zeroize::Zeroizing;

use crate::{Face, Picture, Why};

/// Pixels along each side of a crop.
pub const SIDE: usize = 112;

/// Where left eye, right eye, nose and corners of the mouth are in a crop: the template `ArcFace` models are trained with.
const TEMPLATE: [[f32; 2]; 5] = [
    [38.2946, 51.6963],
    [73.5318, 51.5014],
    [56.0252, 71.7366],
    [41.5493, 92.3655],
    [70.7299, 92.2041],
];

/// A face cut out: red, then green, then blue, each 112×112, from 0 to 255.
pub struct Crop(Zeroizing<Vec<f32>>);

impl Crop {
    /// Cuts a face out of a picture.
    pub fn of(picture: &Picture, face: &Face) -> Result<Self, Why> {
        let turn = Similarity::onto_template(&face.marks).ok_or(Why::NoFace)?;
        let mut planes = Zeroizing::new(vec![0.0; 3 * SIDE * SIDE]);
        let (red, rest) = planes.split_at_mut(SIDE * SIDE);
        let (green, blue) = rest.split_at_mut(SIDE * SIDE);
        let pixels = red.iter_mut().zip(green).zip(blue).enumerate();
        for (at, ((red, green), blue)) in pixels {
            let [x, y] = turn.back(place(at));
            [*red, *green, *blue] = picture.at(x, y);
        }
        Ok(Self(planes))
    }

    /// Its three planes.
    pub fn planes(&self) -> &[f32] {
        &self.0
    }
}

#[expect(clippy::cast_precision_loss, reason = "at most 112")]
fn place(at: usize) -> [f32; 2] {
    [(at % SIDE) as f32, (at / SIDE) as f32]
}

/// Turning, scaling and moving, without mirroring: z ↦ a·z + b on complex numbers.
struct Similarity {
    a: [f32; 2],
    b: [f32; 2],
}

impl Similarity {
    /// The one that brings the marks nearest to the template, in least squares.
    fn onto_template(marks: &[[f32; 2]; 5]) -> Option<Self> {
        let (from, to) = (centre(marks), centre(&TEMPLATE));
        let (mut a, mut spread) = ([0.0; 2], 0.0);
        for (mark, wanted) in marks.iter().zip(&TEMPLATE) {
            let [x, y] = less(*mark, from);
            let [goal_x, goal_y] = less(*wanted, to);
            let [re, im] = a;
            a = [re + x * goal_x + y * goal_y, im + x * goal_y - y * goal_x];
            spread += x * x + y * y;
        }
        // Marks that all but coincide are no face.
        if spread.is_nan() || spread < 1.0 {
            return None;
        }
        let a = a.map(|part| part / spread);
        (norm(a) > 1.0e-6).then(|| Self { a, b: less(to, times(a, from)) })
    }

    /// Where a point of the crop lies in the picture.
    fn back(&self, point: [f32; 2]) -> [f32; 2] {
        let [re, im] = self.a;
        let moved = less(point, self.b);
        times([re, -im], moved).map(|part| part / norm(self.a))
    }
}

#[expect(clippy::cast_precision_loss, reason = "five")]
fn centre(points: &[[f32; 2]; 5]) -> [f32; 2] {
    let sum = points.iter().fold([0.0; 2], |[x, y], [u, v]| [x + u, y + v]);
    sum.map(|part| part / points.len() as f32)
}

fn less([x, y]: [f32; 2], [u, v]: [f32; 2]) -> [f32; 2] {
    [x - u, y - v]
}

fn times([x, y]: [f32; 2], [u, v]: [f32; 2]) -> [f32; 2] {
    [x * u - y * v, x * v + y * u]
}

/// The square of the length.
fn norm([x, y]: [f32; 2]) -> f32 {
    x * x + y * y
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_come_to_lie_where_the_template_has_them() {
        // The template turned by 30 degrees, twice as large, moved.
        let (sin, cos) = 30.0_f32.to_radians().sin_cos();
        let moved =
            |[x, y]: [f32; 2]| [2.0 * (cos * x - sin * y) + 40.0, 2.0 * (sin * x + cos * y) - 15.0];
        let turn = Similarity::onto_template(&TEMPLATE.map(moved)).unwrap();
        for point in TEMPLATE {
            let [x, y] = less(turn.back(point), moved(point));
            assert!(x.abs() < 0.01 && y.abs() < 0.01, "{point:?}");
        }
    }

    #[test]
    fn marks_in_one_place_are_no_face() {
        assert!(Similarity::onto_template(&[[5.0, 5.0]; 5]).is_none());
        assert!(Similarity::onto_template(&[[f32::NAN, 5.0]; 5]).is_none());
    }

    #[test]
    fn a_crop_has_the_colours_of_the_face() {
        let mut pixels = Vec::new();
        for row in 0..112_u8 {
            for column in 0..112_u8 {
                pixels.extend([column, row, 7]);
            }
        }
        let picture = Picture::of(112, 112, pixels).unwrap();
        let face = Face { sure: 1.0, place: [0.0; 4], marks: TEMPLATE };
        let crop = Crop::of(&picture, &face).unwrap();
        let at = |plane: usize, row: usize, column: usize| {
            crop.0[plane * SIDE * SIDE + row * SIDE + column]
        };
        assert!((at(0, 20, 30) - 30.0).abs() < 0.01);
        assert!((at(1, 20, 30) - 20.0).abs() < 0.01);
        assert!((at(2, 90, 90) - 7.0).abs() < 0.01);
    }
}
