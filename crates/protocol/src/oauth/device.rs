//! The device authorization grant (RFC 8628): a device without a keyboard shows a code, its person answers elsewhere.

use jiff::SignedDuration;
use serde::Serialize;

use super::{
    authorize::{AuthorizationRequest, KeptAnswer, UnverifiedRequest},
    carried::Carried,
    client::Profile,
    client_authentication::{AuthenticatedClient, Credentials},
    client_metadata::{GrantType, grant_not_registered},
    error::{ErrorCode, OAuthError},
    issuer::Issuer,
    parameters::Parameters,
    pkce::CodeVerifier,
    user_code::UserCode,
};
use crate::oidc::discovery::DEVICE_PATH;

/// RFC 8628 §3.4: "Value MUST be set to "urn:ietf:params:oauth:grant-type:device_code"."
pub const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// How long a client waits between two polls.
///
/// RFC 8628 §3.2: "If no value is provided, clients MUST use 5 as the default."
pub const INTERVAL: SignedDuration = SignedDuration::from_secs(5);

/// A device asks.
pub struct DeviceRequest<'a> {
    /// What the client presents to prove who it is.
    pub credentials: Credentials,
    parameters: Parameters<'a>,
}

impl<'a> DeviceRequest<'a> {
    /// Reads what came with the form, and the form.
    pub fn parse(carried: Carried<'_>, form: &'a str) -> Result<Self, OAuthError> {
        let parameters = Parameters::form(form)?;
        Ok(Self { credentials: Credentials::carried(carried, &parameters)?, parameters })
    }

    /// What is asked, held against the client that asks.
    pub fn check(
        &self,
        client: &AuthenticatedClient<'_>,
        kept: &KeptAnswer,
    ) -> Result<AuthorizationRequest, OAuthError> {
        let client = client.client();
        // FAPI 2.0 has no other way for a person's approval elsewhere than its profile of CIBA.
        if client.profile == Profile::Fapi2 {
            return Err(grant_not_registered());
        }
        client.metadata.may_use(GrantType::DeviceCode)?;
        UnverifiedRequest::knocking(client, &self.parameters, kept)
    }
}

/// What the device is answered: RFC 8628 §3.2.
#[derive(Clone, Serialize)]
pub struct DeviceResponse {
    device_code: String,
    user_code: String,
    verification_uri: String,
    verification_uri_complete: String,
    expires_in: i64,
    interval: i64,
}

impl DeviceResponse {
    /// The answer with both codes. The picture carries the letters alone: the number is for the person to read.
    pub fn new(
        issuer: &Issuer,
        device_code: &CodeVerifier,
        user_code: &UserCode,
        lifetime: SignedDuration,
    ) -> Self {
        let verification_uri = issuer.at(DEVICE_PATH);
        Self {
            device_code: device_code.expose().to_owned(),
            user_code: user_code.to_string(),
            verification_uri_complete: format!(
                "{verification_uri}?code={}",
                user_code.letters().as_str()
            ),
            verification_uri,
            expires_in: lifetime.as_secs(),
            interval: INTERVAL.as_secs(),
        }
    }

    /// What the device keeps to itself.
    pub fn device_code(&self) -> &str {
        &self.device_code
    }

    /// What it shows.
    pub fn user_code(&self) -> &str {
        &self.user_code
    }

    /// What it shows as a picture.
    pub fn verification_uri_complete(&self) -> &str {
        &self.verification_uri_complete
    }
}

/// The device code of a token request.
pub(super) fn presented(form: &Parameters<'_>) -> Result<CodeVerifier, OAuthError> {
    form.required("device_code")?.parse().map_err(|_| unknown())
}

/// The refusal for a device code that is none of ours, or was redeemed.
pub const fn unknown() -> OAuthError {
    ErrorCode::InvalidGrant
        .because("device_code_unknown", "the device code is not one of ours, or was redeemed")
}

/// RFC 8628 §3.5: "The authorization request is still pending as the end user hasn't yet completed the user-interaction
/// steps".
pub const fn pending() -> OAuthError {
    ErrorCode::AuthorizationPending.because("authorization_pending", "the person has not answered")
}

/// RFC 8628 §3.5: "the authorization request is still pending and polling should continue, but the interval MUST be
/// increased by 5 seconds for this and all subsequent requests."
pub const fn too_often() -> OAuthError {
    ErrorCode::SlowDown
        .because("slow_down", "ask less often: five seconds longer between two polls")
}

/// The refusal for what nobody answered in time.
// RFC 8628 §3.5: "The "device_code" has expired, and the device authorization session has concluded."
pub const fn expired() -> OAuthError {
    ErrorCode::ExpiredToken.because("knock_expired", "nobody answered in time; ask again")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        oauth::client::{Client, ClientAuthentication},
        samples::{self, SECRET, VERIFIER, now},
    };

    fn kept() -> KeptAnswer {
        let secret: CodeVerifier = VERIFIER.parse().unwrap();
        KeptAnswer {
            at: "https://id.example/device/answered".parse().unwrap(),
            code_challenge: secret.challenge(),
        }
    }

    fn television() -> Client {
        let mut client = samples::client("airline", ClientAuthentication::by_secret(SECRET));
        client.metadata.grant_types = vec![GrantType::DeviceCode];
        client
    }

    fn ask(client: &Client, form: &str) -> Result<AuthorizationRequest, OAuthError> {
        let basic = samples::basic("airline", SECRET);
        let asked = DeviceRequest::parse(Carried::with(Some(&basic)), form)?;
        let proved = asked.credentials.authenticate(client, &samples::issuer(), now())?;
        asked.check(&proved, &kept())
    }

    #[test]
    fn only_what_asks_counts() {
        let form = "scope=openid+scene%3Alog_in&redirect_uri=https%3A%2F%2Fevil.example&state=x&prompt=none\
                    &code_challenge=y&response_mode=form_post&max_age=60";
        let request = ask(&television(), form).unwrap();
        assert_eq!(request.redirect_uri, kept().at);
        assert_eq!(request.code_challenge, kept().code_challenge);
        assert_eq!((request.state, request.max_age), (None, Some(60)));
        assert!(request.prompt.allows_pages(), "nobody could be shown one otherwise");
    }

    #[test]
    fn only_who_registered_asks_this_way() {
        let plain = samples::client("airline", ClientAuthentication::by_secret(SECRET));
        let strict = Client { profile: Profile::Fapi2, ..television() };
        for client in [&plain, &strict] {
            let error = ask(client, "scope=openid").unwrap_err();
            assert_eq!(error.code, ErrorCode::UnauthorizedClient);
        }
        assert_eq!(ask(&television(), "scope=profile").unwrap_err().reason, "openid_missing");
    }

    #[test]
    fn the_picture_does_not_carry_the_number() {
        let mut next = 0;
        let code = UserCode::draw(&mut |bytes| {
            next += 1;
            bytes.fill(next);
        });
        let secret = VERIFIER.parse().unwrap();
        let lifetime = SignedDuration::from_mins(5);
        let answer = DeviceResponse::new(&samples::issuer(), &secret, &code, lifetime);
        assert_eq!(
            serde_json::to_value(&answer).unwrap(),
            serde_json::json!({
                "device_code": VERIFIER,
                "user_code": "CDFGHJ-78",
                "verification_uri": "https://id.example/device",
                "verification_uri_complete": "https://id.example/device?code=CDFGHJ",
                "expires_in": 300,
                "interval": 5,
            })
        );
    }
}
