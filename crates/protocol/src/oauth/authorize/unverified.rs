//! A request that may come from anyone, and what it takes to believe that it is the client's.

use jiff::Timestamp;

use super::{AuthorizationRequest, AuthorizeError, unknown_client};
use crate::{
    oauth::{
        authorization_details,
        client::{Client, ClientId, Profile},
        client_metadata::GrantType,
        echo::Echo,
        error::{ErrorCode, OAuthError},
        issuer::Issuer,
        par::{self, must_be_pushed},
        parameters::Parameters,
        pkce::CodeChallenge,
        request_object,
        response::ReturnTo,
        response_mode::ResponseMode,
    },
    oidc::{
        claims::ClaimsRequest, display::Display, id_token::IdTokenHint, prompt::Prompt,
        scope::Scope,
    },
};

/// How many entries a list (`acr_values`, `ui_locales`) may have: more than there are modes or
/// locales.
const MAX_LIST: usize = 16;

/// How long one entry of such a list may be.
const MAX_ENTRY: usize = 128;

/// What a request without a browser may say; everything else is about browsers, and passed over.
const ASKING: [&str; 6] =
    ["scope", "acr_values", "claims", "max_age", "ui_locales", "authorization_details"];

/// Where we keep an answer until its client comes for it: an address of our own, under what only the client knows.
#[derive(Clone, Debug)]
pub struct KeptAnswer {
    /// Stands where a redirect URI would.
    pub at: crate::oauth::redirect_uri::RedirectUri,
    /// Of the secret the client was given.
    pub code_challenge: CodeChallenge,
}

/// A request that may come from anyone.
pub struct UnverifiedRequest<'a> {
    client_id: ClientId,
    parameters: Parameters<'a>,
    came: Came,
}

/// By which way a request came.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Came {
    ThroughBrowser,
    Pushed,
}

impl<'a> UnverifiedRequest<'a> {
    /// A request that came through a browser.
    pub(super) fn through_browser(client_id: ClientId, parameters: Parameters<'a>) -> Self {
        Self { client_id, parameters, came: Came::ThroughBrowser }
    }

    /// A request that its client pushed.
    pub(in crate::oauth) fn pushed(client_id: ClientId, parameters: Parameters<'a>) -> Self {
        Self { client_id, parameters, came: Came::Pushed }
    }

    /// A request that no browser carries, of a client that proved itself: of what it says, only what asks counts, and the
    /// answer goes where we keep it for the client.
    ///
    /// # Errors
    /// As [`Self::check`], each said to the client at once.
    pub(in crate::oauth) fn knocking(
        client: &Client,
        asked: &Parameters<'_>,
        kept: &KeptAnswer,
    ) -> Result<AuthorizationRequest, OAuthError> {
        let mut pairs: Vec<_> = ASKING
            .iter()
            .filter_map(|&name| Some((name.to_owned(), asked.value(name)?.to_owned())))
            .collect();
        let challenge = String::from(kept.code_challenge.clone());
        for (name, value) in [
            ("response_type", "code"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ] {
            pairs.push((name.to_owned(), value.to_owned()));
        }
        let parameters = Parameters::of_pairs(&pairs)?;
        let back =
            Back { redirect_uri: &kept.at, state: Ok(None), mode: Ok(ResponseMode::default()) };
        let request =
            UnverifiedRequest { client_id: client.id.clone(), parameters, came: Came::Pushed };
        request.complete(client, &back, None, ResponseMode::default())
    }

    /// Who it says it is, to look the client up by.
    pub fn client_id(&self) -> &ClientId {
        &self.client_id
    }

    /// Our reference, if the request was pushed before and only refers to itself here. Nothing else it says counts.
    ///
    /// RFC 9101 §5: "the authorization server … MUST only use the parameters included in the Request Object."
    pub fn reference(&self) -> Option<&str> {
        self.parameters.value("request_uri").and_then(par::reference)
    }

    /// Holds the request against the client it names.
    ///
    /// RFC 9101 §6.3: "The authorization server MUST only use the parameters in the Request Object even if the same
    /// parameter is provided in the query parameter."
    pub fn check(
        self,
        client: &Client,
        issuer: &Issuer,
        now: Timestamp,
    ) -> Result<AuthorizationRequest, AuthorizeError> {
        if self.client_id != client.id {
            return Err(AuthorizeError::Page(unknown_client()));
        }
        let Some(object) = self.parameters.value("request") else {
            return self.check_parameters(client, issuer);
        };
        match request_object::open(object, client, issuer, now) {
            Ok(parameters) => {
                UnverifiedRequest { client_id: self.client_id, parameters, came: self.came }
                    .check_parameters(client, issuer)
            }
            // What stands beside the object says only where to complain.
            Err(error) => Err(match self.back(client) {
                Ok(back) => back.refused(client, issuer, error),
                Err(_) => AuthorizeError::Page(error),
            }),
        }
    }

    fn check_parameters(
        self,
        client: &Client,
        issuer: &Issuer,
    ) -> Result<AuthorizationRequest, AuthorizeError> {
        let back = self.back(client)?;
        let refused = |error| back.refused(client, issuer, error);
        let state = back.state.clone().map_err(refused)?;
        let mode = back.mode.map_err(refused)?;
        // RFC 6749 §4.1.2.1, `unauthorized_client`: "The client is not authorized to request an authorization code using this
        // method."
        client.metadata.may_use(GrantType::AuthorizationCode).map_err(refused)?;
        if client.profile == Profile::Fapi2 && self.came == Came::ThroughBrowser {
            return Err(refused(must_be_pushed()));
        }
        self.complete(client, &back, state, mode).map_err(refused)
    }

    /// Where this request may be answered.
    fn back<'c>(&self, client: &'c Client) -> Result<Back<'c>, AuthorizeError> {
        // FAPI 2.0 Security Profile §5.3.2.1: "shall not expose open redirectors".
        // OpenID Connect Core §3.1.2.1: "This URI MUST exactly match one of the Redirection URI
        // values for the Client pre-registered at the OpenID Provider"
        let redirect_uri = self
            .parameters
            .value("redirect_uri")
            .and_then(|text| client.redirect_uri(text))
            .ok_or(AuthorizeError::Page(ErrorCode::InvalidRequest.because(
                "redirect_uri_unknown",
                "redirect_uri is missing or not registered for this client",
            )))?;
        Ok(Back {
            redirect_uri,
            state: self.echo("state"),
            mode: ResponseMode::read(self.parameters.value("response_mode")),
        })
    }

    fn complete(
        &self,
        client: &Client,
        back: &Back<'_>,
        state: Option<Echo>,
        response_mode: ResponseMode,
    ) -> Result<AuthorizationRequest, OAuthError> {
        self.refuse_what_is_not_spoken()?;
        let claims = ClaimsRequest::read(self.parameters.value("claims"))?;
        let scope = Scope::read(self.parameters.value("scope").unwrap_or_default())?;
        let details = self.parameters.value("authorization_details");
        let scope = authorization_details::merged(scope, details, client)?;
        let mut acr_values = claims.essential_acr.clone();
        acr_values.extend(claims.wished_acr);
        acr_values.extend(self.list("acr_values")?);
        Ok(AuthorizationRequest {
            client_id: self.client_id.clone(),
            redirect_uri: back.redirect_uri.clone(),
            response_mode,
            scope: scope.with(claims.names),
            state,
            nonce: self.echo("nonce")?,
            code_challenge: CodeChallenge::take(&self.parameters)?,
            acr_values,
            essential_acr: claims.essential_acr,
            expected_sub: claims.sub,
            display: Display::read(self.parameters.value("display")),
            verified_in_id_token: claims.verified_in_id_token,
            verified_in_userinfo: claims.verified_in_userinfo,
            prompt: Prompt::read(self.parameters.value("prompt"))?,
            max_age: self.max_age()?,
            ui_locales: self.list("ui_locales")?,
            id_token_hint: IdTokenHint::read(self.parameters.value("id_token_hint"))?,
            dpop_jkt: self.dpop_jkt()?,
        })
    }

    fn refuse_what_is_not_spoken(&self) -> Result<(), OAuthError> {
        // OpenID Connect Core §6.2: "Should an OP not support this parameter and an RP uses it, the
        // OP MUST return the request_uri_not_supported error." §7.2.1 says the same of the other.
        // OpenID Connect Core §6.1: what is not spoken is refused by its own word.
        for (name, code) in [
            ("request_uri", ErrorCode::RequestUriNotSupported),
            ("registration", ErrorCode::RegistrationNotSupported),
        ] {
            if self.parameters.value(name).is_some() {
                return Err(code.because("parameter_not_supported", "a parameter is not supported"));
            }
        }
        // FAPI 2.0 Security Profile §5.3.2.2: "shall require the value of response_type described in [RFC6749] to be code".
        // RFC 6749 §3.1.1: "If an authorization request is missing the "response_type" parameter,
        // or if the response type is not understood, the authorization server MUST return an
        // error response"
        if self.parameters.required("response_type")? != "code" {
            return Err(ErrorCode::UnsupportedResponseType
                .because("response_type_not_code", "response_type must be code"));
        }
        Ok(())
    }

    fn echo(&self, name: &str) -> Result<Option<Echo>, OAuthError> {
        self.parameters.value(name).map(str::parse).transpose().map_err(|_| {
            ErrorCode::InvalidRequest.because(
                "state_or_nonce_malformed",
                "state and nonce must be at most 512 printable ASCII characters",
            )
        })
    }

    /// A list separated by spaces.
    fn list(&self, name: &str) -> Result<Vec<String>, OAuthError> {
        let text = self.parameters.value(name).unwrap_or_default();
        let entries: Vec<_> =
            text.split(' ').filter(|entry| !entry.is_empty()).map(str::to_owned).collect();
        if entries.len() > MAX_LIST || entries.iter().any(|entry| entry.len() > MAX_ENTRY) {
            return Err(ErrorCode::InvalidRequest
                .because("list_too_long", "a list has too many or too long entries"));
        }
        Ok(entries)
    }

    fn dpop_jkt(&self) -> Result<Option<crate::oauth::dpop::Thumbprint>, OAuthError> {
        self.parameters.value("dpop_jkt").map(str::parse).transpose().map_err(|_| {
            ErrorCode::InvalidRequest
                .because("dpop_jkt_malformed", "dpop_jkt must be a SHA-256 thumbprint")
        })
    }

    fn max_age(&self) -> Result<Option<u32>, OAuthError> {
        self.parameters
            .value("max_age")
            .map(|text| {
                let digits = text.bytes().all(|byte| byte.is_ascii_digit());
                digits.then(|| text.parse().ok()).flatten().ok_or(
                    ErrorCode::InvalidRequest
                        .because("max_age_malformed", "max_age must be a number of seconds"),
                )
            })
            .transpose()
    }
}

/// Where a request may be answered; what of it is malformed counts as not said.
struct Back<'c> {
    redirect_uri: &'c crate::oauth::redirect_uri::RedirectUri,
    state: Result<Option<Echo>, OAuthError>,
    mode: Result<ResponseMode, OAuthError>,
}

impl Back<'_> {
    fn refused(&self, client: &Client, issuer: &Issuer, error: OAuthError) -> AuthorizeError {
        let return_to = ReturnTo {
            client_id: &client.id,
            redirect_uri: self.redirect_uri,
            // A state we could not give back exactly is not given back at all.
            state: self.state.as_ref().ok().and_then(Option::as_ref),
            mode: self.mode.unwrap_or_default(),
        };
        AuthorizeError::Redirect { answer: Box::new(return_to.with_error(issuer, &error)), error }
    }
}
