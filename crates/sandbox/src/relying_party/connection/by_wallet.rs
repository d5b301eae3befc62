//! The platform asks a person's wallet for us (`docs/presentations.md`): a link for the wallet or a request for the browser, and what
//! came of it.

use std::collections::BTreeMap;

use formats::{JwkSet, Secret, UnverifiedJws, base64url};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use url::Url;

use super::doors::document;
use super::{Connection, Failure, away};

/// The longest receipt read.
const LONGEST_RECEIPT: usize = 4 * 1024;

/// A question on its way to a wallet.
#[derive(Debug)]
pub(in super::super) struct AskedWallet {
    /// By which we fetch the result, and nobody else.
    handle: Secret<String>,
    /// What is to be agreed to, as it was sent.
    agreement: String,
}

/// A sentence that whoever shows their certificate agrees to with it, in Chinese and in English.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Sentence {
    pub(in super::super) scene: &'static str,
    pub(in super::super) zh: &'static str,
    pub(in super::super) en: &'static str,
}

impl Sentence {
    /// As `transaction_data` has it.
    fn agreement(self) -> String {
        let agreement = json!({
            "type": "urn:yinzheng:agreement:1",
            "credential_ids": ["certificate"],
            "scene": self.scene,
            "sentences": [{"locale": "zh-CN", "text": self.zh}, {"locale": "en", "text": self.en}],
        });
        base64url::encode(agreement.to_string().as_bytes())
    }
}

/// What a browser brings back from a wallet.
#[derive(Debug)]
pub(in super::super) enum Brought {
    /// A word that the answer was sent.
    Code(String),
    /// The answer itself, encrypted for the platform.
    Answer(String),
}

/// A question that began, and how it goes on.
#[derive(Deserialize)]
struct Started<W> {
    presentation: String,
    #[serde(flatten)]
    way: W,
}

#[derive(Deserialize)]
struct ByLink {
    link: String,
}

#[derive(Deserialize)]
struct ByBrowser {
    request: Value,
}

/// What was proved. There is no identifier, so that nobody is known again by it.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub(in super::super) struct Proved {
    pub(in super::super) scene: String,
    pub(in super::super) result: String,
    pub(in super::super) attributes: BTreeMap<String, bool>,
    /// What was agreed to.
    #[serde(default)]
    transaction_data: Vec<String>,
    /// The receipt, as it is kept.
    #[serde(default, rename = "receipt")]
    kept: Option<String>,
    /// What it says, its signature checked.
    #[serde(skip)]
    pub(in super::super) receipt: BTreeMap<String, Value>,
}

impl Connection {
    /// Has a wallet asked, whose browser comes back here; the link that the wallet opens.
    pub(in super::super) async fn ask_wallet(
        &self,
        scopes: &[&str],
        sentence: Sentence,
    ) -> Result<(AskedWallet, String), Failure> {
        let back = vec![("redirect_uri", self.redirect.to_string())];
        let (asked, ByLink { link }) = self.start(scopes, sentence, back).await?;
        Ok((asked, link))
    }

    /// Has a page of ours ask whatever wallet the browser finds; what the page hands to the browser, as JSON.
    pub(in super::super) async fn ask_browser(
        &self,
        scopes: &[&str],
        sentence: Sentence,
    ) -> Result<(AskedWallet, String), Failure> {
        let page = vec![
            ("response_mode", "dc_api.jwt".to_owned()),
            ("origin", self.redirect.url().origin().ascii_serialization()),
        ];
        let (asked, ByBrowser { request }) = self.start(scopes, sentence, page).await?;
        Ok((asked, request.to_string()))
    }

    async fn start<W: DeserializeOwned>(
        &self,
        scopes: &[&str],
        sentence: Sentence,
        mut form: Vec<(&'static str, String)>,
    ) -> Result<(AskedWallet, W), Failure> {
        let agreement = sentence.agreement();
        form.push(("scope", format!("openid {}", scopes.join(" "))));
        form.push(("transaction_data", json!([agreement]).to_string()));
        let answer = self.call(&self.door("/presentations")?, form).await?;
        let Started { presentation, way } = document(&answer, "reading where a wallet is asked")?;
        Ok((AskedWallet { handle: Secret::new(presentation), agreement }, way))
    }

    /// Fetches what came of it, once, with what the browser brought back.
    pub(in super::super) async fn hear_wallet(
        &self,
        asked: &AskedWallet,
        brought: Brought,
    ) -> Result<Proved, Failure> {
        let brought = match brought {
            Brought::Code(code) => ("response_code", code),
            Brought::Answer(answer) => ("answer", answer),
        };
        let form = vec![("presentation", asked.handle.expose().clone()), brought];
        let answer = self.call(&self.door("/presentation-result")?, form).await?;
        let mut proved: Proved = document(&answer, "reading what a wallet proved")?;
        if proved.transaction_data != [asked.agreement.as_str()] {
            return Err(Failure::Unbelievable("something else was agreed to"));
        }
        if let Some(receipt) = &proved.kept {
            proved.receipt = self.read_receipt(receipt, &proved).await?;
        }
        Ok(proved)
    }

    /// A receipt that is not worth keeping is told now, and not when it is needed.
    async fn read_receipt(
        &self,
        receipt: &str,
        proved: &Proved,
    ) -> Result<BTreeMap<String, Value>, Failure> {
        let doing = "reading a receipt";
        let answer = self.http.get(&self.door("/jwks/receipts")?).await;
        let answer = answer.map_err(|error| away("asking for the keys of receipts", error))?;
        let keys: JwkSet = document(answer.body(), "reading the keys of receipts")?;
        let jws = UnverifiedJws::parse(receipt, LONGEST_RECEIPT)
            .and_then(|jws| jws.expect_typ("receipt+jwt"))
            .map_err(|error| away(doing, error))?;
        let key = keys.find(jws.unverified_header().kid.as_deref());
        let key =
            key.ok_or(Failure::Unbelievable("a receipt signed by no key of the platform's"))?;
        let claims = jws.verify::<BTreeMap<String, Value>>(key.verifying_key());
        let claims = claims.map_err(|error| away(doing, error))?.into_inner();
        let says =
            |name: &str, value: &str| claims.get(name).and_then(Value::as_str) == Some(value);
        if says("iss", &self.party.issuer)
            && says("aud", &self.party.organisation)
            && says("scene", &proved.scene)
            && says("result", &proved.result)
        {
            Ok(claims)
        } else {
            Err(Failure::Unbelievable("a receipt of something else"))
        }
    }

    fn door(&self, path: &str) -> Result<Url, Failure> {
        let url = Url::parse(&format!("{}{path}", self.party.issuer));
        url.map_err(|error| away("finding the way to it", error))
    }
}
