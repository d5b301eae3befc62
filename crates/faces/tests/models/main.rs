//! Models made here, read and run as an operator's are.
#![cfg(feature = "models")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod invented;
mod onnx;

use std::path::PathBuf;

use invented::{ANNA, BERT, describer, detector, photograph};
use onnx::Graph;
use tempfile::TempDir;
use yinzheng_faces::{BadModel, Models, NotCompared, Refused, Threshold, Which, Why};

/// Model files in a folder that goes away.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

fn models() -> Models {
    let files = Files::new();
    let find = files.write("find.onnx", &detector().bytes());
    Models::load(&find, &files.write("describe.onnx", &describer().bytes())).unwrap()
}

fn refused(outcome: Result<f32, NotCompared>) -> (Which, Why) {
    match outcome {
        Err(NotCompared::Refused(Refused { which, why })) => (which, why),
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn one_face_in_two_pictures_is_alike_and_another_is_not() {
    let models = models();
    let threshold = Threshold::new(0.8).unwrap();
    let here = photograph(&[(ANNA, 56, 56)], 0);
    let there = photograph(&[(ANNA, 40, 72)], 30);
    let other = photograph(&[(BERT, 56, 56)], 0);
    let same = models.compare(&there, &here).unwrap();
    assert!(threshold.is_met_by(same), "another place, another light: {same}");
    let strangers = models.compare(&other, &here).unwrap();
    assert!(!threshold.is_met_by(strangers), "{strangers}");
    assert!(models.compare(&here, &here).unwrap() > 0.999);
}

#[test]
fn nobody_two_and_no_picture_each_have_their_word() {
    let models = models();
    let anna = photograph(&[(ANNA, 56, 56)], 0);
    let (nobody, two) = (photograph(&[], 0), photograph(&[(ANNA, 24, 56), (BERT, 88, 56)], 0));
    for (odd, why) in [
        (nobody, Why::NoFace),
        (two, Why::SeveralFaces),
        (b"GIF89a".to_vec(), Why::Unreadable),
        (vec![0xff; 300 * 1024], Why::TooLarge),
    ] {
        assert_eq!(refused(models.compare(&odd, &anna)), (Which::Live, why));
        assert_eq!(refused(models.compare(&anna, &odd)), (Which::Reference, why));
    }
}

#[test]
fn a_file_that_is_no_such_model_is_refused_with_the_reason() {
    let files = Files::new();
    let find = files.write("find.onnx", &detector().bytes());
    let describe = files.write("describe.onnx", &describer().bytes());
    let load = |find: &PathBuf, describe: &PathBuf| Models::load(find, describe).err().unwrap();

    let missing = files.0.path().join("none.onnx");
    assert!(matches!(load(&missing, &describe), BadModel::Unreadable { .. }));
    let noise = files.write("noise.onnx", b"\x08\x08 not a model");
    assert!(matches!(load(&noise, &describe), BadModel::NotRunnable { .. }));
    assert!(matches!(load(&find, &noise), BadModel::NotRunnable { .. }));
    let whole = describer().bytes();
    let cut = files.write("cut.onnx", &whole[..whole.len() / 2]);
    assert!(Models::load(&find, &cut).is_err());
    // The two taken for each other.
    assert!(matches!(load(&describe, &describe), BadModel::Layout { .. }));
    assert!(matches!(load(&find, &find), BadModel::Layout { .. }));

    let mut grey = Graph::default();
    grey.input("input", &[1, 1, 112, 112]);
    grey.node("Flatten", &["input"], "description", &[]);
    grey.output("description", &[1, 112 * 112]);
    let grey = files.write("grey.onnx", &grey.bytes());
    assert!(matches!(load(&find, &grey), BadModel::Layout { .. }));
    let mut long = Graph::default();
    long.input("input", &[1, 3, 112, 112]);
    long.node("Flatten", &["input"], "description", &[]);
    long.output("description", &[1, 3 * 112 * 112]);
    let long = files.write("long.onnx", &long.bytes());
    let said = load(&find, &long).to_string();
    assert!(said.contains("1×N, N from 16 to 2048"), "{said}");
}
