//! Proofs that an entry is in a tree.

use crate::{BadProof, Hash, node_hash};

/// A proof that an entry is the one of this index in the tree of this size; to be believed after
/// [`verify`](Self::verify) only.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct InclusionProof {
    /// Which entry, the first being 0.
    pub index: u64,
    /// Size of the tree.
    pub size: u64,
    /// The neighbours on the way from the leaf to the root.
    pub path: Vec<Hash>,
}

impl InclusionProof {
    /// Checks it against a root that is trusted; the steps are those of RFC 9162 §2.1.3.2, which RFC 6962 left out.
    pub fn verify(&self, leaf: &Hash, root: &Hash) -> Result<(), BadProof> {
        // "If leaf_index is greater than or equal to tree_size, then fail the proof verification."
        if self.index >= self.size {
            return Err(BadProof);
        }
        let (mut node, mut last) = (self.index, self.size - 1);
        let mut computed = *leaf;
        for neighbour in &self.path {
            // "If sn is 0, then stop the iteration and fail the proof verification."
            if last == 0 {
                return Err(BadProof);
            }
            if node & 1 == 1 || node == last {
                computed = node_hash(neighbour, &computed);
                // "If LSB(fn) is not set, then right-shift both fn and sn equally until either LSB(fn) is set or fn
                // is 0."
                while node & 1 == 0 && node != 0 {
                    (node, last) = (node >> 1, last >> 1);
                }
            } else {
                computed = node_hash(&computed, neighbour);
            }
            (node, last) = (node >> 1, last >> 1);
        }
        if last == 0 && computed == *root { Ok(()) } else { Err(BadProof) }
    }
}
