//! A relying party asks: what does it want to know, may it, and has the person agreed already?

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use protocol::oauth::{
    authorize::{AuthorizationRequest, AuthorizeError, unknown_client},
    error::{ErrorCode, OAuthError},
    grant::{CODE_LIFETIME, Grant},
};
use rules::{
    AppIdentifier, Attribute, Consent, GrantId, Mode, Purpose, ReleaseConsent, SceneRegistration,
    release::{may_ask, may_release},
};
use serde::{Deserialize, Serialize};
use store::authentication::{ConsentRecord, Person};
use url::Url;

use crate::{
    Admission, Error, Platform, Refusal, Session, enrol::instant, references::Kind, session::usable,
};

/// Where a request leads.
#[derive(Debug)]
pub enum Authorize {
    /// The person has to sign in, then [`Platform::resume`] with the ticket.
    SignIn(Box<Asked>),
    /// The person has to approve: [`Platform::agree`] with the ticket.
    Approve(Box<Asked>),
    /// Back to the relying party, with a code or an error.
    Redirect(Url),
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
    /// The mode the person has to sign in with.
    pub mode: Mode,
    /// Languages the relying party's page was in, most wanted first.
    pub ui_locales: Vec<String>,
    /// Where the answer goes.
    pub redirect_uri: Url,
    /// The request, sealed; the page's form sends it back.
    pub ticket: String,
}

/// A request that passed every check that does not need the person.
pub(crate) struct Judged {
    pub(crate) by: Arc<Admission>,
    pub(crate) request: AuthorizationRequest,
    pub(crate) scene: SceneRegistration,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) mode: Mode,
    pub(crate) asked_at: Timestamp,
}

/// A request as it travels with a page.
#[derive(Deserialize, Serialize)]
pub(crate) struct Ticket {
    request: AuthorizationRequest,
    asked_at: i64,
}

/// What a code means to us, inside the grant.
#[derive(Deserialize, Serialize)]
pub(crate) struct Subject {
    pub(crate) person: [u8; 16],
    pub(crate) certificate: [u8; 16],
    pub(crate) identifier: String,
    pub(crate) scene: String,
    pub(crate) attributes: BTreeMap<String, bool>,
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
            Err(error) => return outcome(error),
        };
        let by = self.registered(unverified.client_id().as_str()).await?.ok_or(unknown_client())?;
        match unverified.check(&by.client, self.issuer()) {
            Ok(request) => self.proceed(session, by, request, self.now()).await,
            Err(error) => outcome(error),
        }
    }

    /// The same request again, after the person signed in.
    pub async fn resume(&self, session: &Session, ticket: &str) -> Result<Authorize, Error> {
        let (by, request, asked_at) = self.unseal(Kind::SignIn, b"", ticket).await?;
        self.proceed(Some(session), by, request, asked_at).await
    }

    /// The page a sign-in ticket belongs to, for showing it again with an error.
    pub async fn asked(&self, ticket: &str) -> Result<Asked, Error> {
        let (by, request, asked_at) = self.unseal(Kind::SignIn, b"", ticket).await?;
        match self.judge(by, request, asked_at) {
            Ok(judged) => self.page(Kind::SignIn, b"", &judged),
            Err(_) => Err(Refusal::TicketInvalid.into()),
        }
    }

    pub(crate) async fn unseal(
        &self,
        kind: Kind,
        bound_to: &[u8],
        ticket: &str,
    ) -> Result<(Arc<Admission>, AuthorizationRequest, Timestamp), Error> {
        let ticket: Ticket = self.open(kind, bound_to, ticket)?;
        let asked_at = instant(ticket.asked_at)?;
        if self.now().duration_since(asked_at) > TICKET_LIFETIME {
            return Err(Refusal::TicketInvalid.into());
        }
        let by =
            self.registered(ticket.request.client_id.as_str()).await?.ok_or(unknown_client())?;
        Ok((by, ticket.request, asked_at))
    }

    async fn proceed(
        &self,
        session: Option<&Session>,
        by: Arc<Admission>,
        request: AuthorizationRequest,
        asked_at: Timestamp,
    ) -> Result<Authorize, Error> {
        let issuer = self.issuer();
        let judged = match self.judge(by, request, asked_at) {
            Ok(judged) => judged,
            Err((request, error)) => return outcome(request.refused(issuer, error)),
        };
        let prompt = judged.request.prompt;
        let Some(session) = session.filter(|session| serves(session, &judged)) else {
            return if prompt.allows_pages() {
                Ok(Authorize::SignIn(Box::new(self.page(Kind::SignIn, b"", &judged)?)))
            } else {
                outcome(judged.request.refused(issuer, LOGIN_REQUIRED))
            };
        };
        match self.agreed_before(session, &judged).await? {
            Before::Agreed(subject) if !prompt.wants_consent() => {
                Ok(Authorize::Redirect(self.code(&judged, session, &subject)?))
            }
            Before::Unusable if prompt.allows_pages() => {
                Ok(Authorize::SignIn(Box::new(self.page(Kind::SignIn, b"", &judged)?)))
            }
            Before::Unusable => outcome(judged.request.refused(issuer, LOGIN_REQUIRED)),
            _ if prompt.allows_pages() => Ok(Authorize::Approve(Box::new(self.page(
                Kind::Approval,
                session.id(),
                &judged,
            )?))),
            _ => outcome(judged.request.refused(issuer, CONSENT_REQUIRED)),
        }
    }

    /// Is this scene registered, and may it ask this?
    pub(crate) fn judge(
        &self,
        by: Arc<Admission>,
        request: AuthorizationRequest,
        asked_at: Timestamp,
    ) -> Result<Judged, (AuthorizationRequest, OAuthError)> {
        let Some(scene) = by.scene(request.scope.scene()).cloned() else {
            return Err((request, SCENE_UNKNOWN));
        };
        // RFC 6749 §3.3: "The authorization server MAY fully or partially ignore the scope requested by the client".
        // Words that name nothing are ignored; an attribute that may not be asked is refused, with the rule.
        let attributes: Vec<Attribute> =
            request.scope.attributes().filter_map(|word| word.parse().ok()).collect();
        if let Err(refusal) = may_ask(&scene, &attributes) {
            return Err((request, over_asked(&refusal)));
        }
        let asked_mode = request.acr_values.iter().find_map(|acr| acr.parse::<Mode>().ok());
        let mode = asked_mode.filter(|asked| asked.satisfies(scene.mode)).unwrap_or(scene.mode);
        if mode.has_portrait() {
            return Err((request, MODE_NOT_OFFERED));
        }
        Ok(Judged { by, request, scene, attributes, mode, asked_at })
    }

    pub(crate) fn page(
        &self,
        kind: Kind,
        bound_to: &[u8],
        judged: &Judged,
    ) -> Result<Asked, Error> {
        let ticket =
            Ticket { request: judged.request.clone(), asked_at: judged.asked_at.as_second() };
        Ok(Asked {
            by: Arc::clone(&judged.by),
            scene: judged.scene.clone(),
            attributes: judged.attributes.clone(),
            mode: judged.mode,
            ui_locales: judged.request.ui_locales.clone(),
            redirect_uri: judged.request.redirect_uri.as_url().clone(),
            ticket: self.seal(kind, bound_to, &ticket)?,
        })
    }

    /// Whether the person agreed to exactly this before; if so, whom and what the relying party would be told.
    async fn agreed_before(&self, session: &Session, judged: &Judged) -> Result<Before, Error> {
        let (id, person) = (session.certificate, session.person);
        let (client, scene) = (judged.request.client_id.as_str(), judged.scene.scene.as_str());
        let (organisation, told) = (&judged.by.organisation, attributes_text(&judged.attributes));
        let needs_birth = !judged.attributes.is_empty();
        let (certificate, consent, identifier, record) = self
            .inner()
            .store
            .read(async move |tx| {
                let certificate = tx.certificate(id).await?;
                let consent =
                    tx.consent_in_force(person, Purpose::Release, client, scene, &told).await?;
                let identifier = tx.app_identifier(person, organisation).await?;
                let record = if needs_birth { tx.person(person).await? } else { None };
                Ok::<_, store::Error>((certificate, consent, identifier, record))
            })
            .await?;
        if certificate.is_none_or(|certificate| usable(&certificate, self.now()).is_err()) {
            return Ok(Before::Unusable);
        }
        let (Some(consent), Some(identifier)) = (consent, identifier) else {
            return Ok(Before::NotYet);
        };
        match release(judged, &consent) {
            Ok(()) => {
                Ok(Before::Agreed(self.subject(session, judged, &identifier, record.as_ref())?))
            }
            // The notice has changed since: ask again.
            Err(_) => Ok(Before::NotYet),
        }
    }

    /// What the relying party would be told.
    pub(crate) fn subject(
        &self,
        session: &Session,
        judged: &Judged,
        identifier: &AppIdentifier,
        person: Option<&Person>,
    ) -> Result<Subject, Error> {
        Ok(Subject {
            person: *session.person.bytes(),
            certificate: *session.certificate.bytes(),
            identifier: identifier.as_str().to_owned(),
            scene: judged.scene.scene.as_str().to_owned(),
            attributes: self.predicates(&judged.attributes, session, person)?,
        })
    }

    fn predicates(
        &self,
        attributes: &[Attribute],
        session: &Session,
        person: Option<&Person>,
    ) -> Result<BTreeMap<String, bool>, Error> {
        if attributes.is_empty() {
            return Ok(BTreeMap::new());
        }
        let Some(Person::Enrolled { sealed_birth, .. }) = person else {
            return Err(Refusal::CertificateEnded.into());
        };
        let damaged = || Error::fault("reading a date of birth", "no key of ours opens it");
        let plain =
            self.keys().open_attribute(session.person.bytes(), sealed_birth).ok_or_else(damaged)?;
        let text = std::str::from_utf8(plain.expose()).map_err(|_| damaged())?;
        let born = text.parse().map_err(|_| damaged())?;
        let today = self.today();
        let predicate = |attribute: &Attribute| match *attribute {
            Attribute::AgeOver(threshold) => rules::age::reached(born, threshold, today),
        };
        Ok(attributes
            .iter()
            .map(|attribute| (attribute.claim().to_owned(), predicate(attribute)))
            .collect())
    }

    /// The redirect with a code: the grant, sealed.
    pub(crate) fn code(
        &self,
        judged: &Judged,
        session: &Session,
        subject: &Subject,
    ) -> Result<Url, Error> {
        let now = self.now();
        let request = &judged.request;
        let id = GrantId::make(now, &mut |bytes| self.world().fill(bytes));
        let grant = Grant {
            id: *id.bytes(),
            client_id: request.client_id.clone(),
            redirect_uri: request.redirect_uri.clone(),
            code_challenge: request.code_challenge.clone(),
            nonce: request.nonce.clone(),
            scope: request.scope.granting(|word| subject.attributes.contains_key(word)),
            acr: session.mode.acr().to_owned(),
            auth_time: session.signed_in_at,
            agreed_at: now,
            expires_at: now + CODE_LIFETIME,
            subject: serde_json::to_vec(subject)
                .map_err(|cause| Error::fault("writing a subject", cause))?,
        };
        let code = self.seal(Kind::Code, b"", &grant)?;
        Ok(request.accepted(self.issuer(), &code))
    }
}

/// What is known of the person's agreement.
enum Before {
    /// Agreed; this would be told.
    Agreed(Subject),
    /// Not to this, or not any more.
    NotYet,
    /// The certificate may not be used.
    Unusable,
}

/// How long a page may lie open.
const TICKET_LIFETIME: jiff::SignedDuration = jiff::SignedDuration::from_mins(30);

fn serves(session: &Session, judged: &Judged) -> bool {
    session.mode.satisfies(judged.mode)
        && judged.request.is_served_by(session.signed_in_at, judged.asked_at)
}

/// Measures art. 8, held again against what was agreed.
pub(crate) fn release(judged: &Judged, consent: &ConsentRecord) -> Result<(), rules::Refusal> {
    let consent = ReleaseConsent {
        scene: judged.scene.scene,
        attributes: consent
            .attributes
            .split_whitespace()
            .filter_map(|claim| claim.parse().ok())
            .collect(),
        consent: Consent::recorded(Purpose::Release, consent.notice),
    };
    may_release(&judged.scene, &judged.attributes, &consent).map(drop)
}

/// Attributes as a consent names them: sorted, each once.
pub(crate) fn attributes_text(attributes: &[Attribute]) -> String {
    let mut claims: Vec<_> = attributes.iter().map(|attribute| attribute.claim()).collect();
    claims.sort_unstable();
    claims.dedup();
    claims.join(" ")
}

fn outcome(error: AuthorizeError) -> Result<Authorize, Error> {
    match error {
        AuthorizeError::Page(error) => Err(error.into()),
        AuthorizeError::Redirect { to, .. } => Ok(Authorize::Redirect(*to)),
    }
}

fn over_asked(refusal: &rules::Refusal) -> OAuthError {
    ErrorCode::InvalidScope
        .because(refusal.code(), "the scene does not allow what is asked (Measures art. 8)")
}

const SCENE_UNKNOWN: OAuthError = ErrorCode::InvalidScope
    .because("scene_not_registered", "the client did not register this scene");
const MODE_NOT_OFFERED: OAuthError = ErrorCode::UnmetAuthenticationRequirements
    .because("mode_not_offered", "this mode is not offered on line yet");
const LOGIN_REQUIRED: OAuthError =
    ErrorCode::LoginRequired.because("login_required", "the person has to sign in");
const CONSENT_REQUIRED: OAuthError =
    ErrorCode::ConsentRequired.because("consent_required", "the person has to approve");
