//! HTTP for the OpenID Connect client: `reqwest` behind the client library's own trait, bounded and without redirects.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use openidconnect::http::{
    self,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE},
};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use url::Url;

/// Longest answer read: a discovery document or a key set.
const LONGEST_ANSWER: usize = 64 * 1024;
/// A platform that takes longer than this is away.
const PATIENCE: Duration = Duration::from_secs(10);

/// A client of the platform.
#[derive(Clone, Debug)]
pub(super) struct Http(reqwest::Client);

/// What may go wrong on the way.
#[derive(Debug, thiserror::Error)]
pub(super) enum HttpError {
    #[error("the request was not answered")]
    Unanswered(#[from] reqwest::Error),
    #[error("the answer is longer than {LONGEST_ANSWER} bytes")]
    TooLong,
    #[error("the answer is not HTTP")]
    Malformed(#[from] http::Error),
}

impl Http {
    pub(super) fn new() -> Result<Self, reqwest::Error> {
        // The client library's documentation: "Following redirects opens the client up to SSRF vulnerabilities."
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .no_proxy();
        client.build().map(Self)
    }

    /// Asks for a document.
    pub(super) async fn get(&self, url: &Url) -> Result<HttpResponse, HttpError> {
        let request = http::Request::get(url.as_str()).header(ACCEPT, "application/json");
        self.send(request.body(Vec::new())?).await
    }

    /// Sends a form, with what shows whose it is if that stands in a header.
    pub(super) async fn post(
        &self,
        url: &Url,
        form: String,
        authorization: Option<String>,
    ) -> Result<HttpResponse, HttpError> {
        let request = http::Request::post(url.as_str())
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let request = match authorization {
            Some(authorization) => request.header(AUTHORIZATION, authorization),
            None => request,
        };
        self.send(request.body(form.into_bytes())?).await
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let mut answer = self.0.execute(request.try_into()?).await?;
        let mut response = http::Response::builder().status(answer.status());
        if let Some(headers) = response.headers_mut() {
            headers
                .extend(answer.headers().iter().map(|(name, value)| (name.clone(), value.clone())));
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            if body.len() + chunk.len() > LONGEST_ANSWER {
                return Err(HttpError::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(response.body(body)?)
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}
