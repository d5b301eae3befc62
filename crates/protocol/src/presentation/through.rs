//! A question that the platform asks for a relying party that cannot ask itself: what the relying party sends and is answered.
//!
//! The messages between relying party and platform are ours; between platform and wallet everything is `OpenID4VP`.

mod refusals;

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Query,
    dc_api::{self, Data, Origin},
    transaction_data::{AGREEMENT, TransactionData},
};
use crate::{
    oauth::{
        Carried,
        client::Client,
        client_authentication::Credentials,
        error::{ErrorCode, OAuthError},
        parameters::Parameters,
        redirect_uri::RedirectUri,
    },
    oidc::{id_token::Outcome, scope::Scope},
};

pub use refusals::{
    answered, declined, expired, fetched, mode_beyond, not_carried, pending, taken, uncertified,
    unknown, unreadable,
};

/// Where a relying party starts a question; with the question's reference after it, where a wallet fetches it.
pub const PATH: &str = "/presentations";

/// What follows the reference where the wallet's answer goes.
pub const ANSWER: &str = "/answer";

/// Where a relying party fetches what was answered.
pub const RESULT_PATH: &str = "/presentation-result";

/// What the query calls the one credential.
pub const CERTIFICATE: &str = "certificate";

/// How long a relying party waits between two tries.
const INTERVAL: SignedDuration = SignedDuration::from_secs(2);

/// Longest nonce of a wallet.
const LONGEST_NONCE: usize = 128;

/// A relying party starts a question.
pub struct StartRequest<'a> {
    /// What the client presents to prove who it is.
    pub credentials: Credentials,
    parameters: Parameters<'a>,
}

impl<'a> StartRequest<'a> {
    /// Reads what came with the form, and the form.
    pub fn parse(carried: Carried<'_>, form: &'a str) -> Result<Self, OAuthError> {
        let parameters = Parameters::form(form)?;
        Ok(Self { credentials: Credentials::carried(carried, &parameters)?, parameters })
    }

    /// The scene, and what is asked in it.
    pub fn scope(&self) -> Result<Scope, OAuthError> {
        Scope::read(self.parameters.required("scope")?)
    }

    /// Is the question to be asked under the platform's certificate, for wallets that believe certificates only?
    pub fn by_certificate(&self, way: Way<'_>) -> Result<bool, OAuthError> {
        match (self.parameters.value("client_id_prefix"), way) {
            (None | Some("verifier_attestation"), _) => Ok(false),
            (Some("x509_hash"), Way::Posted(_)) => Ok(true),
            _ => Err(PREFIX_UNFIT),
        }
    }

    /// How the answer is to come. Where the browser goes on is registered; so is where the page comes from that asks.
    pub fn way<'c>(&self, client: &'c Client) -> Result<Way<'c>, OAuthError> {
        let value = |name| self.parameters.value(name);
        match (value("response_mode"), value("redirect_uri"), value("origin")) {
            (None | Some("direct_post.jwt"), None, None) => Ok(Way::Posted(None)),
            (None | Some("direct_post.jwt"), Some(uri), None) => client
                .redirect_uri(uri)
                .map(|uri| Way::Posted(Some(uri)))
                .ok_or(ErrorCode::InvalidRequest.because(
                    "redirect_uri_unknown",
                    "redirect_uri is not one the client registered",
                )),
            (Some(dc_api::RESPONSE_MODE), None, Some(origin)) => {
                let from = |uri: &&RedirectUri| {
                    uri.as_url().origin().ascii_serialization() == origin
                        && Origin::parse(origin).is_ok()
                };
                client.redirect_uris.iter().find(from).map(Way::Page).ok_or(ORIGIN_UNKNOWN)
            }
            _ => Err(NO_WAY),
        }
    }

    /// What the person is to agree to with the answer: of the platform's kind, in this scene.
    ///
    /// `OpenID4VP` §5.1, of `transaction_data`: "Non-empty array of strings, where each string is a base64url-encoded JSON object".
    pub fn transaction_data(
        &self,
        query: &Query,
        scene: &str,
    ) -> Result<Vec<TransactionData>, OAuthError> {
        let Some(texts) = self.parameters.value("transaction_data") else { return Ok(Vec::new()) };
        if texts.len() > LONGEST_TRANSACTIONS {
            return Err(TRANSACTION_REFUSED);
        }
        let texts: Vec<String> =
            formats::json::read(texts.as_bytes()).map_err(|_| TRANSACTION_REFUSED)?;
        let all = TransactionData::read_all(&texts, query, &[AGREEMENT]);
        let all = all.map_err(|_| TRANSACTION_REFUSED)?;
        let here =
            |one: &TransactionData| one.agreement.as_ref().is_some_and(|it| it.scene == scene);
        if all.iter().all(here) { Ok(all) } else { Err(TRANSACTION_REFUSED) }
    }
}

/// The longest transactions taken, all together: they travel in the question's address, which becomes a picture.
const LONGEST_TRANSACTIONS: usize = 1024;

/// How the answer comes to the relying party.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Way<'c> {
    /// The wallet posts it to the platform; the browser beside it goes on here, if it is on the same device.
    Posted(Option<&'c RedirectUri>),
    /// Through the browser's credential API, to this page of the relying party's.
    Page(&'c RedirectUri),
}

/// What a relying party is answered: a link for the wallet, and a handle that it keeps to itself.
#[derive(Clone, Debug, Serialize)]
pub struct StartResponse {
    presentation: String,
    #[serde(flatten)]
    way: Begun,
    expires_in: i64,
}

#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum Begun {
    Posted { link: String, interval: i64 },
    Page { request: Value },
}

impl StartResponse {
    /// The answer for a question with this handle, of the client `client_id` (with its prefix), to be fetched at `request_uri`.
    pub fn new(handle: String, client_id: &str, request_uri: &str, life: SignedDuration) -> Self {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("client_id", client_id).append_pair("request_uri", request_uri);
        // `OpenID4VP` §5.10: the wallet may bring a nonce of its own then.
        query.append_pair("request_uri_method", "post");
        let link = format!("openid4vp://?{}", query.finish());
        let way = Begun::Posted { link, interval: INTERVAL.as_secs() };
        Self { presentation: handle, way, expires_in: life.as_secs() }
    }

    /// The answer for a question that a page of the relying party's hands to the browser.
    pub fn for_page(handle: String, data: &Data, life: SignedDuration) -> Self {
        let way = Begun::Page { request: dc_api::for_the_browser(data) };
        Self { presentation: handle, way, expires_in: life.as_secs() }
    }

    /// The handle.
    pub fn handle(&self) -> &str {
        &self.presentation
    }

    /// The link, for the same device or as a picture for another; nothing of a page's.
    pub fn link(&self) -> &str {
        match &self.way {
            Begun::Posted { link, .. } => link,
            Begun::Page { .. } => "",
        }
    }
}

/// The query for these claims of a net certificate.
pub fn query(vct: &str, claims: &[String]) -> Value {
    let mut certificate = json!({
        "id": CERTIFICATE, "format": "dc+sd-jwt", "meta": {"vct_values": [vct]},
    });
    if let Some(members) = certificate.as_object_mut().filter(|_| !claims.is_empty()) {
        let paths: Vec<_> = claims.iter().map(|claim| json!({"path": [claim]})).collect();
        members.insert("claims".to_owned(), paths.into());
    }
    json!({"credentials": [certificate]})
}

/// The nonce that a wallet brought when it fetched the question, if it did (`OpenID4VP` §5.10).
pub fn wallet_nonce(form: &str) -> Result<Option<String>, OAuthError> {
    let parameters = Parameters::form(form)?;
    let Some(nonce) = parameters.value("wallet_nonce") else { return Ok(None) };
    if nonce.len() > LONGEST_NONCE || !nonce.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(ErrorCode::InvalidRequest.because(
            "wallet_nonce_malformed",
            "wallet_nonce is too long, or not of visible ASCII",
        ));
    }
    Ok(Some(nonce.to_owned()))
}

/// What a wallet posts.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Posted {
    /// An answer, encrypted.
    Answer(String),
    /// `OpenID4VP` §8.5: it does not answer; `state` says to what.
    Declined(String),
}

impl Posted {
    /// Reads the form.
    pub fn read(form: &str) -> Result<Self, OAuthError> {
        // A form is 64 KiB at the most, so that an answer is; where it is opened there is room for more, as relying parties' own doors may be wider.
        let parameters = Parameters::form(form)?;
        match (parameters.value("response"), parameters.value("error")) {
            (Some(response), None) => Ok(Self::Answer(response.to_owned())),
            (None, Some(_)) => Ok(Self::Declined(parameters.required("state")?.to_owned())),
            _ => Err(ErrorCode::InvalidRequest.because(
                "presentation_missing",
                "the form holds neither one answer nor one error",
            )),
        }
    }
}

/// What a wallet is answered (`OpenID4VP` §8.2).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Accepted {
    /// Where the browser goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_uri: Option<String>,
}

/// A relying party fetches a result.
pub struct ResultRequest {
    /// What the client presents to prove who it is.
    pub credentials: Credentials,
    /// The handle it was given.
    pub handle: String,
    /// What the browser brought back, where it does.
    pub response_code: Option<String>,
    /// What the wallet gave the page, where a page asked: the credential's `data`.
    pub answer: Option<String>,
}

impl ResultRequest {
    /// Reads what came with the form, and the form.
    pub fn parse(carried: Carried<'_>, form: &str) -> Result<Self, OAuthError> {
        let parameters = Parameters::form(form)?;
        Ok(Self {
            credentials: Credentials::carried(carried, &parameters)?,
            handle: parameters.required("presentation")?.to_owned(),
            response_code: parameters.value("response_code").map(str::to_owned),
            answer: parameters.value("answer").map(str::to_owned),
        })
    }
}

/// What a relying party is told; there is nothing else, and no identifier among it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ResultResponse {
    /// Passed or not: not, if an age that was asked is not reached.
    pub result: Outcome,
    /// For which scene.
    pub scene: String,
    /// What was asked, yes or no.
    pub attributes: BTreeMap<String, bool>,
    /// What the person agreed to, as the relying party sent it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transaction_data: Vec<String>,
    /// The receipt, where the client registered to keep them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
}

const ORIGIN_UNKNOWN: OAuthError = ErrorCode::InvalidRequest.because(
    "origin_unknown",
    "origin is not the https origin of a redirect_uri the client registered",
);

const PREFIX_UNFIT: OAuthError = ErrorCode::InvalidRequest.because(
    "client_id_prefix_unfit",
    "client_id_prefix is verifier_attestation, or x509_hash where no page asks",
);

const NO_WAY: OAuthError = ErrorCode::InvalidRequest.because(
    "response_mode_unfit",
    "response_mode is direct_post.jwt, with redirect_uri or without, or dc_api.jwt with origin",
);

const TRANSACTION_REFUSED: OAuthError = ErrorCode::InvalidRequest.because(
    "transaction_data_malformed",
    "transaction_data is no short array of agreements in the scene that is asked",
);
