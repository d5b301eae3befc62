//! A relying party redeems a code: the one durable transaction of a login.

use std::sync::Arc;

use formats::mac::sha256;
use jiff::{SignedDuration, Timestamp};
use protocol::{
    oauth::{
        client_authentication::{AuthenticatedClient, unknown_client},
        dpop::{self, Target, Thumbprint},
        error::{ErrorCode, OAuthError},
        grant::{Grant, Redeemable, reused_code, unknown_code},
        token::{TokenRequest, TokenResponse, TokenType},
    },
    oidc::{
        discovery::TOKEN_PATH,
        id_token::{self, IdToken, Outcome},
    },
};
use rules::{CertificateId, ConsentId, DelegationId, GrantId, PersonId};
use serde::{Deserialize, Serialize};
use store::{
    Authentication, Tx,
    authentication::{Event, Kind as EventKind, RedeemedGrant, Spent},
};

use crate::{
    Error, Platform, Refusal, act_for::stands, code::Subject, dpop::Possession,
    events::to_the_minute, references::Kind, session::usable_since,
};

/// How long userinfo may be asked: the ID token has told the same already.
const ACCESS_TOKEN_LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// An access token, as it is sealed.
#[derive(Deserialize, Serialize)]
pub(crate) struct AccessToken {
    #[serde(with = "formats::base64url::text")]
    pub(crate) grant: [u8; 16],
    pub(crate) acr: String,
    pub(crate) auth_time: i64,
    pub(crate) expires_at: i64,
    /// The key whoever shows it must hold.
    pub(crate) key: Option<Thumbprint>,
    pub(crate) subject: Subject,
}

/// What is written when a grant is redeemed.
struct Redemption {
    assertion: Option<Spent>,
    possession: Option<Possession>,
    certificate: CertificateId,
    consent: ConsentId,
    /// When the person signed in.
    proved_at: Timestamp,
    grant: RedeemedGrant,
    events: Vec<Event>,
    /// In whose stead somebody acted must still stand.
    delegation: Option<DelegationId>,
}

impl Platform {
    /// `authorization` and `dpop` are the texts of those headers, if there are any; `form` the body of `POST /token`.
    pub async fn redeem(
        &self,
        authorization: Option<&str>,
        dpop: Option<&str>,
        form: &str,
    ) -> Result<TokenResponse, Error> {
        let now = self.now();
        let request = TokenRequest::parse(authorization, form)?;
        let by = self
            .registered(request.credentials.client_id().as_str())
            .await?
            .ok_or(unknown_client())?;
        let client = request.credentials.authenticate(&by.client, self.issuer(), now)?;
        let address = self.issuer().at(TOKEN_PATH);
        let target = Target { method: "POST", uri: &address, access_token: None };
        let possession = self.possession(dpop, target)?;
        let proved = possession.as_ref().map(|possession| &possession.key);
        let assertion = spent(&client);
        let grant = self.open(Kind::Code, b"", request.code.expose()).map_err(|_| unknown_code());
        let redeemable =
            grant.and_then(|grant: Grant| grant.redeem(now, &client, &request, proved));
        match redeemable {
            Ok(redeemable) => self.redeem_once(redeemable, assertion, possession, now).await,
            Err(error) => {
                self.spend_assertion(assertion).await?;
                Err(error.into())
            }
        }
    }

    async fn redeem_once(
        &self,
        redeemable: Redeemable,
        assertion: Option<Spent>,
        possession: Option<Possession>,
        now: Timestamp,
    ) -> Result<TokenResponse, Error> {
        let key = possession.as_ref().map(|possession| possession.key.clone());
        let subject: Subject = serde_json::from_slice(&redeemable.subject)
            .map_err(|cause| Error::fault("reading a subject", cause))?;
        let redemption =
            Arc::new(self.redemption(&redeemable, &subject, (assertion, possession), now));
        let recorded = Arc::clone(&redemption);
        let record = async move |tx: &Tx<Authentication>| recorded.record(tx, now).await;
        match self.inner().store.write("redeem grant", record).await {
            Ok(()) => self.tokens(&redeemable, subject, key, now),
            Err(Error::Refused(refusal)) => {
                let refused = refusal.clone();
                self.inner()
                    .store
                    .write("refuse grant", async move |tx: &Tx<Authentication>| {
                        redemption.record_refusal(tx, &refused, now).await
                    })
                    .await?;
                Err(refusal.into())
            }
            Err(fault) => Err(fault),
        }
    }

    fn redemption(
        &self,
        grant: &Redeemable,
        subject: &Subject,
        (assertion, possession): (Option<Spent>, Option<Possession>),
        now: Timestamp,
    ) -> Redemption {
        let person = PersonId::from_bytes(subject.person);
        let client = grant.client_id.to_string();
        let by = subject.by.as_ref();
        // Both see it: whom it concerned, and who did it.
        let whose = [Some(person), by.map(|by| PersonId::from_bytes(by.delegate))];
        let kind = by.map_or(EventKind::Authenticated, |_| EventKind::ActedFor);
        let event = |person| Event {
            id: self.event_id(now),
            person,
            kind,
            client: client.clone(),
            scene: subject.scene.clone(),
            mode: grant.acr.clone(),
            passed: true,
            at: to_the_minute(now),
        };
        Redemption {
            assertion,
            possession,
            certificate: CertificateId::from_bytes(subject.certificate),
            consent: ConsentId::from_bytes(subject.consent),
            proved_at: grant.auth_time,
            events: whose.into_iter().flatten().map(event).collect(),
            delegation: by.map(|by| DelegationId::from_bytes(by.delegation)),
            grant: RedeemedGrant {
                id: GrantId::from_bytes(grant.id),
                person,
                client,
                redeemed_at: now,
                revoked_at: None,
            },
        }
    }

    /// Signed after the commit: what is told was recorded first.
    fn tokens(
        &self,
        grant: &Redeemable,
        subject: Subject,
        key: Option<Thumbprint>,
        now: Timestamp,
    ) -> Result<TokenResponse, Error> {
        let token_type = if key.is_some() { TokenType::Dpop } else { TokenType::Bearer };
        let access_token = AccessToken {
            grant: grant.id,
            acr: grant.acr.clone(),
            auth_time: grant.auth_time.as_second(),
            expires_at: (now + ACCESS_TOKEN_LIFETIME).as_second(),
            key,
            subject,
        };
        let sealed = self.seal(Kind::AccessToken, b"", &access_token)?;
        let subject = access_token.subject;
        let claims = IdToken {
            iss: self.issuer().clone(),
            sub: subject.identifier,
            aud: grant.client_id.clone(),
            exp: now + id_token::LIFETIME,
            iat: now,
            auth_time: grant.auth_time,
            nonce: grant.nonce.clone(),
            acr: grant.acr.clone(),
            amr: grant.amr.clone(),
            at_hash: id_token::at_hash(&sealed),
            result: Outcome::Passed,
            scene: Some(subject.scene),
            attributes: subject.attributes,
        };
        let id_token = self
            .keys()
            .sign_token("JWT", &claims)
            .map_err(|cause| Error::fault("signing an ID token", cause))?;
        let seconds = u32::try_from(ACCESS_TOKEN_LIFETIME.as_secs()).unwrap_or(0);
        Ok(TokenResponse::new(sealed, token_type, seconds, grant.scope.clone(), id_token))
    }

    /// An assertion that came with a refused request is spent all the same.
    async fn spend_assertion(&self, assertion: Option<Spent>) -> Result<(), Error> {
        let Some(assertion) = assertion else { return Ok(()) };
        let spend = async move |tx: &Tx<Authentication>| tx.spend(&assertion).await;
        if self.inner().store.write("spend assertion", spend).await? {
            Ok(())
        } else {
            Err(ASSERTION_REPLAYED.into())
        }
    }
}

impl Redemption {
    /// Writes everything at once; what it may not write is undone by the refusal.
    async fn record(&self, tx: &Tx<Authentication>, now: Timestamp) -> Result<(), Error> {
        let (fresh, proved_once, certificate, stands, first, ()) = tokio::try_join!(
            spend(tx, self.assertion.as_ref()),
            Possession::spend(self.possession.as_ref(), tx),
            tx.certificate(self.certificate),
            tx.consent_stands(self.consent),
            tx.redeem_grant(&self.grant),
            add(tx, &self.events),
        )?;
        if !fresh {
            return Err(ASSERTION_REPLAYED.into());
        }
        if !proved_once {
            return Err(dpop::replayed().into());
        }
        let usable = |certificate| usable_since(&certificate, self.proved_at, now);
        if certificate.is_none_or(|certificate| usable(certificate).is_err()) {
            return Err(CERTIFICATE_UNUSABLE.into());
        }
        if !stands {
            return Err(CONSENT_WITHDRAWN.into());
        }
        if let Some(delegation) = self.delegation {
            stands_still(tx, delegation, now).await?;
        }
        if first { Ok(()) } else { Err(reused_code().into()) }
    }

    /// Leaves the trace of a refusal.
    ///
    /// RFC 6749 §4.1.2: "If an authorization code is used more than once, the authorization server
    /// MUST deny the request and SHOULD revoke (when possible) all tokens previously issued based on
    /// that authorization code."
    async fn record_refusal(
        &self,
        tx: &Tx<Authentication>,
        refusal: &Refusal,
        now: Timestamp,
    ) -> Result<(), Error> {
        spend(tx, self.assertion.as_ref()).await?;
        Possession::spend(self.possession.as_ref(), tx).await?;
        if *refusal == Refusal::OAuth(reused_code()) {
            tx.revoke_grant(self.grant.id, now).await?;
        }
        Ok(())
    }
}

/// OpenID Connect Core §9: "These tokens MUST only be used once"
pub(crate) async fn spend(
    tx: &Tx<Authentication>,
    assertion: Option<&Spent>,
) -> Result<bool, store::Error> {
    match assertion {
        Some(assertion) => tx.spend(assertion).await,
        None => Ok(true),
    }
}

async fn add(tx: &Tx<Authentication>, events: &[Event]) -> Result<(), store::Error> {
    for event in events {
        tx.add_event(event).await?;
    }
    Ok(())
}

/// A delegation revoked after the code was made has its code worth nothing.
async fn stands_still(
    tx: &Tx<Authentication>,
    id: DelegationId,
    now: Timestamp,
) -> Result<(), Error> {
    match stands(tx, id, now).await {
        Err(Error::Refused(_)) => Err(DELEGATION_OVER.into()),
        outcome => outcome,
    }
}

/// The key under which an assertion is remembered until it expires.
pub(crate) fn spent(client: &AuthenticatedClient<'_>) -> Option<Spent> {
    let assertion = client.assertion()?;
    let name = [client.client().id.as_str().as_bytes(), b"\0", assertion.jti.as_bytes()].concat();
    Some(Spent::new(assertion.until, &sha256(&name)))
}

pub(crate) const ASSERTION_REPLAYED: OAuthError =
    ErrorCode::InvalidClient.because("assertion_replayed", "the assertion was used before");
const CERTIFICATE_UNUSABLE: OAuthError = ErrorCode::InvalidGrant
    .because("certificate_unusable", "the certificate was locked or has ended");
const DELEGATION_OVER: OAuthError =
    ErrorCode::InvalidGrant.because("delegation_over", "the delegation is not in force any more");
const CONSENT_WITHDRAWN: OAuthError =
    ErrorCode::InvalidGrant.because("consent_withdrawn", "the person withdrew the consent");
