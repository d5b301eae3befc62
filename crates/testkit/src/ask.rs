//! What an application asks through the browser, and what comes back.

use std::collections::BTreeMap;

use formats::{base64url, mac::sha256};
use protocol::oauth::Delivery;
use serde_json::{Value, json};
use service::Authorize;
use url::Url;

use crate::{Application, ISSUER, Town};

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

    /// The same as a request object (RFC 9101) with some claims changed: nothing else stands in the request.
    #[must_use]
    pub fn signed(self, town: &Town, changes: &Value) -> Self {
        let now = town.platform.now().as_second();
        let mut claims = json!({
            "iss": self.application.id, "aud": ISSUER, "iat": now, "exp": now + 60,
        });
        for (name, value) in &self.parameters {
            claims[*name] = json!(value);
        }
        for (name, value) in changes.as_object().expect("claims") {
            claims[name] = value.clone();
        }
        let object = self.application.sign("oauth-authz-req+jwt", &claims);
        let client_id = self.application.id.to_owned();
        Self { parameters: BTreeMap::from([("client_id", client_id), ("request", object)]), ..self }
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
    /// A word on plain identity.
    PlainIdentity,
}

/// A request that was followed to its end.
#[derive(Clone)]
pub struct Journey {
    pub(crate) ask: Ask,
    /// The pages the person saw.
    pub pages: Vec<Page>,
    /// How the answer was carried.
    pub delivery: Delivery,
    /// Where the browser was sent; what a form says stands in the query here.
    pub to: Url,
}

/// Where an answer arrives, as if by link.
pub fn arrived(delivery: &Delivery) -> Url {
    match delivery {
        Delivery::Redirect(to) => to.clone(),
        Delivery::Post { to, fields } => {
            let mut url = to.clone();
            url.query_pairs_mut().extend_pairs(fields);
            url
        }
    }
}

/// The answer a request came to.
#[track_caller]
pub fn back(outcome: Authorize) -> Delivery {
    let Authorize::Back(delivery) = outcome else { panic!("not at its end: {outcome:?}") };
    delivery
}

impl Journey {
    /// A request that ended here, whoever answered it.
    pub fn ended(ask: Ask, delivery: Delivery) -> Self {
        let to = arrived(&delivery);
        Self { ask, pages: Vec::new(), delivery, to }
    }

    /// What the redirect says under this name.
    pub fn says(&self, name: &str) -> Option<String> {
        let found = self.to.query_pairs().find(|(found, _)| found == name);
        found.map(|(_, value)| value.into_owned())
    }

    /// Where the application wanted its answer.
    pub fn redirect_uri(&self) -> &str {
        self.ask.value("redirect_uri")
    }

    /// A code that came inside of something.
    pub fn code_in(&self, text: &str) -> Code {
        Code { ask: self.ask.clone(), text: text.to_owned() }
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
