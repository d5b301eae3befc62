//! A relying party asks: what does it want to know, may it, and has the person agreed already?
//!
//! OpenID Connect Core §3.1.2.3: "The Authorization Server MUST attempt to Authenticate the End-User in the following cases: The End-User is
//! not already Authenticated. The Authentication Request contains the prompt parameter with the value login." And with `none` it
//! "MUST return an error if an End-User is not already Authenticated or could not be silently Authenticated".

use std::sync::Arc;

use formats::base64url;
use jiff::Timestamp;
use protocol::oauth::{
    Client,
    authorize::{AuthorizationRequest, AuthorizeError, SignIn, unknown_client},
    encryption::Encrypted,
    error::{ErrorCode, OAuthError},
    response::{Answer, Delivery},
};
use protocol::oidc::display::Display;
use rules::{Access, Attribute, Capacity, Mode, PersonId, PlainKind, Purpose, SceneRegistration};
use serde::{Deserialize, Serialize};
use store::authentication::{Certificate, Person};

use crate::{
    Admission, Error, GuardianNeeded, Knocked, Platform, Refusal, Session, Standing,
    ask_guardian::declined_for,
    code::{Said, Subject},
    enrol::instant,
    judge::{Judged, Refused},
    references::Kind,
    session::usable_since,
};

/// Where a request leads.
#[derive(Debug)]
pub enum Authorize {
    /// The person has to sign in, then [`Platform::resume`] with the ticket.
    SignIn(Box<Asked>),
    /// The person has to approve: [`Platform::agree`] with the ticket.
    Approve(Box<Asked>),
    /// A child's guardian has to agree first: [`Platform::ask_guardian`] with the ticket.
    GuardianNeeded(Box<GuardianNeeded>),
    /// The person has to say a word on plain identity: [`Platform::answer_plain`] with the ticket.
    PlainIdentity(Box<Asked>),
    /// Back to the relying party, with a code or an error.
    Back(Delivery),
}

/// What a page shows: who asks, why, for what.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The relying party.
    pub by: Arc<Admission>,
    /// The scene, with purpose, legal basis and other methods.
    pub scene: SceneRegistration,
    /// What would be told beside the result.
    pub attributes: Vec<Attribute>,
    /// Whether it would be told how the identity was proved.
    pub verified: bool,
    /// Whether the relying party would go on asking.
    pub access: Access,
    /// What is asked of plain identity.
    pub plain: Vec<PlainKind>,
    /// The mode the person has to sign in with.
    pub mode: Mode,
    /// Languages the relying party's page was in, most wanted first.
    pub ui_locales: Vec<String>,
    /// How the relying party wants the page shown.
    pub display: Display,
    /// Where the answer goes.
    pub redirect_uri: url::Url,
    /// If it was asked on another device: how, and what the person must see there.
    pub knock: Option<Knocked>,
    /// What the person calls whomever they answer for, where that is somebody else.
    pub on_behalf_of: Option<String>,
    /// The request, sealed; the page's form sends it back.
    pub ticket: String,
}

/// A request as it travels with a page.
#[derive(Deserialize, Serialize)]
pub(crate) struct Ticket {
    request: AuthorizationRequest,
    asked_at: i64,
    /// The session the request came with, as rows call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    found: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    knock: Option<Knocked>,
}

/// When a request came, and with which session.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrival {
    pub(crate) at: Timestamp,
    /// As rows call it. Whoever has to sign in anew does not do it with this one.
    pub(crate) found: Option<[u8; 32]>,
}

/// A request that came back with its page.
pub(crate) struct Pending {
    pub(crate) by: Arc<Admission>,
    pub(crate) request: AuthorizationRequest,
    pub(crate) arrival: Arrival,
    pub(crate) knock: Option<Knocked>,
}

impl Pending {
    /// What can be judged before the person is asked.
    pub(crate) fn judged(self, offered: &[Mode]) -> Result<Judged, Box<Refused>> {
        let judged = Judged::new(self.by, self.request, self.arrival, offered)?;
        Ok(Judged { knock: self.knock, ..judged })
    }
}

impl Platform {
    /// A relying party's request, as the query of `/authorize`.
    ///
    /// Refused when it cannot be trusted enough to redirect; every other error is a redirect.
    pub async fn authorize(
        &self,
        session: Option<&Session>,
        query: &str,
    ) -> Result<Authorize, Error> {
        let unverified = match AuthorizationRequest::parse(query) {
            Ok(unverified) => unverified,
            Err(error) => return self.outcome(None, error),
        };
        let client = unverified.client_id().as_str();
        let Some(by) = self.registered(client).await? else {
            return Err(self.not_served(client, unknown_client()).await);
        };
        let request = match unverified.reference() {
            Some(reference) => self.pushed(reference, unverified.client_id())?,
            None => match unverified.check(&by.client, self.issuer(), self.now()) {
                Ok(request) => request,
                Err(error) => return self.outcome(Some(&by.client), error),
            },
        };
        let arrival = self.arriving(session);
        self.proceed(session, Pending { by, request, arrival, knock: None }).await
    }

    /// A request that comes now, with this session.
    pub(crate) fn arriving(&self, session: Option<&Session>) -> Arrival {
        Arrival { at: self.now(), found: session.map(Session::hash) }
    }

    /// The same request again, after the person signed in.
    pub async fn resume(&self, session: &Session, ticket: &str) -> Result<Authorize, Error> {
        let pending = self.unseal(Kind::SignIn, b"", ticket).await?;
        self.proceed(Some(session), pending).await
    }

    /// The page a sign-in ticket belongs to, for showing it again with an error.
    pub async fn asked(&self, ticket: &str) -> Result<Asked, Error> {
        let pending = self.unseal(Kind::SignIn, b"", ticket).await?;
        let judged = pending.judged(self.offered()).map_err(|_| Refusal::TicketInvalid)?;
        self.page(Kind::SignIn, b"", &judged)
    }

    pub(crate) async fn unseal(
        &self,
        kind: Kind,
        bound_to: &[u8],
        ticket: &str,
    ) -> Result<Pending, Error> {
        let ticket: Ticket = self.open(kind, bound_to, ticket)?;
        let asked_at = instant(ticket.asked_at)?;
        if self.now().duration_since(asked_at) > TICKET_LIFETIME {
            return Err(Refusal::TicketInvalid.into());
        }
        let by =
            self.registered(ticket.request.client_id.as_str()).await?.ok_or(unknown_client())?;
        let arrival = Arrival { at: asked_at, found: ticket.found.as_deref().and_then(read_hash) };
        Ok(Pending { by, request: ticket.request, arrival, knock: ticket.knock })
    }

    pub(crate) async fn proceed(
        &self,
        session: Option<&Session>,
        pending: Pending,
    ) -> Result<Authorize, Error> {
        let issuer = self.issuer();
        let (by, knocked) = (Arc::clone(&pending.by), pending.knock.is_some());
        let judged = match pending.judged(self.offered()) {
            Ok(judged) => judged,
            Err(refused) => {
                self.note_over_asking(&refused.error);
                // Nobody's browser is here to be sent back with it.
                if knocked {
                    return Err(refused.error.into());
                }
                let error = refused.request.refused(issuer, refused.error);
                return self.outcome(Some(&by.client), error);
            }
        };
        let client = Some(&by.client);
        let prompt = judged.request.prompt;
        let Some(session) = session.filter(|session| serves(session, &judged)) else {
            return if prompt.allows_pages() {
                Ok(Authorize::SignIn(Box::new(self.page(Kind::SignIn, b"", &judged)?)))
            } else {
                self.outcome(client, judged.request.refused(issuer, LOGIN_REQUIRED))
            };
        };
        let judged = self.judged_for(session, judged).await?;
        // Whoever acts for another is shown for whom, each time.
        let before = match session.acting_for {
            Some(_) if self.signed_out(session).await? => Before::Unusable,
            Some(_) => Before::NotYet,
            None => self.agreed_before(session, &judged).await?,
        };
        match before {
            // On another device than the one that asks, nothing goes by itself.
            Before::Agreed(subject) if !prompt.wants_consent() && judged.knock.is_none() => {
                self.settled(&judged, session, *subject).await
            }
            Before::Unusable if prompt.allows_pages() => {
                Ok(Authorize::SignIn(Box::new(self.page(Kind::SignIn, b"", &judged)?)))
            }
            Before::Unusable => {
                self.outcome(client, judged.request.refused(issuer, LOGIN_REQUIRED))
            }
            Before::GuardianNeeded { refusal, standing } if prompt.allows_pages() => {
                let asked = self.page(Kind::GuardianNeeded, session.id(), &judged)?;
                let back = self.back_for(&judged, &refusal)?;
                let needed = GuardianNeeded { asked, standing, back };
                Ok(Authorize::GuardianNeeded(Box::new(needed)))
            }
            Before::GuardianNeeded { refusal, .. } => {
                Ok(Authorize::Back(self.back_for(&judged, &refusal)?))
            }
            _ if prompt.allows_pages() => {
                let page = self.page(Kind::Approval, &session.answering(), &judged)?;
                let on_behalf_of = self.acting_for(session).await?;
                Ok(Authorize::Approve(Box::new(Asked { on_behalf_of, ..page })))
            }
            _ => self.outcome(client, judged.request.refused(issuer, CONSENT_REQUIRED)),
        }
    }

    /// An answer in the form its client wants it; a signed one with the key of ID tokens, then encrypted if it wants that.
    pub(crate) fn answer(&self, client: &Client, answer: Answer) -> Result<Delivery, Error> {
        answer.deliver(self.now(), |said| {
            let signed = self.keys().sign_token("JWT", said);
            let signed = signed.map_err(|cause| Error::fault("signing an answer", cause))?;
            self.sealed_for(client, Encrypted::Authorization, signed)
        })
    }

    /// A request that was refused: told to its client where that is known, else to the person on a page.
    pub(crate) fn outcome(
        &self,
        client: Option<&Client>,
        error: AuthorizeError,
    ) -> Result<Authorize, Error> {
        match (error, client) {
            (AuthorizeError::Page(error), _) | (AuthorizeError::Redirect { error, .. }, None) => {
                Err(error.into())
            }
            (AuthorizeError::Redirect { answer, .. }, Some(client)) => {
                Ok(Authorize::Back(self.answer(client, *answer)?))
            }
        }
    }

    /// What the person who signed in may agree to, of what is asked.
    pub(crate) async fn judged_for(
        &self,
        session: &Session,
        judged: Judged,
    ) -> Result<Judged, Error> {
        if session.acting_for.is_some() {
            return judged.for_another();
        }
        // Most ask once, which needs to know nothing of the person.
        if judged.access == Access::Once {
            return Ok(judged);
        }
        let person = session.person;
        let record = self.inner().store.read(async move |tx| tx.person(person).await).await?;
        Ok(judged.of(self.capacity_of(person, record.as_ref())?))
    }

    /// Back from a child whose guardians have not said yes.
    fn back_for(&self, judged: &Judged, refusal: &rules::Refusal) -> Result<Delivery, Error> {
        match &judged.knock {
            Some(_) => self.answered_page(None),
            None => self.answer_with(
                &judged.by.client,
                &judged.request,
                &Said::Refused(declined_for(refusal)),
            ),
        }
    }

    pub(crate) fn page(
        &self,
        kind: Kind,
        bound_to: &[u8],
        judged: &Judged,
    ) -> Result<Asked, Error> {
        let ticket = Ticket {
            request: judged.request.clone(),
            asked_at: judged.arrival.at.as_second(),
            found: judged.arrival.found.map(|hash| base64url::encode(&hash)),
            knock: judged.knock.clone(),
        };
        Ok(Asked {
            by: Arc::clone(&judged.by),
            scene: judged.scene.clone(),
            attributes: judged.attributes.clone(),
            verified: judged.verified,
            access: judged.access,
            plain: judged.plain.clone(),
            mode: judged.mode,
            ui_locales: judged.request.ui_locales.clone(),
            display: judged.request.display,
            redirect_uri: judged.request.redirect_uri.as_url().clone(),
            knock: judged.knock.clone(),
            on_behalf_of: None,
            ticket: self.seal(kind, bound_to, &ticket)?,
        })
    }

    /// Whether the person agreed to exactly this before; if so, whom and what the relying party would be told.
    pub(crate) async fn agreed_before(
        &self,
        session: &Session,
        judged: &Judged,
    ) -> Result<Before, Error> {
        let (id, person) = (session.certificate, session.person);
        let (client, scene) = (judged.request.client_id.as_str(), judged.scene.scene.as_str());
        let (organisation, told) = (&judged.by.organisation, judged.told());
        let hash = session.hash();
        let (certificate, consent, identifier, record, ended) = self
            .inner()
            .store
            .read(async move |tx| {
                tokio::try_join!(
                    tx.certificate(id),
                    tx.consent_in_force(person, Purpose::Release, client, scene, &told),
                    tx.app_identifier(person, organisation),
                    tx.person(person),
                    tx.session_ended(&hash),
                )
            })
            .await?;
        let usable =
            |found: &Certificate| usable_since(found, session.signed_in_at, self.now()).is_ok();
        let Some(certificate) = certificate.filter(usable).filter(|_| !ended) else {
            return Ok(Before::Unusable);
        };
        if let Some(needed) = self.guardian_needed(session.person, judged, record.as_ref()).await? {
            return Ok(needed);
        }
        let (Some(consent), Some(identifier)) = (consent, identifier) else {
            return Ok(Before::NotYet);
        };
        match judged.release(&consent) {
            Ok(()) => {
                let holder = (session, &certificate);
                let person = record.as_ref();
                let subject = self.subject(holder, judged, &consent, &identifier, person)?;
                Ok(Before::Agreed(Box::new(subject)))
            }
            // The notice has changed since: ask again.
            Err(_) => Ok(Before::NotYet),
        }
    }

    /// Measures art. 5: under fourteen, nothing is told and nothing asked of the child before a guardian agreed.
    async fn guardian_needed(
        &self,
        person: PersonId,
        judged: &Judged,
        record: Option<&Person>,
    ) -> Result<Option<Before>, Error> {
        // Nearly everybody is of age, which costs no question.
        if self.capacity_of(person, record)? != Some(Capacity::Represented) {
            return Ok(None);
        }
        let Some(Person::Enrolled { sealed_birth, .. }) = record else { return Ok(None) };
        let at = (&judged.by.organisation, judged.scene.scene);
        self.inner()
            .store
            .read(async move |tx| match self.may_use_at(tx, person, sealed_birth, at).await {
                Ok(_) => Ok(None),
                Err(Error::Refused(Refusal::Rule(refusal))) => {
                    let standing = self.standing(tx, person, at, &refusal).await?;
                    Ok(Some(Before::GuardianNeeded { refusal, standing }))
                }
                Err(error) => Err(error),
            })
            .await
    }
}

/// What is known of the person's agreement.
pub(crate) enum Before {
    /// The person is a child whose guardians have not agreed, and this is how it stands.
    GuardianNeeded {
        /// Why.
        refusal: rules::Refusal,
        /// How.
        standing: Standing,
    },
    /// Agreed; this would be told.
    Agreed(Box<Subject>),
    /// Not to this, or not any more.
    NotYet,
    /// The certificate may not be used.
    Unusable,
}

/// How long a page may lie open.
const TICKET_LIFETIME: jiff::SignedDuration = jiff::SignedDuration::from_mins(30);

fn serves(session: &Session, judged: &Judged) -> bool {
    // A passcode just chosen at a counter is no certificate yet: nothing had was shown beside it.
    session.factors().shows_certificate()
        && session.mode().satisfies(judged.mode)
        && judged.request.is_served_by(sign_in(session, judged.arrival), judged.arrival.at)
}

fn read_hash(text: &str) -> Option<[u8; 32]> {
    base64url::decode(text).ok()?.try_into().ok()
}

/// Did the request come with this session, or was it made since?
fn sign_in(session: &Session, arrival: Arrival) -> SignIn {
    if arrival.found.is_some_and(|found| found == session.hash()) {
        SignIn::Found(session.signed_in_at)
    } else {
        SignIn::Made(session.signed_in_at)
    }
}

const LOGIN_REQUIRED: OAuthError =
    ErrorCode::LoginRequired.because("login_required", "the person has to sign in");
pub(crate) const CONSENT_REQUIRED: OAuthError =
    ErrorCode::ConsentRequired.because("consent_required", "the person has to approve");
