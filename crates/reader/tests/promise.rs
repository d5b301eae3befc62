//! The reader's promise is its list of dependencies: nothing in it reaches out, encrypts a connection or keeps anything.

use std::{collections::BTreeSet, process::Command};

/// What would make it a client, give it TLS, or let it keep things.
const NEVER: [&str; 12] = [
    "deadpool-postgres",
    "hickory-resolver",
    "hyper-rustls",
    "native-tls",
    "openssl",
    "reqwest",
    "rusqlite",
    "rustls",
    "sled",
    "tokio-postgres",
    "tokio-rustls",
    "ureq",
];

#[test]
fn nothing_it_stands_on_reaches_out_or_keeps_anything() {
    let cargo = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--package", env!("CARGO_PKG_NAME"), "--edges", "normal"])
        .args(["--prefix", "none", "--format", "{p} {f}"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(cargo.status.success(), "{}", String::from_utf8_lossy(&cargo.stderr));
    let tree = String::from_utf8(cargo.stdout).unwrap();
    let names: BTreeSet<_> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(names.contains("axum") && names.contains("yinzheng-formats"), "{names:?}");
    for never in NEVER {
        assert!(!names.contains(never), "{never} came in: see docs/decisions/0037");
    }
    let hyper =
        tree.lines().filter(|line| line.starts_with("hyper v") || line.starts_with("hyper-util v"));
    for line in hyper {
        let features = line.rsplit(' ').next().unwrap();
        assert!(!features.split(',').any(|feature| feature.starts_with("client")), "{line}");
    }
}
