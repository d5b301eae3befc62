//! Userinfo: what an access token was given for, told again.

use protocol::{
    oauth::bearer::{self, BearerError},
    oidc::{id_token::Outcome, userinfo::UserInfo},
};
use rules::{CertificateId, ConsentId, DelegationId, GrantId};

use crate::{
    Error, Platform, act_for, enrol::instant, redeem::AccessToken, references::Kind,
    session::usable_since,
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
        let proved_at = instant(token.auth_time)?;
        let (grant, certificate, consent) = (
            GrantId::from_bytes(token.grant),
            CertificateId::from_bytes(token.subject.certificate),
            ConsentId::from_bytes(token.subject.consent),
        );
        let (grant, certificate, stands) = self
            .inner()
            .store
            .read(async move |tx| {
                tokio::try_join!(
                    tx.grant(grant),
                    tx.certificate(certificate),
                    tx.consent_stands(consent)
                )
            })
            .await?;
        if let Some(by) = &token.subject.by {
            let delegation = DelegationId::from_bytes(by.delegation);
            let still =
                self.inner().store.read(async move |tx| act_for::stands(tx, delegation, now).await);
            if still.await.is_err() {
                return Ok(Err(bearer::invalid_token("token_revoked")));
            }
        }
        let redeemed = grant.is_some_and(|grant| grant.revoked_at.is_none());
        let usable = |certificate| usable_since(&certificate, proved_at, now).is_ok();
        if !redeemed || !stands || !certificate.is_some_and(usable) {
            return Ok(Err(bearer::invalid_token("token_revoked")));
        }
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
}
