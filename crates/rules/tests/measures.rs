//! `docs/measures.md` promises tests by name; a promise whose test is gone is found here.

use std::{fs, path::Path};

#[test]
fn every_test_of_ours_named_in_the_table_exists() {
    let crate_root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let table = fs::read_to_string(crate_root.join("../../docs/measures.md")).unwrap();
    let named: Vec<_> = table.split('`').filter(|word| word.starts_with("rules::")).collect();
    assert!(named.len() > 20, "the table names {} things of ours", named.len());
    for name in named {
        let parts: Vec<_> = name.split("::").collect();
        let (["rules", module, item] | ["rules", module, _, item]) = parts[..] else {
            panic!("{name}: rules::module::item expected");
        };
        let source = fs::read_to_string(crate_root.join("src").join(module).with_extension("rs"))
            .unwrap_or_else(|_| panic!("{name}: no such file"));
        let made = [format!("fn {item}("), format!("const {item}:"), format!("struct {item}")];
        assert!(made.iter().any(|made| source.contains(made)), "{name}: gone");
    }
}
