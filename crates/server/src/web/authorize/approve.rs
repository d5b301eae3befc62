//! The page that names who asks, for what, and exactly what will be told; a plain form without script.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use rules::{Access, Attribute, SceneRegistration};
use serde::Deserialize;
use service::{Asked, Decision};

use super::mode_key;
use crate::App;
use crate::http::headers::PageReach;
use crate::http::problem::Problem;
use crate::http::session_cookie::SignedIn;
use crate::locale::Locale;
use crate::web::fields::Fields;
use crate::web::page::Page;

/// What the ticket of this form is for.
const PURPOSE: &str = "decide";

#[derive(Template)]
#[template(path = "authorize/approve.html")]
struct Approve<'a> {
    page: &'a Page,
    organisation: &'a str,
    application: &'a str,
    scene: &'a SceneRegistration,
    purpose: &'a str,
    mode: &'static str,
    back_to: String,
    told: Vec<Told>,
    /// For how many days the relying party may go on asking, if it may.
    standing: Option<u64>,
    request: &'a str,
}

/// One answer beside the result.
struct Told {
    claim: &'static str,
    says: Cow<'static, str>,
}

impl Told {
    fn new(page: &Page, attribute: Attribute) -> Self {
        let says = match attribute {
            Attribute::AgeOver(age) => page.with("approve-told-age", "years", &age.years()).into(),
            Attribute::Minor => page.t("approve-told-minor"),
            Attribute::GuardianAgreed => page.t("approve-told-guardian-agreed"),
        };
        Self { claim: attribute.claim(), says }
    }
}

pub(super) fn page(mut page: Page, asked: &Asked) -> Response {
    page.prefer(&asked.ui_locales);
    let (by, scene) = (&asked.by, &asked.scene);
    let (organisation, application, purpose) = match page.locale() {
        Locale::ZhCn => (&by.organisation_zh, &by.client_zh, &scene.purpose_zh),
        Locale::En => (&by.organisation_en, &by.client_en, &scene.purpose_en),
    };
    let mut response = page.show(&Approve {
        page: &page,
        organisation,
        application,
        scene,
        purpose,
        mode: mode_key(asked.mode),
        back_to: asked.redirect_uri.origin().ascii_serialization(),
        told: asked.attributes.iter().map(|&asked| Told::new(&page, asked)).collect(),
        standing: (asked.access == Access::Standing)
            .then(|| rules::access::LONGEST.as_secs() / (24 * 60 * 60)),
        request: &asked.ticket,
    });
    let reach = PageReach { forms: vec![asked.redirect_uri.clone()], calls: Vec::new() };
    response.extensions_mut().insert(reach);
    response
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Approve,
    Decline,
}

#[derive(Deserialize)]
pub(super) struct Decided {
    ticket: String,
    request: String,
    decision: Answer,
}

/// `POST /authorize/decision`
pub(super) async fn decide(
    State(app): State<App>,
    page: Page,
    SignedIn(session): SignedIn,
    Fields(decided): Fields<Decided>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &decided.ticket)?;
    let decision = match decided.decision {
        Answer::Approve => Decision::Approve,
        Answer::Decline => Decision::Decline,
    };
    let outcome = app.platform().agree(&session, &decided.request, decision).await?;
    super::answer(&app, page, outcome)
}
