//! Userinfo: what an access token was given for, told again.

use protocol::{
    oauth::bearer::{self, BearerError},
    oidc::{id_token::Outcome, userinfo::UserInfo},
};
use rules::{CertificateId, GrantId};

use crate::{
    Error, Platform, enrol::instant, redeem::AccessToken, references::Kind, session::usable,
};

impl Platform {
    /// What the token's grant allows to be told; the inner error is the bearer's (RFC 6750 §3).
    pub async fn userinfo(
        &self,
        access_token: &str,
    ) -> Result<Result<UserInfo, BearerError>, Error> {
        let Ok(token) = self.open::<AccessToken>(Kind::AccessToken, b"", access_token) else {
            return Ok(Err(bearer::invalid_token("token_unknown")));
        };
        let now = self.now();
        if now >= instant(token.expires_at)? {
            return Ok(Err(bearer::invalid_token("token_expired")));
        }
        let (grant, certificate) = (
            GrantId::from_bytes(token.grant),
            CertificateId::from_bytes(token.subject.certificate),
        );
        let (grant, certificate) = self
            .inner()
            .store
            .read(async move |tx| tokio::try_join!(tx.grant(grant), tx.certificate(certificate)))
            .await?;
        let redeemed = grant.is_some_and(|grant| grant.revoked_at.is_none());
        let in_force = certificate.is_some_and(|certificate| usable(&certificate, now).is_ok());
        if !redeemed || !in_force {
            return Ok(Err(bearer::invalid_token("token_revoked")));
        }
        let subject = token.subject;
        Ok(Ok(UserInfo {
            sub: subject.identifier,
            result: Outcome::Passed,
            scene: Some(subject.scene),
            acr: token.acr,
            auth_time: instant(token.auth_time)?,
            attributes: subject.attributes,
        }))
    }
}
