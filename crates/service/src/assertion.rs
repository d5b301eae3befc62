//! Assertions by which clients prove who they are: each is good once.

use formats::mac::sha256;
use protocol::oauth::{
    client_assertion::OnceOnly,
    client_authentication::AuthenticatedClient,
    dpop,
    error::{ErrorCode, OAuthError},
};
use store::{Authentication, Tx, authentication::Spent};

use crate::{Error, Platform, dpop::Possession};

pub(crate) const ASSERTION_REPLAYED: OAuthError =
    ErrorCode::InvalidClient.because("assertion_replayed", "the assertion was used before");
const ASSERTION_BEFORE_START: OAuthError = ErrorCode::InvalidClient.because(
    "assertion_before_start",
    "the assertion was made before this platform last started; make another",
);

/// OpenID Connect Core §9: "These tokens MUST only be used once"
pub(crate) async fn spend(
    tx: &Tx<Authentication>,
    assertion: Option<&Spent>,
) -> Result<bool, store::Error> {
    match assertion {
        Some(assertion) => tx.spend(assertion).await,
        None => Ok(true),
    }
}

impl Platform {
    /// The key under which a client's assertion is remembered until it expires. One that may have been used and forgotten
    /// is refused: see `unsynced`.
    pub(crate) fn spent(
        &self,
        client: &AuthenticatedClient<'_>,
    ) -> Result<Option<Spent>, OAuthError> {
        let Some(assertion) = client.assertion() else { return Ok(None) };
        if assertion.made_at.is_some_and(|made_at| self.may_have_forgotten(made_at)) {
            return Err(ASSERTION_BEFORE_START);
        }
        let name =
            [client.client().id.as_str().as_bytes(), b"\0", assertion.jti.as_bytes()].concat();
        Ok(Some(Spent::new(assertion.until, &sha256(&name))))
    }

    /// Spends what a client proved with a request that writes nothing else.
    pub(crate) async fn spend_proofs(
        &self,
        client: &AuthenticatedClient<'_>,
        possession: Option<&Possession>,
    ) -> Result<(), Error> {
        let assertion = self.spent(client)?;
        if assertion.is_none() && possession.is_none() {
            return Ok(());
        }
        let proved = possession.cloned();
        let once = async move |tx: &Tx<Authentication>| {
            tokio::try_join!(spend(tx, assertion.as_ref()), Possession::spend(proved.as_ref(), tx))
        };
        let store = &self.inner().store;
        let spent = if client.assertion().is_none_or(|assertion| self.is_fenced(assertion)) {
            store.write_unsynced("spend proofs", once).await?
        } else {
            store.write("spend proofs", once).await?
        };
        match spent {
            (true, true) => Ok(()),
            (false, _) => Err(ASSERTION_REPLAYED.into()),
            (_, false) => Err(dpop::replayed().into()),
        }
    }

    /// Spends an assertion by itself: it came with a request that was refused.
    pub(crate) async fn spend_assertion(&self, assertion: Option<Spent>) -> Result<(), Error> {
        let Some(assertion) = assertion else { return Ok(()) };
        let once = async move |tx: &Tx<Authentication>| tx.spend(&assertion).await;
        if self.inner().store.write("spend assertion", once).await? {
            Ok(())
        } else {
            Err(ASSERTION_REPLAYED.into())
        }
    }

    /// Says it, and not ahead of our clock, when it was made? Then a later start refuses it.
    fn is_fenced(&self, assertion: &OnceOnly) -> bool {
        assertion.made_at.is_some_and(|made_at| made_at <= self.now())
    }
}
