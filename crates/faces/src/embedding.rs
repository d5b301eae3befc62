//! What a model makes of a face: a direction in many dimensions. Two faces are as alike as their directions.

use zeroize::Zeroizing;

/// A description of a face, of length 1. It is a biometric template: it lives as long as the comparison.
pub struct Embedding(Zeroizing<Vec<f32>>);

impl Embedding {
    /// Of what a model gave; `None` if that points nowhere.
    pub fn new(raw: &[f32]) -> Option<Self> {
        let length = raw.iter().map(|part| part * part).sum::<f32>().sqrt();
        if !length.is_finite() || length < 1.0e-6 {
            return None;
        }
        Some(Self(Zeroizing::new(raw.iter().map(|part| part / length).collect())))
    }

    /// The cosine of the angle between two: 1 for the same, near 0 for strangers.
    pub fn alike(&self, other: &Self) -> f32 {
        self.0.iter().zip(other.0.iter()).map(|(one, other)| one * other).sum()
    }
}

/// How alike two faces must be to be one person's: the operator's, from the model's published error rates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold(f32);

/// No threshold lies there.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("a threshold lies above 0 and below 1")]
pub struct NotAThreshold;

impl Threshold {
    /// A threshold above 0 and below 1: at 0 half of all strangers would pass, at 1 nobody.
    pub fn new(least: f32) -> Result<Self, NotAThreshold> {
        if least > 0.0 && least < 1.0 { Ok(Self(least)) } else { Err(NotAThreshold) }
    }

    /// Is this alike enough?
    pub fn is_met_by(self, alike: f32) -> bool {
        alike >= self.0
    }

    /// The number.
    pub const fn least(self) -> f32 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions_are_compared_whatever_their_length() {
        let one = Embedding::new(&[1.0, 0.0, 0.0]).unwrap();
        assert!((one.alike(&Embedding::new(&[7.0, 0.0, 0.0]).unwrap()) - 1.0).abs() < 1e-6);
        assert!(one.alike(&Embedding::new(&[0.0, 3.0, 0.0]).unwrap()).abs() < 1e-6);
        assert!(one.alike(&Embedding::new(&[-1.0, 0.0, 0.0]).unwrap()) < 0.0);
        for odd in [&[0.0; 3][..], &[f32::NAN, 1.0], &[f32::INFINITY], &[]] {
            assert!(Embedding::new(odd).is_none());
        }
    }

    #[test]
    fn a_threshold_is_above_nothing_and_below_everything() {
        for odd in [0.0, 1.0, -0.3, f32::NAN, f32::INFINITY] {
            assert_eq!(Threshold::new(odd), Err(NotAThreshold));
        }
        let threshold = Threshold::new(0.4).unwrap();
        assert!(
            threshold.is_met_by(0.4)
                && !threshold.is_met_by(0.399)
                && !threshold.is_met_by(f32::NAN)
        );
    }
}
