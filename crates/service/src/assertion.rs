//! Assertions by which clients prove who they are: each is good once.

use formats::mac::sha256;
use protocol::oauth::{
    client_authentication::AuthenticatedClient,
    dpop,
    error::{ErrorCode, OAuthError},
};
use store::{Authentication, Tx, authentication::Spent};

use crate::{Error, Platform, dpop::Possession};

pub(crate) const ASSERTION_REPLAYED: OAuthError =
    ErrorCode::InvalidClient.because("assertion_replayed", "the assertion was used before");

/// The key under which an assertion is remembered until it expires.
pub(crate) fn spent(client: &AuthenticatedClient<'_>) -> Option<Spent> {
    let assertion = client.assertion()?;
    let name = [client.client().id.as_str().as_bytes(), b"\0", assertion.jti.as_bytes()].concat();
    Some(Spent::new(assertion.until, &sha256(&name)))
}

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
    /// Spends what a client proved with a request that writes nothing else.
    pub(crate) async fn spend_proofs(
        &self,
        assertion: Option<Spent>,
        possession: Option<&Possession>,
    ) -> Result<(), Error> {
        if assertion.is_none() && possession.is_none() {
            return Ok(());
        }
        let proved = possession.cloned();
        let once = async move |tx: &Tx<Authentication>| {
            tokio::try_join!(spend(tx, assertion.as_ref()), Possession::spend(proved.as_ref(), tx))
        };
        match self.inner().store.write("spend proofs", once).await? {
            (true, true) => Ok(()),
            (false, _) => Err(ASSERTION_REPLAYED.into()),
            (_, false) => Err(dpop::replayed().into()),
        }
    }

    /// Spends an assertion by itself: it came with a request that was refused, or that writes nothing else.
    pub(crate) async fn spend_assertion(&self, assertion: Option<Spent>) -> Result<(), Error> {
        let Some(assertion) = assertion else { return Ok(()) };
        let once = async move |tx: &Tx<Authentication>| tx.spend(&assertion).await;
        if self.inner().store.write("spend assertion", once).await? {
            Ok(())
        } else {
            Err(ASSERTION_REPLAYED.into())
        }
    }
}
