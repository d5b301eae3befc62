//! One connection of a relying party's, doing one kind of thing again and again.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::holder::Holder;
use crate::{
    http::{Answer, Connection},
    story::{Provider, challenge, text, unique},
};

/// What is done again and again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Act {
    LogIn,
    Refresh,
    Introspect,
    Credentials,
    /// A request is pushed, and never used.
    Push,
}

/// A relying party's connection and what it holds.
pub(crate) struct Worker {
    provider: Provider,
    connection: Connection,
    /// Sessions of the persons it serves in turn.
    cookies: Vec<String>,
    turn: usize,
    /// For a client of the FAPI 2.0 profile.
    holder: Option<Holder>,
    access_token: String,
    refresh_token: Option<String>,
    /// As whom it comes in turn, where it is not one client alone.
    parties: Option<std::iter::Cycle<std::ops::Range<u64>>>,
}

impl Worker {
    pub(crate) async fn new(provider: Provider, cookies: Vec<String>) -> Result<Self> {
        Ok(Self {
            connection: Connection::open(provider.origin.authority()).await?,
            holder: provider.fapi.then(Holder::new),
            provider,
            cookies,
            turn: 0,
            access_token: String::new(),
            refresh_token: None,
            parties: None,
        })
    }

    /// Comes as another of these parties each time.
    pub(crate) fn as_parties(&mut self, parties: std::ops::Range<u64>) {
        self.parties = Some(parties.cycle());
    }

    /// Everything an act needs beforehand.
    pub(crate) async fn prepare(&mut self, act: Act) -> Result<()> {
        match act {
            Act::Refresh | Act::Introspect => self.log_in().await,
            Act::LogIn | Act::Credentials | Act::Push => Ok(()),
        }
    }

    pub(crate) async fn once(&mut self, act: Act) -> Result<()> {
        match act {
            Act::LogIn => self.log_in().await,
            Act::Refresh => self.refresh().await,
            Act::Introspect => self.introspect().await,
            Act::Push => {
                if let Some(party) = self.parties.as_mut().and_then(Iterator::next) {
                    self.provider.client_id = super::many::name(party);
                }
                self.request().await.map(|_| ())
            }
            Act::Credentials => {
                let scope = self.provider.own_scope.clone();
                let fields = [("grant_type", "client_credentials"), ("scope", scope.as_str())];
                self.tokens(&fields).await
            }
        }
    }

    /// A whole login of the next person: request, redirect, code, tokens, userinfo.
    async fn log_in(&mut self) -> Result<()> {
        let cookies =
            self.cookies.get(self.turn % self.cookies.len()).context("a session")?.clone();
        self.turn += 1;
        let (path, verifier) = self.request().await?;
        let answer = self.connection.get(&path, &[("cookie", &cookies)]).await?;
        let location = answer.location().with_context(|| {
            format!("no redirect: {} {}", answer.status, String::from_utf8_lossy(&answer.body))
        })?;
        let code = self.provider.code(&self.provider.origin.join(location)?)?;
        let redirect_uri = self.provider.redirect_uri.clone();
        self.tokens(&[
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", &redirect_uri),
            ("code_verifier", &verifier),
        ])
        .await?;
        self.userinfo().await
    }

    /// Where the browser is sent: the request itself, or the reference to a pushed one.
    pub(crate) async fn request(&mut self) -> Result<(String, String)> {
        if self.holder.is_none() {
            return Ok(self.provider.authorization());
        }
        let (verifier, nonce) = (unique(), unique());
        let (redirect_uri, scope) =
            (self.provider.redirect_uri.clone(), self.provider.scope.clone());
        let path = self.provider.push.clone();
        let answer = self
            .post(
                &path,
                &[
                    ("response_type", "code"),
                    ("redirect_uri", &redirect_uri),
                    ("scope", &scope),
                    ("state", "load"),
                    ("nonce", &nonce),
                    ("code_challenge", &challenge(&verifier)),
                    ("code_challenge_method", "S256"),
                ],
            )
            .await?;
        let pushed: Value = serde_json::from_slice(&answer.body)?;
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("client_id", &self.provider.client_id)
            .append_pair("request_uri", text(&pushed, "request_uri")?)
            .finish();
        Ok((format!("{}?{query}", self.provider.authorize), verifier))
    }

    async fn refresh(&mut self) -> Result<()> {
        let token = self.refresh_token.clone().context("a refresh token")?;
        self.tokens(&[("grant_type", "refresh_token"), ("refresh_token", &token)]).await
    }

    async fn introspect(&mut self) -> Result<()> {
        let (path, token) = (self.provider.introspect.clone(), self.access_token.clone());
        let answer = self.post_plainly(&path, &[("token", &token)]).await?;
        let said: Value = serde_json::from_slice(&answer.body)?;
        ensure!(said.get("active") == Some(&Value::Bool(true)), "introspected: {said}");
        Ok(())
    }

    async fn tokens(&mut self, fields: &[(&str, &str)]) -> Result<()> {
        let path = self.provider.token.clone();
        let answer = self.post(&path, fields).await?;
        let tokens: Value = serde_json::from_slice(&answer.body)?;
        text(&tokens, "access_token")?.clone_into(&mut self.access_token);
        if let Some(token) = tokens.get("refresh_token").and_then(Value::as_str) {
            self.refresh_token = Some(token.to_owned());
        }
        Ok(())
    }

    async fn userinfo(&mut self) -> Result<()> {
        let (path, uri) = (&self.provider.userinfo, self.provider.at(&self.provider.userinfo));
        for _ in 0..2 {
            let scheme = if self.holder.is_some() { "DPoP" } else { "Bearer" };
            let authorization = format!("{scheme} {}", self.access_token);
            let proof =
                self.holder.as_ref().map(|by| by.proof("GET", &uri, Some(&self.access_token)));
            let mut headers = vec![("authorization", authorization.as_str())];
            headers.extend(proof.as_deref().map(|proof| ("dpop", proof)));
            let answer = self.connection.get(path, &headers).await?;
            if self.holder.as_mut().is_some_and(|holder| holder.learn(&answer)) {
                continue;
            }
            ensure!(answer.status.is_success(), "userinfo: {}", answer.status);
            let claims: Value = serde_json::from_slice(&answer.body)?;
            return text(&claims, "sub").map(|_| ());
        }
        anyhow::bail!("userinfo wants ever another nonce")
    }

    /// Posts as the client, with proof where tokens are bound; a nonce asked for is given.
    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Answer> {
        let uri = self.provider.at(path);
        for _ in 0..2 {
            let proof = self.holder.as_ref().map(|holder| holder.proof("POST", &uri, None));
            let headers: Vec<_> =
                proof.as_deref().map(|proof| ("dpop", proof)).into_iter().collect();
            let answer = self.connection.post(path, &headers, self.provider.form(fields)).await?;
            if self.holder.as_mut().is_some_and(|holder| holder.learn(&answer)) {
                continue;
            }
            return well(path, answer);
        }
        anyhow::bail!("{path} wants ever another nonce")
    }

    async fn post_plainly(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Answer> {
        let answer = self.connection.post(path, &[], self.provider.form(fields)).await?;
        well(path, answer)
    }
}

fn well(path: &str, answer: Answer) -> Result<Answer> {
    let said = || String::from_utf8_lossy(&answer.body).into_owned();
    ensure!(answer.status.is_success(), "{path}: {} {}", answer.status, said());
    Ok(answer)
}
