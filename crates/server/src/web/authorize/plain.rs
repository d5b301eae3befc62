//! The page on plain identity: what would be told to whom, on which law; told by device and passcode, or not at all.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use rules::{NoticeVersion, PlainKind, Purpose, SceneRegistration};
use serde::Deserialize;
use service::{Asked, Authorize, Error, PasscodeTold, PlainDecision, Session};

use super::Waiting;
use crate::App;
use crate::http::headers::PageReach;
use crate::http::problem::Problem;
use crate::http::session_cookie::SignedIn;
use crate::locale::Locale;
use crate::web::fields::{Fields, InQuery};
use crate::web::page::Page;
use crate::web::trouble::Trouble;

/// What the tickets of these forms are for.
const PURPOSE: &str = "plain";

#[derive(Template)]
#[template(path = "authorize/plain.html")]
struct Plain<'a> {
    page: &'a Page,
    trouble: Option<Trouble>,
    organisation: &'a str,
    application: &'a str,
    scene: &'a SceneRegistration,
    purpose: &'a str,
    law: &'a str,
    kinds: Vec<&'static str>,
    notice: NoticeVersion,
    request: &'a str,
    issuer: &'a str,
    challenge: String,
}

/// The text that names a kind.
pub(in crate::web) fn kind_key(kind: PlainKind) -> &'static str {
    match kind {
        PlainKind::Name => "plain-name",
        PlainKind::DocumentType => "plain-document-type",
        PlainKind::DocumentNumber => "plain-document-number",
        PlainKind::Born => "plain-born",
        PlainKind::Phone => "plain-phone",
    }
}

pub(super) fn page(
    app: &App,
    mut page: Page,
    asked: &Asked,
    trouble: Option<Trouble>,
) -> Result<Response, Problem> {
    page.prefer(&asked.ui_locales);
    page.returns_to(format!("/authorize/plain-identity?request={}", asked.ticket));
    let (by, scene) = (&asked.by, &asked.scene);
    let (organisation, application, purpose) = match page.locale() {
        Locale::ZhCn => (&by.organisation_zh, &by.client_zh, &scene.purpose_zh),
        Locale::En => (&by.organisation_en, &by.client_en, &scene.purpose_en),
    };
    let challenge = app.platform().challenge()?;
    let mut response = page.show(&Plain {
        page: &page,
        trouble,
        organisation,
        application,
        scene,
        purpose,
        law: scene.plain.as_ref().map_or("", |terms| terms.law().as_str()),
        kinds: asked.plain.iter().map(|kind| kind_key(*kind)).collect(),
        notice: Purpose::PlainIdentity.current(),
        request: &asked.ticket,
        issuer: app.issuer().as_str(),
        challenge,
    });
    let reach = PageReach { forms: vec![asked.redirect_uri.clone()], calls: Vec::new() };
    response.extensions_mut().insert(reach);
    Ok(response)
}

/// `GET /authorize/plain-identity`
///
/// An address of its own, so that it can be loaded again and read in the other language.
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    SignedIn(session): SignedIn,
    InQuery(Waiting { request }): InQuery<Waiting>,
) -> Result<Response, Problem> {
    let asked = app.platform().asked_plain(&session, &request).await?;
    self::page(&app, page, &asked, None)
}

#[derive(Deserialize)]
pub(super) struct Told {
    ticket: String,
    request: String,
    notice: u32,
    device_proof: String,
    passcode: Option<String>,
    /// By a wallet, in the passcode's place.
    stretched: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Declined {
    ticket: String,
    request: String,
}

/// `POST /authorize/plain-identity`
pub(super) async fn tell(
    State(app): State<App>,
    page: Page,
    SignedIn(session): SignedIn,
    Fields(sent): Fields<Told>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &sent.ticket)?;
    match told(&app, &session, &sent).await.map_err(Problem::from) {
        Ok(outcome) => super::answer(&app, page, outcome),
        Err(problem) if problem.reference.is_some() => Err(problem),
        // What was wrong can be tried again, as long as the page itself still stands.
        Err(problem) => match app.platform().asked_plain(&session, &sent.request).await {
            Err(_) => Err(problem),
            Ok(asked) => {
                let trouble = Trouble::new(&page, &problem);
                let mut response = self::page(&app, page, &asked, Some(trouble))?;
                *response.status_mut() = problem.status;
                Ok(response)
            }
        },
    }
}

async fn told(app: &App, session: &Session, sent: &Told) -> Result<Authorize, Error> {
    let decision = PlainDecision::Tell {
        device_proof: &sent.device_proof,
        passcode: PasscodeTold::one_of(sent.passcode.as_deref(), sent.stretched.as_deref())?,
        notice: NoticeVersion(sent.notice),
    };
    app.platform().answer_plain(session, &sent.request, decision).await
}

/// `POST /authorize/plain-identity/decline`
pub(super) async fn decline(
    State(app): State<App>,
    page: Page,
    SignedIn(session): SignedIn,
    Fields(sent): Fields<Declined>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &sent.ticket)?;
    let declined = PlainDecision::Decline;
    let outcome = app.platform().answer_plain(&session, &sent.request, declined).await?;
    super::answer(&app, page, outcome)
}
