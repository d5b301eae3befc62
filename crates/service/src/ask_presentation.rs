//! A relying party that has no verifier has the platform ask a wallet: the question is sealed into its own address, and a
//! wallet fetches it there once.
//!
//! Nothing is remembered until an answer comes: whoever starts questions by the thousand fills no table.

use formats::{
    OpeningKey, Signer, base64url,
    mac::{MacKey, sha256},
};
use jiff::Timestamp;
use protocol::{
    issuance::{CLAIMS, documents},
    oauth::{Carried, client_authentication::unknown_client, error::OAuthError},
    oidc::scope::Scope,
    presentation::{
        BadQuery, Query, attestation,
        request::{LIFETIME, Question},
        through::{self, StartRequest, StartResponse, Way},
    },
};
use rules::{Attribute, Mode, SceneRegistration, release::may_ask};
use serde::{Deserialize, Serialize};
use store::{Authentication, Tx, authentication::Spent};

use crate::{
    Admission, Error, Platform,
    enrol::instant,
    judge::{beyond, scene_of},
    over_asking::OverAsked,
    references::Kind,
};

/// A question, as it is sealed into its address.
#[derive(Deserialize, Serialize)]
pub(crate) struct Questioned {
    /// Everything that is drawn for a question comes from it.
    seed: String,
    pub(crate) client: String,
    pub(crate) scene: String,
    pub(crate) claims: Vec<String>,
    /// Where the browser goes on; none: the wallet is on another device.
    pub(crate) redirect_uri: Option<String>,
    /// What is to be agreed to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) transaction_data: Vec<String>,
    /// The hash of the certificate that it is asked under; none: the platform attests who asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    certificate: Option<String>,
    expires_at: i64,
}

/// What a relying party holds to fetch the result by.
#[derive(Deserialize, Serialize)]
pub(crate) struct Handle {
    /// The question's name in the store.
    pub(crate) question: String,
    pub(crate) client: String,
    pub(crate) expires_at: i64,
    /// The question itself, where a page asks it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) page: Option<PageQuestioned>,
}

/// A question that a page of the relying party's asks, which brings the answer itself.
#[derive(Deserialize, Serialize)]
pub(crate) struct PageQuestioned {
    pub(crate) questioned: Questioned,
    pub(crate) origin: String,
}

/// What was drawn for a question.
pub(crate) struct Drawn {
    pub(crate) question: [u8; 32],
    pub(crate) nonce: String,
    pub(crate) state: String,
    pub(crate) opening: OpeningKey,
}

impl Questioned {
    pub(crate) fn drawn(&self) -> Result<Drawn, Error> {
        let seed = base64url::decode_array(&self.seed)
            .map_err(|cause| Error::fault("reading a question", cause))?;
        let key = MacKey::from_bytes(&seed);
        let [question, nonce, state, scalar] =
            [&b"question"[..], b"nonce", b"state", b"opening"].map(|what| key.tag(&[what]));
        let opening = OpeningKey::from_scalar(&scalar, "answer")
            .map_err(|cause| Error::fault("making a key for an answer", cause))?;
        let [nonce, state] = [nonce, state].map(|drawn| base64url::encode(&drawn));
        Ok(Drawn { question, nonce, state, opening })
    }

    /// What the wallet knows the relying party by.
    pub(crate) fn client_id(&self) -> String {
        match &self.certificate {
            None => format!("{}{}", attestation::PREFIX, self.client),
            Some(hash) => format!("{}{hash}", attestation::HASH_PREFIX),
        }
    }

    pub(crate) fn expires_at(&self) -> Result<Timestamp, Error> {
        instant(self.expires_at)
    }
}

impl Platform {
    /// `form` is the body of `POST /presentations`, `carried` what came with it.
    pub async fn ask_presentation(
        &self,
        carried: Carried<'_>,
        form: &str,
    ) -> Result<StartResponse, Error> {
        let asked = StartRequest::parse(carried, form)?;
        let by = self.caller(&asked.credentials).await?;
        let scope = asked.scope()?;
        let (scene, claims) = self.may_ask_wallets(&by, &scope).await?;
        let way = asked.way(&by.client)?;
        let query = self.query(&claims)?;
        let transactions = asked.transaction_data(&query, scene.scene.as_str())?;
        let certificate = if asked.by_certificate(way)? {
            Some(self.keys().verifier_certificate(self.now()).ok_or(through::uncertified())?)
        } else {
            None
        };
        let expires_at = (self.now() + LIFETIME).as_second();
        let questioned = Questioned {
            seed: base64url::encode(&self.world().draw::<32>()),
            client: by.client.id.to_string(),
            scene: scene.scene.as_str().to_owned(),
            claims,
            redirect_uri: match way {
                Way::Posted(uri) => uri.map(|uri| uri.as_str().to_owned()),
                Way::Page(_) => None,
            },
            transaction_data: transactions.iter().map(|one| one.text().to_owned()).collect(),
            certificate,
            expires_at,
        };
        if let Way::Page(page) = way {
            return self.ask_by_page(&by, &scene, questioned, page);
        }
        let question = base64url::encode(&questioned.drawn()?.question);
        let client = questioned.client.clone();
        let handle = Handle { question, client, expires_at, page: None };
        let handle = self.seal(Kind::PresentationHandle, b"", &handle)?;
        let reference = self.seal(Kind::Question, b"", &questioned)?;
        let address = format!("{}/{reference}", self.issuer().at(through::PATH));
        Ok(StartResponse::new(handle, &questioned.client_id(), &address, LIFETIME))
    }

    /// The scene, and the claims of it that are asked; who asks more is counted, as at `/authorize`.
    pub(crate) async fn may_ask_wallets(
        &self,
        by: &Admission,
        scope: &Scope,
    ) -> Result<(SceneRegistration, Vec<String>), Error> {
        let words: Vec<&str> = scope.attributes().collect();
        let judged = may_be_asked(by, scope.scene(), &words);
        if let Err(error) = &judged {
            self.note_over_asking(error);
            if let Some(asked) = OverAsked::in_scene(&by.client.id, scope.scene(), error) {
                self.record_over_asking(asked, self.now()).await?;
            }
        }
        Ok(judged?)
    }

    /// The question at `reference`, signed for the wallet that fetches it: once.
    pub async fn question(
        &self,
        reference: &str,
        wallet_nonce: Option<&str>,
    ) -> Result<String, Error> {
        let questioned = self.questioned(reference)?;
        let by = self.served(&questioned.client, unknown_client()).await?;
        let scene = scene_of(&by, Some(&questioned.scene))?;
        let drawn = questioned.drawn()?;
        let once = Spent::new(
            questioned.expires_at()?,
            &sha256(&[b"question fetched\0", &drawn.question[..]].concat()),
        );
        let spend = async move |tx: &Tx<Authentication>| tx.spend(&once).await;
        if !self.inner().store.write("a wallet fetches a question", spend).await? {
            return Err(through::taken().into());
        }
        let vct = documents::vct(self.issuer());
        let keys = self.keys();
        let signer = match &questioned.certificate {
            None => keys
                .verifier_signer()
                .map(Signer::from)
                .map_err(|cause| Error::fault("signing a question", cause))?,
            Some(hash) => keys.verifier_certified(hash).ok_or(through::unknown())?,
        };
        let Signer { key, kid, .. } = signer;
        let now = self.now();
        let may_ask = carried(&scene.asks).map(str::to_owned).collect();
        let attested = key.public().nameless();
        // A question late in its life promises the wallet no more time than is left.
        let expires_at = questioned.expires_at()?;
        let attestation = self.attestation(&by, &scene, may_ask, attested, expires_at);
        let attestation = attestation.sign(key, kid, now);
        let question = Question {
            client_id: &questioned.client_id(),
            response_uri: &self.answer_address(reference),
            nonce: &drawn.nonce,
            state: &drawn.state,
            query: &through::query(&vct, &questioned.claims),
            encrypt_to: drawn.opening.public(),
            transaction_data: &questioned.transaction_data,
            attestation: Some(&attestation),
            wallet_nonce,
            expires_at,
        };
        Ok(match questioned.certificate {
            None => question.sign(key, kid, now),
            Some(_) => question.sign_certified(signer, now),
        })
    }

    /// What is asked, as whoever holds the answer against it.
    pub(crate) fn query(&self, claims: &[String]) -> Result<Query, Error> {
        let query = through::query(&documents::vct(self.issuer()), claims).to_string().parse();
        query.map_err(|cause: BadQuery| Error::fault("reading one's own query", cause))
    }

    fn answer_address(&self, reference: &str) -> String {
        format!("{}/{reference}{}", self.issuer().at(through::PATH), through::ANSWER)
    }

    /// The question that an address holds, while there is time to answer it.
    pub(crate) fn questioned(&self, reference: &str) -> Result<Questioned, Error> {
        let questioned: Questioned =
            self.open(Kind::Question, b"", reference).map_err(|_| through::unknown())?;
        if self.now() >= questioned.expires_at()? {
            return Err(through::expired().into());
        }
        Ok(questioned)
    }
}

/// Measures art. 8, as at `/authorize`: the scene, and what of it is asked. Words that name nothing are ignored there and here.
fn may_be_asked(
    by: &Admission,
    scene: Option<&str>,
    words: &[&str],
) -> Result<(SceneRegistration, Vec<String>), OAuthError> {
    let scene = scene_of(by, scene)?;
    let attributes: Vec<Attribute> = words.iter().filter_map(|word| word.parse().ok()).collect();
    may_ask(&scene, &attributes).map_err(|refusal| beyond(&refusal))?;
    let claims: Vec<String> = carried(&attributes).map(str::to_owned).collect();
    let plain = words.iter().any(|word| rules::PlainKind::of_scope(word).is_some());
    if plain || claims.len() != attributes.len() {
        return Err(through::not_carried());
    }
    // Whoever shows a credential proves to hold a key; nobody asked for a passcode or looked at a face.
    if !Mode::Certificate.satisfies(scene.mode) {
        return Err(through::mode_beyond());
    }
    Ok((scene, claims))
}

/// What of these a credential says.
pub(crate) fn carried(attributes: &[Attribute]) -> impl Iterator<Item = &'static str> {
    attributes.iter().map(|attribute| attribute.claim()).filter(|claim| CLAIMS.contains(claim))
}
