//! One-time credentials for a wallet: as many as it proves keys (`OpenID4VCI` §8).
//!
//! Each says the same of its person, under a key, a status entry and salts of its own, so that two readers who compare find
//! nothing in common. Every predicate stands in every one, hidden: what is issued tells nothing of what it will be used for.
//! Dates are whole days, the same for all who were issued that day. The net number is not in it.

use formats::{
    Jwk,
    sd_jwt::{Credential, StatusReference},
};
use jiff::{SignedDuration, Timestamp, ToSpan};
use protocol::{
    issuance::{
        CLAIMS, CREDENTIAL_PATH, Configuration,
        deferred::{self, CredentialAnswer},
        documents,
        request::{CredentialRequest, CredentialResponse, Issued, NonceResponse, Prover},
    },
    oauth::{
        bearer::{self, BearerError, Presented},
        carried::Carried,
        client::ClientId,
        error::{ErrorCode, OAuthError},
        sender::Sender,
    },
};
use rules::{Attribute, CertificateId, DocumentClass, PersonId, assurance::Evidence};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::{
    Authentication, Tx,
    authentication::{Certificate, Person, Spent},
    vault::EntryKind,
};

use crate::{
    Error, HandedOut, Platform, Refusal, WalletRequest,
    enrol::instant,
    offer_credentials::{BoughtBy, CredentialToken},
    references::Kind,
    statuses::Place,
    tallies::Told,
    turns::{Asked, NoTurn, Turn},
};

/// How long a credential is good: what was hidden in it may have changed by then, and whoever carries it was here since.
const CREDENTIAL_DAYS: i64 = 14;

/// Digests behind which nothing is, beside those of the claims: how many claims there are is known from the type.
const DECOYS: usize = 3;

/// Credentials good at once on one certificate: a wallet that asks for more has enough.
const MOST_HELD: u64 = 200;

/// How long before its token ends a wallet that waited has its turn: to come, and to come again if an answer was lost.
const TO_COME_AGAIN: SignedDuration = SignedDuration::from_mins(1);

/// How long a nonce for proofs is good.
const NONCE_LIFETIME: SignedDuration = SignedDuration::from_mins(5);

#[derive(Deserialize, Serialize)]
struct Nonce {
    expires_at: i64,
}

/// What a wallet proved that it may have: a credential of this form for each key.
pub(crate) struct Wanted {
    pub(crate) form: Configuration,
    pub(crate) keys: Vec<Jwk>,
}

/// What every credential of a batch says, hidden.
pub(crate) struct Said {
    pub(crate) hidden: Vec<(&'static str, Value)>,
    pub(crate) expires_at: Timestamp,
}

impl Platform {
    /// A nonce for proofs.
    pub fn credential_nonce(&self) -> Result<NonceResponse, Error> {
        let expires_at = (self.now() + NONCE_LIFETIME).as_second();
        Ok(NonceResponse { c_nonce: self.seal(Kind::CredentialNonce, b"", &Nonce { expires_at })? })
    }

    fn is_credential_nonce(&self, text: &str, now: Timestamp) -> bool {
        let opened = self.open::<Nonce>(Kind::CredentialNonce, b"", text);
        opened.is_ok_and(|nonce| now.as_second() < nonce.expires_at)
    }

    /// Hands out a credential for every key that is proved, or says when to come for them; the inner error is the bearer's
    /// (RFC 6750 §3).
    pub async fn issue_credentials(
        &self,
        presented: Presented<'_>,
        carried: Carried<'_>,
        request: WalletRequest<'_>,
    ) -> Result<Result<HandedOut, BearerError>, Error> {
        let token = match self.credential_token(presented, carried, CREDENTIAL_PATH).await? {
            Ok(token) => token,
            Err(error) => return Ok(Err(error)),
        };
        let request = request.credentials(self)?;
        request.names(token.by_identifier)?;
        if !token.is_for(request.configuration()) {
            return Ok(Err(OTHER_FORM.into()));
        }
        let wanted = self.wanted(&token, &request)?;
        let answer = match self.turn(&token, wanted.keys.len())? {
            Turn::Now => match self.issue_wanted(&token, wanted, None).await? {
                Ok(response) => {
                    CredentialAnswer::Issued(response.called(self.notification_id(&token)?))
                }
                Err(error) => return Ok(Err(error)),
            },
            Turn::At(then) => CredentialAnswer::Deferred(self.defer(&token, &wanted, then)?),
        };
        self.handed_out(answer, request.recipient()).map(Ok)
    }

    /// Who shows a token for credentials, and may: the inner error is why not.
    pub(crate) async fn credential_token(
        &self,
        presented: Presented<'_>,
        carried: Carried<'_>,
        path: &str,
    ) -> Result<Result<CredentialToken, BearerError>, Error> {
        let Ok(token) = self.open::<CredentialToken>(Kind::CredentialToken, b"", presented.token)
        else {
            return Ok(Err(bearer::invalid_token("token_unknown")));
        };
        if self.now() >= instant(token.expires_at)? {
            return Ok(Err(bearer::invalid_token("token_expired")));
        }
        let sender = Sender { key: Some(token.key.clone()), certificate: None };
        match self.shown_by(&sender, presented, ("POST", path), carried).await {
            Ok(()) => Ok(Ok(token)),
            Err(Error::Refused(Refusal::OAuth(error))) => Ok(Err(error.into())),
            Err(other) => Err(other),
        }
    }

    /// The keys that are proved. Looking at proofs costs more than signing: where nobody's turn would come, none is looked at.
    fn wanted(
        &self,
        token: &CredentialToken,
        request: &CredentialRequest,
    ) -> Result<Wanted, Error> {
        let now = self.now();
        if self.inner().turns.are_gone(now) {
            return Err(self.busy());
        }
        let client = token.client.as_ref().map(ClientId::as_str);
        let prover = Prover { client, wallets: &self.settings().wallets };
        let is_ours = |nonce: &str| self.is_credential_nonce(nonce, now);
        let keys = request.keys(prover, self.issuer(), now, is_ours)?;
        Ok(Wanted { form: request.configuration(), keys })
    }

    /// When so many are signed: while the token is good, and for long enough to come with it.
    fn turn(&self, token: &CredentialToken, count: usize) -> Result<Turn, Error> {
        let by = CertificateId::from_bytes(token.certificate);
        let count = u64::try_from(count).map_err(|cause| Error::fault("counting keys", cause))?;
        let latest = instant(token.expires_at)? - TO_COME_AGAIN;
        let asked = Asked { by, count, most: MOST_HELD, latest };
        let turn =
            self.inner().turns.take(&asked, self.settings().credentials_per_second, self.now());
        match turn {
            Ok(turn) => {
                self.tallies().count_credential_request(match turn {
                    Turn::Now => Told::AtOnce,
                    Turn::At(_) => Told::Later,
                });
                Ok(turn)
            }
            Err(NoTurn::Late) => Err(self.busy()),
            Err(NoTurn::Enough) => Err(ENOUGH.into()),
        }
    }

    fn busy(&self) -> Error {
        self.tallies().count_credential_request(Told::Busy);
        BUSY.into()
    }

    /// Hands out a credential for each key; `once` is spent with it.
    pub(crate) async fn issue_wanted(
        &self,
        token: &CredentialToken,
        wanted: Wanted,
        once: Option<Spent>,
    ) -> Result<Result<CredentialResponse, BearerError>, Error> {
        let Wanted { form, keys } = wanted;
        let now = self.now();
        let class = self.document_class(token.person()).await?;
        let (said, places) = match self.take_places(token, keys.len(), class, once, now).await {
            Err(Error::Refused(Refusal::CertificateEnded | Refusal::CertificateLocked)) => {
                return Ok(Err(bearer::invalid_token("token_revoked")));
            }
            outcome => outcome?,
        };
        let credentials = keys.into_iter().zip(places);
        let signed = credentials.map(|(key, place)| match form {
            Configuration::NetCertificate => {
                self.sign_credential(key, place, &said).map(Issued::SdJwt)
            }
            Configuration::Code(suite) => {
                self.sign_code((key, suite), place, &said, now).map(Issued::Code)
            }
        });
        let signed = signed.collect::<Result<_, _>>()?;
        Ok(Ok(CredentialResponse::new(signed)))
    }

    /// Everything that is written of a batch, before any of it is signed.
    async fn take_places(
        &self,
        token: &CredentialToken,
        keys: usize,
        class: Option<DocumentClass>,
        once: Option<Spent>,
        now: Timestamp,
    ) -> Result<(Said, Vec<Place>), Error> {
        let count = u32::try_from(keys).map_err(|cause| Error::fault("counting keys", cause))?;
        let (platform, person) = (self.clone(), token.person());
        let id = CertificateId::from_bytes(token.certificate);
        let held_by = token.clone();
        let ended = token.bought_by.map(BoughtBy::ended).transpose()?;
        self.inner()
            .store
            .write("issue credentials", async move |tx: &Tx<Authentication>| {
                // Whoever locks or leaves waits, and finds the entries of this batch.
                if !tx.hold_person(person).await? {
                    return Err(Refusal::CertificateEnded.into());
                }
                if let Some(ended) = &ended
                    && tx.is_spent(ended).await?
                {
                    return Err(Refusal::CertificateEnded.into());
                }
                let certificate = tx.certificate(id).await?.ok_or(Refusal::CertificateEnded)?;
                held_by.holds(&certificate, now)?;
                if let Some(once) = &once
                    && !tx.spend(once).await?
                {
                    return Err(deferred::UNKNOWN.into());
                }
                if tx.credentials_held(id, now).await? + u64::from(count) > MOST_HELD {
                    return Err(ENOUGH.into());
                }
                let found = tx.person(person).await?;
                let said = platform.said(&certificate, person, found.as_ref(), class, now)?;
                let until = said.expires_at;
                let places = platform.draw_places(tx, (id, until), count, now).await?;
                Ok::<_, Error>((said, places))
            })
            .await
    }

    /// What the credentials say of their person today.
    fn said(
        &self,
        certificate: &Certificate,
        id: PersonId,
        person: Option<&Person>,
        class: Option<DocumentClass>,
        now: Timestamp,
    ) -> Result<Said, Error> {
        let asked: Vec<Attribute> = CLAIMS.iter().filter_map(|claim| claim.parse().ok()).collect();
        let predicates = self.predicates(&asked, id, person)?;
        let evidence =
            Evidence { proofing: certificate.proofing, portrait: certificate.mode.has_portrait() };
        let hidden = CLAIMS.map(|claim| {
            let value = match claim {
                "assurance_level" => Value::from(evidence.identity_level()),
                "document_class" => class.map(DocumentClass::as_str).into(),
                "residency_class" => class.map(residency).into(),
                predicate => predicates.get(predicate).copied().into(),
            };
            (claim, value)
        });
        Ok(Said { hidden: hidden.into(), expires_at: self.end_of_credentials(now)? })
    }

    /// The midnight after as many days as a credential is good: of all that were issued today, the same.
    fn end_of_credentials(&self, now: Timestamp) -> Result<Timestamp, Error> {
        let zone = &self.settings().time_zone;
        let day = self.today().checked_add((CREDENTIAL_DAYS + 1).days());
        let midnight = day.and_then(|day| day.to_zoned(zone.clone())).map(|at| at.timestamp());
        let end = midnight.map_err(|cause| Error::fault("reckoning a day", cause))?;
        Ok(end.max(now))
    }

    fn sign_credential(&self, holder: Jwk, place: Place, said: &Said) -> Result<String, Error> {
        let keys = self.keys();
        let signer = keys
            .certificate_signer()
            .map_err(|cause| Error::fault("signing a credential", cause))?;
        let credential = Credential {
            issuer: self.issuer().as_str().to_owned(),
            vct: documents::vct(self.issuer()),
            expires_at: said.expires_at,
            status: Some(StatusReference { index: place.index, uri: self.status_uri(place.list) }),
            holder,
        };
        let mut chance = |bytes: &mut [u8]| self.world().fill(bytes);
        credential
            .issue(signer, Map::new(), &said.hidden, DECOYS, &mut chance)
            .map_err(|cause| Error::fault("writing a credential", cause))
    }

    /// The class of the document proved last that is in force: it stands in the clear, and nothing is opened for it.
    async fn document_class(&self, person: PersonId) -> Result<Option<DocumentClass>, Error> {
        let entries = self.inner().vault.read(async move |tx| tx.entries_of(person).await).await?;
        let in_force = entries.into_iter().filter(|entry| entry.ended_at.is_none());
        let documents = in_force.filter_map(|entry| match entry.kind {
            EntryKind::Document(class) => Some((entry.proved_at, class)),
            EntryKind::Register => None,
        });
        Ok(documents.max_by_key(|(at, _)| *at).map(|(_, class)| class))
    }
}

/// Whose register stands behind a document.
pub(crate) const fn residency(class: DocumentClass) -> &'static str {
    match class {
        DocumentClass::ResidentIdentityCard => "mainland",
        DocumentClass::HongKongMacaoResidencePermit | DocumentClass::HongKongMacaoTravelPermit => {
            "hong_kong_macao"
        }
        DocumentClass::TaiwanResidencePermit | DocumentClass::TaiwanTravelPermit => "taiwan",
        DocumentClass::PermanentResidenceCard => "permanent_resident",
        DocumentClass::OrdinaryPassport => "abroad",
        DocumentClass::ForeignPassport => "foreign",
    }
}

const OTHER_FORM: OAuthError = ErrorCode::InsufficientScope
    .because("credential_not_granted", "the token is for other forms of the certificate");
const ENOUGH: OAuthError = ErrorCode::CredentialRequestDenied.because(
    "credentials_enough",
    "two hundred credentials are good already, or waited for: come again when they are over",
);
const BUSY: OAuthError = ErrorCode::TemporarilyUnavailable.because(
    "credentials_busy",
    "more credentials are asked for than can be signed: come again in some minutes",
);
