//! Signing out: by the person, or because a relying party asks. Every relying party the session served is told.

use std::sync::Arc;

use formats::Jwk;
use protocol::{
    oauth::{
        authorize::unknown_client,
        client::ClientId,
        error::{ErrorCode, OAuthError},
    },
    oidc::{
        end_session::{EndSessionRequest, GoOn, Hint},
        id_token::Hinted,
    },
};
use serde::{Deserialize, Serialize};
use store::authentication::ServedSession;
use url::Url;

use crate::{Admission, Error, Platform, Session, references::Kind};

/// Where a relying party's request leads.
pub enum EndSession {
    /// The person is asked first: [`Platform::confirm_sign_out`] with the ticket.
    Ask(Box<AskedToSignOut>),
    /// Nobody is signed in any more.
    Done(Box<SignedOut>),
}

/// What the page that asks shows.
pub struct AskedToSignOut {
    /// Who asks, if that is said.
    pub by: Option<Arc<Admission>>,
    /// Where the browser would go on.
    pub back: Option<Url>,
    /// Languages wanted, most wanted first.
    pub ui_locales: Vec<String>,
    /// The request, sealed; the page's form sends it back.
    pub ticket: String,
}

/// What a sign-out did.
#[derive(Default)]
pub struct SignedOut {
    /// The relying parties that are told, and how.
    pub told: Vec<SignedOutAt>,
    /// Who asked.
    pub by: Option<Arc<Admission>>,
    /// Where the browser goes on.
    pub back: Option<Url>,
    /// Whether it goes there by itself: when it is sure who asked, or the person agreed.
    pub goes: bool,
    /// Languages wanted, most wanted first.
    pub ui_locales: Vec<String>,
}

/// A relying party that is told.
pub struct SignedOutAt {
    /// Which.
    pub by: Arc<Admission>,
    /// What the person's browser loads, if it is told that way.
    pub frame: Option<Url>,
}

/// A request as it travels with the page that asks.
#[derive(Deserialize, Serialize)]
struct Ticket {
    client: Option<ClientId>,
    go_on: Option<GoOn>,
    ui_locales: Vec<String>,
}

impl Platform {
    /// A relying party's request, as the query of `/end-session`.
    ///
    /// RP-Initiated Logout 1.0 §6: "Logout requests without a valid `id_token_hint` value are a potential means of denial of
    /// service; therefore, OPs should obtain explicit confirmation from the End-User before acting upon them."
    pub async fn end_session(
        &self,
        session: Option<&Session>,
        query: &str,
    ) -> Result<EndSession, Error> {
        let request = EndSessionRequest::parse(query)?;
        let hinted = self.hinted_session(&request.hint);
        let client = match (&hinted, &request.client_id) {
            // RP-Initiated Logout 1.0 §2: "When both client_id and id_token_hint are present, the OP MUST verify that the
            // Client Identifier matches the one used when issuing the ID Token."
            (Some(hinted), Some(named)) if hinted.aud != *named => return Err(ANOTHER.into()),
            (Some(hinted), _) => Some(&hinted.aud),
            (None, named) => named.as_ref(),
        };
        let by = match client {
            Some(id) => Some(self.served(id.as_str(), unknown_client()).await?),
            None => None,
        };
        let go_on = request.go_on(by.as_deref().map(|by| &by.client))?;
        // RP-Initiated Logout 1.0 §4: what failed to validate is not acted upon, and nobody is redirected for it.
        let go_on = match (&request.hint, &hinted) {
            (Hint::Malformed | Hint::Unverified(_), None) => None,
            _ => go_on,
        };
        let back = go_on.as_ref().map(GoOn::url);
        let goes = hinted.is_some();
        let ui_locales = request.ui_locales;
        let Some(session) = session else {
            let done = SignedOut { by, back, goes, ui_locales, told: Vec::new() };
            return Ok(EndSession::Done(done.into()));
        };
        if let (Some(hinted), Some(by)) = (&hinted, &by)
            && self.is_meant(session, hinted, by).await?
        {
            let told = self.sign_out_but(session, Some(by.client.id.as_str())).await?;
            let done = SignedOut { told, by: Some(Arc::clone(by)), back, goes, ui_locales };
            return Ok(EndSession::Done(done.into()));
        }
        let client = by.as_ref().map(|by| by.client.id.clone());
        let ticket = Ticket { client, go_on, ui_locales: ui_locales.clone() };
        let ticket = self.seal(Kind::SignOut, session.id(), &ticket)?;
        Ok(EndSession::Ask(AskedToSignOut { by, back, ui_locales, ticket }.into()))
    }

    /// The person agrees to what a relying party asked.
    pub async fn confirm_sign_out(
        &self,
        session: &Session,
        ticket: &str,
    ) -> Result<SignedOut, Error> {
        let ticket: Ticket = self.open(Kind::SignOut, session.id(), ticket)?;
        let by = match &ticket.client {
            Some(id) => Some(self.served(id.as_str(), unknown_client()).await?),
            None => None,
        };
        let told = self.sign_out_but(session, None).await?;
        let back = ticket.go_on.as_ref().map(GoOn::url);
        Ok(SignedOut { told, by, back, goes: true, ui_locales: ticket.ui_locales })
    }

    /// The person signs out here: the session ends, also where a copy of it lies.
    pub async fn sign_out(&self, session: &Session) -> Result<SignedOut, Error> {
        let told = self.sign_out_but(session, None).await?;
        Ok(SignedOut { told, ..SignedOut::default() })
    }

    async fn sign_out_but(
        &self,
        session: &Session,
        but: Option<&str>,
    ) -> Result<Vec<SignedOutAt>, Error> {
        let (platform, now) = (self.clone(), self.now());
        let (hash, person, ends) = (session.hash(), session.person, session.expires_at());
        let asked_by = but.map(str::to_owned);
        let served = self
            .inner()
            .store
            .write("sign out", async move |tx| {
                // In turn with redemptions, or one of them would be told of and forgotten.
                tx.hold_person(person).await?;
                let served = tx.served_by_session(&hash).await?;
                tx.end_session(&hash, ends).await?;
                platform.log_out(tx, &served, asked_by.as_deref(), None, now).await?;
                Ok::<_, Error>(served)
            })
            .await?;
        let mut told = Vec::new();
        for one in served.into_iter().filter(|one| but != Some(one.client.as_str())) {
            if let Some(by) = self.registered(&one.client).await? {
                let frame = self.front_channel_frame(&by, &one);
                told.push(SignedOutAt { by, frame });
            }
        }
        Ok(told)
    }

    /// What a browser loads to tell a relying party.
    ///
    /// Front-Channel Logout 1.0 §2: `iss` and `sid` go together.
    fn front_channel_frame(&self, by: &Admission, served: &ServedSession) -> Option<Url> {
        let mut url = by.client.metadata.frontchannel_logout_uri.as_ref()?.as_url().clone();
        url.query_pairs_mut()
            .append_pair("iss", self.issuer().as_str())
            .append_pair("sid", &served.sid);
        Some(url)
    }

    /// The ID token of ours in a hint; that it expired does not matter, for it lets nobody in.
    fn hinted_session(&self, hint: &Hint) -> Option<Hinted> {
        let Hint::Unverified(hint) = hint else { return None };
        let keys = self.keys().token_keys();
        let key = |kid: &str| keys.find(Some(kid)).map(Jwk::verifying_key);
        hint.session(self.issuer(), key).ok()
    }

    /// Is it this session that the relying party means?
    async fn is_meant(
        &self,
        session: &Session,
        hinted: &Hinted,
        by: &Admission,
    ) -> Result<bool, Error> {
        if let Some(sid) = &hinted.sid {
            return Ok(*sid == session.sid(by.client.id.as_str()));
        }
        let (person, organisation) = (session.person, by.organisation.clone());
        let known = self
            .inner()
            .store
            .read(async move |tx| tx.app_identifier(person, &organisation).await)
            .await?;
        Ok(known.is_some_and(|known| known.as_str() == hinted.sub))
    }
}

const ANOTHER: OAuthError = ErrorCode::InvalidRequest.because(
    "hint_of_another_client",
    "client_id is not the client to which the id_token_hint was given",
);
