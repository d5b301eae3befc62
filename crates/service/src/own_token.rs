//! A relying party asks for itself: a token about its organisation, sealed like every other, of nobody's.

use std::{collections::BTreeSet, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use protocol::oauth::{
    bearer::{self, BearerError, Presented},
    carried::Carried,
    client::ClientId,
    client_authentication::AuthenticatedClient,
    error::{ErrorCode, OAuthError},
    own_token::{ActiveOwnToken, OwnRequest, OwnScope, OwnTokenResponse, words},
    sender::Sender,
    token::TokenType,
};
use serde::{Deserialize, Serialize};

use crate::{
    Admission, Error, Platform, Refusal, dpop::Possession, enrol::instant, references::Kind,
};

/// How long it may be used: another costs one request.
const LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// The token, as it is sealed: of its own kind, so that it never opens as one about a person.
#[derive(Deserialize, Serialize)]
struct OwnToken {
    client: ClientId,
    scopes: BTreeSet<OwnScope>,
    expires_at: i64,
    sender: Sender,
}

impl Platform {
    /// Gives a client that proved itself a token of its own; what it proved beside is spent.
    pub(crate) async fn own_token(
        &self,
        client: &AuthenticatedClient<'_>,
        request: &OwnRequest,
        possession: Option<Possession>,
        now: Timestamp,
    ) -> Result<OwnTokenResponse, Error> {
        self.spend_proofs(client, possession.as_ref()).await?;
        let scopes = request.granted(client.client())?;
        let sender = client.sender(possession.as_ref().map(|possession| &possession.key))?;
        let token_type = type_of(&sender);
        let expires_at = (now + LIFETIME).as_second();
        let client = client.client().id.clone();
        let token = OwnToken { client, scopes, expires_at, sender };
        let sealed = self.seal(Kind::OwnToken, b"", &token)?;
        let seconds = u32::try_from(LIFETIME.as_secs()).unwrap_or(0);
        Ok(OwnTokenResponse::new(sealed, token_type, seconds, &token.scopes))
    }

    /// Whose token this is, if it is in force, for this, and shown by who may show it at `path`. The inner error is the
    /// bearer's (RFC 6750 §3).
    pub async fn on_its_own_behalf(
        &self,
        presented: Presented<'_>,
        (method, path): (&str, &str),
        wanted: OwnScope,
        carried: Carried<'_>,
    ) -> Result<Result<Arc<Admission>, BearerError>, Error> {
        let Some(token) = self.read_own(presented.token)? else {
            return Ok(Err(bearer::invalid_token("token_unknown")));
        };
        match self.shown_by(&token.sender, presented, (method, path), carried).await {
            Ok(()) => (),
            Err(Error::Refused(Refusal::OAuth(error))) => return Ok(Err(error.into())),
            Err(other) => return Err(other),
        }
        // RFC 6750 §3.1: "The request requires higher privileges than provided by the access token."
        if !token.scopes.contains(&wanted) {
            return Ok(Err(SCOPE_LACKING.into()));
        }
        // A suspension counts at once.
        let by = self.registered(token.client.as_str()).await?;
        Ok(by.ok_or(bearer::invalid_token("token_revoked")))
    }

    /// What introspection says to `by` of a text that may be such a token.
    pub(crate) async fn about_own_token(
        &self,
        by: &Admission,
        text: &str,
    ) -> Result<Option<Box<ActiveOwnToken>>, Error> {
        let Some(token) = self.read_own(text)? else { return Ok(None) };
        if !self.is_of(by, token.client.as_str()).await? {
            return Ok(None);
        }
        Ok(Some(Box::new(ActiveOwnToken {
            active: true,
            scope: words(&token.scopes),
            client_id: token.client,
            token_type: type_of(&token.sender).as_str(),
            exp: instant(token.expires_at)?,
            iss: self.issuer().clone(),
            cnf: token.sender,
        })))
    }

    fn read_own(&self, text: &str) -> Result<Option<OwnToken>, Error> {
        let Ok(token) = self.open::<OwnToken>(Kind::OwnToken, b"", text) else { return Ok(None) };
        Ok((self.now() < instant(token.expires_at)?).then_some(token))
    }
}

fn type_of(sender: &Sender) -> TokenType {
    if sender.key.is_some() { TokenType::Dpop } else { TokenType::Bearer }
}

const SCOPE_LACKING: OAuthError = ErrorCode::InsufficientScope
    .because("scope_lacking", "the access token is not for this: ask for one with the scope named");
