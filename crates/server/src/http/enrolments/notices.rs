//! `GET /enrolments/notices`: what a person is to read before an enrolment begins, in the words of the pages, with the
//! versions that consents name.

use axum::Json;
use rules::Purpose;
use serde::Serialize;

use crate::web::page::Page;

/// Every notice of an enrolment, in one language.
#[derive(Serialize)]
pub(super) struct Notices {
    /// The language they are in: the one of `Accept-Language` that is spoken here.
    language: &'static str,
    /// Who processes.
    operator: String,
    contact: String,
    enrolment: Notice,
    sensitive: Notice,
    /// Only where a portrait is to be taken; there is always another way.
    portrait: Notice,
}

/// One notice; consent to it is an act of its own.
#[derive(Serialize)]
struct Notice {
    version: u32,
    title: String,
    lead: String,
    parts: Vec<Part>,
}

/// A heading, and what stands under it.
#[derive(Serialize)]
struct Part {
    heading: String,
    text: String,
}

/// `GET /enrolments/notices`
pub(super) async fn show(page: Page) -> Json<Notices> {
    let t = |key: &str| page.t(key).into_owned();
    let part = |heading: &str, text: String| Part { heading: t(heading), text };
    let notice = |purpose: Purpose, name: &str, parts| Notice {
        version: purpose.current().0,
        title: t(&format!("{name}-title")),
        lead: t(&format!("{name}-lead")),
        parts,
    };
    let enrolment = ["who", "why", "how", "kinds", "long", "rights"]
        .map(|what| {
            let text = match what {
                "long" => page.with("notice-long-text", "days", &page.event_days()),
                _ => t(&format!("notice-{what}-text")),
            };
            part(&format!("notice-{what}"), text)
        })
        .into();
    let sensitive = ["number", "born"]
        .into_iter()
        .flat_map(|what| {
            let of = |aspect| t(&format!("sensitive-{what}-{aspect}"));
            let about = t(&format!("sensitive-{what}"));
            let heading = |aspect| format!("{about} · {}", t(&format!("sensitive-{aspect}")));
            ["need", "effect"].map(|aspect| Part { heading: heading(aspect), text: of(aspect) })
        })
        .collect();
    let portrait = ["text", "kept", "device", "effect"]
        .map(|what| part("portrait-face", t(&format!("portrait-face-{what}"))))
        .into();
    Json(Notices {
        language: page.locale().tag(),
        operator: page.operator().name(page.locale()).to_owned(),
        contact: page.operator().contact.clone(),
        enrolment: notice(Purpose::Enrolment, "notice", enrolment),
        sensitive: notice(Purpose::SensitiveInformation, "sensitive", sensitive),
        portrait: notice(Purpose::Portrait, "portrait", portrait),
    })
}
