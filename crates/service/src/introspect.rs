//! A relying party's own servers ask what a token is worth.

use std::sync::Arc;

use formats::mac::same;
use protocol::{
    oauth::{
        carried::Carried,
        encryption::Encrypted,
        introspection::{ActiveToken, Introspection, IntrospectionRequest, TYP},
        refresh::RefreshToken,
        sender::Sender,
    },
    oidc::scope::Scope,
};
use rules::AccessId;
use store::authentication::StandingAccess;

use crate::{
    Admission, Error, Platform, enrol::instant, references::Kind, session::usable_since,
    standing_access::goes_on, tokens::AccessToken,
};

/// What is answered, plain or signed.
#[derive(Debug)]
pub enum Introspected {
    /// JSON, RFC 7662 §2.2.
    Plain(Introspection),
    /// A JWT, RFC 9701 §5.
    Signed(String),
}

/// In which form the asker wants the answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Form {
    /// JSON.
    Plain,
    /// A JWT.
    Signed,
}

impl Platform {
    /// `form` is the body of `POST /introspect`, `carried` what came with it.
    ///
    /// Told is what the organisation knows already: its own applications' tokens, and of them nothing about the person
    /// but the identifier. Every other token is inactive.
    pub async fn introspect(
        &self,
        carried: Carried<'_>,
        form: &str,
        wanted: Form,
    ) -> Result<Introspected, Error> {
        let request = IntrospectionRequest::parse(carried, form)?;
        let by = self.caller(&request.credentials).await?;
        let said = match request.token.expose().parse::<RefreshToken>() {
            Ok(token) => self.about_refresh_token(&by, &token).await?,
            Err(_) => self.about_access_token(&by, request.token.expose()).await?,
        };
        let said = match said {
            Some(said) => Introspection::Active(said),
            None => self
                .about_own_token(&by, request.token.expose())
                .await?
                .map_or(Introspection::inactive(), Introspection::Own),
        };
        Ok(match wanted {
            Form::Plain => Introspected::Plain(said),
            Form::Signed => {
                let claims = said.signed_claims(self.issuer(), &by.client.id, self.now());
                let signed = self.keys().sign_token(TYP, &claims);
                let signed =
                    signed.map_err(|cause| Error::fault("signing an introspection", cause))?;
                let sealed = self.sealed_for(&by.client, Encrypted::Introspection, signed)?;
                Introspected::Signed(sealed)
            }
        })
    }

    async fn about_access_token(
        &self,
        by: &Admission,
        text: &str,
    ) -> Result<Option<Box<ActiveToken>>, Error> {
        let Ok(token) = self.open::<AccessToken>(Kind::AccessToken, b"", text) else {
            return Ok(None);
        };
        let Some(owner) = self.owner(by, token.client.as_str()).await? else { return Ok(None) };
        if self.why_void(&token, self.now()).await?.is_some() {
            return Ok(None);
        }
        let (cnf, authorization_details) = (token.sender(), owner.details(&token.scope));
        Ok(Some(Box::new(ActiveToken {
            active: true,
            scope: token.scope,
            client_id: token.client,
            token_type: Some(if token.key.is_some() { "DPoP" } else { "Bearer" }),
            exp: instant(token.expires_at)?,
            authorization_details,
            sub: token.subject.identifier,
            iss: self.issuer().clone(),
            acr: token.acr,
            auth_time: instant(token.auth_time)?,
            cnf,
        })))
    }

    async fn about_refresh_token(
        &self,
        by: &Admission,
        token: &RefreshToken,
    ) -> Result<Option<Box<ActiveToken>>, Error> {
        let (id, organisation) = (AccessId::from_bytes(token.access()), by.organisation.clone());
        let read = self.inner().store.read(async move |tx| {
            let Some(access) = tx.standing_access(id).await? else { return Ok(None) };
            let (certificate, identifier) = tokio::try_join!(
                tx.certificate(access.certificate),
                tx.app_identifier(access.person, &organisation),
            )?;
            Ok::<_, store::Error>(Some((access, certificate, identifier)))
        });
        let Some((access, Some(certificate), Some(identifier))) = read.await? else {
            return Ok(None);
        };
        let now = self.now();
        let in_force = same(&token.hash(), &access.token_hash)
            && goes_on(&access, now)
            && usable_since(&certificate, access.signed_in_at, now).is_ok();
        let owner = self.owner(by, &access.client).await?;
        let Some(owner) = owner.filter(|_| in_force) else { return Ok(None) };
        let (scope, client_id) = registered_words(&access)?;
        let authorization_details = owner.details(&scope);
        Ok(Some(Box::new(ActiveToken {
            active: true,
            scope,
            client_id,
            token_type: None,
            exp: access.expires_at,
            authorization_details,
            sub: identifier.as_str().to_owned(),
            iss: self.issuer().clone(),
            acr: access.mode,
            auth_time: access.signed_in_at,
            cnf: Sender::default(),
        })))
    }

    /// Does the client belong to the asker's organisation?
    pub(crate) async fn is_of(&self, by: &Admission, client: &str) -> Result<bool, Error> {
        Ok(self.owner(by, client).await?.is_some())
    }

    /// The client, if it belongs to the asker's organisation.
    async fn owner(&self, by: &Admission, client: &str) -> Result<Option<Arc<Admission>>, Error> {
        let owner = self.registered(client).await?;
        Ok(owner.filter(|owner| owner.organisation == by.organisation))
    }
}

fn registered_words(access: &StandingAccess) -> Result<(Scope, protocol::oauth::ClientId), Error> {
    let scope =
        Scope::read(&access.scope).map_err(|cause| Error::fault("reading a scope", cause))?;
    let client =
        access.client.parse().map_err(|cause| Error::fault("reading a client id", cause))?;
    Ok((scope, client))
}
