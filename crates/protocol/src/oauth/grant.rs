//! What a code stands for, from the person's agreement to the client's redemption.

use std::ops::Deref;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    client::ClientId,
    client_authentication::AuthenticatedClient,
    dpop::{self, Thumbprint},
    echo::Echo,
    error::{ErrorCode, OAuthError},
    pkce::CodeChallenge,
    redirect_uri::RedirectUri,
    sender::Sender,
    token::PresentedCode,
};
use crate::oidc::{numeric_date, scope::Scope};

/// How long a code may wait to be redeemed.
///
/// RFC 6749 §4.1.2 recommends at most ten minutes; one is enough for a redirect and leaves little to
/// steal. FAPI 2.0 Security Profile §5.3.2.1: "shall issue authorization codes with a maximum lifetime of 60 seconds".
pub const CODE_LIFETIME: SignedDuration = SignedDuration::from_secs(60);

/// A person's agreement, waiting to be redeemed once.
///
/// It travels sealed inside the code itself; only that its `id` was redeemed is remembered.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Grant {
    /// Its own name: redeeming makes it a unique key.
    #[serde(with = "formats::base64url::text")]
    pub id: [u8; 16],
    /// To whom it was given.
    pub client_id: ClientId,
    /// Where the code was sent.
    pub redirect_uri: RedirectUri,
    /// What the one who redeems must know.
    pub code_challenge: CodeChallenge,
    /// The key the one who redeems must hold.
    pub dpop_jkt: Option<Thumbprint>,
    /// Given back inside the ID token.
    pub nonce: Option<Echo>,
    /// What was agreed to, which may be less than what was asked.
    pub scope: Scope,
    /// How the person authenticated.
    pub acr: String,
    /// By which methods: RFC 8176 names them.
    pub amr: Vec<String>,
    /// When the person authenticated.
    #[serde(with = "numeric_date")]
    pub auth_time: Timestamp,
    /// When the person agreed.
    #[serde(with = "numeric_date")]
    pub agreed_at: Timestamp,
    /// When the code becomes worthless.
    #[serde(with = "numeric_date")]
    pub expires_at: Timestamp,
    /// Who agreed, in a form only the use-cases understand.
    #[serde(with = "formats::base64url::text")]
    pub subject: Vec<u8>,
}

/// A grant whose every condition was met. [`Grant::redeem`] is the only maker.
#[derive(Clone, Debug)]
pub struct Redeemable {
    grant: Grant,
    sender: Sender,
}

impl Grant {
    /// May this client, with this request and the key it proved, have what the person agreed to?
    ///
    /// OpenID Connect Core §3.1.3.2: the client is the one the code was given to, the code is valid and unused, the redirect URI
    /// is the same, and the code came of an OpenID request: there is no other kind here.
    ///
    /// That it has not had it before is the store's to guard, with `id` as a unique key:
    /// FAPI 2.0 Security Profile §5.3.2.2: "shall reject an authorization code … if it has been previously used".
    /// RFC 6749 §4.1.2: "The client MUST NOT use the authorization code more than once."
    pub fn redeem(
        self,
        now: Timestamp,
        client: &AuthenticatedClient<'_>,
        presented: &PresentedCode,
        proved: Option<&Thumbprint>,
    ) -> Result<Redeemable, OAuthError> {
        // RFC 6749 §4.1.3: "ensure that the authorization code was issued to the authenticated
        // confidential client"
        if self.client_id != client.client().id {
            return Err(refused("code_of_another_client", "the code was given to another client"));
        }
        // RFC 6749 §4.1.2: "The authorization code MUST expire shortly after it is issued to
        // mitigate the risk of leaks."
        if now >= self.expires_at {
            return Err(refused("code_expired", "the code has expired"));
        }
        // RFC 6749 §4.1.3: "ensure that the "redirect_uri" parameter is present if the
        // "redirect_uri" parameter was included in the initial authorization request …, and if
        // included ensure that their values are identical."
        if !self.redirect_uri.is(&presented.redirect_uri) {
            return Err(refused(
                "redirect_uri_differs",
                "redirect_uri is not the one the code was sent to",
            ));
        }
        // RFC 7636 §4.6: "If the values are not equal, an error response indicating
        // "invalid_grant" as described in Section 5.2 of [RFC6749] MUST be returned."
        if !self.code_challenge.admits(&presented.code_verifier) {
            return Err(refused(
                "code_verifier_wrong",
                "code_verifier does not fit the code_challenge",
            ));
        }
        // FAPI 2.0 Security Profile §5.3.2.1: "if using DPoP, shall support "Authorization Code Binding to DPoP Key"".
        // RFC 9449 §10: "the authorization server … MUST reject the request if it does not match."
        match (proved, &self.dpop_jkt) {
            (None, Some(_)) => return Err(dpop::missing()),
            (Some(proved), Some(bound)) if proved != bound => return Err(dpop::another_key()),
            _ => {}
        }
        Ok(Redeemable { sender: client.sender(proved)?, grant: self })
    }
}

/// The refusal for a code that does not open, or opens to nothing of ours.
pub const fn unknown_code() -> OAuthError {
    refused("code_unknown", "the code is not one of ours")
}

/// The refusal for a code redeemed before.
///
/// RFC 6749 §4.1.2: "If an authorization code is used more than once, the authorization server MUST
/// deny the request and SHOULD revoke (when possible) all tokens previously issued based on that
/// authorization code."
pub const fn reused_code() -> OAuthError {
    refused("code_reused", "the code was redeemed before")
}

const fn refused(reason: &'static str, description: &'static str) -> OAuthError {
    ErrorCode::InvalidGrant.because(reason, description)
}

impl Redeemable {
    /// The grant, its mark left behind.
    pub fn into_inner(self) -> Grant {
        self.grant
    }

    /// What the tokens it is exchanged for are bound to.
    pub fn sender(&self) -> &Sender {
        &self.sender
    }
}

impl Deref for Redeemable {
    type Target = Grant;

    fn deref(&self) -> &Grant {
        &self.grant
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        oauth::{
            carried::Carried,
            client::{Client, ClientAuthentication},
            token::{Presents, TokenRequest},
        },
        samples::{self, SECRET, VERIFIER, now},
    };

    fn grant() -> Grant {
        Grant {
            id: [7; 16],
            client_id: "airline".parse().unwrap(),
            redirect_uri: samples::REDIRECT_URI.parse().unwrap(),
            code_challenge: samples::CHALLENGE.parse().unwrap(),
            dpop_jkt: None,
            nonce: Some("n-0S6".parse().unwrap()),
            scope: Scope::read("openid scene:log_in").unwrap(),
            acr: "urn:yinzheng:acr:certificate".to_owned(),
            amr: vec!["pop".to_owned()],
            auth_time: now() - SignedDuration::from_mins(3),
            agreed_at: now(),
            expires_at: now() + CODE_LIFETIME,
            subject: b"who".to_vec(),
        }
    }

    fn redeem(
        client: &Client,
        at: Timestamp,
        verifier: &str,
        uri: &str,
    ) -> Result<Redeemable, OAuthError> {
        let form = format!(
            "grant_type=authorization_code&code=c0de&redirect_uri={}&code_verifier={verifier}",
            samples::encoded(uri)
        );
        let basic = samples::basic(client.id.as_str(), SECRET);
        let request = TokenRequest::parse(Carried::with(Some(&basic)), &form)?;
        let proved = request.credentials.authenticate(client, &samples::issuer(), at)?;
        let Presents::Code(presented) = &request.presents else { panic!("a code") };
        grant().redeem(at, &proved, presented, None)
    }

    #[test]
    fn is_redeemed_by_who_began() {
        let airline = samples::client("airline", ClientAuthentication::by_secret(SECRET));
        let soon = now() + SignedDuration::from_secs(59);
        let redeemed = redeem(&airline, soon, VERIFIER, samples::REDIRECT_URI).unwrap();
        assert_eq!(redeemed.into_inner(), grant());
    }

    #[test]
    fn is_redeemed_by_nobody_else() {
        let airline = samples::client("airline", ClientAuthentication::by_secret(SECRET));
        let shop = samples::client("shop", ClientAuthentication::by_secret(SECRET));
        let other = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        let late = now() + CODE_LIFETIME;
        let uri = samples::REDIRECT_URI;
        for (client, at, verifier, uri, reason) in [
            (&shop, now(), VERIFIER, uri, "code_of_another_client"),
            (&airline, late, VERIFIER, uri, "code_expired"),
            (&airline, now(), VERIFIER, "https://air.example/cb/", "redirect_uri_differs"),
            (&airline, now(), VERIFIER, "https://AIR.example/cb", "redirect_uri_differs"),
            (&airline, now(), other, uri, "code_verifier_wrong"),
            (&airline, now(), samples::CHALLENGE, uri, "code_verifier_wrong"),
        ] {
            let error = redeem(client, at, verifier, uri).unwrap_err();
            assert_eq!((error.code, error.reason), (ErrorCode::InvalidGrant, reason));
        }
    }

    #[test]
    fn travels_as_text() {
        let sealed = serde_json::to_string(&grant()).unwrap();
        assert!(sealed.contains(r#""id":"BwcHBwcHBwcHBwcHBwcHBw""#), "{sealed}");
        assert_eq!(serde_json::from_str::<Grant>(&sealed).unwrap(), grant());
        assert!(serde_json::from_str::<Grant>(&sealed.replace("BwcHBw", "")).is_err());
    }
}
