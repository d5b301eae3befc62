//! The same question through a browser's credential API: a page of the relying party's asks, and its server brings the answer.
//!
//! The question rides in the relying party's handle, and the answer in its call: no wallet comes to the platform.

use formats::{base64url, mac::sha256};
use protocol::{
    issuance::documents,
    oauth::redirect_uri::RedirectUri,
    presentation::{
        dc_api::{Answered, Origin, PageQuestion},
        request::LIFETIME,
        through::{self, StartResponse},
    },
};
use rules::SceneRegistration;
use store::{Authentication, Tx, authentication::Spent};

use crate::{
    Admission, Error, Platform,
    ask_presentation::{Handle, PageQuestioned, Questioned, carried},
    hear_presentation::{Addressed, Outgoing, told},
    references::Kind,
};

impl Platform {
    /// A question for the page that `page` is on, signed at once: the browser fetches nothing.
    pub(crate) fn ask_by_page(
        &self,
        by: &Admission,
        scene: &SceneRegistration,
        questioned: Questioned,
        page: &RedirectUri,
    ) -> Result<StartResponse, Error> {
        let origin = origin(&page.as_url().origin().ascii_serialization())?;
        let drawn = questioned.drawn()?;
        let keys = self.keys();
        let (key, kid) =
            keys.verifier_signer().map_err(|cause| Error::fault("signing a question", cause))?;
        let (now, expires_at) = (self.now(), questioned.expires_at()?);
        let may_ask = carried(&scene.asks).map(str::to_owned).collect();
        let attested = key.public().nameless();
        let attestation = self.attestation(by, scene, may_ask, attested, expires_at);
        let attestation = attestation.sign(key, kid, now);
        let question = PageQuestion {
            client_id: &questioned.client_id(),
            origins: std::slice::from_ref(&origin),
            nonce: &drawn.nonce,
            query: &through::query(&documents::vct(self.issuer()), &questioned.claims),
            encrypt_to: drawn.opening.public(),
            transaction_data: &questioned.transaction_data,
            attestation: &attestation,
        };
        let data = question.sign(key, now);
        let handle = Handle {
            question: base64url::encode(&drawn.question),
            client: questioned.client.clone(),
            expires_at: expires_at.as_second(),
            page: Some(PageQuestioned { questioned, origin: origin.to_string() }),
        };
        let handle = self.seal(Kind::PresentationHandle, b"", &handle)?;
        Ok(StartResponse::for_page(handle, &data, LIFETIME))
    }

    /// What a page brought, judged; told once, as the other.
    pub(crate) async fn hear_of_page(
        &self,
        page: PageQuestioned,
        answer: &str,
    ) -> Result<Outgoing, Error> {
        let PageQuestioned { questioned, origin: page } = page;
        let response = match Answered::read(answer.as_bytes()) {
            Ok(Answered::Response(response)) => response,
            Ok(Answered::Error(_)) => return Err(through::declined().into()),
            Err(_) => return Err(through::unreadable().into()),
        };
        let drawn = questioned.drawn()?;
        let audience = origin(&page)?.audience();
        // `OpenID4VP` §A.2: through a browser no `state` comes back; the page asked, and the page was answered.
        let to = Addressed { audience: &audience, state: None };
        let proved = self.proved(&questioned, &drawn, to, &response).await?;
        let Some(proved) = proved else { return Err(through::declined().into()) };
        let once = Spent::new(
            questioned.expires_at()?,
            &sha256(&[b"page answered\0", &drawn.question[..]].concat()),
        );
        let spend = async move |tx: &Tx<Authentication>| tx.spend(&once).await;
        if !self.inner().store.write("a page brings an answer", spend).await? {
            return Err(through::fetched().into());
        }
        Ok(Outgoing {
            told: Some(told(&questioned, &proved)),
            scene: questioned.scene,
            agreed: questioned.transaction_data,
            at: self.now().as_second(),
        })
    }
}

fn origin(text: &str) -> Result<Origin, Error> {
    Origin::parse(text).map_err(|cause| Error::fault("reading an origin", cause))
}
