//! A relying party asks again without the person: one durable transaction, in which everything must still hold.

use std::sync::Arc;

use formats::mac::same;
use jiff::{SignedDuration, Timestamp};
use protocol::{
    oauth::{
        client_authentication::AuthenticatedClient,
        dpop,
        error::{ErrorCode, OAuthError},
        refresh::{PresentedRefresh, RefreshToken, Rotation, reused_token, unknown_token},
        sender::Sender,
        token::TokenResponse,
    },
    oidc::scope::Scope,
};
use rules::{Access, AccessId, AppIdentifier, Attribute, Purpose};
use store::{
    Authentication, Tx,
    authentication::{FormerToken, Person, Spent, StandingAccess},
};

use crate::{
    Admission, Error, Platform,
    assertion::{ASSERTION_REPLAYED, spend},
    code::{Subject, Verified},
    dpop::Possession,
    events::to_the_minute,
    guardians_word::GUARDIANS_WORD_OVER,
    judge::released,
    redeem::{CERTIFICATE_UNUSABLE, CONSENT_WITHDRAWN},
    references::Kind,
    session::usable_since,
    standing_access::goes_on,
    tokens::{AccessToken, Tokens},
};

/// How long the token before the one in force is answered with the one in force: an answer can be lost on its way, and
/// an honest client has nothing else to show then.
const RETRY: SignedDuration = SignedDuration::from_mins(1);

/// What is done with a refresh token, in the transaction.
struct Refresh {
    platform: Platform,
    by: Arc<Admission>,
    presented: PresentedRefresh,
    /// What takes its place.
    next: Option<Next>,
    assertion: Option<Spent>,
    possession: Option<Possession>,
    now: Timestamp,
}

struct Next {
    token: RefreshToken,
    sealed: Vec<u8>,
}

/// How it ended. Both are committed: a refusal leaves its trace.
enum Outcome {
    Refreshed(Box<Refreshed>),
    Refused(OAuthError),
}

struct Refreshed {
    access: StandingAccess,
    person: Option<Person>,
    identifier: AppIdentifier,
    consent: [u8; 16],
    scope: Scope,
    token: Shown,
}

/// Which refresh token the client is given.
enum Shown {
    Same,
    Next,
    /// What followed the one it showed, sealed.
    Successor(Vec<u8>),
}

impl Platform {
    /// Refreshes for a client that proved itself, with what it proved beside.
    pub(crate) async fn refresh(
        &self,
        by: &Arc<Admission>,
        client: &AuthenticatedClient<'_>,
        presented: &PresentedRefresh,
        (assertion, possession): (Option<Spent>, Option<Possession>),
        now: Timestamp,
    ) -> Result<TokenResponse, Error> {
        // RFC 9449 §5: "Refresh tokens issued to confidential clients … are not bound to the DPoP proof public key because
        // they are already sender-constrained with a different existing mechanism." The access tokens are bound.
        // RFC 8705 §7.1 says the same of certificates.
        let sender = match client.sender(possession.as_ref().map(|possession| &possession.key)) {
            Ok(sender) => sender,
            Err(error) => {
                self.spend_assertion(assertion).await?;
                return Err(error.into());
            }
        };
        let access = AccessId::from_bytes(presented.token.access());
        let next = match Rotation::of(by.client.profile) {
            Rotation::Keep => None,
            Rotation::Rotate => {
                let token = self.refresh_token(access);
                let sealed = self.seal_bytes(Kind::Successor, access.bytes(), &token.to_text())?;
                Some(Next { token, sealed })
            }
        };
        let refresh = Arc::new(Refresh {
            platform: self.clone(),
            by: Arc::clone(by),
            presented: presented.clone(),
            next,
            assertion,
            possession,
            now,
        });
        let doing = Arc::clone(&refresh);
        let written = self.inner().store.write("refresh", async move |tx| doing.run(tx).await);
        match written.await? {
            Outcome::Refused(error) => Err(error.into()),
            Outcome::Refreshed(refreshed) => {
                let token = match &refreshed.token {
                    Shown::Same => Some(refresh.presented.token.clone()),
                    Shown::Next => refresh.next.as_ref().map(|next| next.token.clone()),
                    Shown::Successor(sealed) => self.successor(access, sealed),
                };
                // Sealed under a key that is gone: as good as lost.
                let token = token.ok_or(unknown_token())?;
                let tokens = self.refreshed(*refreshed, sender)?;
                Ok(self.issue_tokens(&by.client, tokens, now)?.with_refresh_token(&token))
            }
        }
    }

    fn successor(&self, access: AccessId, sealed: &[u8]) -> Option<RefreshToken> {
        let text: String = self.open_bytes(Kind::Successor, access.bytes(), sealed)?;
        text.parse().ok()
    }

    /// OpenID Connect Core §12.2: "its `auth_time` Claim MUST represent the time of the original authentication - not the
    /// time that the new ID token is issued", and "it SHOULD NOT have a nonce Claim". Attributes are answered as of today.
    fn refreshed(&self, refreshed: Refreshed, sender: Sender) -> Result<Tokens, Error> {
        let Refreshed { access, person, identifier, consent, scope, .. } = refreshed;
        let attributes: Vec<Attribute> =
            scope.attributes().filter_map(|word| word.parse().ok()).collect();
        let subject = Subject {
            person: *access.person.bytes(),
            certificate: *access.certificate.bytes(),
            consent,
            identifier: identifier.as_str().to_owned(),
            attributes: self.predicates(&attributes, access.person, person.as_ref())?,
            scene: access.scene,
            represented: false,
            session: None,
            by: None,
            verified: Verified::default(),
            plain: None,
            standing: None,
        };
        Ok(Tokens {
            nonce: None,
            amr: access.methods.split(' ').map(str::to_owned).collect(),
            auth_time: access.signed_in_at,
            pushed: None,
            access_token: AccessToken {
                grant: *access.grant.bytes(),
                client: access
                    .client
                    .parse()
                    .map_err(|cause| Error::fault("reading a client id", cause))?,
                scope,
                acr: access.mode,
                auth_time: access.signed_in_at.as_second(),
                expires_at: 0,
                key: sender.key,
                certificate: sender.certificate,
                subject,
                access: Some(access.id.to_string()),
            },
        })
    }
}

impl Refresh {
    async fn run(&self, tx: &Tx<Authentication>) -> Result<Outcome, Error> {
        let (fresh, proved_once) = tokio::try_join!(
            spend(tx, self.assertion.as_ref()),
            Possession::spend(self.possession.as_ref(), tx),
        )?;
        if !fresh {
            return Err(ASSERTION_REPLAYED.into());
        }
        if !proved_once {
            return Err(dpop::replayed().into());
        }
        let id = AccessId::from_bytes(self.presented.token.access());
        // Another of the client's calls may be faster between the look and the guarded update: then look again.
        for _ in 0..2 {
            let Some(access) = tx.standing_access(id).await? else { break };
            // OpenID Connect Core §12.1: it was given to this client, which proved itself.
            // RFC 6749 §6: "the authorization server MUST … validate the refresh token" and "ensure that the refresh token
            // was issued to the authenticated client".
            if access.client != self.by.client.id.as_str() || !goes_on(&access, self.now) {
                break;
            }
            if let Some(outcome) = self.use_token(tx, access).await? {
                return Ok(outcome);
            }
        }
        Ok(Outcome::Refused(unknown_token()))
    }

    /// `None` if somebody was faster.
    async fn use_token(
        &self,
        tx: &Tx<Authentication>,
        access: StandingAccess,
    ) -> Result<Option<Outcome>, Error> {
        let Some(shown) = self.which(&access) else {
            let (by, person) = (&self.by, access.person);
            self.platform.log_out_at(tx, by, person, self.now).await?;
            return Ok(Some(end(tx, &access, reused_token()).await?));
        };
        let organisation = &self.by.organisation;
        let (certificate, consent, person, identifier) = tokio::try_join!(
            tx.certificate(access.certificate),
            tx.consent_in_force(
                access.person,
                Purpose::Release,
                &access.client,
                &access.scene,
                &access.told
            ),
            tx.person(access.person),
            tx.app_identifier(access.person, organisation),
        )?;
        let usable = certificate
            .is_some_and(|found| usable_since(&found, access.signed_in_at, self.now).is_ok());
        if !usable {
            return Ok(Some(end(tx, &access, CERTIFICATE_UNUSABLE).await?));
        }
        let (Some(consent), Some(identifier)) = (consent, identifier) else {
            return Ok(Some(end(tx, &access, CONSENT_WITHDRAWN).await?));
        };
        let place = (organisation, access.scene.as_str());
        let record = person.as_ref();
        if !self.platform.guardians_word_stands(tx, access.person, record, place).await? {
            return Ok(Some(end(tx, &access, GUARDIANS_WORD_OVER).await?));
        }
        let granted =
            Scope::read(&access.scope).map_err(|cause| Error::fault("reading a scope", cause))?;
        // Before the token is used up: a slip of the client's costs it nothing.
        let scope = match self.presented.narrowed(&granted) {
            Ok(scope) => scope,
            Err(beyond) => return Ok(Some(Outcome::Refused(beyond))),
        };
        let attributes: Vec<Attribute> =
            granted.attributes().filter_map(|word| word.parse().ok()).collect();
        let scene = self.by.scene(Some(&access.scene));
        let stands = scene.is_some_and(|scene| {
            scene.access == Access::Standing && released(scene, &attributes, &consent).is_ok()
        });
        if !stands {
            return Ok(Some(end(tx, &access, NOT_REGISTERED).await?));
        }
        let used = match (&shown, &self.next) {
            (Shown::Successor(_), _) => true,
            (_, Some(next)) => {
                let former = FormerToken {
                    hash: self.presented.token.hash(),
                    successor: next.sealed.clone(),
                    rotated_at: self.now,
                };
                let at = to_the_minute(self.now);
                tx.rotate_refresh_token(access.id, &next.token.hash(), &former, at).await?
            }
            (_, None) => {
                let at = to_the_minute(self.now);
                tx.use_refresh_token(access.id, &self.presented.token.hash(), at).await?
            }
        };
        let consent = *consent.id.bytes();
        let refreshed = Refreshed { access, person, identifier, consent, scope, token: shown };
        Ok(used.then(|| Outcome::Refreshed(Box::new(refreshed))))
    }

    /// Which of an access's tokens was shown, hence which its client is given; `None` for one that another took the place
    /// of long ago.
    fn which(&self, access: &StandingAccess) -> Option<Shown> {
        let hash = self.presented.token.hash();
        if same(&hash, &access.token_hash) {
            return Some(self.next.as_ref().map_or(Shown::Same, |_| Shown::Next));
        }
        let former = access.former.as_ref()?;
        let retried = self.now.duration_since(former.rotated_at) < RETRY;
        (retried && same(&hash, &former.hash)).then(|| Shown::Successor(former.successor.clone()))
    }
}

/// What can never be refreshed again goes.
async fn end(
    tx: &Tx<Authentication>,
    access: &StandingAccess,
    error: OAuthError,
) -> Result<Outcome, Error> {
    tx.end_standing_access(access.id).await?;
    Ok(Outcome::Refused(error))
}

const NOT_REGISTERED: OAuthError = ErrorCode::InvalidGrant
    .because("standing_access_over", "the scene is not registered any more as it was agreed to");
