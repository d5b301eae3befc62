//! What a pretended phone asks of the sandbox's other parties: a card's answer, and the messages to a number.

use std::time::Duration;

use reqwest::{Client, RequestBuilder};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use service::{CardEvidence, Error, Refusal};
use url::Url;

use crate::{App, Tour};

/// They stand beside us; if one takes longer, it is not there.
const PATIENCE: Duration = Duration::from_secs(5);

/// The registry's machine interface and the inbox's.
#[derive(Clone, Default)]
pub(super) struct Neighbours(Client);

/// An invented person, as far as a phone needs to know.
#[derive(Deserialize)]
pub(super) struct Invented {
    /// The number of the card.
    pub(super) index: u32,
    /// Where messages go.
    pub(super) phone: String,
    /// The cards of the guardians.
    pub(super) guardians: Vec<u32>,
}

#[derive(Deserialize)]
struct Letter {
    code: String,
}

impl Neighbours {
    /// The person whose card has this number.
    pub(super) async fn person(&self, app: &App, index: u32) -> Result<Invented, Error> {
        let url = at(&tour(app)?.cards, &format!("/api/people/{index}"))?;
        read(self.0.get(url)).await
    }

    /// The person's card answers a challenge.
    pub(super) async fn answer(
        &self,
        app: &App,
        index: u32,
        challenge: &str,
    ) -> Result<CardEvidence, Error> {
        let url = at(&tour(app)?.cards, &format!("/api/people/{index}/answer"))?;
        let question = json!({ "challenge": challenge, "audience": app.issuer().as_str() });
        read(self.0.post(url).json(&question)).await
    }

    /// The code in the newest message to this number.
    pub(super) async fn code(&self, app: &App, phone: &str) -> Result<String, Error> {
        let mut url = at(&tour(app)?.inbox, "/api/inbox")?;
        url.query_pairs_mut().append_pair("phone", phone);
        let letters: Vec<Letter> = read(self.0.get(url)).await?;
        letters.into_iter().next().map(|letter| letter.code).ok_or_else(away)
    }
}

fn tour(app: &App) -> Result<&Tour, Error> {
    app.tour().ok_or_else(away)
}

fn at(base: &str, path: &str) -> Result<Url, Error> {
    Url::parse(base).and_then(|base| base.join(path)).map_err(|_| away())
}

async fn read<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, Error> {
    let answer = request.timeout(PATIENCE).send().await.map_err(|_| away())?;
    if answer.status().as_u16() == 404 {
        return Err(Refusal::DocumentUnknown.into());
    }
    answer.json().await.map_err(|_| away())
}

fn away() -> Error {
    Refusal::OutsideAway { party: "the sandbox" }.into()
}
