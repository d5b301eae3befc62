//! A session: who signed in, on which certificate, how and when. It lives sealed in the browser; the platform
//! remembers none. Whether its certificate may still be used is asked of the store at every use.

use jiff::{SignedDuration, Timestamp};
use rules::{CertificateId, DelegationId, Factor, Factors, Mode, PersonId};
use serde::{Deserialize, Serialize};
use store::authentication::{Certificate, State};

use crate::{Error, HAND_OVER_LIFETIME, Platform, Refusal, references::Kind};

/// How long a sign-in is good for: a working day, so that a second login takes one click.
pub const SESSION_LIFETIME: SignedDuration = SignedDuration::from_hours(8);

/// A session.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    pub(crate) id: [u8; 16],
    pub(crate) person: PersonId,
    pub(crate) certificate: CertificateId,
    pub(crate) factors: Factors,
    pub(crate) signed_in_at: Timestamp,
    /// For whom relying parties are answered; none: for the person.
    pub(crate) acting_for: Option<DelegationId>,
}

impl Session {
    /// Distinguishes this session from every other; pages bind their forms to it.
    pub fn id(&self) -> &[u8; 16] {
        &self.id
    }

    /// What a page of approval is bound to: the session, and whoever it answers for.
    pub(crate) fn answering(&self) -> Vec<u8> {
        let principal = self.acting_for.as_ref().map_or(&[][..], |id| id.bytes());
        [self.id.as_slice(), principal].concat()
    }

    /// The certificate the session rests on.
    pub fn certificate(&self) -> CertificateId {
        self.certificate
    }

    /// What the person proved.
    pub fn factors(&self) -> Factors {
        self.factors
    }

    /// How the person signed in.
    pub fn mode(&self) -> Mode {
        self.factors.mode()
    }

    /// When the person signed in.
    pub fn signed_in_at(&self) -> Timestamp {
        self.signed_in_at
    }
}

#[derive(Deserialize, Serialize)]
struct Sealed {
    #[serde(with = "formats::base64url::text")]
    id: [u8; 16],
    #[serde(with = "formats::base64url::text")]
    person: [u8; 16],
    #[serde(with = "formats::base64url::text")]
    certificate: [u8; 16],
    factors: Vec<String>,
    at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    acting_for: Option<String>,
}

impl Platform {
    pub(crate) fn new_session(
        &self,
        person: PersonId,
        certificate: CertificateId,
        factors: Factors,
    ) -> Session {
        Session {
            id: self.world().draw(),
            person,
            certificate,
            factors,
            signed_in_at: self.now(),
            acting_for: None,
        }
    }

    /// A session as the browser carries it.
    pub fn seal_session(&self, session: &Session) -> Result<String, Error> {
        let sealed = Sealed {
            id: session.id,
            person: *session.person.bytes(),
            certificate: *session.certificate.bytes(),
            factors: session.factors.iter().map(|factor| factor.as_str().to_owned()).collect(),
            at: session.signed_in_at.as_second(),
            acting_for: session.acting_for.map(|id| id.to_string()),
        };
        self.seal(Kind::Session, b"", &sealed)
    }

    /// The session a browser carries.
    pub fn open_session(&self, text: &str) -> Result<Session, Error> {
        let sealed: Sealed =
            self.open(Kind::Session, b"", text).map_err(|_| Refusal::NotSignedIn)?;
        let signed_in_at = Timestamp::from_second(sealed.at).map_err(|_| Refusal::NotSignedIn)?;
        if self.now().duration_since(signed_in_at) >= SESSION_LIFETIME {
            return Err(Refusal::NotSignedIn.into());
        }
        let acting_for = sealed.acting_for.as_deref().map(str::parse).transpose();
        let factors: Result<Vec<Factor>, _> =
            sealed.factors.iter().map(|word| word.parse()).collect();
        let factors = Factors::of(&factors.map_err(|_| Refusal::NotSignedIn)?);
        // One that began at a counter's screen ends soon: the next person sits there.
        let since = self.now().duration_since(signed_in_at);
        if !factors.shows_certificate() && since >= HAND_OVER_LIFETIME {
            return Err(Refusal::NotSignedIn.into());
        }
        Ok(Session {
            id: sealed.id,
            person: PersonId::from_bytes(sealed.person),
            certificate: CertificateId::from_bytes(sealed.certificate),
            factors,
            signed_in_at,
            acting_for: acting_for.map_err(|_| Refusal::NotSignedIn)?,
        })
    }

    /// The session's certificate, if it may be used now.
    pub(crate) async fn usable_certificate(&self, session: &Session) -> Result<Certificate, Error> {
        let id = session.certificate;
        let found = self.inner().store.read(async move |tx| tx.certificate(id).await).await?;
        let certificate = found.ok_or(Refusal::CertificateUnknown)?;
        usable_since(&certificate, session.signed_in_at, self.now())?;
        if self.signed_out(session).await? {
            return Err(Refusal::NotSignedIn.into());
        }
        Ok(certificate)
    }

    /// Was the session ended before its time? Then every copy of it is dead.
    pub(crate) async fn signed_out(&self, session: &Session) -> Result<bool, Error> {
        let hash = session.hash();
        Ok(self.inner().store.read(async move |tx| tx.session_ended(&hash).await).await?)
    }
}

/// May its holder look after what is theirs? Also while it is locked, but not once it has ended: then another phone
/// speaks for the person, and this one may be in anybody's hands.
pub(crate) fn in_force(
    certificate: &Certificate,
    proved_at: Timestamp,
    now: Timestamp,
) -> Result<(), Refusal> {
    match usable_since(certificate, proved_at, now) {
        Err(Refusal::CertificateLocked) => Ok(()),
        outcome => outcome,
    }
}

/// May what was proved at `proved_at` be used? Unlocking makes everything older worthless: a session
/// or a token that was stolen before the certificate was locked stays dead.
pub(crate) fn usable_since(
    certificate: &Certificate,
    proved_at: Timestamp,
    now: Timestamp,
) -> Result<(), Refusal> {
    if certificate.unlocked_at.is_some_and(|unlocked_at| proved_at < unlocked_at) {
        return Err(Refusal::NotSignedIn);
    }
    usable(certificate, now)
}

/// May the certificate be used?
pub(crate) fn usable(certificate: &Certificate, now: Timestamp) -> Result<(), Refusal> {
    match certificate.state {
        State::Locked { .. } => Err(Refusal::CertificateLocked),
        State::Ended { .. } => Err(Refusal::CertificateEnded),
        State::Active if now >= certificate.expires_at => Err(Refusal::CertificateEnded),
        State::Active => Ok(()),
    }
}
