//! The public record: a Merkle tree over entries, as certificate transparency builds it (RFC 6962).
//!
//! Knows: hashes of entries, roots, proofs that an entry is in a tree and that a tree only grew.
//! Must not know: what an entry means, who asks, where it is stored. → `service` writes entries, `wallet` checks proofs.

mod consistency;
mod hash;
mod inclusion;
mod tree;

pub use consistency::ConsistencyProof;
pub use hash::{Hash, empty_root, leaf_hash, node_hash};
pub use inclusion::InclusionProof;
pub use tree::Tree;

/// A proof that does not prove it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the proof does not hold")]
pub struct BadProof;
