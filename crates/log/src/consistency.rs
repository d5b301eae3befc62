//! Proofs that a tree only grew.

use crate::{BadProof, Hash, empty_root, node_hash};

/// A proof that the tree of the old size is the beginning of the tree of the new size; to be believed after
/// [`verify`](Self::verify) only.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ConsistencyProof {
    /// Size of the tree that is known already.
    pub old_size: u64,
    /// Size of the tree that it grew to.
    pub new_size: u64,
    /// The nodes from which both roots are computed.
    pub path: Vec<Hash>,
}

impl ConsistencyProof {
    /// Checks it against two roots; the steps are those of RFC 9162 §2.1.4.2, which RFC 6962 left out.
    ///
    /// Every tree begins with the empty tree: that proof is empty, and says nothing about the new root.
    pub fn verify(&self, old_root: &Hash, new_root: &Hash) -> Result<(), BadProof> {
        let holds = match self.path.as_slice() {
            [] if self.old_size == self.new_size => {
                old_root == new_root && (self.old_size > 0 || *old_root == empty_root())
            }
            [] => self.old_size == 0 && *old_root == empty_root(),
            path if 0 < self.old_size && self.old_size < self.new_size => {
                self.recompute(path, old_root)? == (*old_root, *new_root)
            }
            _ => false,
        };
        if holds { Ok(()) } else { Err(BadProof) }
    }

    /// Both roots, as the path makes them.
    fn recompute(&self, path: &[Hash], old_root: &Hash) -> Result<(Hash, Hash), BadProof> {
        // "If first is an exact power of 2, then prepend first_hash to the consistency_path array."
        let (seed, path) = if self.old_size.is_power_of_two() {
            (old_root, path)
        } else {
            path.split_first().ok_or(BadProof)?
        };
        let (mut node, mut last) = (self.old_size - 1, self.new_size - 1);
        // "If LSB(fn) is set, then right-shift both fn and sn equally until LSB(fn) is not set."
        while node & 1 == 1 {
            (node, last) = (node >> 1, last >> 1);
        }
        let (mut old, mut new) = (*seed, *seed);
        for hash in path {
            // "If sn is 0, then stop the iteration and fail the proof verification."
            if last == 0 {
                return Err(BadProof);
            }
            if node & 1 == 1 || node == last {
                old = node_hash(hash, &old);
                new = node_hash(hash, &new);
                // "If LSB(fn) is not set, then right-shift both fn and sn equally until either LSB(fn) is set or fn
                // is 0."
                while node & 1 == 0 && node != 0 {
                    (node, last) = (node >> 1, last >> 1);
                }
            } else {
                new = node_hash(&new, hash);
            }
            (node, last) = (node >> 1, last >> 1);
        }
        if last == 0 { Ok((old, new)) } else { Err(BadProof) }
    }
}
