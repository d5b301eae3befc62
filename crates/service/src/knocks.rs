//! Knocks: what the three ways of asking on one device and answering on another have in common.
//!
//! Whoever asks is given a secret, which is the PKCE verifier of an ordinary request (RFC 7636); the person's answer is an
//! ordinary code, kept sealed in the knock's row until the secret is shown. So everything that holds of codes holds of
//! these: once only, bound to client and key, worth nothing once certificate or consent is gone.

use formats::mac::same;
use jiff::{SignedDuration, Timestamp};
use protocol::{
    oauth::{
        AuthorizationRequest, CodeVerifier, authorize::KeptAnswer, backchannel::NotificationToken,
        error::OAuthError, grant::CODE_LIFETIME, response::Delivery,
    },
    oidc::discovery::ANSWERED_PATH,
};
use rules::{KnockId, PersonId};
use serde::{Deserialize, Serialize};
use store::{
    Authentication, Tx,
    authentication::{Knock, KnockState, Way},
};

use crate::{
    Decision, Error, Platform, Refusal, Session,
    agree::DECLINED,
    ask_guardian::{GUARDIAN_CONSENT_MISSING, GUARDIAN_REFUSED},
    code::{SOMEONE_ELSE, Said},
    deliveries::Delivery as Letters,
    enrol::instant,
    judge::Judged,
    references::Kind,
};

/// Tries at the number on the other screen: three in a hundred, and the knock is over.
const MOST_TRIES: i64 = 3;

/// A knock as it goes with the page that answers it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Knocked {
    #[serde(with = "formats::base64url::text")]
    pub(crate) id: [u8; 16],
    way: String,
    /// Whether the person has yet to show that they see the other screen.
    pub wants_number: bool,
    /// What whoever asks wrote on the other screen, too.
    pub message: Option<String>,
    expires_at: i64,
}

/// What is asked, as it lies sealed in the row.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct AskedElsewhere {
    pub(crate) request: AuthorizationRequest,
    /// The number that the other screen shows, if it shows one.
    pub(crate) number: Option<String>,
    /// What whoever asks wrote on the other screen, too.
    pub(crate) message: Option<String>,
    /// How whoever asks is told that it was answered, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) called: Option<Called>,
}

/// A client that is told.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Called {
    /// By which it knows us.
    pub(crate) token: NotificationToken,
    /// By which it knows its request.
    pub(crate) auth_req_id: String,
}

/// What was answered, as it lies sealed in the row.
#[derive(Deserialize, Serialize)]
enum Answered {
    Code(String),
    Refused(String),
}

impl Knocked {
    pub(crate) fn new(knock: &Knock, asked: &AskedElsewhere, wants_number: bool) -> Self {
        Self {
            id: *knock.id.bytes(),
            way: knock.way.as_str().to_owned(),
            wants_number,
            message: asked.message.clone(),
            expires_at: knock.expires_at.as_second(),
        }
    }

    /// By which way it was asked.
    pub fn way(&self) -> Option<Way> {
        self.way.parse().ok()
    }

    /// Until when it may be answered.
    pub fn until(&self) -> Result<Timestamp, Error> {
        instant(self.expires_at)
    }

    /// Until when a code given as its answer is good. Whoever polls comes when it comes, and nobody else sees its code; the
    /// one that goes on through the browser of another screen is a code as any other.
    pub(crate) fn code_until(&self, now: Timestamp) -> Result<Timestamp, Error> {
        match self.way() {
            Some(Way::Device | Way::Backchannel) => self.heard_until(now),
            Some(Way::Screen) | None => Ok(now + CODE_LIFETIME),
        }
    }

    /// Until when whoever asked can come for an answer given now: as long as a code is good, or the knock.
    fn heard_until(&self, now: Timestamp) -> Result<Timestamp, Error> {
        Ok(self.until()?.max(now + CODE_LIFETIME))
    }
}

impl Platform {
    /// A new secret for whoever asks, and the place where its answer is kept.
    pub(crate) fn draw_knock_secret(&self) -> Result<(CodeVerifier, KeptAnswer), Error> {
        let fault = |cause| Error::fault("drawing a secret", cause);
        let text = formats::base64url::encode(&self.world().draw::<32>());
        let secret: CodeVerifier = text.parse().map_err(|cause| fault(format!("{cause}")))?;
        let at = self.issuer().at(ANSWERED_PATH).parse();
        let kept = KeptAnswer {
            at: at.map_err(|cause| fault(format!("{cause}")))?,
            code_challenge: secret.challenge(),
        };
        Ok((secret, kept))
    }

    /// What a row asks.
    pub(crate) fn asked_in(&self, knock: &Knock) -> Result<AskedElsewhere, Error> {
        self.open_bytes(Kind::Knock, knock.id.bytes(), &knock.request)
            .ok_or_else(|| Error::fault("reading a knock", "no key of ours opens it"))
    }

    /// May this person answer this knock now, having typed this number? A wrong one is counted before it is judged.
    pub(crate) async fn may_answer(
        &self,
        session: &Session,
        knocked: &Knocked,
        decision: Decision,
        number: Option<&str>,
    ) -> Result<(), Error> {
        let (id, now) = (KnockId::from_bytes(knocked.id), self.now());
        let found = self.inner().store.read(async move |tx| tx.knock(id).await).await?;
        let knock = found.filter(|knock| lies_before(knock, session.person, now));
        let knock = knock.ok_or(Refusal::KnockUnknown)?;
        // Who declines need not look at the other screen.
        if decision == Decision::Decline || !knocked.wants_number {
            return Ok(());
        }
        let shown = self.asked_in(&knock)?.number.unwrap_or_default();
        self.count_number_try(id).await?;
        if same(shown.as_bytes(), number.unwrap_or_default().trim().as_bytes()) {
            Ok(())
        } else {
            Err(Refusal::KnockNumberWrong.into())
        }
    }

    /// Counts a try at the number on the other screen, before it is judged.
    pub(crate) async fn count_number_try(&self, id: KnockId) -> Result<(), Error> {
        let count = async move |tx: &Tx<Authentication>| tx.count_knock_try(id, MOST_TRIES).await;
        if self.inner().store.write("count a try at a number", count).await? {
            Ok(())
        } else {
            Err(Refusal::TriesExhausted.into())
        }
    }

    /// Where what is said goes: to the relying party with the browser, or into the knock's row, and the browser stays here.
    pub(crate) async fn conclude(
        &self,
        session: &Session,
        judged: &Judged,
        said: &Said,
    ) -> Result<Delivery, Error> {
        match &judged.knock {
            Some(knocked) => self.keep_answer(knocked, Some(session.person), said).await,
            None => self.answer_with(&judged.by.client, &judged.request, said),
        }
    }

    /// The same of whoever has the page and has not signed in: before whom it lies is known by its row.
    pub(crate) async fn answer_unseen(
        &self,
        knocked: &Knocked,
        said: &Said,
    ) -> Result<Delivery, Error> {
        let id = KnockId::from_bytes(knocked.id);
        let found = self.inner().store.read(async move |tx| tx.knock(id).await).await?;
        let state = found.ok_or(Refusal::KnockUnknown)?.state;
        let KnockState::Opened { person } = state else {
            return Err(Refusal::KnockUnknown.into());
        };
        self.keep_answer(knocked, person, said).await
    }

    async fn keep_answer(
        &self,
        knocked: &Knocked,
        person: Option<PersonId>,
        said: &Said,
    ) -> Result<Delivery, Error> {
        let (id, now) = (KnockId::from_bytes(knocked.id), self.now());
        let answered = match said {
            Said::Code(code) => Answered::Code(code.clone()),
            Said::Refused(error) => Answered::Refused(error.reason.to_owned()),
        };
        let sealed = self.seal_bytes(Kind::KnockAnswer, id.bytes(), &answered)?;
        let until = knocked.heard_until(now)?;
        let called = self.called_of(knocked).await?;
        let calls = knocked.way() == Some(Way::Backchannel);
        let platform = self.clone();
        let answer = async move |tx: &Tx<Authentication>| {
            let first = tx.answer_knock(id, (person, &sealed), until, now).await?;
            if let (true, Some((client, told))) = (first, &called) {
                platform.post(tx, (client, person), told, now).await?;
            }
            // A client that its tokens are pushed to has had its letter waiting since it asked.
            if first && calls {
                tx.hasten_delivery(id.bytes(), now).await?;
            }
            Ok::<_, Error>(first)
        };
        if !self.inner().store.write("answer a knock", answer).await? {
            return Err(Refusal::KnockUnknown.into());
        }
        self.answered_page(Some(said))
    }

    /// Who is told that it was answered, and by which words.
    async fn called_of(&self, knocked: &Knocked) -> Result<Option<(String, Letters)>, Error> {
        if knocked.way() != Some(Way::Backchannel) {
            return Ok(None);
        }
        let id = KnockId::from_bytes(knocked.id);
        let found = self.inner().store.read(async move |tx| tx.knock(id).await).await?;
        let Some(knock) = found else { return Ok(None) };
        let called = self.asked_in(&knock)?.called;
        let told = |Called { token, auth_req_id }| Letters::Ping { auth_req_id, token };
        Ok(called.map(|called| (knock.client, told(called))))
    }

    /// What was answered, out of the row.
    pub(crate) fn answer_in(&self, id: KnockId, sealed: &[u8]) -> Result<Said, Error> {
        let damaged = || Error::fault("reading an answer to a knock", "no key of ours opens it");
        match self.open_bytes(Kind::KnockAnswer, id.bytes(), sealed).ok_or_else(damaged)? {
            Answered::Code(code) => Ok(Said::Code(code)),
            Answered::Refused(reason) => {
                let known = REFUSALS.into_iter().find(|error| error.reason == reason);
                Ok(Said::Refused(known.unwrap_or(DECLINED)))
            }
        }
    }

    /// The page on which the browser of whoever answered ends.
    pub(crate) fn answered_page(&self, said: Option<&Said>) -> Result<Delivery, Error> {
        let mut page = self
            .issuer()
            .at(ANSWERED_PATH)
            .parse::<url::Url>()
            .map_err(|cause| Error::fault("writing an address", cause))?;
        page.set_query(match said {
            Some(Said::Code(_)) => Some("said=yes"),
            Some(Said::Refused(_)) => Some("said=no"),
            None => None,
        });
        Ok(Delivery::Redirect(page))
    }
}

/// Everything that is refused to whoever knocked, found again by its reason.
const REFUSALS: [OAuthError; 4] =
    [DECLINED, GUARDIAN_CONSENT_MISSING, GUARDIAN_REFUSED, SOMEONE_ELSE];

/// Does the knock lie before this person, who may still answer it?
pub(crate) fn lies_before(knock: &Knock, person: PersonId, now: Timestamp) -> bool {
    let theirs = match &knock.state {
        KnockState::Opened { person: whose } => whose.is_none_or(|whose| whose == person),
        KnockState::Waiting | KnockState::Answered { .. } | KnockState::Taken { .. } => false,
    };
    theirs && now < knock.expires_at
}

/// A lifetime of `rules`, signed.
pub(crate) fn lifetime(of: std::time::Duration) -> Result<SignedDuration, Error> {
    SignedDuration::try_from(of).map_err(|cause| Error::fault("reckoning a lifetime", cause))
}
