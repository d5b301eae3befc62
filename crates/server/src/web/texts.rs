//! Every text a page asks for exists in every language, and none is left over.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use rules::report::Grievance;
use rules::{DocumentClass, Purpose, Scene};

use crate::locale::Locale;

/// Codes that reach operators and relying parties only; persons never meet them.
const NOT_FOR_PERSONS: &[&str] = &[
    "authorization_malformed",
    "client_exists",
    "client_not_there",
    "cool_down_out_of_bounds",
    "dpop_malformed",
    "encryption_key_missing",
    "legal_basis_missing",
    "logout_uri_elsewhere",
    "mode_not_offered",
    "native_not_for_fapi",
    "mutual_tls_not_offered",
    "name_not_showable",
    "not_to_be_pushed",
    "nowhere_to_tell",
    "officer_name_malformed",
    "only_face_remains",
    "officer_unknown",
    "organisation_not_there",
    "other_methods_missing",
    "plain_beyond_scene",
    "plain_kinds_missing",
    "plain_law_missing",
    "profile_not_kept",
    "purpose_missing",
    "report_unknown",
    "retention_too_long",
    "scene_not_declared",
    "standing_beyond_scene",
    "status_list_unknown",
    "token_missing",
];

/// The text of every file below `folder` whose name ends so.
fn sources(folder: &Path, ending: &str) -> String {
    let mut all = String::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            all.push_str(&sources(&entry, ending));
        } else if entry.to_str().unwrap().ends_with(ending) && !entry.ends_with("texts.rs") {
            all.push_str(&fs::read_to_string(entry).unwrap());
        }
    }
    all
}

fn home() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What pages say, templates and handlers.
fn pages() -> String {
    sources(&home().join("templates"), ".html") + &sources(&home().join("src/web"), ".rs")
}

/// What stands in quotes right after `before`.
fn quoted_after<'a>(text: &'a str, before: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(before)
        .skip(1)
        .filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next())
}

/// The codes of every refusal there is.
fn codes() -> BTreeSet<String> {
    let crates = home().parent().unwrap();
    let refusals = ["service/src/error.rs", "rules/src/refusal.rs", "icao/src/refused.rs"]
        .map(|file| fs::read_to_string(crates.join(file)).unwrap());
    let problems = fs::read_to_string(home().join("src/http/problem.rs")).unwrap();
    let mut codes: BTreeSet<String> =
        refusals.iter().flat_map(|text| quoted_after(text, "=>")).map(str::to_owned).collect();
    for definition in problems.split("Self::new(").skip(1) {
        codes.extend(quoted_after(definition, ",").next().map(str::to_owned));
    }
    codes.retain(|code| {
        !code.is_empty() && code.chars().all(|c| c.is_ascii_lowercase() || c == '_')
    });
    codes
}

/// The keys that are put together from a word others define.
fn put_together() -> BTreeSet<String> {
    let mut keys = BTreeSet::from(["refusal-other".to_owned()]);
    keys.extend(Scene::ALL.map(|scene| format!("scene-{}", scene.as_str())));
    keys.extend(DocumentClass::ALL.map(|class| format!("document-{}", class.as_str())));
    keys.extend(rules::Inspection::ALL.map(|way| format!("inspection-{}", way.as_str())));
    keys.extend(rules::GuardianshipPaper::ALL.map(|paper| format!("paper-{}", paper.as_str())));
    for of in ["grievance", "grievance-child"] {
        keys.extend(Grievance::ALL.map(|grievance| format!("{of}-{}", grievance.as_str())));
    }
    // A relying party's trouble in OAuth's words, which persons meet as well.
    keys.insert("refusal-client_suspended".to_owned());
    keys.extend(["is_guardian", "no_guardian"].map(|act| format!("family-act-{act}")));
    keys.extend(Purpose::ALL.map(|purpose| format!("me-consent-{}", purpose.as_str())));
    keys.extend(
        ["reissue", "phone_change", "reissue_cut"].map(|about| format!("lock-told-{about}")),
    );
    let told = codes().into_iter().filter(|code| !NOT_FOR_PERSONS.contains(&code.as_str()));
    keys.extend(told.map(|code| format!("refusal-{code}")));
    keys
}

#[test]
fn whatever_a_page_says_has_a_text() {
    let pages = pages();
    let literal = ["page.t(", ".with("]
        .into_iter()
        .flat_map(|call| quoted_after(&pages, call))
        .map(str::to_owned);
    for key in literal.chain(put_together()) {
        for locale in Locale::ALL {
            assert!(locale.knows(&key), "{} lacks {key}", locale.tag());
            let next = format!("{key}.next");
            assert!(
                !key.starts_with("refusal-") || *locale.text(&next) != *next,
                "{} lacks {next}",
                locale.tag()
            );
        }
    }
}

#[test]
fn no_text_is_left_over() {
    let (pages, put_together) = (pages(), put_together());
    let unused =
        |key: &String| !put_together.contains(key) && !pages.contains(&format!("\"{key}\""));
    let keys = Locale::ZhCn.keys().into_iter().filter(|key| !key.contains('.'));
    assert_eq!(keys.filter(unused).collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn scenes_are_titled_at_one_door() {
    assert!(
        !pages().contains("word(\"scene\""),
        "an operator's own has its title from `Page::scene`"
    );
}

#[test]
fn no_page_has_script_or_style_of_its_own() {
    let templates = sources(&home().join("templates"), ".html");
    for tag in templates.split('<').skip(1).map(|rest| rest.split('>').next().unwrap()) {
        let inline =
            tag.contains(" style=") || tag.contains(" onclick=") || tag.starts_with("style");
        assert!(!inline, "<{tag}>");
        assert!(!tag.starts_with("script") || tag.contains(" src=\"/static/"), "<{tag}>");
    }
}

/// A form that carries an answer to a relying party's own address, or an offer to the demo's phone: our ticket is no business of theirs.
const TO_ELSEWHERE: &str = " method=\"post\" action=\"{{ to }}\"";

#[test]
fn every_form_that_posts_to_us_carries_a_ticket() {
    let templates = sources(&home().join("templates"), ".html");
    let forms = templates.split("<form").skip(1).map(|rest| rest.split("</form>").next().unwrap());
    for form in forms.filter(|form| !form.starts_with(TO_ELSEWHERE)) {
        assert!(form.contains("name=\"ticket\""), "{form}");
    }
}
