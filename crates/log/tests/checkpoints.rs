//! What a log signed is what its proofs lead to.

use formats::{Ed25519Key, LogKey, MlDsa44Key};
use yinzheng_log::{Hash, Tree};

#[test]
fn a_proof_leads_to_a_signed_root() {
    let key = LogKey::new(
        "log.example/one".parse().unwrap(),
        Ed25519Key::from_seed(&[7; 32]),
        MlDsa44Key::from_seed(&[8; 32]),
    );
    let mut tree = Tree::default();
    let empty = key.sign(tree.size(), *tree.root().bytes(), 1);
    assert_eq!(key.public().verify(empty.as_bytes()).unwrap().checkpoint.size, 0);
    let mut before: Option<(u64, Hash)> = None;
    for entry in 0..20_u8 {
        let index = tree.append(&[entry]);
        let note = key.sign(tree.size(), *tree.root().bytes(), 1_700_000_000);
        let signed = key.public().verify(note.as_bytes()).unwrap();
        let (size, root) = (signed.checkpoint.size, Hash::from_bytes(signed.checkpoint.root));
        let proof = tree.prove_inclusion(index, size).unwrap();
        assert_eq!((proof.index, proof.size), (index, size));
        assert_eq!(proof.verify(&yinzheng_log::leaf_hash(&[entry]), &root), Ok(()));
        if let Some((old_size, old_root)) = before {
            let grown = tree.prove_consistency(old_size, size).unwrap();
            assert_eq!(grown.verify(&old_root, &root), Ok(()));
        }
        before = Some((size, root));
    }
}
