//! A wallet answers a question that the platform asked, and the relying party fetches what came of it: once.
//!
//! Everything is verified when the answer comes; what was presented is not kept. The platform could tell from a
//! credential's place in its list whose it is: it looks only whether the place is good.

use std::collections::BTreeMap;

use formats::{
    base64url,
    mac::{same, sha256},
    sd_jwt::StatusReference,
    status_list::mirror::Standing,
};
use jiff::Timestamp;
use protocol::{
    issuance::{STATUS_PATH, documents},
    oauth::{
        Carried,
        client_authentication::unknown_client,
        error::{ErrorCode, OAuthError},
    },
    oidc::id_token::Outcome,
    presentation::{
        Awaited, Proved, Unproved,
        response::BadResponse,
        through::{self, Accepted, Posted, ResultRequest, ResultResponse},
        transaction_data::{AGREEMENT, TransactionData},
        verify::Issuer,
    },
};
use rules::Mode;
use serde::{Deserialize, Serialize};
use store::{Authentication, Tx, authentication::Answered};
use url::Url;

use crate::{
    Admission, Error, Platform,
    ask_presentation::{Drawn, Handle, Questioned},
    enrol::instant,
    receipt::Said,
    references::Kind,
};

/// What came of a question, as it waits for its relying party.
#[derive(Deserialize, Serialize)]
pub(crate) struct Outgoing {
    pub(crate) scene: String,
    /// What was proved; nothing, if the person declined.
    pub(crate) told: Option<BTreeMap<String, bool>>,
    /// What was agreed to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) agreed: Vec<String>,
    pub(crate) at: i64,
}

/// To whom an answer must be made out.
#[derive(Clone, Copy)]
pub(crate) struct Addressed<'a> {
    pub(crate) audience: &'a str,
    pub(crate) state: Option<&'a str>,
}

impl Platform {
    /// `form` is the body of `POST /presentations/{reference}/answer`.
    pub async fn hear_presentation(&self, reference: &str, form: &str) -> Result<Accepted, Error> {
        let questioned = self.questioned(reference)?;
        self.served(&questioned.client, unknown_client()).await?;
        let drawn = questioned.drawn()?;
        let told = match Posted::read(form)? {
            Posted::Answer(response) => {
                let audience = questioned.client_id();
                let to = Addressed { audience: &audience, state: Some(&drawn.state) };
                let proved = self.proved(&questioned, &drawn, to, &response).await?;
                proved.map(|proved| told(&questioned, &proved))
            }
            Posted::Declined(state) if same(state.as_bytes(), drawn.state.as_bytes()) => None,
            Posted::Declined(_) => return Err(ANOTHER_STATE.into()),
        };
        let now = self.now();
        let outgoing = Outgoing {
            scene: questioned.scene.clone(),
            told,
            agreed: questioned.transaction_data.clone(),
            at: now.as_second(),
        };
        let sealed = self.seal_bytes(Kind::PresentationResult, &drawn.question, &outgoing)?;
        // A browser that is sent on brings this back: whoever else holds the handle lacks it.
        let back = questioned.redirect_uri.as_deref().map(|uri| (uri, self.world().draw::<32>()));
        let code = back.map(|(_, code)| base64url::encode(&code)).unwrap_or_default();
        let (code_hash, expires_at) = (sha256(code.as_bytes()), questioned.expires_at()?);
        let question = drawn.question;
        let lay = async move |tx: &Tx<Authentication>| {
            tx.answer_question(&question, &code_hash, &sealed, expires_at).await
        };
        if !self.inner().store.write("a wallet answers a question", lay).await? {
            return Err(through::answered().into());
        }
        let redirect_uri = back.map(|(uri, _)| sent_on(uri, &code)).transpose()?;
        Ok(Accepted { redirect_uri })
    }

    /// Everything an answer must hold, by the function that relying parties embed; nothing, if it says that its holder declined.
    pub(crate) async fn proved(
        &self,
        questioned: &Questioned,
        drawn: &Drawn,
        to: Addressed<'_>,
        response: &str,
    ) -> Result<Option<Vec<Proved>>, Error> {
        let now = self.now();
        let vct = documents::vct(self.issuer());
        let (query, keys) = (self.query(&questioned.claims)?, self.keys().certificate_keys());
        let transactions = match questioned.transaction_data.as_slice() {
            [] => Vec::new(),
            texts => TransactionData::read_all(texts, &query, &[AGREEMENT])
                .map_err(|cause| Error::fault("reading one's own transactions", cause))?,
        };
        let awaited = Awaited {
            audience: to.audience,
            nonce: &drawn.nonce,
            state: to.state,
            query: &query,
            transaction_data: &transactions,
        };
        let issuer = Issuer { issuer: self.issuer().as_str(), vct: &vct, keys: &keys };
        let unchecked = match awaited.open(response, &drawn.opening, issuer, now) {
            Err(Unproved::Response(BadResponse::Declined)) => return Ok(None),
            opened => opened.map_err(|why| refused(&why))?,
        };
        let mut good = Vec::new();
        for place in unchecked.statuses() {
            if self.is_good(place, now).await? {
                good.push(place.clone());
            }
        }
        let standing = |place: &StatusReference| {
            if good.contains(place) { Standing::Good } else { Standing::NotGood }
        };
        let proved = unchecked.standing(standing).map_err(|why| refused(&why))?;
        Ok(Some(proved))
    }

    /// The platform's own list, from the moment of a revocation on and not when the list says so.
    async fn is_good(&self, place: &StatusReference, now: Timestamp) -> Result<bool, Error> {
        let base = self.issuer().at(STATUS_PATH);
        let list = place.uri.strip_prefix(&base).and_then(|list| list.parse().ok());
        let Some(list) = list else { return Ok(false) };
        let index = place.index;
        let good = async move |tx: &Tx<Authentication>| tx.is_status_good(list, index, now).await;
        Ok(self.inner().store.read(good).await?)
    }

    /// `form` is the body of `POST /presentation-result`, `carried` what came with it.
    pub async fn presentation_result(
        &self,
        carried: Carried<'_>,
        form: &str,
    ) -> Result<ResultResponse, Error> {
        let request = ResultRequest::parse(carried, form)?;
        let by = self.caller(&request.credentials).await?;
        let handle: Handle = self
            .open(Kind::PresentationHandle, b"", &request.handle)
            .map_err(|_| through::unknown())?;
        if handle.client != by.client.id.as_str() {
            return Err(through::unknown().into());
        }
        let now = self.now();
        if now >= instant(handle.expires_at)? {
            return Err(through::expired().into());
        }
        if let Some(page) = handle.page {
            let answer = request.answer.ok_or(through::pending())?;
            return self.said_of(&by, self.hear_of_page(page, &answer).await?);
        }
        let question = base64url::decode_array(&handle.question)
            .map_err(|cause| Error::fault("reading a handle", cause))?;
        let code_hash = sha256(request.response_code.unwrap_or_default().as_bytes());
        let take =
            async move |tx: &Tx<Authentication>| tx.take_answer(&question, &code_hash, now).await;
        let sealed = match self.inner().store.write("a result is fetched", take).await? {
            None => return Err(through::pending().into()),
            Some(Answered::Fetched) => return Err(through::fetched().into()),
            Some(Answered::Waiting(sealed)) => sealed,
        };
        let outgoing: Outgoing = self
            .open_bytes(Kind::PresentationResult, &question, &sealed)
            .ok_or(through::unknown())?;
        self.said_of(&by, outgoing)
    }

    /// What a relying party is told.
    fn said_of(&self, by: &Admission, outgoing: Outgoing) -> Result<ResultResponse, Error> {
        let attributes = outgoing.told.ok_or(through::declined())?;
        let short =
            attributes.iter().any(|(claim, holds)| claim.starts_with("age_over_") && !holds);
        let result = if short { Outcome::NotPassed } else { Outcome::Passed };
        let said = Said {
            scene: &outgoing.scene,
            acr: Mode::Certificate.acr(),
            result,
            delegated: false,
            // A one-time credential gives no identifier, whatever the client registered.
            sub: None,
        };
        let receipt = self.signed_receipt(by, &said, instant(outgoing.at)?)?;
        Ok(ResultResponse {
            result,
            scene: outgoing.scene,
            attributes,
            transaction_data: outgoing.agreed,
            receipt,
        })
    }
}

/// What was asked and nothing else, whatever else was shown.
pub(crate) fn told(questioned: &Questioned, proved: &[Proved]) -> BTreeMap<String, bool> {
    let shown = |claim: &String| {
        let value = proved.iter().find_map(|one| one.claims.get(claim))?.as_bool()?;
        Some((claim.clone(), value))
    };
    questioned.claims.iter().filter_map(shown).collect()
}

fn sent_on(uri: &str, code: &str) -> Result<String, Error> {
    let mut uri = Url::parse(uri).map_err(|cause| Error::fault("reading a redirect uri", cause))?;
    uri.query_pairs_mut().append_pair("response_code", code);
    Ok(uri.into())
}

/// Why an answer proves nothing, as its wallet is told.
fn refused(why: &Unproved) -> OAuthError {
    ErrorCode::InvalidRequest.because(why.code(), "the presentation does not prove what was asked")
}

const ANOTHER_STATE: OAuthError = ErrorCode::InvalidRequest
    .because("presentation_of_another_question", "state is not the one of this question");
