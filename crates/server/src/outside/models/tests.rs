//! The operator's models in the server: invented models, made here as files, compared as those of an operator are.

#[path = "../../../../faces/tests/models/invented.rs"]
mod invented;
#[path = "../../../../faces/tests/models/onnx.rs"]
mod onnx;

use formats::Secret;
use invented::{ANNA, BERT, describer, detector, photograph};
use rules::{DocumentClass, DocumentNumber};
use service::{FaceVerifier, Reference};
use tempfile::TempDir;

use super::super::Faces;
use super::*;

/// Files as an operator has them.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        let files = Self(tempfile::tempdir().expect("a folder"));
        std::fs::write(files.config(0.8).detector, detector().bytes()).expect("written");
        std::fs::write(files.config(0.8).embedding, describer().bytes()).expect("written");
        files
    }

    fn config(&self, threshold: f32) -> PortraitModels {
        let path = |name: &str| self.0.path().join(name);
        let (detector, embedding) = (path("find.onnx"), path("describe.onnx"));
        PortraitModels { detector, embedding, threshold }
    }
}

fn models() -> LocalModels {
    LocalModels::load(&Files::new().config(0.8)).expect("models")
}

fn live(photograph: Vec<u8>) -> Secret<Vec<u8>> {
    Secret::new(photograph)
}

#[tokio::test]
async fn a_chips_portrait_is_compared_here_and_no_other() {
    let mut faces = Faces::default();
    assert!(!faces.comparable().portraits);
    faces.models.replace(models());
    assert!(faces.comparable().portraits && !faces.comparable().documents);
    let chip = photograph(&[(ANNA, 56, 56)], 0);
    let reference = Reference::Portrait(&chip);

    let same = faces.compare(reference, &live(photograph(&[(ANNA, 40, 72)], 30))).await;
    let same = same.expect("compared");
    assert!(same.verdict == Verdict::Matches && same.score.is_some_and(|score| score >= 0.8));
    let other = faces.compare(reference, &live(photograph(&[(BERT, 56, 56)], 0))).await;
    let other = other.expect("compared");
    assert!(other.verdict == Verdict::Differs && other.score.is_some_and(|score| score < 0.8));

    let number = DocumentNumber::new(DocumentClass::OrdinaryPassport, "E00000000");
    let number = number.expect("a number");
    let registers = faces.compare(Reference::Document(&number), &live(chip.clone())).await;
    assert!(matches!(registers, Err(FaceError::NotComparable)), "{registers:?}");
}

#[tokio::test]
async fn what_cannot_be_compared_says_which_image_and_why() {
    let models = models();
    let anna = photograph(&[(ANNA, 56, 56)], 0);
    let (nobody, two) = (photograph(&[], 0), photograph(&[(ANNA, 24, 56), (BERT, 88, 56)], 0));
    for image in [Image::Live, Image::Reference] {
        for (odd, refusal) in [
            (nobody.clone(), FaceError::NoFace(image)),
            (two.clone(), FaceError::SeveralFaces(image)),
            (b"GIF89a".to_vec(), FaceError::Unreadable(image)),
            (vec![0xff; 300 * 1024], FaceError::TooLarge(image)),
        ] {
            let compared = match image {
                Image::Live => models.compare(&anna, &live(odd)).await,
                Image::Reference => models.compare(&odd, &live(anna.clone())).await,
            };
            let refused = compared.expect_err("refused");
            assert_eq!(format!("{refused:?}"), format!("{refusal:?}"));
        }
    }
}

#[tokio::test]
async fn a_crowd_is_told_to_come_later_and_who_waited_is_answered() {
    let models = Arc::new(models());
    let anna = photograph(&[(ANNA, 56, 56)], 0);
    let turn = models.turns.clone().acquire_owned().await.expect("a turn");
    let compare = || {
        let (models, anna) = (models.clone(), anna.clone());
        async move { models.compare(&anna, &live(anna.clone())).await }
    };
    let waiting: Vec<_> = (0..MOST_WAITING).map(|_| tokio::spawn(compare())).collect();
    while models.room.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    assert!(matches!(compare().await, Err(FaceError::Busy)));
    // Who waits and gives up makes room; nobody was compared yet.
    waiting[0].abort();
    while models.room.available_permits() == 0 {
        tokio::task::yield_now().await;
    }
    drop(turn);
    for waited in waiting.into_iter().skip(1) {
        let compared = waited.await.expect("ended").expect("compared");
        assert_eq!(compared.verdict, Verdict::Matches);
    }
    assert_eq!(models.room.available_permits(), MOST_WAITING);
    assert!(compare().await.is_ok());
}

#[test]
fn an_operator_is_told_which_file_or_number_is_wrong() {
    let files = Files::new();
    let refused =
        |config: &PortraitModels| LocalModels::load(config).err().expect("refused").to_string();
    assert!(LocalModels::load(&files.config(0.4)).is_ok());
    assert!(refused(&files.config(1.5)).contains("threshold"), "{}", refused(&files.config(1.5)));
    let missing = PortraitModels { detector: files.0.path().join("none"), ..files.config(0.4) };
    assert!(refused(&missing).contains("cannot read"));
    let right = files.config(0.4);
    let swapped = PortraitModels {
        detector: right.embedding.clone(),
        embedding: right.detector.clone(),
        ..right
    };
    assert!(refused(&swapped).contains("describe.onnx"), "{}", refused(&swapped));
}
