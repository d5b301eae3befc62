//! The platform over HTTP: JSON there and back, bounded, with the patience of a person.

use std::{future::Future, time::Duration};

use formats::JwkSet;
use jiff::Timestamp;
use protocol::oauth::issuer::Issuer;
use reqwest::{Client, Method, RequestBuilder, Response, redirect::Policy};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tokio::runtime::{Builder, Runtime};
use yinzheng_wallet::{Carrier, Failed, Incoming, Lost, Outgoing};
use zeroize::Zeroizing;

use crate::{failure::Failure, language::Language, world};

/// How long connecting may take, and a whole call: verifying a document takes the platform some milliseconds, sending a
/// code to a telephone some seconds.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const CALL_TIMEOUT: Duration = Duration::from_secs(30);

/// Longest answer that is read.
const LONGEST_ANSWER: usize = 256 * 1024;

/// A platform, and the enrolment in flight there.
pub(crate) struct Platform {
    language: Language,
    issuer: Issuer,
    client: Client,
    runtime: Runtime,
    token: Option<Zeroizing<String>>,
}

/// RFC 9457, as far as it is read.
#[derive(Deserialize)]
struct Problem {
    code: Option<String>,
    title: Option<String>,
    reference: Option<String>,
}

impl Platform {
    /// The platform at this address.
    pub(crate) fn at(language: Language, address: &str) -> Result<Self, Failure> {
        let issuer = address.trim_end_matches('/').parse().map_err(|_| Failure::Address)?;
        Self::of(language, issuer)
    }

    /// The platform with this name.
    pub(crate) fn of(language: Language, issuer: Issuer) -> Result<Self, Failure> {
        let client = Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(CALL_TIMEOUT)
            // Whoever redirects is not the platform that was named.
            .redirect(Policy::none())
            .build()
            .map_err(|_| Failure::Away)?;
        let runtime =
            Builder::new_current_thread().enable_all().build().map_err(|_| Failure::Away)?;
        Ok(Self { language, issuer, client, runtime, token: None })
    }

    /// Its name.
    pub(crate) fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// From now on every call says which enrolment it is about.
    pub(crate) fn remember(&mut self, token: Zeroizing<String>) {
        self.token = Some(token);
    }

    /// Calls are about no enrolment any more.
    pub(crate) fn forget(&mut self) {
        self.token = None;
    }

    /// The keys it signs certificates with.
    pub(crate) fn keys(&self) -> Result<JwkSet, Failure> {
        self.call(self.client.get(self.issuer.at("/jwks/certificates")))
    }

    /// Reads JSON.
    pub(crate) fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        self.call(self.client.get(self.issuer.at(path)))
    }

    /// Reads JSON that has words in it.
    pub(crate) fn get_in<T: DeserializeOwned>(
        &self,
        language: Language,
        path: &str,
    ) -> Result<T, Failure> {
        let request = self.client.get(self.issuer.at(path));
        self.call(request.header("accept-language", language.tag()))
    }

    /// Sends JSON, and reads JSON.
    pub(crate) fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Failure> {
        self.call(self.client.post(self.issuer.at(path)).json(body))
    }

    /// Sends a form without following where it leads: the status, and what the headers set as cookies.
    pub(crate) fn page(&self, request: &Page<'_>) -> Result<Answer, Failure> {
        let builder = match request.form {
            None => self.client.get(self.issuer.at(request.path)),
            Some(form) => self
                .client
                .post(self.issuer.at(request.path))
                .header("origin", self.issuer.as_str())
                .header("content-type", "application/x-www-form-urlencoded")
                .body(form.as_str().to_owned()),
        };
        let builder = match request.cookie {
            Some(cookie) => builder.header("cookie", cookie),
            None => builder,
        };
        self.runtime.block_on(async {
            let mut response = builder.send().await.map_err(|_| Failure::Away)?;
            let cookies = response
                .headers()
                .get_all("set-cookie")
                .iter()
                .filter_map(|value| value.to_str().ok()?.split(';').next().map(str::to_owned))
                .collect();
            let status = response.status().as_u16();
            let body = body_of(&mut response).await.map_err(Failed::from)?;
            let body = String::from_utf8(body.to_vec()).map_err(|_| Failure::Odd)?;
            Ok(Answer { status, cookies, body })
        })
    }

    /// Waits for an exchange.
    pub(crate) fn wait<T>(&self, exchange: impl Future<Output = T>) -> T {
        self.runtime.block_on(exchange)
    }

    fn call<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Failure> {
        let request = request.header("accept", "application/json");
        let request = match &self.token {
            Some(token) => request.bearer_auth(token.as_str()),
            None => request,
        };
        self.runtime.block_on(async {
            let mut response = request.send().await.map_err(|_| Failure::Away)?;
            let good = response.status().is_success();
            let body = body_of(&mut response).await.map_err(Failed::from)?;
            if good {
                return serde_json::from_slice(&body).map_err(|_| Failure::Odd);
            }
            let problem: Problem = serde_json::from_slice(&body).map_err(|_| Failure::Odd)?;
            Err(Failure::Refused {
                code: problem.code.ok_or(Failure::Odd)?,
                title: problem.title.unwrap_or_default(),
                reference: problem.reference,
            })
        })
    }
}

/// Calls of an exchange go to the platform or to somebody else; they carry nothing about an enrolment.
impl Carrier for Platform {
    async fn carry(&self, call: Outgoing) -> Result<Incoming, Lost> {
        let method = if call.method == "POST" { Method::POST } else { Method::GET };
        let mut request = self.client.request(method, &call.address);
        for (name, value) in call.headers {
            request = request.header(name, value);
        }
        if let Some(body) = call.body {
            request = request.body(body.as_str().to_owned());
        }
        let mut response = request.send().await.map_err(|_| Lost::Away)?;
        let nonce = response.headers().get("dpop-nonce");
        let nonce = nonce.and_then(|nonce| nonce.to_str().ok()).map(str::to_owned);
        let status = response.status().as_u16();
        Ok(Incoming { status, nonce, body: body_of(&mut response).await? })
    }

    async fn wait(&self, time: Duration) {
        let seconds = time.as_secs().to_string();
        eprintln!("{}", self.language.with("progress-later", &[("seconds", &seconds)]));
        tokio::time::sleep(time).await;
    }

    fn now(&self) -> Timestamp {
        world::now()
    }

    fn fill(&self, bytes: &mut [u8]) {
        world::fill(bytes);
    }
}

/// A page as a browser would ask for it.
pub(crate) struct Page<'a> {
    pub(crate) path: &'a str,
    pub(crate) cookie: Option<&'a str>,
    pub(crate) form: Option<&'a Zeroizing<String>>,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) cookies: Vec<String>,
    pub(crate) body: String,
}

async fn body_of(response: &mut Response) -> Result<Zeroizing<Vec<u8>>, Lost> {
    let mut body = Zeroizing::new(Vec::new());
    while let Some(piece) = response.chunk().await.map_err(|_| Lost::Away)? {
        if body.len() + piece.len() > LONGEST_ANSWER {
            return Err(Lost::Odd);
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}
