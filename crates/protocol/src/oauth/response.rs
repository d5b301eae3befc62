//! The answer to an authorization request: a redirect with a code or an error.

use url::Url;

use super::{echo::Echo, error::OAuthError, issuer::Issuer, redirect_uri::RedirectUri};

/// Where an answer goes: a redirect URI known to be the client's own, and the client's state.
#[derive(Clone, Copy, Debug)]
pub struct ReturnTo<'a> {
    /// The client's redirect URI.
    pub redirect_uri: &'a RedirectUri,
    /// Its state, if it sent one.
    pub state: Option<&'a Echo>,
}

impl ReturnTo<'_> {
    /// The person agreed: here is the code.
    pub fn with_code(self, issuer: &Issuer, code: &str) -> Url {
        self.answer(issuer, &[("code", code)])
    }

    /// It was refused: here is why.
    pub fn with_error(self, issuer: &Issuer, error: &OAuthError) -> Url {
        self.answer(
            issuer,
            &[("error", error.code.as_str()), ("error_description", error.description)],
        )
    }

    fn answer(self, issuer: &Issuer, parameters: &[(&str, &str)]) -> Url {
        // RFC 6749 §3.1.2: "The endpoint URI MAY include an "application/x-www-form-urlencoded"
        // formatted query component, which MUST be retained when adding additional query
        // parameters."
        let mut url = self.redirect_uri.as_url().clone();
        let mut query = url.query_pairs_mut();
        query.extend_pairs(parameters);
        // RFC 6749 §4.1.2: "REQUIRED if the "state" parameter was present in the client
        // authorization request. The exact value received from the client."
        if let Some(state) = self.state {
            query.append_pair("state", state.as_str());
        }
        // RFC 9207 §2: "In authorization responses to the client, including error responses, an
        // authorization server supporting this specification MUST indicate its identity by
        // including the iss parameter in the response."
        query.append_pair("iss", issuer.as_str());
        drop(query);
        url
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::error::ErrorCode;

    fn issuer() -> Issuer {
        "https://id.example".parse().unwrap()
    }

    #[test]
    fn a_code_travels_with_state_and_issuer() {
        let redirect_uri = "https://air.example/cb?tenant=a%20b".parse().unwrap();
        let state = "x y&iss=evil".parse().unwrap();
        let to = ReturnTo { redirect_uri: &redirect_uri, state: Some(&state) };
        assert_eq!(
            to.with_code(&issuer(), "c0de").as_str(),
            "https://air.example/cb?tenant=a%20b&code=c0de&state=x+y%26iss%3Devil&iss=https%3A%2F%2Fid.example"
        );
    }

    #[test]
    fn an_error_travels_the_same_way() {
        let redirect_uri = "https://air.example/cb".parse().unwrap();
        let to = ReturnTo { redirect_uri: &redirect_uri, state: None };
        let error = ErrorCode::AccessDenied.because("declined", "the person declined");
        assert_eq!(
            to.with_error(&issuer(), &error).as_str(),
            "https://air.example/cb?error=access_denied&error_description=the+person+declined&iss=https%3A%2F%2Fid.example"
        );
    }
}
