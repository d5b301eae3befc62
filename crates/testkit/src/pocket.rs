//! A wallet that carries credentials: what it is offered, the token it gets, the keys it proves (`OpenID4VCI`).

use formats::{
    SigningKey, Suite, UnverifiedJws,
    mac::sha256,
    possession,
    sd_jwt::{Binding, Credential, Expected, Held, Presented, Reader, UnverifiedCredential},
    status_list::UnverifiedStatusToken,
};
use protocol::{
    issuance::{
        CREDENTIAL_PATH, Configuration, DEFERRED_PATH, NOTIFICATION_PATH, STATUS_PATH,
        code::HeldCode,
        deferred::CredentialAnswer,
        documents,
        pre_authorized::GRANT_TYPE,
        request::{CredentialResponse, PROOF_TYPE},
    },
    oauth::{
        Carried, TokenAnswer,
        bearer::{self, BearerError},
    },
};
use serde_json::{Map, Value, json};
use service::{Error, HandedOut, WalletRequest};
use wallet::{Batch, Call, Keys as _, SoftwareKey, SoftwareKeys, Source, call_proof};

use crate::{Holder, ISSUER, KeyHolder, Town};

/// What stood on a page: the code in the link, and the digits beside it.
#[derive(Clone)]
pub struct Offer {
    /// The pre-authorized code.
    pub code: String,
    /// The transaction code.
    pub tx_code: String,
}

/// A wallet with a token.
pub struct Pocket {
    town: Town,
    /// The key the token is bound to.
    pub key: KeyHolder,
    /// The token.
    pub token: String,
}

/// What proves that a token is its bearer's.
struct Shown {
    authorization: String,
    proof: String,
}

impl Shown {
    fn carried(&self) -> (bearer::Presented<'_>, Carried<'_>) {
        let presented = bearer::token(Some(&self.authorization)).expect("a token");
        let (authorization, dpop) = (Some(self.authorization.as_str()), Some(self.proof.as_str()));
        (presented, Carried { authorization, dpop, ..Carried::default() })
    }
}

/// A credential with its own key.
pub struct InPocket {
    /// The key.
    pub key: SigningKey,
    /// As it was handed over.
    pub text: String,
}

impl Offer {
    /// The body of the token request.
    pub fn form(&self) -> String {
        let Self { code, tx_code } = self;
        let grant = GRANT_TYPE.replace(':', "%3A");
        format!("grant_type={grant}&pre-authorized_code={code}&tx_code={tx_code}")
    }
}

impl Holder {
    /// Makes an offer on the person's page.
    pub async fn offers(&self) -> Result<Offer, Error> {
        let offered = self.platform().offer_credentials(&self.session).await?;
        let query = offered.link.split_once('?').expect("a query").1;
        let pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
        let offer: Value = serde_json::from_str(&pairs[0].1).expect("JSON");
        assert_eq!(offer["credential_issuer"], ISSUER);
        let code = &offer["grants"][GRANT_TYPE]["pre-authorized_code"];
        Ok(Offer { code: code.as_str().expect("a code").to_owned(), tx_code: offered.tx_code })
    }

    /// The wallet's own way: takes an offer and a batch of each form, and checks every one.
    pub async fn fills_a_pocket(
        &self,
        forms: &[Configuration],
        count: usize,
    ) -> wallet::Pocket<SoftwareKey> {
        let (platform, now) = (self.platform(), self.platform().now());
        let issuer = platform.issuer();
        let keys = platform.keys().reader_keys();
        let offered = platform.offer_credentials(&self.session).await.expect("an offer");
        let offer: wallet::Offer = offered.link.parse().expect("an offer");
        let key = SoftwareKeys.make(Suite::International).expect("a key");
        let proof = |path: &str, token: Option<&str>| {
            let nonce = platform.dpop_nonce().expect("a nonce");
            let (address, nonce) = (issuer.at(path), Some(nonce.as_str()));
            let call = Call { method: "POST", address: &address, token, nonce };
            let drawn = sha256(self.town.chance().as_bytes())[..16].try_into().expect("16 bytes");
            call_proof(&key, call, drawn, now).expect("signed")
        };
        let form = offer.token_form(&offered.tx_code).expect("digits");
        let dpop = proof("/token", None);
        let carried = Carried { dpop: Some(&dpop), ..Carried::default() };
        let told = platform.token(carried, form.expose()).await.expect("a token");
        let TokenAnswer::Credentials(told) = told else { panic!("a token for credentials") };
        let token = told.access_token();
        let authorization = format!("DPoP {token}");
        let mut pocket = wallet::Pocket::new(issuer.clone(), keys.clone());
        pocket.trust(platform.keys().verifier_keys());
        for &form in forms {
            let batch = Batch::of(&SoftwareKeys, form, count).expect("keys");
            let nonce = platform.credential_nonce().expect("a nonce").c_nonce;
            let body = batch.request(issuer, &nonce, now).expect("signed").to_string();
            let dpop = proof(CREDENTIAL_PATH, Some(token));
            let presented = bearer::token(Some(&authorization)).expect("a token");
            let carried = Carried {
                authorization: Some(&authorization),
                dpop: Some(&dpop),
                ..Carried::default()
            };
            let request = WalletRequest::InClear(&body);
            let handed = platform.issue_credentials(presented, carried, request).await;
            let handed = handed.expect("credentials").expect("the token is good");
            let answer = serde_json::to_vec(&handed.answer).expect("JSON");
            let from = Source { issuer, keys: &keys };
            let batch = batch.receive(&answer, from, now).expect("sound");
            pocket.put(batch, keys.clone(), now);
        }
        pocket
    }

    /// A wallet of this person's, with a token.
    pub async fn pocket(&self) -> Pocket {
        let offer = self.offers().await.expect("an offer");
        let key = KeyHolder::new();
        let token = self.town.takes(&offer, &key).await.expect("a token");
        Pocket { town: self.town.clone(), key, token }
    }
}

impl Town {
    /// A wallet takes an offer; its token.
    pub async fn takes(&self, offer: &Offer, key: &KeyHolder) -> Result<String, Error> {
        let proof = key.proof(self, "POST", "/token", None);
        let carried = Carried { dpop: Some(&proof), ..Carried::default() };
        match self.platform.token(carried, &offer.form()).await? {
            TokenAnswer::Credentials(told) => Ok(told.access_token().to_owned()),
            _ => panic!("a token for credentials"),
        }
    }

    /// The proof of a key, over a fresh nonce.
    pub fn key_proof(&self, key: &SigningKey) -> String {
        let nonce = self.platform.credential_nonce().expect("a nonce").c_nonce;
        let at = self.platform.now().as_second();
        possession::sign(key, PROOF_TYPE, &json!({"aud": ISSUER, "iat": at, "nonce": nonce}))
    }

    /// The body of a request for credentials on these keys.
    pub fn asks_for_credentials<'a>(
        &self,
        keys: impl IntoIterator<Item = &'a SigningKey>,
    ) -> String {
        self.asks_for(Configuration::NetCertificate, keys)
    }

    /// The same for any form of the certificate.
    pub fn asks_for<'a>(
        &self,
        form: Configuration,
        keys: impl IntoIterator<Item = &'a SigningKey>,
    ) -> String {
        let proofs: Vec<_> = keys.into_iter().map(|key| self.key_proof(key)).collect();
        json!({"credential_configuration_id": form.id(), "proofs": {"jwt": proofs}}).to_string()
    }

    /// What the status list says of a credential.
    pub async fn status_of(&self, credential: &Credential) -> u8 {
        let reference = credential.status.as_ref().expect("a status");
        let base = format!("{ISSUER}{STATUS_PATH}");
        let number =
            reference.uri.strip_prefix(&base).expect("our list").parse().expect("a number");
        self.status_at(number, reference.index).await
    }

    /// What a status list says of a place on it.
    pub async fn status_at(&self, number: u32, index: u32) -> u8 {
        let list = self.platform.status_list(number).await.expect("a list");
        let token = UnverifiedStatusToken::parse(list.jwt()).expect("a token");
        let keys = self.platform.keys().certificate_keys();
        let key = keys.find(token.unverified_kid()).expect("a published key");
        let uri = format!("{ISSUER}{STATUS_PATH}{number}");
        let token = token.verify(key.verifying_key(), &uri, self.platform.now());
        token.expect("signed").list.status(index).expect("within the list")
    }
}

impl Pocket {
    /// With a token that came another way.
    pub fn with(town: &Town, key: KeyHolder, token: String) -> Self {
        Self { town: town.clone(), key, token }
    }

    /// Asks for as many credentials as there are keys; the inner error is why the token is worth nothing.
    pub async fn tries(
        &self,
        keys: &[SigningKey],
    ) -> Result<Result<CredentialResponse, BearerError>, Error> {
        self.sends(&self.town.asks_for_credentials(keys)).await
    }

    /// Sends the body of a request for credentials, which are issued at once.
    pub async fn sends(
        &self,
        body: &str,
    ) -> Result<Result<CredentialResponse, BearerError>, Error> {
        let handed = self.asks_in(WalletRequest::InClear(body)).await?;
        Ok(handed.map(|handed| match handed.answer {
            CredentialAnswer::Issued(response) => response,
            CredentialAnswer::Deferred(later) => panic!("at once, not {later:?}"),
        }))
    }

    /// Sends a request however it comes.
    pub async fn asks_in(
        &self,
        request: WalletRequest<'_>,
    ) -> Result<Result<HandedOut, BearerError>, Error> {
        let shown = self.shown(CREDENTIAL_PATH);
        let (presented, carried) = shown.carried();
        self.town.platform.issue_credentials(presented, carried, request).await
    }

    /// Comes for what it was told to wait for.
    pub async fn comes_for(
        &self,
        transaction_id: &str,
    ) -> Result<Result<CredentialAnswer, BearerError>, Error> {
        let shown = self.shown(DEFERRED_PATH);
        let (presented, carried) = shown.carried();
        let body = json!({"transaction_id": transaction_id}).to_string();
        let request = WalletRequest::InClear(&body);
        let handed =
            self.town.platform.issue_deferred_credentials(presented, carried, request).await?;
        Ok(handed.map(|handed| handed.answer))
    }

    /// Says what became of credentials.
    pub async fn notifies(&self, body: &Value) -> Result<Result<(), BearerError>, Error> {
        let shown = self.shown(NOTIFICATION_PATH);
        let (presented, carried) = shown.carried();
        self.town.platform.hear_of_credentials(presented, carried, &body.to_string()).await
    }

    /// What a wallet sends along to that endpoint.
    fn shown(&self, path: &str) -> Shown {
        let proof = self.key.proof(&self.town, "POST", path, Some(&self.token));
        Shown { authorization: format!("DPoP {}", self.token), proof }
    }

    /// The same with a token that is good.
    pub async fn asks(&self, keys: &[SigningKey]) -> Result<Vec<String>, Error> {
        let answer = self.tries(keys).await?.expect("the token is good");
        Ok(answer.credentials().map(str::to_owned).collect())
    }

    /// Why the token is worth nothing.
    pub async fn refused(&self, keys: &[SigningKey]) -> &'static str {
        match self.tries(keys).await.expect("no fault") {
            Err(BearerError::Refused(error)) => error.reason,
            other => panic!("the token is refused, not {other:?}"),
        }
    }

    /// Receives that many certificates for QR codes, checked as a wallet does, each with its key.
    pub async fn receives_codes(&self, count: usize, suite: Suite) -> Vec<(SigningKey, HeldCode)> {
        let keys: Vec<_> = (0..count).map(|_| SigningKey::generate_in(suite)).collect();
        let body = self.town.asks_for(Configuration::Code(suite), &keys);
        let answer = self.sends(&body).await.expect("certificates").expect("the token is good");
        let issuers = self.town.platform.keys().reader_keys();
        let codes = answer.codes().cloned();
        let held = codes.map(|code| code.receive(issuers.keys()).expect("the platform's"));
        let held: Vec<_> = keys.into_iter().zip(held).collect();
        assert_eq!(held.len(), count);
        held
    }

    /// Receives that many.
    pub async fn receives(&self, count: usize) -> Vec<InPocket> {
        let keys: Vec<_> = (0..count).map(|_| SigningKey::generate()).collect();
        let texts = self.asks(&keys).await.expect("credentials");
        assert_eq!(texts.len(), count);
        keys.into_iter().zip(texts).map(|(key, text)| InPocket { key, text }).collect()
    }
}

impl InPocket {
    /// What is in it, as its holder sees it.
    pub fn opened(&self, town: &Town) -> (Credential, Held) {
        let unverified = UnverifiedCredential::parse(&self.text).expect("a credential");
        let keys = town.platform.keys().certificate_keys();
        let key = keys.find(unverified.unverified_kid()).expect("a published key");
        let issuer = town.platform.issuer();
        let vct = documents::vct(issuer);
        let expected = Expected { issuer: issuer.as_str(), vct: &vct, now: town.platform.now() };
        unverified.receive(key.verifying_key(), &expected).expect("sound").into_inner()
    }

    /// Shows these claims to a reader, who checks everything but the status.
    pub fn shown(&self, town: &Town, names: &[&str], audience: &str) -> Presented {
        let (_, held) = self.opened(town);
        let shown = held.show(|one| one.name().is_some_and(|name| names.contains(&name)));
        let now = town.platform.now();
        let binding = Binding { audience, nonce: "n-0S6_WzA2Mj", now, others: Map::new() };
        let text = shown.bind(&self.key, binding);
        let unverified = UnverifiedCredential::parse(&text).expect("a presentation");
        let keys = town.platform.keys().certificate_keys();
        let key = keys.find(unverified.unverified_kid()).expect("a published key");
        let issuer = town.platform.issuer();
        let vct = documents::vct(issuer);
        let expected = Expected { issuer: issuer.as_str(), vct: &vct, now };
        let reader = Reader { audience, nonce: "n-0S6_WzA2Mj", now };
        let presented = unverified.verify_presented(key.verifying_key(), &expected, &reader);
        presented.expect("sound").into_inner()
    }

    /// The digests in the signed part: what every reader sees of what is not shown.
    pub fn digests(&self) -> Vec<String> {
        let (jws, _) = self.text.split_once('~').expect("a tilde");
        let jws = UnverifiedJws::parse(jws, 32 * 1024).expect("a JWS");
        let payload: Value = jws.unverified_claims().expect("claims");
        let digests = payload["_sd"].as_array().expect("digests");
        digests.iter().map(|digest| digest.as_str().expect("text").to_owned()).collect()
    }
}
