//! Somebody who holds a net certificate, with the phone it is bound to and a session in the browser.

use formats::Stretched;
use protocol::oauth::Delivery;
use rules::{NetNumber, NoticeVersion};
use sandbox::Match;
use service::{
    Asked, Authorize, Decision, Error, PasscodeTold, PlainDecision, PortraitShown, Session,
};
use wallet::{SoftwareKey, Wallet};

use crate::{Application, Ask, Code, Journey, Page, Resident, Town, enrolment::passcode};

/// A person with a net certificate.
#[derive(Clone)]
pub struct Holder {
    pub(crate) town: Town,
    /// Who it is.
    pub resident: Resident,
    /// The phone.
    pub wallet: Wallet<SoftwareKey>,
    /// The net number.
    pub net_number: NetNumber,
    /// The session of the browser.
    pub session: Session,
    /// The passcode, known by heart.
    pub passcode: String,
    /// What the phone keeps to have the face compared.
    pub portrait_reference: Option<String>,
    /// Whether they tell who they are when they are asked.
    pub tells_plain: bool,
}

impl Holder {
    /// The same person, before the same town run otherwise.
    #[must_use]
    pub fn moved_to(&self, town: &Town) -> Self {
        Self { town: town.clone(), ..self.clone() }
    }

    pub(crate) fn platform(&self) -> &service::Platform {
        &self.town.platform
    }

    /// The phone's proof over a fresh challenge.
    pub fn proof(&self) -> String {
        self.proof_over(&self.town.platform.challenge().expect("a challenge"))
    }

    /// The phone's proof over this challenge.
    pub fn proof_over(&self, challenge: &str) -> String {
        self.wallet.prove(challenge, self.town.platform.now()).expect("the phone signs")
    }

    /// Signs in with the phone alone.
    pub async fn sign_in(&mut self) -> Result<(), Error> {
        self.session = self.town.platform.sign_in(&self.proof(), None).await?;
        Ok(())
    }

    /// Signs in with the phone and the passcode.
    pub async fn sign_in_with_passcode(&mut self) -> Result<(), Error> {
        let digits = self.passcode.clone();
        self.try_passcode(&digits).await.map(|session| self.session = session)
    }

    /// Tries these digits as the passcode.
    pub async fn try_passcode(&self, digits: &str) -> Result<Session, Error> {
        self.town.platform.sign_in(&self.proof(), Some(passcode(digits))).await
    }

    /// Tries these digits as the passcode, stretched by the phone that set it.
    pub async fn try_stretched(&self, digits: &str) -> Result<Session, Error> {
        let told = PasscodeTold::Stretched(self.stretched(digits));
        self.town.platform.sign_in(&self.proof(), Some(told)).await
    }

    /// These digits, stretched by the phone that set the passcode.
    pub fn stretched(&self, digits: &str) -> Stretched {
        self.wallet.stretch(&passcode(digits)).expect("the phone set the passcode")
    }

    /// Signs in with the phone, the face and, where it is wanted, the passcode.
    pub async fn sign_in_with_portrait(&mut self, with_passcode: bool) -> Result<(), Error> {
        let digits = with_passcode.then(|| self.passcode.clone());
        let shown = self.shown(Match::Same);
        self.try_portrait(digits.as_deref(), shown).await.map(|session| self.session = session)
    }

    /// Shows the phone this face.
    pub async fn try_portrait(
        &self,
        digits: Option<&str>,
        shown: PortraitShown,
    ) -> Result<Session, Error> {
        let passcode = digits.map(passcode);
        self.town.platform.sign_in_with_portrait(&self.proof(), passcode, shown).await
    }

    /// What the phone sends when its camera sees this face.
    pub fn shown(&self, seen: Match) -> PortraitShown {
        let reference = self.portrait_reference.clone().unwrap_or_default();
        PortraitShown { reference, taken: self.resident.portrait_taken(seen) }
    }

    /// Locks the certificate.
    pub async fn lock(&self) -> Result<(), Error> {
        self.town.platform.lock(&self.session).await
    }

    /// Unlocks it, which signs in.
    pub async fn unlock(&mut self) -> Result<(), Error> {
        let passcode = passcode(&self.passcode);
        self.session = self.town.platform.unlock(&self.proof(), passcode).await?;
        Ok(())
    }

    /// Leaves the platform.
    pub async fn cancel(&self) -> Result<(), Error> {
        let passcode = passcode(&self.passcode);
        self.town.platform.cancel(&self.session, &self.proof(), passcode).await
    }

    /// Follows an application's request to its end, signing in and approving whatever is asked.
    pub async fn go(&mut self, ask: &Ask) -> Result<Journey, Error> {
        Box::pin(self.answer(ask, Decision::Approve)).await
    }

    /// The same, declining what is asked.
    pub async fn decline(&mut self, ask: &Ask) -> Result<Journey, Error> {
        Box::pin(self.answer(ask, Decision::Decline)).await
    }

    async fn answer(&mut self, ask: &Ask, decision: Decision) -> Result<Journey, Error> {
        let platform = self.town.platform.clone();
        let mut pages = Vec::new();
        let mut next = platform.authorize(Some(&self.session), &ask.query()).await?;
        let delivery: Delivery = loop {
            next = match next {
                Authorize::Back(delivery) => break delivery,
                Authorize::GuardianNeeded(needed) => {
                    pages.push(Page::GuardianNeeded);
                    break needed.back;
                }
                Authorize::SignIn(asked) => {
                    pages.push(Page::SignIn);
                    if asked.mode.has_portrait() {
                        self.sign_in_with_portrait(asked.mode.has_passcode()).await?;
                    } else if asked.mode.has_passcode() {
                        self.sign_in_with_passcode().await?;
                    } else {
                        self.sign_in().await?;
                    }
                    platform.resume(&self.session, &asked.ticket).await?
                }
                Authorize::Approve(asked) => {
                    pages.push(Page::Approve);
                    platform.agree(&self.session, &asked.ticket, decision).await?
                }
                Authorize::PlainIdentity(asked) => {
                    pages.push(Page::PlainIdentity);
                    self.word_on_plain(&asked.ticket).await?
                }
            };
        };
        Ok(Journey { ask: ask.clone(), pages, ..Journey::ended(ask.clone(), delivery) })
    }

    /// Says on the page about plain identity what this person always says.
    pub async fn word_on_plain(&self, ticket: &str) -> Result<Authorize, Error> {
        let proof = self.proof();
        let decision = if self.tells_plain {
            PlainDecision::Tell {
                device_proof: &proof,
                passcode: passcode(&self.passcode),
                notice: NoticeVersion(1),
            }
        } else {
            PlainDecision::Decline
        };
        self.town.platform.answer_plain(&self.session, ticket, decision).await
    }

    /// Types the code that a device shows, signing in further where that is wanted; the page of approval.
    pub async fn type_code(&mut self, code: &str) -> Result<Asked, Error> {
        let ticket = self.town.platform.open_by_code(&self.session, code).await?;
        self.answerable(ticket).await
    }

    /// The page of approval of a request asked elsewhere.
    ///
    /// # Panics
    /// When it ends at another page: the story is about approval.
    pub async fn answerable(&mut self, mut ticket: String) -> Result<Asked, Error> {
        let platform = self.town.platform.clone();
        loop {
            match platform.resume(&self.session, &ticket).await? {
                Authorize::Approve(asked) => return Ok(*asked),
                Authorize::SignIn(asked) => {
                    if asked.mode.has_portrait() {
                        self.sign_in_with_portrait(asked.mode.has_passcode()).await?;
                    } else {
                        self.sign_in_with_passcode().await?;
                    }
                    ticket = asked.ticket;
                }
                other => panic!("not a page of approval: {other:?}"),
            }
        }
    }

    /// Agrees to what an application asks by itself.
    pub async fn agree_to(&mut self, application: &Application) -> Code {
        let ask = self.town.ask(application);
        self.go(&ask).await.expect("nothing stands against it").code()
    }
}
