//! A relying party has a browser sent here to end the session (RP-Initiated Logout 1.0 §2).

use serde::{Deserialize, Serialize};
use url::Url;

use super::id_token::IdTokenHint;
use crate::oauth::{
    client::{Client, ClientId},
    echo::Echo,
    error::{ErrorCode, OAuthError},
    parameters::Parameters,
    redirect_uri::RedirectUri,
};

/// How many languages may be wanted, and how long each may be.
const MAX_LOCALES: (usize, usize) = (16, 128);

/// A request to end the session, from anyone. `logout_hint` is not read: whom it means is not ours to guess.
#[derive(Clone, Debug)]
pub struct EndSessionRequest {
    /// Which session is meant, if that is said.
    pub hint: Hint,
    /// Who asks.
    pub client_id: Option<ClientId>,
    /// Languages wanted (BCP 47), most wanted first.
    pub ui_locales: Vec<String>,
    post_logout_redirect_uri: Option<String>,
    state: Option<Echo>,
}

/// What `id_token_hint` says.
#[derive(Clone, Debug)]
pub enum Hint {
    /// Nothing.
    None,
    /// It may be an ID token of ours.
    Unverified(IdTokenHint),
    /// It is not of an ID token's form.
    Malformed,
}

/// Where the browser goes on afterwards: an address the client registered for that.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct GoOn {
    uri: RedirectUri,
    state: Option<Echo>,
}

impl EndSessionRequest {
    /// Reads a query, or the form of a POST, which is bounded alike.
    pub fn parse(query: &str) -> Result<Self, OAuthError> {
        let parameters = Parameters::query(query)?;
        let hint = match parameters.value("id_token_hint") {
            None => Hint::None,
            Some(text) => match IdTokenHint::read(Some(text)) {
                Ok(Some(hint)) => Hint::Unverified(hint),
                Ok(None) | Err(_) => Hint::Malformed,
            },
        };
        let client_id = parameters.value("client_id").map(str::parse).transpose();
        let locales = parameters.value("ui_locales").unwrap_or_default();
        Ok(Self {
            hint,
            client_id: client_id.map_err(|_| crate::oauth::authorize::unknown_client())?,
            ui_locales: locales
                .split(' ')
                .filter(|tag| !tag.is_empty() && tag.len() <= MAX_LOCALES.1)
                .take(MAX_LOCALES.0)
                .map(str::to_owned)
                .collect(),
            post_logout_redirect_uri: parameters
                .value("post_logout_redirect_uri")
                .map(str::to_owned),
            state: parameters.value("state").map(str::parse).transpose().map_err(|_| STATE)?,
        })
    }

    /// Where the browser goes on afterwards, if that is asked.
    ///
    /// RP-Initiated Logout 1.0 §3: "The OP also MUST NOT perform post-logout redirection if the `post_logout_redirect_uri`
    /// value supplied does not exactly match one of the previously registered `post_logout_redirect_uris` values."
    pub fn go_on(&self, client: Option<&Client>) -> Result<Option<GoOn>, OAuthError> {
        let Some(asked) = &self.post_logout_redirect_uri else { return Ok(None) };
        let registered = client.map(|client| client.metadata.post_logout_redirect_uris.as_slice());
        let uri = registered.unwrap_or_default().iter().find(|uri| uri.is(asked));
        let uri = uri.ok_or(NOT_REGISTERED)?.clone();
        Ok(Some(GoOn { uri, state: self.state.clone() }))
    }
}

impl GoOn {
    /// The address, with the state given back.
    pub fn url(&self) -> Url {
        let mut url = self.uri.as_url().clone();
        if let Some(state) = &self.state {
            url.query_pairs_mut().append_pair("state", state.as_str());
        }
        url
    }
}

const NOT_REGISTERED: OAuthError = ErrorCode::InvalidRequest.because(
    "post_logout_redirect_uri_unknown",
    "post_logout_redirect_uri is not registered for this client, or nobody says which client it is",
);
const STATE: OAuthError = ErrorCode::InvalidRequest.because(
    "state_or_nonce_malformed",
    "state and nonce must be at most 512 printable ASCII characters",
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::{ClientAuthentication, ClientMetadata};
    use crate::samples::{self, SECRET};

    fn airline() -> Client {
        let uris = ["https://air.example/bye", "https://air.example/bye?gate=3"];
        let post_logout_redirect_uris = uris.map(|uri| uri.parse().unwrap()).to_vec();
        Client {
            metadata: ClientMetadata { post_logout_redirect_uris, ..ClientMetadata::default() },
            ..samples::client("airline", ClientAuthentication::by_secret(SECRET))
        }
    }

    fn go_on(query: &str) -> Result<Option<GoOn>, OAuthError> {
        EndSessionRequest::parse(query)?.go_on(Some(&airline()))
    }

    #[test]
    fn goes_on_where_it_was_registered_and_nowhere_else() {
        let to = |query: &str| go_on(query).unwrap().unwrap().url().to_string();
        let bye = "post_logout_redirect_uri=https%3A%2F%2Fair.example%2Fbye";
        assert_eq!(to(bye), "https://air.example/bye");
        assert_eq!(to(&format!("{bye}&state=a%20b")), "https://air.example/bye?state=a+b");
        assert_eq!(
            to(&format!("{bye}%3Fgate%3D3&state=x")),
            "https://air.example/bye?gate=3&state=x"
        );
        assert_eq!(go_on("state=x").unwrap(), None);
        for trick in
            ["/", "%2F", "%3Fgate%3D4", "%23", "/../bye", ".evil.example", "%3Fgate%3D3%26x"]
        {
            let refused = go_on(&format!("{bye}{trick}")).unwrap_err();
            assert_eq!(refused.reason, "post_logout_redirect_uri_unknown", "{trick}");
        }
        let nobody = EndSessionRequest::parse(bye).unwrap();
        assert!(nobody.go_on(None).is_err());
    }

    #[test]
    fn what_is_odd_is_refused_or_counts_as_not_said() {
        for (query, reason) in [
            ("client_id=..%2F", "client_unknown"),
            ("state=%E7%BD%91", "state_or_nonce_malformed"),
            ("state=a&state=b", "parameter_doubled"),
            ("x=%0d%0aLocation:", "control_character"),
        ] {
            assert_eq!(EndSessionRequest::parse(query).unwrap_err().reason, reason, "{query}");
        }
        let odd =
            EndSessionRequest::parse("id_token_hint=x&logout_hint=me%40shop.example").unwrap();
        assert!(matches!(odd.hint, Hint::Malformed));
        assert!(!format!("{odd:?}").contains("shop.example"));
        assert!(matches!(EndSessionRequest::parse("").unwrap().hint, Hint::None));
    }
}
