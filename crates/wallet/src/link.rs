//! The link that brings a verifier's question (`OpenID4VP` §5): who asks, and where the question lies.

use std::str::FromStr;

use protocol::oauth::redirect_uri::is_guarded;

/// What the link begins with.
const SCHEME: &str = "openid4vp://";

/// Longest link looked at.
const MAX_LENGTH: usize = 4 * 1024;

/// Where a question lies.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct QuestionLink {
    /// Who asks, as the link says; the question itself must say the same.
    pub client_id: String,
    /// Where the question is fetched.
    pub request_uri: String,
    /// Whether it is fetched by POST, with a nonce of the wallet's (`OpenID4VP` §5.10).
    pub by_post: bool,
}

/// The text is no link of a question.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not the link of a question")]
pub struct NotAQuestion;

impl FromStr for QuestionLink {
    type Err = NotAQuestion;

    fn from_str(link: &str) -> Result<Self, NotAQuestion> {
        if link.len() > MAX_LENGTH {
            return Err(NotAQuestion);
        }
        let rest = link.strip_prefix(SCHEME).ok_or(NotAQuestion)?;
        let (_, query) = rest.split_once('?').ok_or(NotAQuestion)?;
        let (mut client_id, mut request_uri, mut method) = (None, None, None);
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let place = match &*name {
                "client_id" => &mut client_id,
                "request_uri" => &mut request_uri,
                "request_uri_method" => &mut method,
                // What else stands in the link is not signed, and not looked at.
                _ => continue,
            };
            if place.replace(value.into_owned()).is_some() {
                return Err(NotAQuestion);
            }
        }
        let by_post = match method.as_deref() {
            None | Some("get") => false,
            Some("post") => true,
            Some(_) => return Err(NotAQuestion),
        };
        let request_uri = request_uri.filter(|uri| is_guarded(uri));
        Ok(Self {
            client_id: client_id.filter(|id| !id.is_empty()).ok_or(NotAQuestion)?,
            request_uri: request_uri.ok_or(NotAQuestion)?,
            by_post,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_who_asks_and_where() {
        let link = "openid4vp://?client_id=verifier_attestation%3Acinema&request_uri=https%3A%2F%2Fcinema.example%2Fq%2F1";
        let read: QuestionLink = link.parse().unwrap();
        assert_eq!(read.client_id, "verifier_attestation:cinema");
        assert_eq!(
            (read.request_uri.as_str(), read.by_post),
            ("https://cinema.example/q/1", false)
        );
        let posted: QuestionLink = format!("{link}&request_uri_method=post").parse().unwrap();
        assert!(posted.by_post);
        let near = link.replace("https%3A%2F%2Fcinema.example", "http%3A%2F%2Flocalhost%3A8080");
        let near: QuestionLink = near.parse().unwrap();
        assert_eq!(near.request_uri, "http://localhost:8080/q/1", "as offers are taken from there");
        for odd in [
            String::new(),
            link.replace("openid4vp", "openid"),
            link.replace("https", "http"),
            link.replace("client_id", "client"),
            format!("{link}&client_id=inn"),
            format!("{link}&request_uri_method=put"),
            format!("{link}&more={}", "a".repeat(MAX_LENGTH)),
        ] {
            assert_eq!(odd.parse::<QuestionLink>(), Err(NotAQuestion), "{odd}");
        }
    }
}
