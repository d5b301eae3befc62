//! A growing tree: every complete subtree's hash is kept, so that roots and proofs cost a logarithm.

use crate::{ConsistencyProof, Hash, InclusionProof, empty_root, leaf_hash, node_hash};

/// A Merkle tree over the entries appended to it.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// `levels[height][place]` is the root of the complete subtree over `2^height` leaves from `place · 2^height` on.
    levels: Vec<Vec<Hash>>,
    size: u64,
}

impl Tree {
    /// Appends an entry and tells its index.
    pub fn append(&mut self, entry: &[u8]) -> u64 {
        self.append_leaf(leaf_hash(entry))
    }

    /// Appends an entry of which only the leaf hash is known, and tells its index.
    pub fn append_leaf(&mut self, leaf: Hash) -> u64 {
        let mut subtree = leaf;
        for height in 0.. {
            let Some(level) = self.levels.get_mut(height) else {
                self.levels.push(vec![subtree]);
                break;
            };
            level.push(subtree);
            match level.as_slice() {
                [.., left, right] if level.len().is_multiple_of(2) => {
                    subtree = node_hash(left, right);
                }
                _ => break,
            }
        }
        self.size += 1;
        self.size - 1
    }

    /// How many entries it has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Its root.
    pub fn root(&self) -> Hash {
        self.root_at(self.size).unwrap_or_else(empty_root)
    }

    /// Its root when it had `size` entries; none if it has not grown so far.
    pub fn root_at(&self, size: u64) -> Option<Hash> {
        if size == 0 { Some(empty_root()) } else { self.subroot(0, size) }
    }

    /// Proves that entry `index` is in the tree of the first `size` entries.
    pub fn prove_inclusion(&self, index: u64, size: u64) -> Option<InclusionProof> {
        if index >= size || size > self.size {
            return None;
        }
        let mut path = Vec::new();
        self.path(index, 0, size, &mut path)?;
        Some(InclusionProof { index, size, path })
    }

    /// Proves that the tree of `old_size` entries is the beginning of the tree of `new_size` entries.
    pub fn prove_consistency(&self, old_size: u64, new_size: u64) -> Option<ConsistencyProof> {
        if old_size > new_size || new_size > self.size {
            return None;
        }
        let mut path = Vec::new();
        if 0 < old_size && old_size < new_size {
            self.subproof(old_size, 0, new_size, OldRoot::Known, &mut path)?;
        }
        Some(ConsistencyProof { old_size, new_size, path })
    }

    /// MTH(D[start:start + size]) for a `start` that is a multiple of the power of two not below `size`.
    fn subroot(&self, start: u64, size: u64) -> Option<Hash> {
        if size.is_power_of_two() {
            let height = size.trailing_zeros();
            let level = self.levels.get(usize::try_from(height).ok()?)?;
            return level.get(usize::try_from(start >> height).ok()?).copied();
        }
        let left = split(size)?;
        Some(node_hash(&self.subroot(start, left)?, &self.subroot(start + left, size - left)?))
    }

    /// PATH(m, D[n]) of RFC 6962 §2.1.1, where D[n] are `size` entries from `start` on.
    fn path(&self, m: u64, start: u64, size: u64, path: &mut Vec<Hash>) -> Option<()> {
        let Some(k) = split(size) else {
            return Some(());
        };
        if m < k {
            self.path(m, start, k, path)?;
            path.push(self.subroot(start + k, size - k)?);
        } else {
            self.path(m - k, start + k, size - k, path)?;
            path.push(self.subroot(start, k)?);
        }
        Some(())
    }

    /// SUBPROOF(m, D[n], b) of RFC 6962 §2.1.2, where D[n] are `size` entries from `start` on.
    fn subproof(
        &self,
        m: u64,
        start: u64,
        size: u64,
        old_root: OldRoot,
        path: &mut Vec<Hash>,
    ) -> Option<()> {
        if m == size {
            if old_root == OldRoot::Unknown {
                path.push(self.subroot(start, size)?);
            }
            return Some(());
        }
        let k = split(size)?;
        if m <= k {
            self.subproof(m, start, k, old_root, path)?;
            path.push(self.subroot(start + k, size - k)?);
        } else {
            self.subproof(m - k, start + k, size - k, OldRoot::Unknown, path)?;
            path.push(self.subroot(start, k)?);
        }
        Some(())
    }
}

/// Is the subtree of the old entries the old tree itself, whose root the verifier has?
#[derive(Clone, Copy, PartialEq)]
enum OldRoot {
    Known,
    Unknown,
}

/// RFC 6962 §2.1: "let k be the largest power of two smaller than n".
fn split(n: u64) -> Option<u64> {
    n.checked_sub(1)?.checked_ilog2().map(|exponent| 1 << exponent)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tree(size: u64) -> Tree {
        let mut tree = Tree::default();
        for entry in 0..size {
            assert_eq!(tree.append(&entry.to_be_bytes()), entry);
        }
        tree
    }

    /// MTH(D[n]) as RFC 6962 §2.1 writes it.
    fn root(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => empty_root(),
            [leaf] => *leaf,
            _ => {
                let k = leaves.len().next_power_of_two() / 2;
                node_hash(&root(&leaves[..k]), &root(&leaves[k..]))
            }
        }
    }

    #[test]
    fn roots_are_those_of_the_definition() {
        let leaves: Vec<Hash> = (0..200_u64).map(|entry| leaf_hash(&entry.to_be_bytes())).collect();
        let whole = tree(200);
        for size in 0..=200 {
            assert_eq!(tree(size).root(), root(&leaves[..usize::try_from(size).unwrap()]));
            assert_eq!(whole.root_at(size), Some(tree(size).root()));
        }
    }

    #[test]
    fn nothing_is_said_of_what_is_not_there() {
        let tree = tree(5);
        for size in [6, 7, 8, u64::MAX] {
            assert_eq!(tree.root_at(size), None);
            assert_eq!(tree.prove_inclusion(0, size), None);
            assert_eq!(tree.prove_consistency(0, size), None);
        }
        assert_eq!(tree.prove_inclusion(3, 3), None);
        assert_eq!(tree.prove_consistency(4, 3), None);
    }

    proptest! {
        #[test]
        fn inclusion_is_proved_of_that_entry_only(size in 1..300_u64, index: prop::sample::Index, other in 0..300_u64) {
            let (tree, index) = (tree(300), index.index(usize::try_from(size).unwrap()) as u64);
            let root = tree.root_at(size).unwrap();
            let proof = tree.prove_inclusion(index, size).unwrap();
            prop_assert!(proof.path.len() <= 9);
            let holds = proof.verify(&leaf_hash(&other.to_be_bytes()), &root).is_ok();
            prop_assert_eq!(holds, other == index);
            prop_assert!(proof.verify(&leaf_hash(&index.to_be_bytes()), &root).is_ok());
        }

        #[test]
        fn a_changed_inclusion_proof_does_not_hold(size in 2..300_u64, index: prop::sample::Index, place: prop::sample::Index) {
            let (tree, index) = (tree(size), index.index(usize::try_from(size).unwrap()) as u64);
            let proof = tree.prove_inclusion(index, size).unwrap();
            let holds = |proof: InclusionProof| proof.verify(&leaf_hash(&index.to_be_bytes()), &tree.root()).is_ok();
            for path in spoilt(&proof.path, place) {
                let spoilt = InclusionProof { path, ..proof.clone() };
                prop_assert!(!holds(spoilt));
            }
            for index in [index ^ 1, size] {
                let moved = InclusionProof { index, ..proof.clone() };
                prop_assert!(!holds(moved));
            }
        }

        #[test]
        fn consistency_is_proved_of_those_roots_only(old in 0..300_u64, more in 0..300_u64) {
            let (new, tree) = (old + more, tree(old + more));
            let (old_root, new_root) = (tree.root_at(old).unwrap(), tree.root());
            let proof = tree.prove_consistency(old, new).unwrap();
            prop_assert!(proof.verify(&old_root, &new_root).is_ok());
            let other = leaf_hash(b"other");
            prop_assert!(proof.verify(&other, &new_root).is_err());
            prop_assert!(old == 0 || proof.verify(&old_root, &other).is_err());
        }

        #[test]
        fn a_changed_consistency_proof_does_not_hold(old in 1..300_u64, more in 1..300_u64, place: prop::sample::Index) {
            let tree = tree(old + more);
            let (old_root, new_root) = (tree.root_at(old).unwrap(), tree.root());
            let proof = tree.prove_consistency(old, old + more).unwrap();
            for path in spoilt(&proof.path, place) {
                let spoilt = ConsistencyProof { path, ..proof.clone() };
                prop_assert!(spoilt.verify(&old_root, &new_root).is_err());
            }
        }
    }

    /// The path with one hash changed, one left out, and one added at the end.
    fn spoilt(path: &[Hash], place: prop::sample::Index) -> [Vec<Hash>; 3] {
        let place = place.index(path.len());
        let [mut changed, mut shorter, mut longer] = [path.to_vec(), path.to_vec(), path.to_vec()];
        changed[place] = leaf_hash(b"other");
        shorter.remove(place);
        longer.push(leaf_hash(b"other"));
        [changed, shorter, longer]
    }
}
