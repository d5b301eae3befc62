//! The platform asks a person's wallet for us (`docs/presentations.md`): a link for the wallet, and what came of it.

use std::collections::BTreeMap;

use formats::{JwkSet, Secret, UnverifiedJws, base64url};
use serde::Deserialize;
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
    /// What the wallet opens.
    pub(in super::super) link: String,
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

#[derive(Deserialize)]
struct Started {
    presentation: String,
    link: String,
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
    /// Has a wallet asked, whose browser comes back here.
    pub(in super::super) async fn ask_wallet(
        &self,
        scopes: &[&str],
        sentence: Sentence,
    ) -> Result<AskedWallet, Failure> {
        let agreement = sentence.agreement();
        let form = vec![
            ("scope", format!("openid {}", scopes.join(" "))),
            ("redirect_uri", self.redirect.to_string()),
            ("transaction_data", json!([agreement]).to_string()),
        ];
        let answer = self.call(&self.door("/presentations")?, form).await?;
        let Started { presentation, link } = document(&answer, "reading where a wallet is asked")?;
        Ok(AskedWallet { handle: Secret::new(presentation), link, agreement })
    }

    /// Fetches what came of it, once, with what the browser brought back.
    pub(in super::super) async fn hear_wallet(
        &self,
        asked: &AskedWallet,
        response_code: String,
    ) -> Result<Proved, Failure> {
        let form =
            vec![("presentation", asked.handle.expose().clone()), ("response_code", response_code)];
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
