//! Face measures art. 10, "face is never the only way", of the pages: wherever one offers a face, the same page has another way.

use std::fs;
use std::path::Path;

use crate::config::RawConfig;
use crate::http::ENDPOINTS;

/// Where a face is consented to, taken or proved, by form; every one of them is looked at below.
const FACES: [&str; 5] = [
    "/enrol/portrait",
    "/enrol/portrait/taken",
    "/sign-in/portrait",
    "/sign-in/portrait/taken",
    "/sign-in/portrait/prove",
];

/// Every template, with its name.
fn templates(folder: &Path) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            all.extend(templates(&entry));
        } else {
            all.push((entry.display().to_string(), fs::read_to_string(&entry).unwrap()));
        }
    }
    all
}

#[test]
fn no_other_door_takes_a_face() {
    let doors =
        ENDPOINTS.iter().filter(|(method, path)| *method == "POST" && path.contains("portrait"));
    let doors: Vec<_> =
        doors.map(|(_, path)| *path).filter(|path| !path.starts_with("/enrolments")).collect();
    for door in &doors {
        assert!(FACES.contains(door), "{door}: which other way stands beside it?");
    }
    assert_eq!(doors.len(), FACES.len());
}

#[test]
fn every_page_that_offers_a_face_offers_another_way() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let mut offering = 0;
    for (name, text) in templates(&home) {
        let asks = FACES.iter().any(|door| text.contains(&format!("action=\"{door}")))
            || text.contains("parts/portrait_take.html");
        if !asks {
            continue;
        }
        offering += 1;
        let other = text.contains(r#"name="way" value="other""#)
            || text.contains(r#"action="/sign-in/other-way""#);
        assert!(other && text.contains(r#"id="other-way""#), "{name} offers a face alone");
    }
    assert_eq!(offering, 4, "a choice and a camera, at enrolment and at login");
}

/// Whatever an operator writes, the way without a face stays: there is no setting that says otherwise, and one that is
/// unknown stops the start.
#[test]
fn no_setting_takes_the_other_way_away() {
    const OUTSIDE: &str =
        "[registry]\nurl = 'http://127.0.0.1:9001'\n[messages]\nurl = 'http://127.0.0.1:9002'\n";
    const PORTRAIT: &str = "[portrait]\nurl = 'http://127.0.0.1:9003'\n";
    let read = |top: &str, inside: &str| {
        let text = format!("issuer = 'https://id.example'\n{top}\n{OUTSIDE}{PORTRAIT}{inside}\n");
        toml::from_str::<RawConfig>(&text)
    };
    assert!(read("", "").is_ok());
    for closing in
        ["required = true", "only = true", "other_way = false", "mandatory = 'enrolment'"]
    {
        assert!(read("", closing).is_err(), "[portrait] {closing}");
        assert!(read(&format!("portrait_{closing}"), "").is_err(), "portrait_{closing}");
    }
    let settings = include_str!("../../../../docs/configuration.md");
    let faces = settings.lines().filter(|line| line.starts_with("| `") && line.contains("ortrait"));
    let faces: Vec<_> = faces.filter_map(|line| line.split('`').nth(1)).collect();
    assert_eq!(
        faces,
        ["profile", "portrait", "portrait_models"],
        "which of them could close a way?"
    );
}
