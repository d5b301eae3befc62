//! Userinfo: what an access token was given for, told again.

use protocol::{
    oauth::{
        bearer::{self, BearerError, Presented},
        dpop::{self, Target},
        error::{ErrorCode, OAuthError},
        token::TokenType,
    },
    oidc::{discovery::USERINFO_PATH, id_token::Outcome, userinfo::UserInfo},
};
use store::{Authentication, Tx};

use crate::{Error, Platform, Refusal, enrol::instant, references::Kind, tokens::AccessToken};

impl Platform {
    /// What the token's grant allows to be told; the inner error is the bearer's (RFC 6750 §3). `method` is the request's,
    /// `dpop` the text of that header, if there is one.
    pub async fn userinfo(
        &self,
        presented: Presented<'_>,
        method: &str,
        dpop: Option<&str>,
    ) -> Result<Result<UserInfo, BearerError>, Error> {
        // FAPI 2.0 Security Profile §5.3.4: "shall verify the validity, integrity, expiration and revocation status of access
        // tokens", and that whoever shows one may.
        let Ok(token) = self.open::<AccessToken>(Kind::AccessToken, b"", presented.token) else {
            return Ok(Err(bearer::invalid_token("token_unknown")));
        };
        let now = self.now();
        if now >= instant(token.expires_at)? {
            return Ok(Err(bearer::invalid_token("token_expired")));
        }
        match self.holder_proved(&token, presented, method, dpop).await {
            Ok(()) => (),
            Err(Error::Refused(Refusal::OAuth(error))) => return Ok(Err(error.into())),
            Err(other) => return Err(other),
        }
        if let Some(reason) = self.why_void(&token, now).await? {
            return Ok(Err(bearer::invalid_token(reason)));
        }
        let proved_at = instant(token.auth_time)?;
        let subject = token.subject;
        Ok(Ok(UserInfo {
            sub: subject.identifier,
            result: Outcome::Passed,
            scene: Some(subject.scene),
            acr: token.acr,
            auth_time: proved_at,
            attributes: subject.attributes,
        }))
    }

    /// Does whoever shows the token hold the key it is bound to?
    async fn holder_proved(
        &self,
        token: &AccessToken,
        presented: Presented<'_>,
        method: &str,
        dpop: Option<&str>,
    ) -> Result<(), Error> {
        let bound = match (&token.key, presented.token_type) {
            (None, TokenType::Bearer) => return Ok(()),
            (Some(bound), TokenType::Dpop) => bound,
            // RFC 9449 §7.2: "the protected resource MUST reject a DPoP-bound access token received as a bearer token".
            _ => return Err(SCHEME_WRONG.into()),
        };
        let address = self.issuer().at(USERINFO_PATH);
        let target = Target { method, uri: &address, access_token: Some(presented.token) };
        let proved = self.possession(dpop, target)?.ok_or(dpop::missing())?;
        // RFC 9449 §4.3: "confirm that the public key to which the access token is bound matches the public key from the DPoP
        // proof." RFC 9449 §7.1: "The resource server MUST NOT grant access to the resource unless all checks are successful."
        if proved.key != *bound {
            return Err(dpop::another_key().into());
        }
        let once = async move |tx: &Tx<Authentication>| tx.spend(&proved.spent).await;
        if self.inner().store.write("spend proof", once).await? {
            Ok(())
        } else {
            Err(dpop::replayed().into())
        }
    }
}

const SCHEME_WRONG: OAuthError = ErrorCode::InvalidToken
    .because("token_scheme_wrong", "the access token is shown under another scheme than its own");
