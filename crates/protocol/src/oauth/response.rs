//! The answer to an authorization request: a code or an error, on its way through the browser.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use url::Url;

use super::{
    client::ClientId,
    echo::Echo,
    error::OAuthError,
    issuer::Issuer,
    redirect_uri::RedirectUri,
    response_mode::{Carrier, ResponseMode, Wrapping},
};
use crate::{native, oidc::numeric_date};

/// How long a signed answer is good for.
///
/// JARM §2.1: "A maximum JWT lifetime of 10 minutes is RECOMMENDED."
pub const LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// Where an answer goes: a redirect URI known to be the client's own, and the client's state.
#[derive(Clone, Copy, Debug)]
pub struct ReturnTo<'a> {
    /// Whose answer it is.
    pub client_id: &'a ClientId,
    /// The client's redirect URI.
    pub redirect_uri: &'a RedirectUri,
    /// Its state, if it sent one.
    pub state: Option<&'a Echo>,
    /// By which way.
    pub mode: ResponseMode,
}

/// An answer, not yet in the form the client wants.
#[derive(Clone, Debug)]
pub struct Answer {
    client_id: ClientId,
    redirect_uri: RedirectUri,
    mode: ResponseMode,
    issuer: Issuer,
    parameters: Vec<(&'static str, String)>,
}

/// An answer as the browser carries it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Delivery {
    /// By a redirect.
    Redirect(Url),
    /// By a form that the browser posts.
    Post {
        /// Where to: exactly the redirect URI.
        to: Url,
        /// What the form says.
        fields: Vec<(&'static str, String)>,
    },
}

/// What a signed answer says.
///
/// JARM §2.1: "The JWT always contains the following data utilized to secure the transmission": `iss`, `aud`, `exp`.
#[derive(Debug, Serialize)]
pub struct SignedAnswer<'a> {
    iss: &'a Issuer,
    aud: &'a ClientId,
    #[serde(with = "numeric_date")]
    exp: Timestamp,
    #[serde(flatten)]
    parameters: std::collections::BTreeMap<&'static str, &'a str>,
}

impl ReturnTo<'_> {
    /// The person agreed: here is the code.
    pub fn with_code(self, issuer: &Issuer, code: &str) -> Answer {
        self.answer(issuer, &[("code", code)])
    }

    /// It was refused: here is why.
    pub fn with_error(self, issuer: &Issuer, error: &OAuthError) -> Answer {
        self.answer(
            issuer,
            &[("error", error.code.as_str()), ("error_description", error.description)],
        )
    }

    fn answer(self, issuer: &Issuer, parameters: &[(&'static str, &str)]) -> Answer {
        let mut parameters: Vec<_> =
            parameters.iter().map(|&(name, value)| (name, value.to_owned())).collect();
        // RFC 6749 §4.1.2: "REQUIRED if the "state" parameter was present in the client
        // authorization request. The exact value received from the client."
        if let Some(state) = self.state {
            parameters.push(("state", state.as_str().to_owned()));
        }
        Answer {
            client_id: self.client_id.clone(),
            redirect_uri: self.redirect_uri.clone(),
            mode: self.mode,
            issuer: issuer.clone(),
            parameters,
        }
    }
}

impl Answer {
    /// In the form the client wants; `sign` is asked only if it wants it signed.
    pub fn deliver<E>(
        self,
        now: Timestamp,
        sign: impl FnOnce(&SignedAnswer<'_>) -> Result<String, E>,
    ) -> Result<Delivery, E> {
        let fields = match self.mode.wrapping {
            Wrapping::Signed => {
                let said = self.parameters.iter().map(|(name, value)| (*name, value.as_str()));
                let signed = sign(&SignedAnswer {
                    iss: &self.issuer,
                    aud: &self.client_id,
                    exp: now + LIFETIME,
                    parameters: said.collect(),
                })?;
                vec![("response", signed)]
            }
            Wrapping::Plain => self.plain(),
            Wrapping::Native => native::answered(&self.parameters, false),
            Wrapping::NativeWithPasscode => native::answered(&self.parameters, true),
        };
        Ok(self.carried(fields))
    }

    /// RFC 9207 §2: "In authorization responses to the client, including error responses, an authorization server
    /// supporting this specification MUST indicate its identity by including the iss parameter in the response."
    ///
    /// FAPI 2.0 Security Profile §5.3.2.2: "shall return an iss parameter in the authorization response".
    fn plain(&self) -> Vec<(&'static str, String)> {
        let mut fields = self.parameters.clone();
        fields.push(("iss", self.issuer.as_str().to_owned()));
        fields
    }

    fn carried(&self, fields: Vec<(&'static str, String)>) -> Delivery {
        let mut url = self.redirect_uri.as_url().clone();
        match self.mode.carrier {
            Carrier::FormPost => Delivery::Post { to: url, fields },
            Carrier::Query => {
                // OpenID Connect Core §3.1.2.5: form-urlencoded, into the query unless another mode was asked.
                // RFC 6749 §3.1.2: "The endpoint URI MAY include an "application/x-www-form-urlencoded"
                // formatted query component, which MUST be retained when adding additional query
                // parameters."
                url.query_pairs_mut().extend_pairs(fields);
                Delivery::Redirect(url)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use crate::{oauth::error::ErrorCode, samples::now};

    fn issuer() -> Issuer {
        "https://id.example".parse().unwrap()
    }

    fn unsigned(_: &SignedAnswer<'_>) -> Result<String, Infallible> {
        panic!("nobody wanted it signed")
    }

    fn return_to<'a>(
        client_id: &'a ClientId,
        redirect_uri: &'a RedirectUri,
        state: Option<&'a Echo>,
        mode: &str,
    ) -> ReturnTo<'a> {
        let mode = ResponseMode::read(Some(mode)).unwrap();
        ReturnTo { client_id, redirect_uri, state, mode }
    }

    #[test]
    fn a_code_travels_with_state_and_issuer() {
        let redirect_uri = "https://air.example/cb?tenant=a%20b".parse().unwrap();
        let state = "x y&iss=evil".parse().unwrap();
        let airline = "airline".parse().unwrap();
        let to = return_to(&airline, &redirect_uri, Some(&state), "query");
        let link = "https://air.example/cb?tenant=a%20b&code=c0de&state=x+y%26iss%3Devil&iss=https%3A%2F%2Fid.example";
        let delivered = to.with_code(&issuer(), "c0de").deliver(now(), unsigned).unwrap();
        assert_eq!(delivered, Delivery::Redirect(link.parse().unwrap()));

        let to = return_to(&airline, &redirect_uri, Some(&state), "form_post");
        let delivered = to.with_code(&issuer(), "c0de").deliver(now(), unsigned).unwrap();
        let fields = [("code", "c0de"), ("state", "x y&iss=evil"), ("iss", "https://id.example")];
        let fields = fields.map(|(name, value)| (name, value.to_owned())).to_vec();
        assert_eq!(delivered, Delivery::Post { to: redirect_uri.as_url().clone(), fields });
    }

    #[test]
    fn an_error_travels_the_same_way() {
        let redirect_uri = "https://air.example/cb".parse().unwrap();
        let airline = "airline".parse().unwrap();
        let to = return_to(&airline, &redirect_uri, None, "query");
        let error = ErrorCode::AccessDenied.because("declined", "the person declined");
        let link = "https://air.example/cb?error=access_denied&error_description=the+person+declined&iss=https%3A%2F%2Fid.example";
        let delivered = to.with_error(&issuer(), &error).deliver(now(), unsigned).unwrap();
        assert_eq!(delivered, Delivery::Redirect(link.parse().unwrap()));
    }

    #[test]
    fn a_signed_answer_says_all_of_it_inside() {
        let redirect_uri = "https://air.example/cb".parse().unwrap();
        let (airline, state) = ("airline".parse().unwrap(), "s".parse().unwrap());
        let sign = |said: &SignedAnswer<'_>| {
            let said = serde_json::to_value(said).unwrap();
            assert_eq!(
                said,
                serde_json::json!({
                    "iss": "https://id.example",
                    "aud": "airline",
                    "exp": 1_795_323_900,
                    "code": "c0de",
                    "state": "s",
                })
            );
            Ok::<_, Infallible>("h.c.s".to_owned())
        };
        for (mode, wanted) in [
            ("jwt", Delivery::Redirect("https://air.example/cb?response=h.c.s".parse().unwrap())),
            (
                "form_post.jwt",
                Delivery::Post {
                    to: "https://air.example/cb".parse().unwrap(),
                    fields: vec![("response", "h.c.s".to_owned())],
                },
            ),
        ] {
            let to = return_to(&airline, &redirect_uri, Some(&state), mode);
            assert_eq!(to.with_code(&issuer(), "c0de").deliver(now(), sign), Ok(wanted));
        }
    }
}
