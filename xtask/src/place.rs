//! Where things are.

use std::path::{Path, PathBuf};

/// The project's top folder.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Where cargo builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// A program of ours, or `examples/…`, as the step before built it: what was tested, asserting what it asserts in tests.
pub(crate) fn program(name: &str) -> PathBuf {
    target().join("debug").join(name)
}

/// The workshop itself. By its place, not by the running file: a step before may have built it anew.
pub(crate) fn xtask() -> PathBuf {
    program("xtask")
}
