//! A verifier's question is fetched, and the answer delivered (`OpenID4VP` §5.10, §8.2).

use protocol::{oauth::redirect_uri::is_guarded, presentation::through::Accepted};

use crate::{Answer, Carrier, Failed, Lost, Outgoing, Question, QuestionLink, carrier::FORM};

/// Longest question kept: what is read of one is bounded again where it is read.
const LONGEST: usize = 64 * 1024;

/// A question as it was fetched. It can be fetched once.
#[derive(Debug)]
pub struct Fetched {
    text: String,
    client_id: String,
    wallet_nonce: Option<String>,
}

impl Fetched {
    /// Fetches what a link leads to; with a nonce of the wallet's own, where the verifier takes one.
    pub async fn by(carrier: &impl Carrier, link: &QuestionLink) -> Result<Self, Failed> {
        let wallet_nonce = link.by_post.then(|| {
            let mut drawn = [0; 16];
            carrier.fill(&mut drawn);
            formats::base64url::encode(&drawn)
        });
        let address = link.request_uri.clone();
        let call = match &wallet_nonce {
            None => Outgoing::get(address),
            Some(nonce) => {
                let mut form = form_urlencoded::Serializer::new(String::new());
                let body = form.append_pair("wallet_nonce", nonce).finish();
                Outgoing::post(address).sending(FORM, &body)
            }
        };
        let call = call.with("accept", "application/oauth-authz-req+jwt".to_owned());
        let reply = carrier.carry(call).await?;
        let text = std::str::from_utf8(reply.accepted()?).map_err(|_| Lost::Odd)?.trim();
        if text.len() > LONGEST {
            return Err(Lost::Odd.into());
        }
        Ok(Self { text: text.to_owned(), client_id: link.client_id.clone(), wallet_nonce })
    }

    /// The question, for a wallet that can show its holder these kinds of transactions.
    pub fn question<'a>(&'a self, kinds: &'a [&'a str]) -> Question<'a> {
        Question {
            text: &self.text,
            client_id: &self.client_id,
            wallet_nonce: self.wallet_nonce.as_deref(),
            kinds,
        }
    }
}

/// Posts an answer; where the browser goes on, if it does and the way there is guarded.
pub async fn deliver(carrier: &impl Carrier, answer: &Answer) -> Result<Option<String>, Failed> {
    let call = Outgoing::post(answer.address.clone()).sending(FORM, &answer.form);
    let accepted: Accepted = carrier.carry(call).await?.json()?;
    Ok(accepted.redirect_uri.filter(|uri| is_guarded(uri)))
}
