//! A relying party pushes its request: authenticated at once, refused at once, and only referred to in the browser.
//!
//! The reference is the request itself, sealed: nothing is remembered but that the client proved itself.

use protocol::oauth::{
    Parameters,
    authorize::AuthorizationRequest,
    carried::Carried,
    client::ClientId,
    client_authentication::unknown_client,
    dpop::{self, Target},
    par::{self, PushedRequest, PushedResponse, unknown_reference},
};
use protocol::oidc::discovery::PUSH_PATH;
use serde::{Deserialize, Serialize};

use crate::{Error, Platform, dpop::Possession, enrol::instant, references::Kind};

/// A pushed request, as it is sealed.
#[derive(Deserialize, Serialize)]
struct Pushed {
    request: AuthorizationRequest,
    expires_at: i64,
}

impl Platform {
    /// `form` is the body of `POST /par`, `carried` what came with it.
    pub async fn push(&self, carried: Carried<'_>, form: &str) -> Result<PushedResponse, Error> {
        let now = self.now();
        if !self.settings().wallets.is_empty() {
            let sent = Parameters::form(form)?;
            if let Some(wallet) = self.wallet_of(&sent) {
                return self.push_of_wallet(wallet, carried, &sent).await;
            }
        }
        let pushed = PushedRequest::parse(carried, form)?;
        let client = pushed.credentials.client_id().as_str();
        let by = self.served(client, unknown_client()).await?;
        let client = pushed.credentials.authenticate(&by.client, self.issuer(), now)?;
        let address = self.issuer().at(PUSH_PATH);
        let target = Target { method: "POST", uri: &address, access_token: None };
        let possession = self.possession(carried.dpop, target)?;
        self.spend_proofs(&client, possession.as_ref()).await?;
        let mut request = pushed.check(&client, self.issuer(), now)?;
        if let Some(Possession { key, .. }) = possession {
            // RFC 9449 §10.1: "If both mechanisms are used at the same time, the authorization server MUST reject the request
            // if the JWK Thumbprint in dpop_jkt does not match the public key in the DPoP header."
            if request.dpop_jkt.as_ref().is_some_and(|wanted| *wanted != key) {
                return Err(dpop::another_key().into());
            }
            request.dpop_jkt = Some(key);
        }
        // RFC 9126 §2.1: "such checks MUST then be performed when processing the authorization request at the authorization
        // endpoint": what needs the person is judged there. RFC 9126 §4: "The authorization server MUST validate authorization
        // requests arising from a pushed request as it would any other authorization request."
        let judged = self.judge_proved(&by, request).await?;
        let expires_at = (now + par::LIFETIME).as_second();
        let reference =
            self.seal(Kind::Pushed, b"", &Pushed { request: judged.request, expires_at })?;
        Ok(PushedResponse::new(&reference))
    }

    /// The request a reference stands for, if this client pushed it a moment ago.
    pub(crate) fn pushed(
        &self,
        reference: &str,
        client: &ClientId,
    ) -> Result<AuthorizationRequest, Error> {
        let Pushed { request, expires_at } =
            self.open(Kind::Pushed, b"", reference).map_err(|_| unknown_reference())?;
        // RFC 9101 §10.2: "the authorization server MUST perform client authentication to accept the Request Object and bind the
        // client identifier to the Request Object URI it is providing."
        // RFC 9126 §2.2: "The request_uri value MUST be bound to the client that posted the authorization request."
        if request.client_id != *client || self.now() >= instant(expires_at)? {
            return Err(unknown_reference().into());
        }
        Ok(request)
    }
}
