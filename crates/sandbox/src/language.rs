//! The reader's language: Chinese unless asked otherwise, remembered once chosen.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Request};
use axum::http::header::{COOKIE, HeaderValue, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use axum::middleware::Next;
use axum::response::Response;

/// A language the sandbox speaks.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Language {
    #[default]
    Chinese,
    English,
}

impl Language {
    /// The BCP 47 tag.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh",
            Self::English => "en",
        }
    }

    fn from_tag(tag: &str) -> Option<Self> {
        match tag {
            "zh" | "zh-CN" => Some(Self::Chinese),
            "en" => Some(Self::English),
            _ => None,
        }
    }
}

/// What every page's frame needs: the language, and where the same page is in the other one.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) language: Language,
    pub(crate) other: String,
}

impl Frame {
    /// The text in the reader's language; templates show both side by side.
    pub(crate) fn say<'a>(&self, chinese: &'a str, english: &'a str) -> &'a str {
        match self.language {
            Language::Chinese => chinese,
            Language::English => english,
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Frame {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let language = asked(&parts.uri).or_else(|| remembered(&parts.headers)).unwrap_or_default();
        let other = match language {
            Language::Chinese => Language::English,
            Language::English => Language::Chinese,
        };
        Ok(Self { language, other: same_page_in(other, &parts.uri) })
    }
}

/// One name for all sandbox parties: on one host they share the choice.
const CHOICE: &str = "sandbox_lang";

/// Remembers a language asked for by `?lang=`.
pub(crate) async fn remember(request: Request, next: Next) -> Response {
    let chosen = asked(request.uri());
    let mut response = next.run(request).await;
    if let Some(language) = chosen {
        let cookie = format!(
            "{CHOICE}={}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax",
            language.tag()
        );
        if let Ok(cookie) = HeaderValue::try_from(cookie) {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
    }
    response
}

fn asked(uri: &Uri) -> Option<Language> {
    query(uri)
        .find_map(|(name, value)| (name == "lang").then(|| Language::from_tag(&value)).flatten())
}

fn remembered(headers: &HeaderMap) -> Option<Language> {
    cookie(headers, CHOICE).and_then(Language::from_tag)
}

fn same_page_in(language: Language, uri: &Uri) -> String {
    let mut others = url::form_urlencoded::Serializer::new(String::new());
    others
        .extend_pairs(query(uri).filter(|(name, _)| name != "lang"))
        .append_pair("lang", language.tag());
    format!("{}?{}", uri.path(), others.finish())
}

fn query(uri: &Uri) -> url::form_urlencoded::Parse<'_> {
    url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
}

/// The value of the cookie of this name.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_language_is_the_same_page() {
        let uri: Uri = "/reader?challenge=a%26b&lang=en".parse().unwrap();
        assert_eq!(asked(&uri), Some(Language::English));
        assert_eq!(same_page_in(Language::Chinese, &uri), "/reader?challenge=a%26b&lang=zh");
    }

    #[test]
    fn finds_a_cookie_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_static("a=1; sandbox_lang=en; b=2"));
        assert_eq!(remembered(&headers), Some(Language::English));
        assert_eq!(cookie(&headers, "lang"), None);
    }
}
