//! What a relying party is given: an access token, sealed, and an ID token, signed.

use jiff::{SignedDuration, Timestamp};
use protocol::{
    oauth::{
        client::{Client, ClientId},
        client_certificate::CertificateThumbprint,
        dpop::Thumbprint,
        echo::Echo,
        encryption::Encrypted,
        grant::Grant,
        sender::Sender,
        token::{TokenResponse, TokenType},
    },
    oidc::{
        id_token::{self, IdToken, Outcome},
        scope::Scope,
    },
};
use rules::AccessId;
use serde::{Deserialize, Serialize};

use crate::{
    Error, Platform,
    code::{PlainWord, Subject},
    references::Kind,
};

/// How long userinfo may be asked: the ID token has told the same already.
pub(crate) const ACCESS_TOKEN_LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// An access token, as it is sealed.
#[derive(Deserialize, Serialize)]
pub(crate) struct AccessToken {
    #[serde(with = "formats::base64url::text")]
    pub(crate) grant: [u8; 16],
    pub(crate) client: ClientId,
    pub(crate) scope: Scope,
    pub(crate) acr: String,
    pub(crate) auth_time: i64,
    pub(crate) expires_at: i64,
    /// The key whoever shows it must hold.
    pub(crate) key: Option<Thumbprint>,
    /// The certificate whoever shows it must have on its connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) certificate: Option<CertificateThumbprint>,
    pub(crate) subject: Subject,
    /// The standing access it lives and ends with, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) access: Option<String>,
}

/// What tokens say.
pub(crate) struct Tokens {
    pub(crate) nonce: Option<Echo>,
    pub(crate) amr: Vec<String>,
    pub(crate) auth_time: Timestamp,
    /// What stands beside, if they are pushed.
    pub(crate) pushed: Option<PushedWith>,
    /// The rest of it; its `expires_at` is set when it is sealed.
    pub(crate) access_token: AccessToken,
}

/// What a pushed ID token ties to itself.
///
/// CIBA Core §10.3.1: "the OP MUST include the hash value of the Access Token and the `auth_req_id` within the ID Token", and that of
/// a refresh token that goes with it; so that who is posted them sees that they belong together, and to its own request.
pub(crate) struct PushedWith {
    pub(crate) auth_req_id: String,
    pub(crate) rt_hash: Option<String>,
}

impl AccessToken {
    /// What it is bound to.
    pub(crate) fn sender(&self) -> Sender {
        Sender { key: self.key.clone(), certificate: self.certificate.clone() }
    }
}

impl Tokens {
    /// What a redeemed grant says.
    pub(crate) fn of_grant(
        grant: Grant,
        subject: Subject,
        sender: Sender,
        access: Option<AccessId>,
    ) -> Self {
        Self {
            nonce: grant.nonce,
            amr: grant.amr,
            auth_time: grant.auth_time,
            pushed: None,
            access_token: AccessToken {
                grant: grant.id,
                client: grant.client_id,
                scope: grant.scope,
                acr: grant.acr,
                auth_time: grant.auth_time.as_second(),
                expires_at: 0,
                key: sender.key,
                certificate: sender.certificate,
                subject,
                access: access.map(|id| id.to_string()),
            },
        }
    }
}

impl Platform {
    /// Seals and signs, after the commit: what is told was recorded first.
    pub(crate) fn issue_tokens(
        &self,
        client: &Client,
        tokens: Tokens,
        now: Timestamp,
    ) -> Result<TokenResponse, Error> {
        let expires_at = (now + ACCESS_TOKEN_LIFETIME).as_second();
        let token = AccessToken { expires_at, ..tokens.access_token };
        let sealed = self.seal(Kind::AccessToken, b"", &token)?;
        // RFC 9449 §5: "A token_type of DPoP MUST be included in the access token response". RFC 9449 §6: "Resource servers MUST be
        // able to reliably identify whether" a token is bound: its key is sealed inside. FAPI 2.0 Security Profile §5.3.2.1:
        // "shall only issue sender-constrained access tokens"; a client of that profile does not come here without a key.
        let token_type = if token.key.is_some() { TokenType::Dpop } else { TokenType::Bearer };
        let (auth_req_id, rt_hash) =
            tokens.pushed.map_or((None, None), |with| (Some(with.auth_req_id), with.rt_hash));
        let sid = token.subject.session.map(|served| served.sid);
        let claims = IdToken {
            iss: self.issuer().clone(),
            sub: token.subject.identifier,
            aud: token.client,
            exp: now + id_token::LIFETIME,
            iat: now,
            auth_time: tokens.auth_time,
            nonce: tokens.nonce,
            acr: token.acr,
            amr: tokens.amr,
            sid,
            at_hash: id_token::at_hash(&sealed),
            auth_req_id,
            rt_hash,
            result: Outcome::Passed,
            scene: Some(token.subject.scene),
            verified_claims: token.subject.verified.in_id_token,
            plain_identity: token.subject.plain.map(PlainWord::told),
            attributes: token.subject.attributes,
        };
        let id_token = self
            .keys()
            .sign_token("JWT", &claims)
            .map_err(|cause| Error::fault("signing an ID token", cause))?;
        let id_token = self.sealed_for(client, Encrypted::IdToken, id_token)?;
        let seconds = u32::try_from(ACCESS_TOKEN_LIFETIME.as_secs()).unwrap_or(0);
        Ok(TokenResponse::new(sealed, token_type, seconds, token.scope, id_token))
    }
}
