//! A relying party redeems a code: the one durable transaction of a login.

use std::sync::Arc;

use jiff::Timestamp;
use protocol::native;
use protocol::oauth::{
    client_authentication::AuthenticatedClient,
    dpop,
    error::{ErrorCode, OAuthError},
    grant::{Grant, Redeemable, reused_code, unknown_code},
    token::{PresentedCode, TokenResponse},
};
use protocol::oidc::id_token::at_hash;
use rules::{CertificateId, ConsentId, DelegationId, GrantId, KnockId, PersonId};
use store::{
    Authentication, Tx,
    authentication::{Event, Kind as EventKind, RedeemedGrant, ServedSession, Spent, Way},
};

use crate::{
    Admission, Error, Platform, Refusal,
    act_for::stands,
    assertion::{ASSERTION_REPLAYED, spend},
    code::Subject,
    dpop::Possession,
    events::to_the_minute,
    guardians::hold_all,
    guardians_word::GUARDIANS_WORD_OVER,
    hear_answer::unknown,
    references::Kind,
    session::usable_since,
    standing_access::Begun,
    tokens::{PushedWith, Tokens},
};

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
    /// Standing access that begins with it.
    standing: Option<Begun>,
    /// The session, at a client that is told when it ends.
    served: Option<ServedSession>,
    /// A child under fourteen: the guardians' word must still stand, here and in this scene.
    represented: Option<(Platform, String)>,
    /// What it completes.
    completes: Option<Completes>,
}

/// What was begun elsewhere and is completed, once, when its code is redeemed.
#[derive(Clone, Copy)]
pub(crate) enum Completes {
    /// A transaction of the native interface.
    Native([u8; 32]),
    /// An answer that waits for whoever knocked.
    Knock(KnockId, Way),
    /// An answer that is pushed, and taken once that succeeded: it is redeemed again, with new tokens, until then.
    Push,
}

/// What was redeemed, before it is sealed and signed.
struct Redeemed {
    tokens: Tokens,
    receipt: Option<String>,
    redemption: Arc<Redemption>,
}

impl Platform {
    /// Redeems a code for a client that proved itself, with what it proved beside and what that completes.
    pub(crate) async fn redeem_code(
        &self,
        (by, client): (&Admission, &AuthenticatedClient<'_>),
        presented: &PresentedCode,
        (assertion, possession): (Option<Spent>, Option<Possession>),
        completes: Option<Completes>,
        now: Timestamp,
    ) -> Result<TokenResponse, Error> {
        match self.redeemable(client, presented, possession.as_ref(), now) {
            Ok(redeemable) => {
                let proofs = (assertion, possession);
                let redeemed = self.redeem_once(by, redeemable, proofs, completes, now).await?;
                self.answer_of(by, redeemed, now)
            }
            Err(error) => self.unredeemed(assertion, completes, error).await,
        }
    }

    /// Redeems what is pushed to a client as the answer to a request of its own; with it, what its tokens rest on.
    pub(crate) async fn redeem_pushed(
        &self,
        by: &Admission,
        presented: &PresentedCode,
        now: Timestamp,
    ) -> Result<(TokenResponse, GrantId), Error> {
        let client = AuthenticatedClient::at_its_address(&by.client);
        let redeemable = self.redeemable(&client, presented, None, now)?;
        let push = Some(Completes::Push);
        let mut redeemed = self.redeem_once(by, redeemable, (None, None), push, now).await?;
        let refresh = redeemed.redemption.standing.as_ref().map(|begun| begun.token.to_text());
        redeemed.tokens.pushed = Some(PushedWith {
            auth_req_id: presented.code_verifier.expose().to_owned(),
            rt_hash: refresh.as_deref().map(at_hash),
        });
        let grant = redeemed.redemption.grant.id;
        Ok((self.answer_of(by, redeemed, now)?, grant))
    }

    /// Refuses what nothing was redeemed for: the assertion is used up, and what the code would have completed is given up.
    pub(crate) async fn unredeemed<T>(
        &self,
        assertion: Option<Spent>,
        completes: Option<Completes>,
        error: OAuthError,
    ) -> Result<T, Error> {
        let over = completes.filter(|_| !error.is_about_possession());
        if assertion.is_some() || over.is_some() {
            let refuse = async move |tx: &Tx<Authentication>| {
                if !spend(tx, assertion.as_ref()).await? {
                    return Err(Error::from(ASSERTION_REPLAYED));
                }
                Completes::give_up(over, tx).await
            };
            self.inner().store.write("refuse code", refuse).await?;
        }
        Err(error.into())
    }

    /// The same for the native interface, which completes a transaction of its own with it and gives no tokens.
    pub(crate) async fn redeem_native(
        &self,
        client: &AuthenticatedClient<'_>,
        presented: &PresentedCode,
        assertion: Option<Spent>,
        transaction: [u8; 32],
        now: Timestamp,
    ) -> Result<(Grant, Subject), Error> {
        match self.redeemable(client, presented, None, now) {
            Ok(redeemable) => {
                let subject = subject_of(&redeemable)?;
                let completes = Some(Completes::Native(transaction));
                let redemption =
                    self.redemption(&redeemable, &subject, (assertion, None), completes, now);
                self.recorded(redemption, now).await?;
                Ok((redeemable.into_inner(), subject))
            }
            Err(error) => self.unredeemed(assertion, None, error).await,
        }
    }

    fn redeemable(
        &self,
        client: &AuthenticatedClient<'_>,
        presented: &PresentedCode,
        possession: Option<&Possession>,
        now: Timestamp,
    ) -> Result<Redeemable, OAuthError> {
        let proved = possession.map(|possession| &possession.key);
        let grant = self.open(Kind::Code, b"", presented.code.expose());
        let grant = grant.map_err(|_| unknown_code());
        grant.and_then(|grant: Grant| grant.redeem(now, client, presented, proved))
    }

    async fn redeem_once(
        &self,
        by: &Admission,
        redeemable: Redeemable,
        proofs: (Option<Spent>, Option<Possession>),
        completes: Option<Completes>,
        now: Timestamp,
    ) -> Result<Redeemed, Error> {
        let subject = subject_of(&redeemable)?;
        let redemption = self.redemption(&redeemable, &subject, proofs, completes, now);
        let redemption = self.recorded(redemption, now).await?;
        let access = redemption.standing.as_ref().map(|begun| begun.access.id);
        let receipt = self.receipt(by, &subject, &redeemable.acr, now)?;
        let sender = redeemable.sender().clone();
        let tokens = Tokens::of_grant(redeemable.into_inner(), subject, sender, access);
        Ok(Redeemed { tokens, receipt, redemption })
    }

    fn answer_of(
        &self,
        by: &Admission,
        redeemed: Redeemed,
        now: Timestamp,
    ) -> Result<TokenResponse, Error> {
        let Redeemed { tokens, receipt, redemption } = redeemed;
        let response = self.issue_tokens(&by.client, tokens, now)?.with_receipt(receipt);
        Ok(match &redemption.standing {
            None => response,
            Some(begun) => response.with_refresh_token(&begun.token),
        })
    }

    /// Writes it, or what a refusal leaves.
    async fn recorded(
        &self,
        redemption: Redemption,
        now: Timestamp,
    ) -> Result<Arc<Redemption>, Error> {
        let redemption = Arc::new(redemption);
        let recorded = Arc::clone(&redemption);
        let record = async move |tx: &Tx<Authentication>| recorded.record(tx, now).await;
        match self.inner().store.write("redeem grant", record).await {
            Ok(()) => Ok(redemption),
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
        completes: Option<Completes>,
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
            standing: subject
                .standing
                .as_deref()
                .map(|told| self.begin_access((grant, subject), told, now)),
            grant: RedeemedGrant {
                id: GrantId::from_bytes(grant.id),
                person,
                client: client.clone(),
                redeemed_at: now,
                revoked_at: None,
            },
            served: subject.session.as_ref().and_then(|one| one.row(&client, subject)),
            represented: subject.represented.then(|| (self.clone(), subject.scene.clone())),
            completes,
        }
    }
}

impl Redemption {
    /// Writes everything at once; what it may not write is undone by the refusal.
    async fn record(&self, tx: &Tx<Authentication>, now: Timestamp) -> Result<(), Error> {
        // First of all: who asks twice at once for one answer is told that it was told, and no code of theirs is ended for it.
        if let Some(completes) = self.completes {
            completes.complete(tx, now).await?;
        }
        // What outlives this answer is written in turn with a lock, a withdrawal and a cancelling.
        let outlives = self.standing.is_some() || self.served.is_some();
        if outlives {
            // Whoever acts for another signs out of a session of their own.
            let held = hold_all(tx, self.events.iter().map(|event| event.person)).await;
            held.map_err(|error| match error {
                Error::Refused(_) => CERTIFICATE_UNUSABLE.into(),
                fault @ Error::Faulted { .. } => fault,
            })?;
        }
        let again = self.was_pushed(tx).await?;
        let events = if again { [].as_slice() } else { &self.events };
        let (fresh, proved_once, certificate, stands, first, (), ()) = tokio::try_join!(
            spend(tx, self.assertion.as_ref()),
            Possession::spend(self.possession.as_ref(), tx),
            tx.certificate(self.certificate),
            tx.consent_stands(self.consent),
            tx.redeem_grant(&self.grant),
            add(tx, events),
            Begun::add(self.standing.as_ref(), tx),
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
        if let Some(served) = &self.served {
            if tx.session_ended(&served.session).await? {
                return Err(SESSION_OVER.into());
            }
            tx.add_served_session(served).await?;
        }
        if let Some(delegation) = self.delegation {
            stands_still(tx, delegation, now).await?;
        }
        if let Some((platform, scene)) = &self.represented {
            let (record, client) =
                tokio::try_join!(tx.person(self.grant.person), tx.client(&self.grant.client))?;
            let organisation = client.ok_or(GUARDIANS_WORD_OVER)?.organisation;
            let place = (&organisation, scene.as_str());
            let person = self.grant.person;
            if !platform.guardians_word_stands(tx, person, record.as_ref(), place).await? {
                return Err(GUARDIANS_WORD_OVER.into());
            }
        }
        if first || again { Ok(()) } else { Err(reused_code().into()) }
    }

    /// Was it pushed before, and nobody took it? Then it goes out anew; what began with the push that nobody took ends.
    async fn was_pushed(&self, tx: &Tx<Authentication>) -> Result<bool, Error> {
        if !matches!(self.completes, Some(Completes::Push)) {
            return Ok(false);
        }
        let Some(before) = tx.grant(self.grant.id).await? else { return Ok(false) };
        if before.revoked_at.is_some() {
            return Err(reused_code().into());
        }
        tx.end_standing_access_of_grant(self.grant.id).await?;
        Ok(true)
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
            tx.end_standing_access_of_grant(self.grant.id).await?;
        }
        let again = matches!(refusal, Refusal::OAuth(error) if error.is_about_possession());
        Completes::give_up(self.completes.filter(|_| !again), tx).await
    }
}

impl Completes {
    async fn complete(self, tx: &Tx<Authentication>, now: Timestamp) -> Result<(), Error> {
        match self {
            Self::Native(transaction) if !tx.spend_native(&transaction, now).await? => {
                Err(native::used_before().into())
            }
            Self::Knock(id, way) if !tx.take_knock(id).await? => Err(unknown(way).into()),
            Self::Native(_) | Self::Knock(..) | Self::Push => Ok(()),
        }
    }

    /// An answer that came to nothing is told to nobody else. A transaction is begun anew under another number.
    async fn give_up(of: Option<Self>, tx: &Tx<Authentication>) -> Result<(), Error> {
        if let Some(Self::Knock(id, _)) = of {
            tx.take_knock(id).await?;
        }
        Ok(())
    }
}

fn subject_of(grant: &Redeemable) -> Result<Subject, Error> {
    serde_json::from_slice(&grant.subject).map_err(|cause| Error::fault("reading a subject", cause))
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

pub(crate) const CERTIFICATE_UNUSABLE: OAuthError = ErrorCode::InvalidGrant
    .because("certificate_unusable", "the certificate was locked or has ended");
const SESSION_OVER: OAuthError =
    ErrorCode::InvalidGrant.because("session_over", "the person signed out meanwhile");
const DELEGATION_OVER: OAuthError =
    ErrorCode::InvalidGrant.because("delegation_over", "the delegation is not in force any more");
pub(crate) const CONSENT_WITHDRAWN: OAuthError =
    ErrorCode::InvalidGrant.because("consent_withdrawn", "the person withdrew the consent");
