//! The parties the platform asks, over HTTP: each adapter speaks one small JSON dialogue and keeps
//! nothing.

mod breaker;
mod faces;
mod failure;
mod messages;
#[cfg(feature = "faces")]
mod models;
mod portrait;
mod registry;
mod relying_parties;
mod transport;

use std::sync::Arc;

use formats::Secret;
use reqwest::{Client, StatusCode};
use serde::{Serialize, de::DeserializeOwned};
use service::World;
use url::Url;

use crate::tls::OwnCertificate;
use crate::{RealWorld, config};
use breaker::{Breaker, LeftAlone};
use transport::Patience;

pub(crate) use self::faces::Faces;
pub(crate) use failure::PartyError;
pub(crate) use messages::Messages;
#[cfg(feature = "faces")]
pub(crate) use models::{LocalModels, NoModels};
pub(crate) use portrait::Portraits;
pub(crate) use registry::Registry;
pub(crate) use relying_parties::Callback;

/// The largest answer read.
const ANSWER_MAX: usize = 64 * 1024;

/// One outside party.
struct Party {
    client: Client,
    own: Option<Arc<OwnCertificate>>,
    url: Url,
    token: Option<Secret<String>>,
    breaker: Breaker,
    world: Arc<dyn World>,
}

/// An answer's status and body.
struct Answer {
    status: StatusCode,
    body: Secret<Vec<u8>>,
}

impl Party {
    fn new(outside: &config::Outside) -> Result<Self, PartyError> {
        Self::in_world(outside, Patience::default(), Arc::new(RealWorld))
    }

    fn in_world(
        outside: &config::Outside,
        patience: Patience,
        world: Arc<dyn World>,
    ) -> Result<Self, PartyError> {
        let (client, own) = transport::client(outside.tls.as_ref(), patience, world.clone())?;
        let (url, token) = (outside.url.clone(), outside.token.clone());
        Ok(Self { client, own, url, token, breaker: Breaker::default(), world })
    }

    /// The certificate we show it.
    fn own(&self) -> Option<Arc<OwnCertificate>> {
        self.own.clone()
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
        let mut response = request.send().await?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
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
#[cfg(test)]
mod tls_party;
#[cfg(test)]
mod tls_tests;
