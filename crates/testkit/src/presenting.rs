//! Both sides of a presentation that the platform asks for: the relying party that starts it and fetches what came of it, and
//! the wallet that reads the question, and answers.

use std::collections::BTreeMap;

use formats::{base64url, sd_jwt::Binding};
use protocol::presentation::{
    Asked, BadRequest,
    attestation::Attestor,
    attesting::AttestationResponse,
    response::{self, Presentations},
    through::{Accepted, ResultResponse, StartResponse},
};
use serde_json::Map;
use service::Error;

use crate::{Application, ISSUER, InPocket, TokenCall, Town};

/// A link as a wallet takes it apart.
pub struct Link {
    /// Who is said to ask.
    pub client_id: String,
    /// The question's address.
    pub reference: String,
}

impl Link {
    /// Takes it apart.
    pub fn read(link: &str) -> Self {
        let query = link.strip_prefix("openid4vp://?").expect("a link for a wallet");
        let pairs: BTreeMap<_, _> =
            url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let base = format!("{ISSUER}/presentations/");
        let reference = pairs["request_uri"].strip_prefix(&base).expect("an address of ours");
        assert_eq!(pairs["request_uri_method"], "post");
        Self { client_id: pairs["client_id"].clone(), reference: reference.to_owned() }
    }
}

impl Town {
    /// A relying party has the platform ask.
    pub async fn ask_wallet(
        &self,
        application: &Application,
        asked: &[(&'static str, &str)],
    ) -> Result<StartResponse, Error> {
        let call = TokenCall::of(application, self, asked);
        self.platform.ask_presentation(call.carried(), &call.text()).await
    }

    /// A relying party that asks itself has the platform attest it.
    pub async fn attest(
        &self,
        application: &Application,
        asked: &[(&'static str, &str)],
    ) -> Result<AttestationResponse, Error> {
        let call = TokenCall::of(application, self, asked);
        self.platform.attest_verifier(call.carried(), &call.text()).await
    }

    /// A wallet fetches a question and reads it, as one that trusts this platform.
    pub async fn read_question(&self, link: &Link) -> Result<Asked, Error> {
        let nonce = self.chance();
        let text = self.platform.question(&link.reference, Some(&nonce)).await?;
        Ok(self.understood(link, &text, &nonce).expect("a question that may be answered"))
    }

    /// What a wallet makes of a question.
    pub fn understood(&self, link: &Link, text: &str, nonce: &str) -> Result<Asked, BadRequest> {
        let keys = self.platform.keys().verifier_keys();
        let by = Attestor { issuer: ISSUER, keys: keys.keys() };
        Asked::read_attested(text, &link.client_id, Some(nonce), by, self.platform.now())
    }

    /// A wallet posts its answer.
    pub async fn post_answer(&self, link: &Link, response: &str) -> Result<Accepted, Error> {
        self.platform.hear_presentation(&link.reference, &format!("response={response}")).await
    }

    /// A relying party's server brings what a wallet gave its page.
    pub async fn bring_answer(
        &self,
        application: &Application,
        handle: &str,
        answer: &str,
    ) -> Result<ResultResponse, Error> {
        let brought = [("presentation", handle), ("answer", answer)];
        let call = TokenCall::of(application, self, &brought);
        self.platform.presentation_result(call.carried(), &call.text()).await
    }

    /// A relying party fetches what came of it.
    pub async fn fetch_result(
        &self,
        application: &Application,
        handle: &str,
        code: Option<&str>,
    ) -> Result<ResultResponse, Error> {
        let mut asked = vec![("presentation", handle)];
        asked.extend(code.map(|code| ("response_code", code)));
        let call = TokenCall::of(application, self, &asked);
        self.platform.presentation_result(call.carried(), &call.text()).await
    }
}

impl InPocket {
    /// Answers a question with this credential, showing what is asked.
    pub fn presents(&self, town: &Town, asked: &Asked) -> String {
        let binding = Binding {
            audience: &asked.client_id,
            nonce: &asked.nonce,
            now: town.platform.now(),
            others: Map::new(),
        };
        self.presents_bound(town, asked, binding)
    }

    /// The same, with a proof of the holder's that says this.
    pub fn presents_bound(&self, town: &Town, asked: &Asked, binding: Binding<'_>) -> String {
        let (_, held) = self.opened(town);
        let wanted: Vec<_> = asked
            .query
            .credentials()
            .iter()
            .flat_map(|query| query.claims.iter().filter_map(|claim| claim.path.top()))
            .collect();
        let shown = held.show(|one| one.name().is_some_and(|name| wanted.contains(&name)));
        sealed(asked, shown.bind(&self.key, binding))
    }
}

/// An answer that holds this one presentation.
pub fn sealed(asked: &Asked, presentation: String) -> String {
    let presentations: Presentations =
        [("certificate".to_owned(), vec![presentation])].into_iter().collect();
    response::seal(presentations, &asked.state, &asked.encrypt_to, |bytes| bytes.fill(7))
        .expect("a key of that type")
}

/// What the browser brings back to the relying party.
pub fn response_code(accepted: &Accepted) -> String {
    let uri = accepted.redirect_uri.as_deref().expect("a way on");
    let uri = url::Url::parse(uri).expect("a URL");
    let code = uri.query_pairs().find(|(name, _)| name == "response_code").expect("a code").1;
    assert_eq!(base64url::decode(&code).expect("base64url").len(), 32);
    code.into_owned()
}
