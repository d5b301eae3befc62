//! A query string or form, read strictly: bounded, each name once, nothing invisible.
//!
//! OpenID Connect Core §13: query and form serialisation as said there. OpenID Connect Core §14: names and values are compared code point by
//! code point, nothing is normalised.

use std::borrow::Cow;

use super::error::{ErrorCode, OAuthError};

/// How long a query string may be: what common servers and proxies let through.
pub const MAX_QUERY: usize = 8 * 1024;

/// How long a form body may be.
pub const MAX_FORM: usize = 64 * 1024;

/// How many parameters one message may carry: thrice what any of our messages knows, so that
/// looking for doubles stays cheap.
const MAX_PARAMETERS: usize = 64;

/// The parameters of one message, each at most once, in `application/x-www-form-urlencoded`.
#[derive(Clone)]
pub struct Parameters<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Parameters<'a> {
    /// Reads a query string, without its `?`.
    pub fn query(text: &'a str) -> Result<Self, OAuthError> {
        Self::read(text, MAX_QUERY)
    }

    /// Reads the body of a form.
    pub fn form(text: &'a str) -> Result<Self, OAuthError> {
        Self::read(text, MAX_FORM)
    }

    fn read(text: &'a str, longest: usize) -> Result<Self, OAuthError> {
        if text.len() > longest {
            return Err(
                ErrorCode::InvalidRequest.because("request_too_long", "the request is too long")
            );
        }
        let mut known: Vec<(Cow<'a, str>, Cow<'a, str>)> = Vec::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decode(name)?, decode(value)?);
            // RFC 6749 §3.1: "Request and response parameters MUST NOT be included more than
            // once."
            if known.iter().any(|(other, _)| *other == name) {
                return Err(ErrorCode::InvalidRequest
                    .because("parameter_doubled", "a parameter is included more than once"));
            }
            if known.len() == MAX_PARAMETERS {
                return Err(ErrorCode::InvalidRequest
                    .because("too_many_parameters", "the request has too many parameters"));
            }
            known.push((name, value));
        }
        Ok(Self(known))
    }

    /// Parameters that came another way, held to the same rules.
    pub(crate) fn of_pairs(pairs: &[(String, String)]) -> Result<Parameters<'static>, OAuthError> {
        let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let read = Parameters::form(&text)?;
        Ok(Parameters(
            read.0
                .into_iter()
                .map(|(name, value)| (name.into_owned().into(), value.into_owned().into()))
                .collect(),
        ))
    }

    /// The value of a parameter, if it has one.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_ref())
            // RFC 6749 §3.1: "Parameters sent without a value MUST be treated as if they were
            // omitted from the request."
            .filter(|value| !value.is_empty())
    }

    /// The names of all of them.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_ref())
    }

    /// The value of a parameter the message cannot do without.
    pub fn required(&self, name: &str) -> Result<&str, OAuthError> {
        self.value(name).ok_or(
            ErrorCode::InvalidRequest
                .because("parameter_missing", "a required parameter is missing"),
        )
    }
}

/// Undoes `application/x-www-form-urlencoded` for one name or value.
///
/// Stricter than browsers: whatever is not encoded as it must be is refused, so that nobody who
/// read the same text before us (a proxy, a log, a filter) can have read another.
pub(super) fn decode(text: &str) -> Result<Cow<'_, str>, OAuthError> {
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'%' && byte != b'+');
    if plain {
        return Ok(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => escaped(rest.next(), rest.next()).ok_or(MISENCODED)?,
            visible if visible.is_ascii_graphic() => visible,
            _ => return Err(MISENCODED),
        });
    }
    let decoded = String::from_utf8(bytes).map_err(|_| MISENCODED)?;
    if decoded.chars().any(char::is_control) {
        return Err(ErrorCode::InvalidRequest
            .because("control_character", "a parameter contains a control character"));
    }
    Ok(Cow::Owned(decoded))
}

const MISENCODED: OAuthError = ErrorCode::InvalidRequest
    .because("parameter_misencoded", "a parameter is not encoded as a form");

fn escaped(high: Option<u8>, low: Option<u8>) -> Option<u8> {
    let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn refused(text: &str, reason: &str) {
        assert_eq!(Parameters::query(text).map(|_| ()).unwrap_err().reason, reason, "{text:?}");
    }

    #[test]
    fn reads_names_and_values() {
        let read = Parameters::query("a=1&b=x+y&c=%E7%BD%91&d=&e&&f=1=2").unwrap();
        assert_eq!(read.value("a"), Some("1"));
        assert_eq!(read.value("b"), Some("x y"));
        assert_eq!(read.value("c"), Some("网"));
        assert_eq!(read.value("d"), None);
        assert_eq!(read.value("e"), None);
        assert_eq!(read.value("f"), Some("1=2"));
        assert_eq!(read.value("g"), None);
        assert_eq!(read.required("g").unwrap_err().reason, "parameter_missing");
    }

    #[test]
    fn refuses_doubles_however_they_are_written() {
        refused("a=1&a=2", "parameter_doubled");
        refused("a=1&b=2&%61=1", "parameter_doubled");
        refused("a=&a=1", "parameter_doubled");
    }

    #[test]
    fn refuses_what_is_not_encoded() {
        for text in [
            "a=%",
            "a=%4",
            "a=%zz",
            "a=%+1",
            "a=x y",
            "a=网",
            "a=%ff",
            "a=%c0%80",
            "a=%ed%a0%80",
            "a=\t",
        ] {
            refused(text, "parameter_misencoded");
        }
    }

    #[test]
    fn refuses_what_cannot_be_seen() {
        for text in ["a=%00", "a%00=1", "a=x%0d%0ay", "a=%7f", "a=%c2%85"] {
            refused(text, "control_character");
        }
    }

    #[test]
    fn is_bounded() {
        assert!(Parameters::query(&format!("a={}", "x".repeat(MAX_QUERY - 2))).is_ok());
        refused(&format!("a={}", "x".repeat(MAX_QUERY - 1)), "request_too_long");
        let many: Vec<_> = (0..=MAX_PARAMETERS).map(|n| format!("p{n}=1")).collect();
        refused(&many.join("&"), "too_many_parameters");
        assert!(Parameters::form(&format!("a={}", "x".repeat(MAX_FORM - 2))).is_ok());
        assert!(Parameters::form(&"x".repeat(MAX_FORM + 1)).is_err());
    }

    proptest! {
        #[test]
        fn whatever_is_visible_comes_back(value in "[^\\p{Cc}]{1,200}") {
            let text = form_urlencoded::Serializer::new(String::new())
                .append_pair("state", &value)
                .finish();
            let read = Parameters::query(&text).unwrap();
            prop_assert_eq!(read.value("state"), Some(value.as_str()));
        }

        #[test]
        fn whatever_comes_is_answered(text in ".{0,300}") {
            let _ = Parameters::query(&text);
        }
    }
}
