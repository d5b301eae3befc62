//! Commitments to eight statements under one root, so that any of them can be opened and the others stay closed.
//!
//! A tree of depth three. A leaf hashes subject, value and a salt of 128 bits; all hashes are cut to 128 bits. Cutting is sound
//! because whoever could profit from two openings of one root, the holder, does not choose what is hashed: salts come from
//! the issuer's seed, so that a second preimage is wanted (2¹²⁸), and not a collision (2⁶⁴).

use crate::{MacKey, Secret, Suite};

use super::statement::{COUNT, Statement, Statements, Subject};

/// Length of a hash and of a salt.
pub(super) const LENGTH: usize = 16;

/// Steps from a leaf to the root.
const DEPTH: usize = 3;

/// Length of the neighbours on the way from a leaf to the root.
pub(super) const PATH_LENGTH: usize = DEPTH * LENGTH;

/// Told apart in what is hashed, so that a node is never taken for a leaf.
const LEAF: &[u8] = b"yinzheng qr leaf\0";
const NODE: &[u8] = b"yinzheng qr node\0";

/// Where the salts of one certificate come from. The issuer draws it; the holder keeps it.
#[derive(Debug)]
pub struct Seed(Secret<[u8; 32]>);

impl Seed {
    /// The seed of these bytes, which were drawn.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Secret::new(bytes))
    }

    /// The bytes, to be kept by the holder.
    pub fn expose(&self) -> &[u8; 32] {
        self.0.expose()
    }

    /// What is opened with one subject says nothing of another's: HMAC is a pseudorandom function of the seed.
    fn salt(&self, subject: Subject) -> [u8; LENGTH] {
        let tag = MacKey::from_bytes(self.0.expose()).tag(&[b"qr salt", &[subject.number()]]);
        cut(&tag)
    }
}

/// One statement with what shows that it is under the root.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Opening {
    pub(super) statement: Statement,
    pub(super) salt: [u8; LENGTH],
    pub(super) path: [u8; PATH_LENGTH],
}

/// The root of all statements.
pub(super) fn root(suite: Suite, statements: Statements, seed: &Seed) -> [u8; LENGTH] {
    let mut level = leaves(suite, statements, seed);
    while level.len() > 1 {
        level = above(suite, &level);
    }
    level.first().copied().unwrap_or_default()
}

/// Opens one.
pub(super) fn open(suite: Suite, statements: Statements, seed: &Seed, subject: Subject) -> Opening {
    let mut level = leaves(suite, statements, seed);
    let (mut place, mut path) = (usize::from(subject.number()), [0; PATH_LENGTH]);
    for step in path.chunks_mut(LENGTH) {
        step.copy_from_slice(&level.get(place ^ 1).copied().unwrap_or_default());
        level = above(suite, &level);
        place /= 2;
    }
    Opening { statement: statements.about(subject), salt: seed.salt(subject), path }
}

impl Opening {
    /// The root it leads to.
    pub(super) fn root(&self, suite: Suite) -> [u8; LENGTH] {
        let mut hash = leaf(suite, self.statement, &self.salt);
        let mut place = self.statement.subject.number();
        for neighbour in self.path.chunks(LENGTH) {
            let (left, right) = if place.is_multiple_of(2) {
                (&hash[..], neighbour)
            } else {
                (neighbour, &hash[..])
            };
            hash = cut(&suite.hash(&[NODE, left, right]));
            place /= 2;
        }
        hash
    }
}

fn leaves(suite: Suite, statements: Statements, seed: &Seed) -> Vec<[u8; LENGTH]> {
    let leaf = |subject| leaf(suite, statements.about(subject), &seed.salt(subject));
    let leaves: [_; COUNT] = Subject::ALL.map(leaf);
    leaves.to_vec()
}

fn leaf(suite: Suite, statement: Statement, salt: &[u8; LENGTH]) -> [u8; LENGTH] {
    cut(&suite.hash(&[LEAF, &[statement.subject.number(), statement.value], salt]))
}

fn above(suite: Suite, level: &[[u8; LENGTH]]) -> Vec<[u8; LENGTH]> {
    let pair = |pair: &[[u8; LENGTH]]| cut(&suite.hash(&[NODE, pair.concat().as_slice()]));
    level.chunks(2).map(pair).collect()
}

fn cut(hash: &[u8; 32]) -> [u8; LENGTH] {
    hash.first_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_statement_opens_and_no_other_does(values: [u8; 8], seed: [u8; 32], other: u8, bit in 0..512_usize) {
            let (statements, seed) = (Statements(values), Seed::new(seed));
            for suite in Suite::ALL {
                let root = root(suite, statements, &seed);
                for subject in Subject::ALL {
                    let opening = open(suite, statements, &seed, subject);
                    prop_assert_eq!(opening.root(suite), root);
                    let mut lie = opening;
                    lie.statement.value = other;
                    prop_assert_eq!(lie.root(suite) == root, lie == opening);
                    let mut elsewhere = opening;
                    elsewhere.statement.subject = Subject::of_number(subject.number() ^ 1).unwrap();
                    prop_assert_ne!(elsewhere.root(suite), root);
                    let mut damaged = opening;
                    if bit < 128 {
                        damaged.salt[bit / 8] ^= 1 << (bit % 8);
                    } else {
                        damaged.path[(bit - 128) / 8] ^= 1 << (bit % 8);
                    }
                    prop_assert_ne!(damaged.root(suite), root);
                }
            }
        }
    }

    #[test]
    fn each_suite_commits_with_its_own_hash() {
        let (statements, seed) = (Statements([1; 8]), Seed::new([7; 32]));
        let [es256, ed25519, sm2] = Suite::ALL.map(|suite| root(suite, statements, &seed));
        assert_eq!(es256, ed25519, "SHA-256 both");
        assert_ne!(es256, sm2);
    }
}
