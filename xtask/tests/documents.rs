//! Documents name files and tests; these tests see that what they name exists.

#![cfg(test)]

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every page: at the top and under `docs/`.
fn pages() -> Vec<PathBuf> {
    let folders = [root(), root().join("docs"), root().join("docs/decisions")];
    let entries = folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.filter(|path| path.extension().is_some_and(|end| end == "md")).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let mut broken = BTreeSet::new();
    for page in pages() {
        let text = std::fs::read_to_string(&page).unwrap();
        let after = |mark: &str, end: char| {
            let rests = text.split(mark).skip(1);
            rests.filter_map(|rest| rest.split(end).next()).collect::<Vec<_>>()
        };
        for target in [after("](", ')'), after("src=\"", '"')].concat() {
            let file = target.split('#').next().unwrap();
            let outside = target.contains("://") || file.is_empty();
            if !outside && !page.parent().unwrap().join(file).exists() {
                broken.insert(format!("{}: {target}", page.display()));
            }
        }
    }
    assert_eq!(broken, BTreeSet::new());
}

#[test]
fn every_threat_names_tests_that_exist() {
    let text = std::fs::read_to_string(root().join("docs/threats.md")).unwrap();
    let mut missing = BTreeSet::new();
    let mut named = 0;
    for row in text.lines().filter(|line| line.starts_with('|')).skip(2) {
        let tests = row.split('|').rev().nth(1).unwrap();
        for name in tests.split('`').skip(1).step_by(2) {
            named += 1;
            if !exists(name) {
                missing.insert(name);
            }
        }
    }
    assert!(named > 30, "only {named} tests are named");
    assert_eq!(missing, BTreeSet::new());
}

/// `crate/file.rs::test`, `crate/file.rs`, or `conformance/folder`.
fn exists(name: &str) -> bool {
    if name.starts_with("conformance/") {
        return root().join(name).join("package.json").exists();
    }
    let (file, test) = name.split_once("::").unwrap_or((name, ""));
    let source = std::fs::read_to_string(root().join("crates").join(file)).unwrap_or_default();
    !source.is_empty() && (test.is_empty() || source.contains(&format!("fn {test}(")))
}
