//! What every page carries beside its own matter: language, sandbox ribbon, tickets, and how it becomes a response.

use std::borrow::Cow;
use std::convert::Infallible;

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use jiff::Timestamp;
use protocol::oidc::Display;
use rules::Scene;
use service::Settings;

use super::language::{self, Chosen};
use crate::App;
use crate::config::Operator;
use crate::http::problem::Problem;
use crate::http::ticket::Browser;
use crate::locale::Locale;

/// The frame around a page, made for each request.
pub(crate) struct Page {
    app: App,
    language: Chosen,
    display: Display,
    /// Whether the people on it are invented.
    pub(crate) sandbox: bool,
    /// When it is made.
    pub(crate) now: Timestamp,
    /// Its own address, path and query, to come back to after a change of language.
    here: String,
    browser: Browser,
}

impl FromRequestParts<App> for Page {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self::of(app, &parts.headers, Some(&parts.uri)))
    }
}

impl Page {
    /// The frame for a browser with these headers, at this address if it can be returned to.
    pub(crate) fn of(app: &App, headers: &HeaderMap, uri: Option<&Uri>) -> Self {
        Self {
            app: app.clone(),
            language: language::of(app, headers),
            display: Display::default(),
            sandbox: app.is_sandbox(),
            now: app.world().now(),
            here: uri.and_then(Uri::path_and_query).map_or("/", |here| here.as_str()).to_owned(),
            browser: Browser::of(headers, app),
        }
    }

    /// Prefers these languages of a relying party's page, unless the person chose one here.
    pub(crate) fn prefer(&mut self, ui_locales: &[String]) {
        self.language.prefer(ui_locales);
    }

    /// Is shown as a relying party wants it.
    pub(crate) fn shown_as(&mut self, display: Display) {
        self.display = display;
    }

    /// How it is shown, unless in a whole window.
    pub(crate) fn display(&self) -> Option<&'static str> {
        (self.display != Display::Page).then_some(self.display.as_str())
    }

    /// Names the address to come back to after a change of language.
    pub(crate) fn returns_to(&mut self, here: String) {
        self.here = here;
    }

    /// Who runs the platform.
    pub(crate) fn operator(&self) -> &Operator {
        self.app.operator()
    }

    /// What the operator decided.
    pub(crate) fn settings(&self) -> &Settings {
        self.app.platform().settings()
    }

    /// The language the page speaks.
    pub(crate) fn locale(&self) -> Locale {
        self.language.locale()
    }

    /// The text of `key` in the page's language.
    pub(crate) fn t(&self, key: &str) -> Cow<'static, str> {
        self.locale().text(key)
    }

    /// The text of `key` with `{ $name }` filled in.
    pub(crate) fn with<T: ToString + ?Sized>(&self, key: &str, name: &str, value: &T) -> String {
        self.locale().text_with(key, name, &value.to_string())
    }

    /// The text of a word that others define: a document's class, a grievance.
    pub(crate) fn word(&self, family: &str, word: &str) -> Cow<'static, str> {
        self.t(&format!("{family}-{word}"))
    }

    /// What a scene is called: the law's in our words, the operator's in the operator's. One that is declared no more keeps
    /// the name under which it was recorded.
    pub(crate) fn scene(&self, name: &str) -> Cow<'_, str> {
        if let Some(own) = self.settings().own_scenes.declaration(name) {
            return match self.locale() {
                Locale::ZhCn => own.title_zh().into(),
                Locale::En => own.title_en().into(),
            };
        }
        if Scene::ALL.iter().any(|scene| scene.as_str() == name) {
            return self.t(&format!("scene-{name}"));
        }
        name.to_owned().into()
    }

    /// A ticket for the hidden field of a form.
    pub(crate) fn ticket(&self, purpose: &str) -> String {
        self.browser.ticket(purpose)
    }

    /// Was this ticket given to this browser for this purpose?
    pub(crate) fn check(&self, purpose: &str, ticket: &str) -> Result<(), Problem> {
        self.browser.check(purpose, ticket)
    }

    /// What tells this browser from every other.
    pub(crate) fn browser_id(&self) -> &[u8] {
        self.browser.id()
    }

    /// The other languages, each with the address that changes to it and comes back here.
    pub(crate) fn languages(&self) -> impl Iterator<Item = Language> {
        let to: String = form_urlencoded::byte_serialize(self.here.as_bytes()).collect();
        let current = self.locale();
        Locale::ALL.into_iter().filter(move |&locale| locale != current).map(move |locale| {
            Language {
                tag: locale.tag(),
                name: locale.own_name(),
                href: format!("/language/{}?to={to}", locale.tag()),
            }
        })
    }

    /// The response that shows `template`, with the browser's cookie if it was met just now.
    pub(crate) fn show(&self, template: &impl Template) -> Response {
        let Ok(html) = template.render() else {
            // Rendering into memory fails only if a template's own code does, and ours has none that can.
            tracing::error!("a page could not be rendered");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let mut response = Html(html).into_response();
        if let Some(cookie) = self.browser.cookie() {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}

/// One choice of the language switch.
pub(crate) struct Language {
    pub(crate) tag: &'static str,
    pub(crate) name: &'static str,
    pub(crate) href: String,
}
