//! What a detector of the YuNet layout says, as faces.
//!
//! Input: one picture `1×3×H×W`, blue, green and red from 0 to 255, H and W multiples of 32. Output: for each stride
//! s of 8, 16 and 32, over the cells of an (H/s)×(W/s) grid, row by row: `cls_s` and `obj_s` (how sure), `bbox_s`
//! (centre as an offset from the cell in strides, logarithms of width and height in strides), `kps_s` (five points as
//! offsets likewise: right eye, left eye, nose, right and left corner of the mouth of whoever is seen, so that the first
//! is at the left of the picture).

use crate::Face;

/// The strides of the three grids.
pub(crate) const STRIDES: [usize; 3] = [8, 16, 32];
/// Below this a detector's find is a guess; models of this layout separate well there.
const SURE_ENOUGH: f32 = 0.7;
/// Two faces are enough to refuse an image; more finds than this come of an image made to cost time.
const FINDS_MAX: usize = 256;

/// One grid's output.
pub(crate) struct Grid<'a> {
    pub(crate) stride: usize,
    pub(crate) columns: usize,
    pub(crate) cls: &'a [f32],
    pub(crate) obj: &'a [f32],
    pub(crate) bbox: &'a [f32],
    pub(crate) kps: &'a [f32],
}

/// The faces in the grids, in pixels of the detector's input.
pub(crate) fn faces(grids: &[Grid<'_>]) -> Vec<Face> {
    let found =
        grids.iter().flat_map(|grid| (0..grid.cls.len()).filter_map(|cell| grid.face(cell)));
    found.take(FINDS_MAX).collect()
}

impl Grid<'_> {
    #[expect(clippy::cast_precision_loss, reason = "a grid has thousands of cells, not millions")]
    fn face(&self, cell: usize) -> Option<Face> {
        let unit = |sure: f32| sure.clamp(0.0, 1.0);
        let sure = (unit(*self.cls.get(cell)?) * unit(*self.obj.get(cell)?)).sqrt();
        if sure.is_nan() || sure < SURE_ENOUGH {
            return None;
        }
        let stride = self.stride as f32;
        let at = [(cell % self.columns) as f32, (cell / self.columns) as f32];
        let &[x, y, width, height] = self.bbox.get(cell * 4..)?.first_chunk()?;
        let (width, height) = (width.exp() * stride, height.exp() * stride);
        let [column, row] = at;
        let place =
            [(column + x) * stride - width / 2.0, (row + y) * stride - height / 2.0, width, height];
        let points: &[f32; 10] = self.kps.get(cell * 10..)?.first_chunk()?;
        let mut marks = [[0.0; 2]; 5];
        for (mark, point) in marks.iter_mut().zip(points.as_chunks::<2>().0) {
            let [x, y] = *point;
            *mark = [(column + x) * stride, (row + y) * stride];
        }
        let finite = place.iter().chain(marks.iter().flatten()).all(|number| number.is_finite());
        finite.then_some(Face { sure, place, marks })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_says_where_its_face_is() {
        let mut cls = [0.0; 6];
        cls[4] = 0.81;
        let obj = [1.0; 6];
        let mut bbox = [0.0; 24];
        bbox[16..20].copy_from_slice(&[0.5, 0.25, 4.0_f32.ln(), 8.0_f32.ln()]);
        let mut kps = [0.0; 60];
        kps[40..50].copy_from_slice(&[-1.0, -1.0, 1.0, -1.0, 0.0, 0.0, -1.0, 1.0, 1.0, 1.0]);
        let grid = Grid { stride: 16, columns: 3, cls: &cls, obj: &obj, bbox: &bbox, kps: &kps };
        let found = faces(&[grid]);
        assert_eq!(found.len(), 1);
        let face = found[0];
        assert!((face.sure - 0.9).abs() < 1e-6);
        // Column 1, row 1 of three columns.
        let near = |one: f32, other: f32| (one - other).abs() < 1e-3;
        let wanted = [24.0 - 32.0, 20.0 - 64.0, 64.0, 128.0];
        assert!(face.place.iter().zip(wanted).all(|(one, other)| near(*one, other)));
        assert_eq!(face.marks[0], [0.0, 0.0]);
        assert_eq!(face.marks[2], [16.0, 16.0]);
    }

    #[test]
    fn what_is_no_number_is_no_face() {
        let (cls, obj) = ([1.0], [1.0]);
        for odd in [f32::NAN, f32::INFINITY, 1.0e30] {
            let bbox = [0.0, 0.0, odd, 0.0];
            let kps = [0.0; 10];
            let grid = Grid { stride: 8, columns: 1, cls: &cls, obj: &obj, bbox: &bbox, kps: &kps };
            assert_eq!(faces(&[grid]), []);
        }
        let short = Grid { stride: 8, columns: 1, cls: &cls, obj: &obj, bbox: &[0.0], kps: &[] };
        assert_eq!(faces(&[short]), []);
        let nan = [f32::NAN];
        let unsure =
            Grid { stride: 8, columns: 1, cls: &nan, obj: &obj, bbox: &[0.0; 4], kps: &[0.0; 10] };
        assert_eq!(faces(&[unsure]), []);
    }
}
