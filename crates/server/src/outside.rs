//! The parties the platform asks, over HTTP: each adapter speaks one small JSON dialogue and keeps
//! nothing.

mod breaker;
mod faces;
mod messages;
#[cfg(feature = "faces")]
mod models;
mod portrait;
mod registry;

use std::sync::Arc;
use std::time::Duration;

use formats::Secret;
use reqwest::{Client, StatusCode, redirect};
use serde::{Serialize, de::DeserializeOwned};
use service::{OutsideError, World};
use url::Url;

use crate::{RealWorld, config};
use breaker::{Breaker, LeftAlone};

pub(crate) use self::faces::Faces;
pub(crate) use messages::Messages;
#[cfg(feature = "faces")]
pub(crate) use models::{LocalModels, NoModels};
pub(crate) use portrait::Portraits;
pub(crate) use registry::Registry;

/// How long an outside party may take, from connecting to the last byte.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// How long it may take to be connected to: a host that is gone is found out sooner than one that is slow.
const CONNECTED_WITHIN: Duration = Duration::from_secs(2);

/// The largest answer read.
const ANSWER_MAX: usize = 64 * 1024;

/// One outside party.
struct Party {
    client: Client,
    url: Url,
    token: Option<Secret<String>>,
    breaker: Breaker,
    world: Arc<dyn World>,
}

/// Why a party's answer is of no use. It never holds what was asked or answered: that is about a
/// person.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PartyError {
    #[error("its address cannot be used")]
    Address,
    #[error("it failed several times in a row and is left alone for a moment")]
    LeftAlone,
    #[error("it cannot be reached")]
    Unreached(#[source] reqwest::Error),
    #[error("its answer is larger than {ANSWER_MAX} bytes")]
    TooLarge,
    #[error("it answered {0}, which is not expected")]
    Status(StatusCode),
    #[error("its answer is not of the expected form")]
    Form,
}

impl From<PartyError> for OutsideError {
    fn from(error: PartyError) -> Self {
        Self(error.into())
    }
}

/// An answer's status and body.
struct Answer {
    status: StatusCode,
    body: Secret<Vec<u8>>,
}

impl Party {
    fn new(outside: &config::Outside) -> Result<Self, PartyError> {
        Self::in_world(outside, Arc::new(RealWorld))
    }

    fn in_world(outside: &config::Outside, world: Arc<dyn World>) -> Result<Self, PartyError> {
        let client = Client::builder()
            .connect_timeout(CONNECTED_WITHIN)
            .timeout(ANSWER_WITHIN)
            // A party that moves says so to the operator, not to us.
            .redirect(redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(PartyError::Unreached)?;
        let (url, token) = (outside.url.clone(), outside.token.clone());
        Ok(Self { client, url, token, breaker: Breaker::default(), world })
    }

    /// Posts `question` to `path` below the party's address, unless the party is left alone.
    async fn ask(&self, path: &str, question: &impl Serialize) -> Result<Answer, PartyError> {
        self.breaker.admit(self.world.now()).map_err(|LeftAlone| PartyError::LeftAlone)?;
        let answer = self.post(path, question).await;
        if answer.as_ref().is_ok_and(|answer| !answer.status.is_server_error()) {
            self.breaker.answered();
        } else {
            self.breaker.failed(self.world.now());
        }
        answer
    }

    /// The same for a question that changes nothing wherever it arrives: asked once more if the first went unanswered.
    async fn ask_again(&self, path: &str, question: &impl Serialize) -> Result<Answer, PartyError> {
        match self.ask(path, question).await {
            Ok(answer) if !answer.status.is_server_error() => Ok(answer),
            Err(PartyError::LeftAlone) => Err(PartyError::LeftAlone),
            Ok(_) | Err(_) => self.ask(path, question).await,
        }
    }

    async fn post(&self, path: &str, question: &impl Serialize) -> Result<Answer, PartyError> {
        let mut url = self.url.clone();
        url.path_segments_mut().map_err(|()| PartyError::Address)?.pop_if_empty().push(path);
        let mut request = self.client.post(url).json(question);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token.expose());
        }
        // The address may say whom we ask about; it stays out of the error.
        let unreached = |error: reqwest::Error| PartyError::Unreached(error.without_url());
        let mut response = request.send().await.map_err(unreached)?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(unreached)? {
            if body.len() + chunk.len() > ANSWER_MAX {
                return Err(PartyError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status: response.status(), body: Secret::new(body) })
    }
}

impl Answer {
    fn read<T: DeserializeOwned>(&self) -> Result<T, PartyError> {
        serde_json::from_slice(self.body.expose()).map_err(|_| PartyError::Form)
    }
}

#[cfg(test)]
mod tests;
