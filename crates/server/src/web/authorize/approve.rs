//! The page that names who asks, for what, and exactly what will be told; a plain form without script.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use rules::{Access, Attribute, SceneRegistration};
use serde::Deserialize;
use service::{Asked, Decision, Knocked, Way};

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
    /// Whether how the identity was proved is told as well.
    verified: bool,
    /// What whoever sits here calls the person they answer for, if that is somebody else.
    on_behalf_of: Option<&'a str>,
    /// For how many days the relying party may go on asking, if it may.
    standing: Option<u64>,
    /// If it was asked on another device.
    knock: Option<Elsewhere<'a>>,
    request: &'a str,
}

/// What is shown of the other device.
struct Elsewhere<'a> {
    /// What to look out for.
    says: &'static str,
    /// Where it was asked.
    from: &'static str,
    /// The relying party's address that the other screen goes back to.
    origin: Option<String>,
    message: Option<&'a str>,
    wants_number: bool,
}

impl<'a> Elsewhere<'a> {
    fn new(asked: &Asked, knock: &'a Knocked) -> Self {
        let (says, from) = match knock.way() {
            Some(Way::Backchannel) => ("approve-called", "approve-from-called"),
            Some(Way::Screen) => ("approve-screen", "approve-from-screen"),
            Some(Way::Device) | None => ("approve-device", "approve-from-device"),
        };
        let (message, wants_number) = (knock.message.as_deref(), knock.wants_number);
        let screen = knock.way() == Some(Way::Screen);
        let origin = screen.then(|| asked.redirect_uri.origin().ascii_serialization());
        Self { says, from, origin, message, wants_number }
    }
}

/// One answer beside the result.
struct Told {
    claim: &'static str,
    says: Cow<'static, str>,
}

impl Told {
    fn new(page: &Page, attribute: Attribute) -> Self {
        Self { claim: attribute.claim(), says: says(page, attribute) }
    }
}

/// What telling an attribute means, in words.
pub(crate) fn says(page: &Page, attribute: Attribute) -> Cow<'static, str> {
    match attribute {
        Attribute::AgeOver(age) => page.with("approve-told-age", "years", &age.years()).into(),
        Attribute::Minor => page.t("approve-told-minor"),
        Attribute::GuardianAgreed => page.t("approve-told-guardian-agreed"),
    }
}

pub(super) fn page(mut page: Page, asked: &Asked) -> Response {
    page.prefer(&asked.ui_locales);
    page.shown_as(asked.display);
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
        verified: asked.verified,
        on_behalf_of: asked.on_behalf_of.as_deref(),
        standing: (asked.access == Access::Standing)
            .then(|| rules::access::LONGEST.as_secs() / (24 * 60 * 60)),
        knock: asked.knock.as_ref().map(|knock| Elsewhere::new(asked, knock)),
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
    /// What the other screen shows.
    number: Option<String>,
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
    let number = decided.number.as_deref();
    let outcome = app.platform().agree_seeing(&session, &decided.request, decision, number).await?;
    super::answer(&app, page, outcome)
}
