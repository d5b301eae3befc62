//! A relying party gives a token back: whatever it was bought with is over.

use std::sync::Arc;

use protocol::oauth::{
    carried::Carried,
    client_authentication::{Credentials, unknown_client},
    refresh::RefreshToken,
    revocation::{RevocationRequest, another_clients_token},
};
use rules::{AccessId, GrantId};
use store::{Authentication, Tx};

use crate::{Admission, Error, Platform, references::Kind, tokens::AccessToken};

impl Platform {
    /// `form` is the body of `POST /revoke`, `carried` what came with it.
    ///
    /// RFC 7009 §2.2: "The authorization server responds with HTTP status code 200 if the token has been revoked
    /// successfully or if the client submitted an invalid token."
    pub async fn revoke(&self, carried: Carried<'_>, form: &str) -> Result<(), Error> {
        let request = RevocationRequest::parse(carried, form)?;
        let by = self.caller(&request.credentials).await?;
        if let Ok(token) = request.token.expose().parse::<RefreshToken>() {
            return self.revoke_refresh_token(&by, token).await;
        }
        let Ok(token) = self.open::<AccessToken>(Kind::AccessToken, b"", request.token.expose())
        else {
            return Ok(());
        };
        if token.client != by.client.id {
            return Err(another_clients_token().into());
        }
        let (grant, now) = (GrantId::from_bytes(token.grant), self.now());
        self.inner()
            .store
            .write("revoke grant", async move |tx: &Tx<Authentication>| {
                tokio::try_join!(
                    tx.revoke_grant(grant, now),
                    tx.end_standing_access_of_grant(grant)
                )?;
                Ok::<_, Error>(())
            })
            .await
    }

    /// RFC 7009 §2.1: "If the particular token is a refresh token and the authorization server supports the revocation of
    /// access tokens, then the authorization server SHOULD also invalidate all access tokens based on the same
    /// authorization grant". They go with the row.
    async fn revoke_refresh_token(&self, by: &Admission, token: RefreshToken) -> Result<(), Error> {
        let (id, client) = (AccessId::from_bytes(token.access()), by.client.id.to_string());
        self.inner()
            .store
            .write("end standing access", async move |tx: &Tx<Authentication>| {
                let Some(access) = tx.standing_access(id).await? else { return Ok(()) };
                if access.client != client {
                    return Err(another_clients_token().into());
                }
                // Whichever of the family it is: who shows an old one has lost count, or was robbed.
                tx.end_standing_access(id).await?;
                Ok::<_, Error>(())
            })
            .await
    }

    /// A client that proves itself for a request that writes nothing else of it.
    pub(crate) async fn caller(&self, credentials: &Credentials) -> Result<Arc<Admission>, Error> {
        let now = self.now();
        let by = self.served(credentials.client_id().as_str(), unknown_client()).await?;
        let client = credentials.authenticate(&by.client, self.issuer(), now)?;
        self.spend_proofs(&client, None).await?;
        Ok(by)
    }
}
