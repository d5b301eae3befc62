//! `cargo xtask cites`: what the standards demand of an authorization server, and where that is done and tested.
//!
//! `xtask/cites/<document>.toml` lists every MUST and MUST NOT (SHALL of FAPI) that binds one, in our words. Each names the file
//! that cites it as `<document> §<section>: …`, and a test; or it is open, and `docs/divergences.md` explains it.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::place;

/// One standard.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    /// What it is called in citations; the first is shown.
    names: Vec<String>,
    must: Vec<Must>,
}

/// One demand.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Must {
    section: String,
    /// In our words, or a dozen of the text's.
    says: String,
    /// The file under `crates/` that cites the section.
    code: Option<String>,
    /// `crate/file.rs::test`, or a folder of `conformance/`.
    test: Option<String>,
    /// Not done as it is written: `docs/divergences.md` says what is done instead, and why.
    #[serde(default)]
    open: bool,
}

/// The text of files, read once.
#[derive(Default)]
struct Sources(BTreeMap<String, String>);

/// Prints what is neither cited and tested nor explained; whether there is nothing of the kind.
pub(crate) fn cites() -> Result<bool> {
    let folder = place::root().join("xtask/cites");
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .context("reading xtask/cites")?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.sort();
    let explained = std::fs::read_to_string(place::root().join("docs/divergences.md"))?;
    let (mut sources, mut good) = (Sources::default(), true);
    for file in files {
        let document = read(&file)?;
        let Some(name) = document.names.first() else { bail!("{}: no name", file.display()) };
        let mut open = 0;
        for must in &document.must {
            open += usize::from(must.open);
            for missing in missing(must, &document.names, &explained, &mut sources) {
                println!("{name} §{}: {missing} ({})", must.section, must.says);
                good = false;
            }
        }
        let all = document.must.len();
        println!("{name}: {all} demands, {} cited and tested, {open} explained", all - open);
    }
    Ok(good)
}

fn read(file: &Path) -> Result<Document> {
    let text = std::fs::read_to_string(file)?;
    toml::from_str(&text).with_context(|| format!("reading {}", file.display()))
}

/// What a demand lacks.
fn missing(must: &Must, names: &[String], explained: &str, sources: &mut Sources) -> Vec<String> {
    if must.open {
        let mut rows =
            explained.lines().filter_map(|line| line.strip_prefix('|')?.split('|').next());
        let told = rows.any(|text| names.iter().any(|name| tells(text, name, &must.section)));
        return if told {
            Vec::new()
        } else {
            vec!["docs/divergences.md does not explain it".into()]
        };
    }
    let mut missing = Vec::new();
    match &must.code {
        None => missing.push("no file cites it".into()),
        Some(file) => {
            let text = plain(sources.of(file));
            let cited = |name: &String| text.contains(&format!("{name} §{}: ", must.section));
            if !names.iter().any(cited) {
                missing.push(format!("{file} does not cite it"));
            }
        }
    }
    match &must.test {
        None => missing.push("no test".into()),
        Some(test) if !exists(test, sources) => missing.push(format!("there is no test {test}")),
        Some(_) => {}
    }
    missing
}

/// Whether the first cell of a row names this section, alone or in a list: `RFC 6749 §3.1, §3.2, RFC 9700 §2`.
fn tells(cell: &str, name: &str, section: &str) -> bool {
    let Some((_, after)) = cell.split_once(name) else { return false };
    let own = after.split_inclusive(", ").take_while(|part| part.trim_start().starts_with('§'));
    own.flat_map(|part| part.split('§')).any(|part| {
        let part = part.trim().trim_end_matches(',');
        part == section || part.split_whitespace().next() == Some(section)
    })
}

/// Comments flow over lines; a citation is found all the same.
fn plain(source: &str) -> String {
    let lines = source.lines().map(|line| line.trim().trim_start_matches(['/', '!']).trim());
    lines.collect::<Vec<_>>().join(" ").replace('`', "").replace("OIDC Core", "OpenID Connect Core")
}

fn exists(test: &str, sources: &mut Sources) -> bool {
    if test.starts_with("conformance/") {
        return place::root().join(test).join("package.json").exists();
    }
    test.split_once("::").is_some_and(|(file, name)| {
        let source = sources.of(file);
        source.contains(&format!("fn {name}("))
    })
}

impl Sources {
    fn of(&mut self, file: &str) -> &str {
        self.0.entry(file.to_owned()).or_insert_with(|| {
            std::fs::read_to_string(place::root().join("crates").join(file)).unwrap_or_default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn must(code: Option<&str>, test: Option<&str>, open: bool) -> Must {
        let (code, test) = (code.map(str::to_owned), test.map(str::to_owned));
        Must { section: "2.1".into(), says: String::new(), code, test, open }
    }

    fn lacks(must: &Must, explained: &str) -> usize {
        let source = "// RFC 1 §2.1: \"be good\"\n//! and on RFC 1\n//! §2.2: \"x\"\n#[test] fn is_good() {}";
        let mut sources = Sources(BTreeMap::from([("a.rs".to_owned(), source.to_owned())]));
        missing(must, &["RFC 1".to_owned()], explained, &mut sources).len()
    }

    #[test]
    fn what_is_cited_and_tested_lacks_nothing() {
        assert_eq!(lacks(&must(Some("a.rs"), Some("a.rs::is_good"), false), ""), 0);
    }

    #[test]
    fn what_is_not_is_told() {
        assert_eq!(lacks(&must(None, None, false), ""), 2);
        assert_eq!(lacks(&must(Some("a.rs"), Some("a.rs::is_bad"), false), ""), 1);
        assert_eq!(lacks(&must(Some("none.rs"), Some("a.rs::is_good"), false), ""), 1);
        let longer =
            Must { section: "2".into(), ..must(Some("a.rs"), Some("a.rs::is_good"), false) };
        assert_eq!(lacks(&longer, ""), 1);
    }

    #[test]
    fn what_is_open_is_explained() {
        let open = must(None, None, true);
        assert_eq!(lacks(&open, "| RFC 1 §2.1 | departure |"), 0);
        assert_eq!(lacks(&open, "| RFC 2 §2, RFC 1 §1, §2.1 | departure |"), 0);
        assert_eq!(lacks(&open, "| RFC 1 §2.11 | departure |"), 1);
        assert_eq!(lacks(&open, "RFC 1 §2.1"), 1);
        assert_eq!(lacks(&open, "| RFC 1 §2, RFC 2 §2.1 | departure |"), 1);
    }
}
