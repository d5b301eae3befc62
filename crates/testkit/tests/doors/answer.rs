//! What came back, and what must be true of whatever comes back.

use axum::http::{HeaderMap, HeaderName, header};
use serde_json::Value;

use crate::call::{Call, values};

/// Marks input: it must never come back as markup.
pub(crate) const MARK: &str = "<b id=mark>\"'&</b>";

/// The most a page takes; a larger one would be no page of ours.
const READABLE: &str = "default-src 'none'; script-src 'self'; style-src 'self'";

/// An answer.
pub(crate) struct Answer {
    /// `METHOD /path`, for failures.
    pub(crate) to: String,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    /// The text of a header, or nothing.
    pub(crate) fn header(&self, name: impl AsRef<str>) -> &str {
        let value = self.headers.get(name.as_ref());
        value.map_or("", |value| value.to_str().expect("text"))
    }

    /// Is it a page?
    pub(crate) fn is_page(&self) -> bool {
        self.header(header::CONTENT_TYPE).starts_with("text/html")
    }

    /// Where the browser is sent.
    #[track_caller]
    pub(crate) fn location(&self) -> &str {
        assert_eq!(self.status, 303, "{}: {}", self.to, self.body);
        self.header(header::LOCATION)
    }

    /// What the location says under this name.
    #[track_caller]
    pub(crate) fn says(&self, name: &str) -> String {
        let to = url::Url::parse("https://id.example").unwrap().join(self.location()).unwrap();
        let found = to.query_pairs().find(|(known, _)| known == name);
        found.unwrap_or_else(|| panic!("{}: no {name} in {to}", self.to)).1.into_owned()
    }

    /// OAuth's own word for an error.
    pub(crate) fn says_error(&self) -> String {
        let document: Value = serde_json::from_str(&self.body).unwrap_or_default();
        document.get("error").and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// The stable word of a refusal: in the document, in OAuth's answer, or on the page.
    pub(crate) fn code(&self) -> String {
        if self.is_page() {
            let found = self.body.split_once("<code id=\"code\">");
            let word = found.and_then(|(_, rest)| rest.split_once('<'));
            return word.map_or("", |(word, _)| word).to_owned();
        }
        let document: Value = serde_json::from_str(&self.body).unwrap_or_default();
        let word = document.get("code").or(document.get("reason"));
        word.and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// What it has the browser keep, and what it has it say elsewhere.
    pub(crate) fn said(&self) -> Vec<String> {
        let kept = self.headers.get_all(header::SET_COOKIE).iter();
        let kept = kept.filter_map(|cookie| cookie.to_str().ok()?.split(';').next());
        let (_, query) = self.header(header::LOCATION).split_once('?').unwrap_or_default();
        kept.flat_map(|cookie| values(cookie, ';')).chain(values(query, '&')).collect()
    }

    /// It was refused in this way.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str) {
        let got = (self.status, self.code());
        assert_eq!(got, (status, code.to_owned()), "{} answers {}", self.to, self.body);
    }

    /// It was let in: a page, a document, or a redirect that does not send back to the start.
    #[track_caller]
    pub(crate) fn let_in(&self) {
        match self.status {
            200 | 201 => {}
            303 => assert!(
                !self.location().starts_with("/sign-in") && self.location() != "/enrol",
                "{} was sent away to {}",
                self.to,
                self.location()
            ),
            other => panic!("{} answers {other}: {}", self.to, self.body),
        }
    }

    /// The form on this page that is sent to `action`, with the values it stands with.
    #[track_caller]
    pub(crate) fn form(&self, action: &str) -> Call {
        let opening = format!("action=\"{action}\"");
        let found = self.body.split("<form").find(|form| form.contains(&opening));
        let form =
            found.unwrap_or_else(|| panic!("{}: no form to {action}: {}", self.to, self.body));
        let form = form.split("</form>").next().unwrap_or_default();
        let mut call = Call::post(action);
        for input in form.split("<input").skip(1).map(|rest| rest.split('>').next().unwrap()) {
            if let Some(name) = attribute(input, "name") {
                call = call.with(&name, attribute(input, "value").unwrap_or_default());
            }
        }
        call
    }

    /// The value of an attribute anywhere on the page.
    #[track_caller]
    pub(crate) fn attribute(&self, name: &str) -> String {
        attribute(&self.body, name).unwrap_or_else(|| panic!("{}: no {name}", self.to))
    }

    /// Whatever it says, it says it safely.
    #[track_caller]
    pub(crate) fn is_sound(&self) {
        let to = &self.to;
        assert!(self.status < 500 || self.status == 503, "{to} broke: {}", self.body);
        assert!(
            !self.body.contains(MARK) && !self.body.contains("<b id"),
            "{to} echoes: {}",
            self.body
        );
        assert_eq!(self.header("x-content-type-options"), "nosniff", "{to}");
        assert_eq!(self.header("referrer-policy"), "same-origin", "{to}");
        assert!(self.header("strict-transport-security").starts_with("max-age="), "{to}");
        let kept = self.header("cache-control");
        let public = ["/static/", "/jwks", "/.well-known/", "/status/", "/credentials/"];
        let may_be_kept = self.status == 200 && public.iter().any(|path| to.contains(path));
        assert!(kept == "no-store" || may_be_kept, "{to} may be kept: {kept}");
        if self.is_page() {
            self.is_a_sound_page();
        } else if self.status >= 400 {
            self.is_a_sound_document();
        }
        for cookie in self.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().expect("text");
            assert!(cookie.starts_with("__Host-yinzheng"), "{to}: {cookie}");
            for word in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
                assert!(cookie.contains(word), "{to}: {cookie}");
            }
        }
    }

    #[track_caller]
    fn is_a_sound_page(&self) {
        let policy = self.header("content-security-policy");
        assert!(
            policy.starts_with(READABLE) && !policy.contains("unsafe"),
            "{}: {policy}",
            self.to
        );
        for words in ["frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"] {
            assert!(policy.contains(words), "{}: {policy}", self.to);
        }
        for (name, value) in
            [("x-frame-options", "DENY"), ("cross-origin-opener-policy", "same-origin")]
        {
            assert_eq!(self.header(name), value, "{}", self.to);
        }
    }

    #[track_caller]
    fn is_a_sound_document(&self) {
        let (to, body) = (&self.to, &self.body);
        let document: Value =
            serde_json::from_str(body).unwrap_or_else(|_| panic!("{to} answers no JSON: {body}"));
        assert_ne!(self.code(), "", "{to} names no code: {body}");
        if self.header(header::CONTENT_TYPE) == "application/problem+json" {
            assert_eq!(document["status"], self.status, "{to}");
            assert_eq!(document["type"], format!("urn:yinzheng:problem:{}", self.code()), "{to}");
            assert!(document["title"].is_string(), "{to}");
        } else {
            assert_eq!(self.header(header::CONTENT_TYPE), "application/json", "{to}");
            assert!(document["error"].is_string(), "{to}");
        }
        if self.status == 401 {
            let challenge = HeaderName::from_static("www-authenticate");
            let asked = self.headers.contains_key(challenge) || self.code() == "not_signed_in";
            assert!(asked, "{to} does not say how to authenticate");
        }
    }
}

/// The value of `name="…"`, with its entities undone.
fn attribute(text: &str, name: &str) -> Option<String> {
    let (_, rest) = text.split_once(&format!(" {name}=\""))?;
    let (value, _) = rest.split_once('"')?;
    let entities =
        [("&#34;", "\""), ("&#38;", "&"), ("&#39;", "'"), ("&#60;", "<"), ("&#62;", ">")];
    Some(
        entities
            .iter()
            .fold(value.replace("&amp;", "&"), |text, (entity, sign)| text.replace(entity, sign)),
    )
}
