//! Issuing to somebody who held a certificate before: every phone is told, and what cannot be undone waits.

use formats::SealingKey;
use jiff::Timestamp;
use rules::{
    PersonId,
    recovery::{Before, disclosure_from},
};
use store::{
    Authentication, Tx, Vault,
    authentication::{About, Kind, LockLink},
};

use crate::{
    Error, Platform, World,
    lock_token::LockToken,
    notices::{self, Change},
    vault::VaultRecord,
};

/// What an issue carries along, in case it turns out to be one of these.
#[derive(Clone)]
pub(crate) struct Reissue {
    token: LockToken,
    cool_down: rules::CoolDown,
    /// When the person can object no more.
    until: Timestamp,
}

impl Platform {
    pub(crate) fn prepare_reissue(&self, now: Timestamp) -> Reissue {
        let cool_down = self.settings().cool_down;
        Reissue { token: LockToken::draw(self.world()), cool_down, until: cool_down.end(now) }
    }
}

impl Reissue {
    /// The vault's part: notices to every number of somebody who was known before.
    #[expect(
        clippy::too_many_arguments,
        reason = "both records, and what every write to the vault takes"
    )]
    pub(crate) async fn tell(
        &self,
        tx: &Tx<Vault>,
        key: &SealingKey,
        world: &dyn World,
        person: PersonId,
        before: &VaultRecord,
        after: &VaultRecord,
        now: Timestamp,
    ) -> Result<(), Error> {
        let (before, after) = (before.phone()?, after.phone()?);
        let (about, token, until) = (About::Reissue, &self.token, self.until);
        notices::write(tx, key, world, &Change { person, about, token, before, after, until }, now)
            .await
    }

    /// The authentication plane's part, on a person who is held; what kind of event the issue is.
    pub(crate) async fn begin_cool_down(
        &self,
        tx: &Tx<Authentication>,
        person: PersonId,
        now: Timestamp,
    ) -> Result<Kind, Error> {
        let before = if tx.certificates_of(person).await?.is_empty() {
            Before::Nothing
        } else {
            Before::Certificate
        };
        let Some(until) = disclosure_from(before, now, self.cool_down) else {
            return Ok(Kind::Issued);
        };
        tx.cool_down(person, until).await?;
        let link = LockLink {
            id: self.token.id(),
            person,
            about: About::Reissue,
            expires_at: self.until,
            used_at: None,
        };
        tx.add_lock_link(&link).await?;
        Ok(Kind::Reissued)
    }
}
