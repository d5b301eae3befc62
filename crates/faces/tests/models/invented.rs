//! Invented models and faces. The detector finds white noses on dark pictures; the describer averages colours over
//! blocks. They know nothing of people, and tell painted faces apart well enough to hold the code to what it promises.

use jpeg_encoder::{ColorType, Encoder};

use super::onnx::{Attribute, Graph};

/// Pixels along each side of the detector's input.
pub(crate) const SIDE: usize = 128;

/// A detector of the YuNet layout. A cell of 8×8 white pixels is the nose of a face 48 pixels wide.
pub(crate) fn detector() -> Graph {
    let mut graph = Graph::default();
    let side = i64::try_from(SIDE).unwrap();
    graph.input("input", &[1, 3, side, side]);
    // The mean over a cell and its colours, from 0 to 255, as a convolution.
    graph.constant("mean", &[1, 3, 8, 8], &[1.0 / (3.0 * 64.0); 3 * 64]);
    let eight = Attribute::Ints("strides", &[8, 8]);
    graph.node("Conv", &["input", "mean"], "light", &[eight]);
    // sigmoid(light − 200): above 200 a nose.
    graph.constant("dark", &[1], &[200.0]);
    graph.node("Sub", &["light", "dark"], "lighter", &[]);
    graph.node("Sigmoid", &["lighter"], "nose", &[]);
    for stride in [8_i64, 16, 32] {
        let cells = (side / stride) * (side / stride);
        let count = usize::try_from(cells).unwrap();
        let name = |kind: &str| format!("{kind}_{stride}");
        if stride == 8 {
            graph.constant_ints("one column", &[1, cells, 1]);
            graph.node("Reshape", &["nose", "one column"], &name("cls"), &[]);
        } else {
            nothing(&mut graph, &name("cls"), &[1, cells, 1], &vec![0.0; count]);
        }
        nothing(&mut graph, &name("obj"), &[1, cells, 1], &vec![1.0; count]);
        let wide = (48.0_f32 / 8.0).ln();
        let boxes = [0.5, 0.5, wide, wide].repeat(count);
        nothing(&mut graph, &name("bbox"), &[1, cells, 4], &boxes);
        // Marks as far apart as a face 48 wide has them, in strides of 8, from the cell of the nose.
        let marks = [-0.86, -0.86, 1.86, -0.86, 0.5, 0.5, -0.6, 2.0, 1.6, 2.0].repeat(count);
        nothing(&mut graph, &name("kps"), &[1, cells, 10], &marks);
        for (kind, each) in [("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10)] {
            graph.output(&name(kind), &[1, cells, each]);
        }
    }
    graph
}

/// An output that is always the same; it hangs on the input by nothing times its mean, as every output must.
fn nothing(graph: &mut Graph, output: &str, shape: &[i64], numbers: &[f32]) {
    let constant = format!("{output} always");
    graph.constant(&constant, shape, numbers);
    graph.node("Identity", &[&constant], output, &[]);
}

/// A describer of the ArcFace kind: mean colours of 4×4 blocks, without what all blocks have in common.
pub(crate) fn describer() -> Graph {
    let mut graph = Graph::default();
    graph.input("input", &[1, 3, 112, 112]);
    let (kernel, strides) =
        (Attribute::Ints("kernel_shape", &[28, 28]), Attribute::Ints("strides", &[28, 28]));
    graph.node("AveragePool", &["input"], "blocks", &[kernel, strides]);
    graph.node("Flatten", &["blocks"], "row", &[Attribute::Int("axis", 1)]);
    graph.node(
        "ReduceMean",
        &["row"],
        "all",
        &[Attribute::Ints("axes", &[1]), Attribute::Int("keepdims", 1)],
    );
    graph.node("Sub", &["row", "all"], "description", &[]);
    graph.output("description", &[1, 48]);
    graph
}

/// What a painted face looks like: a colour above the nose and one below.
#[derive(Clone, Copy)]
pub(crate) struct Painted {
    pub(crate) above: [u8; 3],
    pub(crate) below: [u8; 3],
}

pub(crate) const ANNA: Painted = Painted { above: [150, 40, 20], below: [20, 60, 140] };
pub(crate) const BERT: Painted = Painted { above: [20, 60, 140], below: [150, 90, 20] };

/// A picture with these faces, each nose at a cell of the detector.
pub(crate) fn pixels(faces: &[(Painted, usize, usize)], lighter: u8) -> Vec<u8> {
    let mut rgb = vec![10_u8; SIDE * SIDE * 3];
    for (face, column, row) in faces {
        for y in row.saturating_sub(24)..(row + 32).min(SIDE) {
            for x in column.saturating_sub(24)..(column + 32).min(SIDE) {
                let nose = (*row..row + 8).contains(&y) && (*column..column + 8).contains(&x);
                let colour = if nose {
                    [255; 3]
                } else if y < *row {
                    face.above.map(|part| part.saturating_add(lighter))
                } else {
                    face.below.map(|part| part.saturating_add(lighter))
                };
                rgb[(y * SIDE + x) * 3..][..3].copy_from_slice(&colour);
            }
        }
    }
    rgb
}

/// The same as JPEG.
pub(crate) fn photograph(faces: &[(Painted, usize, usize)], lighter: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let side = u16::try_from(SIDE).unwrap();
    let encoder = Encoder::new(&mut bytes, 92);
    encoder.encode(&pixels(faces, lighter), side, side, ColorType::Rgb).unwrap();
    bytes
}
