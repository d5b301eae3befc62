//! Is what an access token rests on still there?

use jiff::Timestamp;
use rules::{AccessId, CertificateId, ConsentId, DelegationId, GrantId};
use store::{Authentication, Tx};

use crate::{Error, Platform, act_for, enrol::instant, session::usable_since, tokens::AccessToken};

impl Platform {
    /// `None` if it is; else the reason why not.
    pub(crate) async fn why_void(
        &self,
        token: &AccessToken,
        now: Timestamp,
    ) -> Result<Option<&'static str>, Error> {
        if now >= instant(token.expires_at)? {
            return Ok(Some("token_expired"));
        }
        let proved_at = instant(token.auth_time)?;
        let certificate = CertificateId::from_bytes(token.subject.certificate);
        let rests_on = RestsOn::of(token);
        let (stands, certificate) = self
            .inner()
            .store
            .read(async move |tx| {
                tokio::try_join!(rests_on.stands(tx), tx.certificate(certificate))
            })
            .await?;
        if let Some(by) = &token.subject.by {
            let delegation = DelegationId::from_bytes(by.delegation);
            let still =
                self.inner().store.read(async move |tx| act_for::stands(tx, delegation, now).await);
            match still.await {
                Ok(()) => (),
                Err(Error::Refused(_)) => return Ok(Some("token_revoked")),
                Err(fault) => return Err(fault),
            }
        }
        let usable = |certificate| usable_since(&certificate, proved_at, now).is_ok();
        let alive = stands && certificate.is_some_and(usable);
        Ok((!alive).then_some("token_revoked"))
    }
}

/// What a token goes with.
enum RestsOn {
    /// A row that goes with the consent.
    Access(AccessId),
    Grant(GrantId, ConsentId),
}

impl RestsOn {
    fn of(token: &AccessToken) -> Self {
        match token.access.as_deref().and_then(|id| id.parse().ok()) {
            Some(access) => Self::Access(access),
            None => Self::Grant(
                GrantId::from_bytes(token.grant),
                ConsentId::from_bytes(token.subject.consent),
            ),
        }
    }

    async fn stands(self, tx: &Tx<Authentication>) -> Result<bool, store::Error> {
        match self {
            Self::Access(id) => Ok(tx.standing_access(id).await?.is_some()),
            Self::Grant(grant, consent) => {
                let (grant, stands) =
                    tokio::try_join!(tx.grant(grant), tx.consent_stands(consent))?;
                Ok(stands && grant.is_some_and(|grant| grant.revoked_at.is_none()))
            }
        }
    }
}
