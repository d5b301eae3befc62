//! Userinfo: what an access token was given for, told again.

use protocol::{
    oauth::{
        Client,
        bearer::{self, BearerError, Presented},
        carried::Carried,
        client_certificate,
        dpop::{self, Target},
        encryption::Encrypted,
        error::{ErrorCode, OAuthError},
        sender::Sender,
        token::TokenType,
    },
    oidc::{
        discovery::USERINFO_PATH,
        id_token::Outcome,
        userinfo::{SignedUserInfo, UserInfo},
    },
};
use store::{Authentication, Tx};

use crate::{
    Error, Platform, Refusal, code::PlainWord, enrol::instant, references::Kind,
    tokens::AccessToken,
};

/// Userinfo, in the form its client wants.
#[derive(Debug)]
pub enum UserInfoAnswer {
    /// JSON.
    Plain(Box<UserInfo>),
    /// A token: signed, encrypted, or both.
    Token(String),
}

impl Platform {
    /// What the token's grant allows to be told; the inner error is the bearer's (RFC 6750 §3). `method` is the request's,
    /// `carried` what came with it.
    pub async fn userinfo(
        &self,
        presented: Presented<'_>,
        method: &str,
        carried: Carried<'_>,
    ) -> Result<Result<UserInfoAnswer, BearerError>, Error> {
        // FAPI 2.0 Security Profile §5.3.4: "shall verify the validity, integrity, expiration and revocation status of access
        // tokens", and that whoever shows one may.
        let Ok(token) = self.open::<AccessToken>(Kind::AccessToken, b"", presented.token) else {
            return Ok(Err(bearer::invalid_token("token_unknown")));
        };
        let now = self.now();
        if now >= instant(token.expires_at)? {
            return Ok(Err(bearer::invalid_token("token_expired")));
        }
        match self.shown_by(&token.sender(), presented, (method, USERINFO_PATH), carried).await {
            Ok(()) => (),
            Err(Error::Refused(Refusal::OAuth(error))) => return Ok(Err(error.into())),
            Err(other) => return Err(other),
        }
        let Some(by) = self.registered(token.client.as_str()).await? else {
            return Ok(Err(bearer::invalid_token("token_revoked")));
        };
        if let Some(reason) = self.why_void(&token, now).await? {
            return Ok(Err(bearer::invalid_token(reason)));
        }
        let proved_at = instant(token.auth_time)?;
        let subject = token.subject;
        let said = UserInfo {
            sub: subject.identifier,
            result: Outcome::Passed,
            scene: Some(subject.scene),
            acr: token.acr,
            auth_time: proved_at,
            verified_claims: subject.verified.in_userinfo,
            plain_identity: subject.plain.map(PlainWord::told),
            attributes: subject.attributes,
        };
        self.in_the_form_of(&by.client, said).map(Ok)
    }

    /// OpenID Connect Registration §2: signed, encrypted, both or neither, as the client registered.
    fn in_the_form_of(&self, client: &Client, said: UserInfo) -> Result<UserInfoAnswer, Error> {
        if client.metadata.userinfo_signed_response_alg.is_some() {
            let claims = SignedUserInfo { iss: self.issuer(), aud: &client.id, said: &said };
            let signed = self.keys().sign_token("JWT", &claims);
            let signed = signed.map_err(|cause| Error::fault("signing userinfo", cause))?;
            let sealed = self.sealed_for(client, Encrypted::UserInfo, signed)?;
            return Ok(UserInfoAnswer::Token(sealed));
        }
        let plain =
            serde_json::to_vec(&said).map_err(|cause| Error::fault("writing userinfo", cause))?;
        let encrypted = self.encrypted_for(client, Encrypted::UserInfo, "", &plain)?;
        Ok(encrypted.map_or_else(|| UserInfoAnswer::Plain(Box::new(said)), UserInfoAnswer::Token))
    }

    /// Does whoever shows the token hold what it is bound to?
    pub(crate) async fn shown_by(
        &self,
        sender: &Sender,
        presented: Presented<'_>,
        (method, path): (&str, &str),
        carried: Carried<'_>,
    ) -> Result<(), Error> {
        // RFC 8705 §3: "The protected resource MUST obtain, from its TLS implementation layer, the client certificate used for
        // mutual TLS and MUST verify that the certificate matches the certificate associated with the access token."
        if let Some(bound) = &sender.certificate
            && carried.certificate.is_none_or(|shown| shown.thumbprint() != *bound)
        {
            return Err(client_certificate::another().into());
        }
        let bound = match (&sender.key, presented.token_type) {
            (None, TokenType::Bearer) => return Ok(()),
            (Some(bound), TokenType::Dpop) => bound,
            // RFC 9449 §7.2: "the protected resource MUST reject a DPoP-bound access token received as a bearer token".
            _ => return Err(SCHEME_WRONG.into()),
        };
        let address = self.issuer().at(path);
        let target = Target { method, uri: &address, access_token: Some(presented.token) };
        let proved = self.possession(carried.dpop, target)?.ok_or(dpop::missing())?;
        // RFC 9449 §4.3: "confirm that the public key to which the access token is bound matches the public key from the DPoP
        // proof." RFC 9449 §7.1: "The resource server MUST NOT grant access to the resource unless all checks are successful."
        if proved.key != *bound {
            return Err(dpop::another_key().into());
        }
        let once = async move |tx: &Tx<Authentication>| tx.spend(&proved.spent).await;
        if self.inner().store.write_unsynced("spend proof", once).await? {
            Ok(())
        } else {
            Err(dpop::replayed().into())
        }
    }
}

const SCHEME_WRONG: OAuthError = ErrorCode::InvalidToken
    .because("token_scheme_wrong", "the access token is shown under another scheme than its own");
