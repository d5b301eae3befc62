//! An authorization code: the person's agreement and what it lets be told, sealed.

use std::collections::BTreeMap;

use formats::Jwk;
use protocol::{
    oauth::{
        Client,
        authorize::AuthorizationRequest,
        error::{ErrorCode, OAuthError},
        grant::{CODE_LIFETIME, Grant},
        response::Delivery,
    },
    oidc::{
        plain_identity::PlainIdentity,
        scope::OFFLINE_ACCESS,
        verified_claims::{Proved, VerifiedClaims, VerifiedRequest},
    },
};
use rules::{
    Access, AppIdentifier, Attribute, Capacity, GrantId, PersonId, PlainKind, Proofing,
    capacity::capacity,
};
use serde::{Deserialize, Serialize};
use store::authentication::{Certificate, ConsentRecord, Person};

use crate::{Error, Platform, Refusal, Session, judge::Judged, references::Kind, served::Served};

/// What is said to a relying party in the end.
#[derive(Clone, Debug)]
pub(crate) enum Said {
    /// The person agreed: here is the code.
    Code(String),
    /// They did not, or may not.
    Refused(OAuthError),
}

/// What a code means to us, inside the grant.
#[derive(Deserialize, Serialize)]
pub(crate) struct Subject {
    #[serde(with = "formats::base64url::text")]
    pub(crate) person: [u8; 16],
    #[serde(with = "formats::base64url::text")]
    pub(crate) certificate: [u8; 16],
    /// Once it is withdrawn, nothing more is told.
    #[serde(with = "formats::base64url::text")]
    pub(crate) consent: [u8; 16],
    pub(crate) identifier: String,
    pub(crate) scene: String,
    pub(crate) attributes: BTreeMap<String, bool>,
    /// Whether a guardian's word stands behind it, which must still stand when the code is redeemed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) represented: bool,
    /// In which session, for a client that has a use for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) session: Option<Served>,
    /// Who acted, where it was not the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) by: Option<ByDelegate>,
    /// How the identity was proved, where that was asked for.
    #[serde(default, skip_serializing_if = "Verified::is_empty")]
    pub(crate) verified: Verified,
    /// What the person said of plain identity, where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) plain: Option<PlainWord>,
    /// Where access stands: all that the consent it stands on names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) standing: Option<String>,
}

/// How the identity was proved, as it is told.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Verified {
    pub(crate) in_id_token: Vec<VerifiedClaims>,
    pub(crate) in_userinfo: Vec<VerifiedClaims>,
}

impl Verified {
    fn is_empty(&self) -> bool {
        self.in_id_token.is_empty() && self.in_userinfo.is_empty()
    }
}

/// A person's word on plain identity.
#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PlainWord {
    /// No.
    Declined,
    /// Yes, once: this disclosure.
    Agreed(#[serde(with = "formats::base64url::text")] [u8; 16]),
}

impl PlainWord {
    /// What the relying party is told of it.
    pub(crate) fn told(self) -> PlainIdentity {
        match self {
            Self::Declined => PlainIdentity::Declined,
            Self::Agreed(_) => PlainIdentity::Available,
        }
    }
}

/// A delegate, inside the grant; told to nobody.
#[derive(Deserialize, Serialize)]
pub(crate) struct ByDelegate {
    #[serde(with = "formats::base64url::text")]
    pub(crate) delegation: [u8; 16],
    #[serde(with = "formats::base64url::text")]
    pub(crate) delegate: [u8; 16],
}

impl Platform {
    /// What the relying party would be told.
    pub(crate) fn subject(
        &self,
        (session, certificate): (&Session, &Certificate),
        judged: &Judged,
        consent: &ConsentRecord,
        identifier: &AppIdentifier,
        person: Option<&Person>,
    ) -> Result<Subject, Error> {
        let attributes = self.predicates(&judged.attributes, session.person, person)?;
        Ok(Subject {
            verified: self.verified(&judged.request, certificate, &attributes),
            person: *session.person.bytes(),
            certificate: *session.certificate.bytes(),
            consent: *consent.id.bytes(),
            identifier: identifier.as_str().to_owned(),
            scene: judged.scene.scene.as_str().to_owned(),
            attributes,
            represented: self.capacity_of(session.person, person)? == Some(Capacity::Represented),
            session: Served::by(session, judged),
            by: None,
            plain: None,
            standing: (judged.access == Access::Standing).then(|| judged.told()),
        })
    }

    /// How the identity was proved before this certificate was issued, as far as the request wants to know.
    fn verified(
        &self,
        request: &AuthorizationRequest,
        certificate: &Certificate,
        told: &BTreeMap<String, bool>,
    ) -> Verified {
        let (now, zone) = (self.now(), &self.settings().time_zone);
        let on = rules::age::today(certificate.issued_at, zone);
        let proved = match certificate.proofing {
            Proofing::RegistryCard => Proved::Register,
            Proofing::GenuineChip => Proved::Chip,
            Proofing::Counter => Proved::Counter,
        };
        let answered = |sets: &[VerifiedRequest]| {
            sets.iter().filter_map(|set| set.answered(proved, on, told, now)).collect()
        };
        Verified {
            in_id_token: answered(&request.verified_in_id_token),
            in_userinfo: answered(&request.verified_in_userinfo),
        }
    }

    /// Yes or no for each attribute, as it is today.
    pub(crate) fn predicates(
        &self,
        attributes: &[Attribute],
        id: PersonId,
        person: Option<&Person>,
    ) -> Result<BTreeMap<String, bool>, Error> {
        if attributes.is_empty() {
            return Ok(BTreeMap::new());
        }
        let Some(Person::Enrolled { sealed_birth, .. }) = person else {
            return Err(Refusal::CertificateEnded.into());
        };
        let born = self.born_from(id, sealed_birth)?;
        let today = self.today();
        let predicate = |attribute: &Attribute| match *attribute {
            Attribute::AgeOver(threshold) => rules::age::reached(born, threshold, today),
            // No minor comes this far without: under fourteen by the approval judged with this request, from
            // fourteen on by the approval without which there would be no certificate.
            Attribute::Minor | Attribute::GuardianAgreed => {
                capacity(born, today) != Capacity::Adult
            }
        };
        Ok(attributes
            .iter()
            .map(|attribute| (attribute.claim().to_owned(), predicate(attribute)))
            .collect())
    }

    /// What is said to whoever the person agreed to: a code, which is the grant, sealed. The one place where codes are
    /// made.
    pub(crate) fn code(
        &self,
        judged: &Judged,
        session: &Session,
        subject: &Subject,
    ) -> Result<Said, Error> {
        let now = self.now();
        let request = &judged.request;
        if let Err(error) = self.hinted(request, &subject.identifier) {
            return Ok(Said::Refused(error));
        }
        let id = GrantId::make(now, &mut |bytes| self.world().fill(bytes));
        let grant = Grant {
            id: *id.bytes(),
            client_id: request.client_id.clone(),
            redirect_uri: request.redirect_uri.clone(),
            code_challenge: request.code_challenge.clone(),
            dpop_jkt: request.dpop_jkt.clone(),
            nonce: request.nonce.clone(),
            scope: request.scope.granting(|word| {
                subject.attributes.contains_key(word)
                    || (word == OFFLINE_ACCESS && judged.access == Access::Standing)
                    || (matches!(subject.plain, Some(PlainWord::Agreed(_)))
                        && PlainKind::of_scope(word)
                            .is_some_and(|kind| judged.plain.contains(&kind)))
            }),
            // Whoever insists on a mode is told of that mode, which the session shows and more.
            acr: if request.essential_acr.is_empty() { session.mode() } else { judged.mode }
                .acr()
                .to_owned(),
            amr: session.factors.amr().into_iter().map(str::to_owned).collect(),
            auth_time: session.signed_in_at,
            agreed_at: now,
            // Whoever polls comes when it comes.
            expires_at: match &judged.knock {
                Some(knock) => knock.heard_until(now)?,
                None => now + CODE_LIFETIME,
            },
            subject: serde_json::to_vec(subject)
                .map_err(|cause| Error::fault("writing a subject", cause))?,
        };
        self.seal(Kind::Code, b"", &grant).map(Said::Code)
    }

    /// The same as the browser carries it to the relying party.
    pub(crate) fn answer_with(
        &self,
        client: &Client,
        request: &AuthorizationRequest,
        said: &Said,
    ) -> Result<Delivery, Error> {
        let answer = match said {
            Said::Code(code) => request.accepted(self.issuer(), code),
            Said::Refused(error) => request.return_to().with_error(self.issuer(), error),
        };
        self.answer(client, answer)
    }

    /// Is the person who agreed the one the relying party means?
    fn hinted(&self, request: &AuthorizationRequest, identifier: &str) -> Result<(), OAuthError> {
        // OpenID Connect Core §5.5.1: of a `sub` that is asked for by value, as of the hint below: for nobody else.
        if request.expected_sub.as_ref().is_some_and(|expected| expected != identifier) {
            return Err(SOMEONE_ELSE);
        }
        // OpenID Connect Core §3.1.2.1: "If the End-User identified by the ID Token is already
        // logged in or is logged in as a result of the request …, then the Authorization Server
        // returns a positive response; otherwise, it MUST return an error, such as login_required."
        let Some(hint) = &request.id_token_hint else { return Ok(()) };
        let keys = self.keys().token_keys();
        let key = |kid: &str| keys.find(Some(kid)).map(Jwk::verifying_key);
        if hint.subject(self.issuer(), &request.client_id, key)? == identifier {
            Ok(())
        } else {
            Err(SOMEONE_ELSE)
        }
    }
}

pub(crate) const SOMEONE_ELSE: OAuthError = ErrorCode::LoginRequired
    .because("hinted_person_not_signed_in", "another person is signed in than the request names");
