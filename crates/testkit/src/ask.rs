//! What an application asks through the browser, and what comes back.

use std::collections::BTreeMap;

use formats::{base64url, mac::sha256};
use url::Url;

use crate::{Application, Town};

/// An authorization request, to be changed at will.
#[derive(Clone)]
pub struct Ask {
    /// Who asks.
    pub application: Application,
    /// What only the one who asks knows (RFC 7636).
    pub verifier: String,
    parameters: BTreeMap<&'static str, String>,
    /// Where it was pushed to, if it was.
    request_uri: Option<String>,
}

impl Town {
    /// What an application asks by itself, with fresh state, nonce and verifier.
    pub fn ask(&self, application: &Application) -> Ask {
        let verifier = self.chance();
        let challenge = base64url::encode(&sha256(verifier.as_bytes()));
        let (application_id, redirect_uri) = (application.id, application.redirect_uri);
        let (scope, application) = (application.scope, application.clone());
        let ask = Ask { application, verifier, parameters: BTreeMap::new(), request_uri: None };
        ask.with("response_type", "code")
            .with("client_id", application_id)
            .with("redirect_uri", redirect_uri)
            .with("scope", scope)
            .with("state", &self.chance())
            .with("nonce", &self.chance())
            .with("code_challenge", &challenge)
            .with("code_challenge_method", "S256")
    }
}

impl Ask {
    /// The same with another value.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.parameters.insert(name, value.to_owned());
        self
    }

    /// The same without a parameter.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.parameters.remove(name);
        self
    }

    /// The value of a parameter.
    #[track_caller]
    pub fn value(&self, name: &str) -> &str {
        self.parameters.get(name).expect("a parameter of the request")
    }

    /// The same by a reference to where it was pushed.
    #[must_use]
    pub fn pushed_to(mut self, request_uri: &str) -> Self {
        self.request_uri = Some(request_uri.to_owned());
        self
    }

    /// The query of `/authorize`.
    pub fn query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        match &self.request_uri {
            None => query.extend_pairs(&self.parameters),
            Some(request_uri) => query
                .append_pair("client_id", self.application.id)
                .append_pair("request_uri", request_uri),
        };
        query.finish()
    }

    /// Where it was pushed to.
    pub fn request_uri(&self) -> Option<&str> {
        self.request_uri.as_deref()
    }

    /// The whole of it as a form.
    pub(crate) fn parameters(&self) -> &BTreeMap<&'static str, String> {
        &self.parameters
    }
}

/// A page the person saw on the way.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Page {
    /// Signing in.
    SignIn,
    /// Approving.
    Approve,
    /// A child's guardian has to agree first.
    GuardianNeeded,
}

/// A request that was followed to its end.
#[derive(Clone)]
pub struct Journey {
    pub(crate) ask: Ask,
    /// The pages the person saw.
    pub pages: Vec<Page>,
    /// Where the browser was sent.
    pub to: Url,
}

impl Journey {
    /// A request that ended here, whoever answered it.
    pub fn ended(ask: Ask, to: Url) -> Self {
        Self { ask, pages: Vec::new(), to }
    }

    /// What the redirect says under this name.
    pub fn says(&self, name: &str) -> Option<String> {
        let found = self.to.query_pairs().find(|(found, _)| found == name);
        found.map(|(_, value)| value.into_owned())
    }

    /// The error the application is sent.
    #[track_caller]
    pub fn error(&self) -> String {
        assert_eq!(self.says("code"), None);
        self.says("error").expect("an error")
    }

    /// The code the application is sent.
    #[track_caller]
    pub fn code(&self) -> Code {
        assert_eq!(self.says("error"), None);
        Code { ask: self.ask.clone(), text: self.says("code").expect("a code") }
    }
}

/// A code, with all its application knows.
#[derive(Clone)]
pub struct Code {
    /// The request it answers.
    pub ask: Ask,
    /// The code itself.
    pub text: String,
}
