//! Standing access: what begins with a redemption, and what it takes for it to go on.

use jiff::{SignedDuration, Timestamp};
use protocol::oauth::{grant::Grant, refresh::RefreshToken};
use rules::{AccessId, CertificateId, GrantId, PersonId, PlainKind, access};
use store::{Authentication, Tx, authentication::StandingAccess};

use crate::{Error, Platform, code::Subject, events::to_the_minute};

/// An access that begins.
pub(crate) struct Begun {
    pub(crate) access: StandingAccess,
    /// The one time the token itself is at hand.
    pub(crate) token: RefreshToken,
}

impl Begun {
    pub(crate) async fn add(
        begun: Option<&Self>,
        tx: &Tx<Authentication>,
    ) -> Result<(), store::Error> {
        match begun {
            Some(begun) => tx.add_standing_access(&begun.access).await.map(drop),
            None => Ok(()),
        }
    }
}

impl Platform {
    /// `told` is what the consent names.
    pub(crate) fn begin_access(
        &self,
        (grant, subject): (&Grant, &Subject),
        told: &str,
        now: Timestamp,
    ) -> Begun {
        let id = AccessId::from_bytes(self.world().draw());
        let token = self.refresh_token(id);
        let access = StandingAccess {
            id,
            grant: GrantId::from_bytes(grant.id),
            person: PersonId::from_bytes(subject.person),
            certificate: CertificateId::from_bytes(subject.certificate),
            client: grant.client_id.to_string(),
            scene: subject.scene.clone(),
            told: told.to_owned(),
            // Plain identity is told once, and not as long as access stands.
            scope: grant.scope.granting(|word| PlainKind::of_scope(word).is_none()).to_string(),
            mode: grant.acr.clone(),
            methods: grant.amr.join(" "),
            signed_in_at: grant.auth_time,
            made_at: now,
            used_at: to_the_minute(now),
            expires_at: now + LONGEST,
            token_hash: token.hash(),
            former: None,
        };
        Begun { access, token }
    }

    pub(crate) fn refresh_token(&self, access: AccessId) -> RefreshToken {
        RefreshToken::new(*access.bytes(), self.world().draw())
    }

    /// Deletes accesses that are over or that nobody uses; how many.
    pub(crate) async fn purge_standing_access(
        &self,
        tx: &Tx<Authentication>,
        now: Timestamp,
    ) -> Result<u64, Error> {
        Ok(tx.purge_standing_access(now, now - UNUSED).await?)
    }
}

/// Does the access go on, as far as time tells?
pub(crate) fn goes_on(access: &StandingAccess, now: Timestamp) -> bool {
    now < access.expires_at && now < access.used_at + UNUSED
}

const fn seconds(span: std::time::Duration) -> SignedDuration {
    SignedDuration::from_secs(span.as_secs().cast_signed())
}

const LONGEST: SignedDuration = seconds(access::LONGEST);
const UNUSED: SignedDuration = seconds(access::UNUSED);
