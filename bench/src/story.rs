//! One login of a known person: authorize with a live session, redeem the code with `private_key_jwt`, userinfo.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use formats::{SigningKey, base64url, jws, mac::sha256};
use serde_json::{Value, json};
use url::Url;

use crate::http::Connection;

/// The provider under load and the client registered with it.
#[derive(Clone)]
pub(crate) struct Provider {
    pub(crate) origin: Url,
    pub(crate) issuer: String,
    pub(crate) authorize: String,
    pub(crate) token: String,
    pub(crate) userinfo: String,
    pub(crate) push: String,
    pub(crate) introspect: String,
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) scope: String,
    /// Scope of a token for the client itself.
    pub(crate) own_scope: String,
    /// Whether the client is held to the FAPI 2.0 profile.
    pub(crate) fapi: bool,
    pub(crate) key: SigningKey,
}

static DRAWN: AtomicU64 = AtomicU64::new(0);

/// Never the same twice in a run.
pub(crate) fn unique() -> String {
    let number = DRAWN.fetch_add(1, Ordering::Relaxed);
    base64url::encode(&sha256(format!("{}-{number}", std::process::id()).as_bytes()))
}

/// The PKCE challenge of a verifier.
pub(crate) fn challenge(verifier: &str) -> String {
    base64url::encode(&sha256(verifier.as_bytes()))
}

impl Provider {
    /// The same provider for another of its clients, which has the same key.
    pub(crate) fn client(&self, client_id: &str, scope: &str, fapi: bool) -> Self {
        Self { client_id: client_id.into(), scope: scope.into(), fapi, ..self.clone() }
    }

    /// The address of one of its paths.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.issuer.trim_end_matches('/'))
    }

    /// A form of the client's, with a fresh assertion.
    pub(crate) fn form(&self, fields: &[(&str, &str)]) -> String {
        url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .append_pair("client_id", &self.client_id)
            .append_pair(
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            )
            .append_pair("client_assertion", &self.assertion())
            .finish()
    }

    /// The path of an authorization request, and the verifier that belongs to it.
    pub(crate) fn authorization(&self) -> (String, String) {
        let verifier = unique();
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client_id)
            .append_pair("redirect_uri", &self.redirect_uri)
            .append_pair("scope", &self.scope)
            .append_pair("state", "load")
            .append_pair("nonce", &unique())
            .append_pair("code_challenge", &challenge(&verifier))
            .append_pair("code_challenge_method", "S256")
            .finish();
        (format!("{}?{query}", self.authorize), verifier)
    }

    fn assertion(&self) -> String {
        let now = jiff::Timestamp::now().as_second();
        let claims = json!({
            "iss": self.client_id, "sub": self.client_id, "aud": self.issuer,
            "jti": unique(), "iat": now, "exp": now + 60,
        });
        jws::sign(&self.key, &self.key.public().thumbprint(), "JWT", &claims)
    }

    /// The code in a redirect to the client.
    pub(crate) fn code(&self, to: &Url) -> Result<String> {
        ensure!(to.as_str().starts_with(&self.redirect_uri), "sent elsewhere: {to}");
        let code = to.query_pairs().find(|(name, _)| name == "code");
        Ok(code.with_context(|| format!("no code: {to}"))?.1.into_owned())
    }

    /// Redeems a code and asks userinfo; the person's identifier.
    pub(crate) async fn redeem(
        &self,
        connection: &mut Connection,
        code: &str,
        verifier: &str,
    ) -> Result<String> {
        let form = self.form(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", verifier),
        ]);
        let answer = connection.post(&self.token, &[], form).await?;
        ensure!(
            answer.status.is_success(),
            "token: {} {}",
            answer.status,
            String::from_utf8_lossy(&answer.body)
        );
        let tokens: Value = serde_json::from_slice(&answer.body)?;
        text(&tokens, "id_token")?;
        let bearer = format!("Bearer {}", text(&tokens, "access_token")?);
        let answer = connection.get(&self.userinfo, &[("authorization", &bearer)]).await?;
        ensure!(answer.status.is_success(), "userinfo: {}", answer.status);
        let claims: Value = serde_json::from_slice(&answer.body)?;
        Ok(text(&claims, "sub")?.to_owned())
    }

    /// One login on a live session.
    pub(crate) async fn log_in(
        &self,
        connection: &mut Connection,
        cookies: &str,
    ) -> Result<String> {
        let (path, verifier) = self.authorization();
        let answer = connection.get(&path, &[("cookie", cookies)]).await?;
        let location =
            answer.location().with_context(|| format!("no redirect: {}", answer.status))?;
        let code = self.code(&self.origin.join(location)?)?;
        self.redeem(connection, &code, &verifier).await
    }
}

/// A member of a JSON object that must be text.
pub(crate) fn text<'a>(object: &'a Value, member: &'static str) -> Result<&'a str> {
    object.get(member).and_then(Value::as_str).context(member)
}

/// What a run of logins came to.
pub(crate) struct Measured {
    pub(crate) logins: u64,
    pub(crate) wall: Duration,
    pub(crate) median: Duration,
    pub(crate) p99: Duration,
}

impl Measured {
    pub(crate) fn of(mut times: Vec<Duration>, wall: Duration) -> Self {
        times.sort_unstable();
        let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
        Self { logins: times.len() as u64, wall, median: at(50), p99: at(99) }
    }

    pub(crate) fn per_second(&self) -> f64 {
        rate(self.logins, self.wall)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts here are small")]
pub(crate) fn rate(count: u64, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

/// Logs in again and again from `clients` connections for `length`, each over the sessions dealt to it in turn.
pub(crate) async fn drive(
    provider: &Provider,
    sessions: &[String],
    clients: usize,
    length: Duration,
) -> Result<Measured> {
    let begun = Instant::now();
    let mut running = tokio::task::JoinSet::new();
    for client in 0..clients {
        let provider = provider.clone();
        let own: Vec<String> =
            sessions.iter().skip(client % sessions.len()).step_by(clients).cloned().collect();
        running.spawn(async move {
            let mut connection = Connection::open(provider.origin.authority()).await?;
            let mut times = Vec::new();
            for cookies in own.iter().cycle() {
                if begun.elapsed() >= length {
                    break;
                }
                let one = Instant::now();
                provider.log_in(&mut connection, cookies).await?;
                times.push(one.elapsed());
            }
            anyhow::Ok(times)
        });
    }
    let mut times = Vec::new();
    while let Some(done) = running.join_next().await {
        times.extend(done??);
    }
    Ok(Measured::of(times, begun.elapsed()))
}
