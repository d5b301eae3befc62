//! A wallet says what became of credentials it was handed (`OpenID4VCI` §11).
//!
//! It is counted for the operator, who sees when wallets fail, and not kept: of the person there is nothing to remember. Above all
//! no entry of a status list flips: those of one answer would flip together, and be linked for everybody who reads the list.
//! What a wallet did not keep, nobody can show; it is over with its days.

use protocol::{
    issuance::{
        NOTIFICATION_PATH,
        notification::{Notification, UNKNOWN},
    },
    oauth::{
        bearer::{BearerError, Presented},
        carried::Carried,
    },
};
use serde::{Deserialize, Serialize};

use crate::{Error, Platform, offer_credentials::CredentialToken, references::Kind};

/// The credentials of one answer, as they are sealed: of which certificate they are, the seal itself is bound to.
#[derive(Deserialize, Serialize)]
struct HandedAt {
    at: i64,
}

impl Platform {
    /// What a notification calls what is handed out now on this token.
    pub(crate) fn notification_id(&self, token: &CredentialToken) -> Result<String, Error> {
        let handed = HandedAt { at: self.now().as_second() };
        self.seal(Kind::CredentialNotification, &token.certificate, &handed)
    }

    /// Hears a notification. `OpenID4VCI` §11: "The notification from the Wallet is idempotent."
    pub async fn hear_of_credentials(
        &self,
        presented: Presented<'_>,
        carried: Carried<'_>,
        body: &str,
    ) -> Result<Result<(), BearerError>, Error> {
        let token = match self.credential_token(presented, carried, NOTIFICATION_PATH).await? {
            Ok(token) => token,
            Err(error) => return Ok(Err(error)),
        };
        let said = Notification::read(body)?;
        self.open::<HandedAt>(Kind::CredentialNotification, &token.certificate, &said.id)
            .map_err(|_| UNKNOWN)?;
        self.tallies().count_notification(said.event);
        Ok(Ok(()))
    }
}
