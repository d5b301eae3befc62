//! `GET /language/{tag}`: the person chooses a language, and the browser remembers it.

use std::time::Duration;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::fields::InQuery;
use super::local_path::LocalPath;
use crate::App;
use crate::http::cookies::Cookie;
use crate::http::problem::Problem;
use crate::locale::Locale;

/// How long a browser remembers the choice.
const LIFE: Duration = Duration::from_hours(365 * 24);

#[derive(Deserialize)]
pub(crate) struct Choice {
    #[serde(default)]
    to: LocalPath,
}

/// `GET /language/{tag}?to=…`
///
/// It changes nothing but a preference, so a link may do it.
pub(crate) async fn choose(
    State(app): State<App>,
    tag: Result<Path<String>, PathRejection>,
    InQuery(Choice { to }): InQuery<Choice>,
) -> Result<Response, Problem> {
    let Path(tag) = tag.map_err(|_| Problem::NOT_FOUND)?;
    let locale = Locale::of_tag(&tag).ok_or(Problem::NOT_FOUND)?;
    let mut response = Redirect::to(to.as_str()).into_response();
    if let Some(cookie) = cookie(&app).keep(locale.tag(), Some(LIFE)) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// The language of a page, and whether the person chose it.
pub(crate) struct Chosen {
    by_person: Option<Locale>,
    otherwise: Locale,
}

impl Chosen {
    pub(crate) fn locale(&self) -> Locale {
        self.by_person.unwrap_or(self.otherwise)
    }

    /// Prefers the first of `ui_locales` that we speak.
    ///
    /// OIDC Core §3.1.2.1: "End-User's preferred languages and scripts for the user interface, represented as a
    /// space-separated list of BCP47 [RFC5646] language tag values, ordered by preference."
    pub(crate) fn prefer(&mut self, ui_locales: &[String]) {
        if let Some(locale) = ui_locales.iter().find_map(|tag| Locale::of_tag(tag)) {
            self.otherwise = locale;
        }
    }
}

/// The language to answer a browser with these headers in.
pub(crate) fn of(app: &App, headers: &HeaderMap) -> Chosen {
    let preferred = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Chosen {
        by_person: cookie(app).read(headers).and_then(Locale::of_tag),
        otherwise: preferred.and_then(Locale::preferred).unwrap_or_default(),
    }
}

fn cookie(app: &App) -> Cookie {
    Cookie::named("__Host-yinzheng-language", "yinzheng-language", app.is_https())
}
