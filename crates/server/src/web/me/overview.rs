//! `GET /me`: state, uses, consents, and the ways out.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use rules::{Factor, Purpose};
use service::{OverviewConsent, OverviewDisclosure};

use super::Person;
use super::events::Happening;
use crate::App;
use crate::http::problem::Problem;
use crate::locale::Locale;
use crate::web::authorize::kind_key;
use crate::web::card::Card;
use crate::web::page::Page;

#[derive(Template)]
#[template(path = "me/overview.html")]
struct Overview<'a> {
    page: &'a Page,
    card: Card,
    /// How many relying parties wait for an answer.
    asked: usize,
    /// Until when plain identity stays closed.
    cooling_until: Option<String>,
    events: Vec<Happening>,
    consents: Vec<Consent>,
    /// Who was to be told who the person is.
    told: Vec<Disclosure>,
    /// Whether the phone shows dynamic codes.
    has_code: bool,
    /// Whether one has confirmed this sign-in.
    confirmed: bool,
}

/// One line of the list of consents.
struct Consent {
    id: String,
    /// What was agreed to.
    what: String,
    scene: Option<String>,
    since: String,
    /// When the relying party last asked without the person, and until when it may.
    access: Option<(String, String)>,
    /// Whether the operator has suspended the relying party.
    suspended: bool,
    /// Without the others there could be no certificate: those end by cancelling.
    withdrawable: bool,
}

/// `GET /me`
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Person(session): Person,
) -> Result<Response, Problem> {
    let overview = app.platform().overview(&session).await?;
    let in_force = overview.consents.iter().filter(|consent| consent.withdrawn_at.is_none());
    Ok(page.show(&Overview {
        page: &page,
        card: Card::new(&page, &overview),
        asked: app.platform().asked_of_me(&session).await?.waiting.len(),
        cooling_until: overview.cooling_until.map(|until| page.minute(until)),
        events: overview.events.iter().map(|event| Happening::new(&page, event)).collect(),
        consents: in_force.map(|consent| Consent::new(&page, consent)).collect(),
        told: overview.plain.iter().map(|told| Disclosure::new(&page, told)).collect(),
        has_code: overview.code_since.is_some(),
        confirmed: session.factors().has(Factor::DynamicCode),
    }))
}

/// One line of the list of those who asked who the person is.
struct Disclosure {
    client: String,
    scene: String,
    law: String,
    kinds: Vec<&'static str>,
    when: String,
}

impl Disclosure {
    fn new(page: &Page, disclosure: &OverviewDisclosure) -> Self {
        let client = match page.locale() {
            Locale::ZhCn => &disclosure.client_zh,
            Locale::En => &disclosure.client_en,
        };
        Self {
            client: client.clone(),
            scene: disclosure.scene.clone(),
            law: page.with("me-told-law", "law", &disclosure.law),
            kinds: disclosure.kinds.iter().map(|kind| kind_key(*kind)).collect(),
            when: match disclosure.told_at {
                Some(at) => page.with("me-told-at", "date", &page.minute(at)),
                None => page.with("me-told-not", "date", &page.minute(disclosure.agreed_at)),
            },
        }
    }
}

impl Consent {
    fn new(page: &Page, consent: &OverviewConsent) -> Self {
        let client = match page.locale() {
            Locale::ZhCn => &consent.client_zh,
            Locale::En => &consent.client_en,
        };
        let key = format!("me-consent-{}", consent.purpose.as_str());
        Self {
            id: consent.id.to_string(),
            what: page.with(&key, "client", client),
            scene: (!consent.scene.is_empty()).then(|| consent.scene.clone()),
            since: page.day(consent.given_at),
            access: consent
                .access
                .map(|access| (page.day(access.used_at), page.day(access.expires_at))),
            suspended: consent.suspended,
            withdrawable: matches!(consent.purpose, Purpose::Release | Purpose::Portrait),
        }
    }
}
