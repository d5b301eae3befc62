//! The outbox to relying parties: what we post to addresses they registered.
//!
//! A message is written in the transaction of what causes it, sealed, and posted afterwards, at least once. What has a short
//! life, such as a signed token, is made when it is sent. A client that does not answer is left alone for a while, longer
//! each time, with everything that waits for it; the others are not kept waiting ([`Platform::clients_waiting`]).

use jiff::{SignedDuration, Timestamp};
use protocol::oauth::backchannel::NotificationToken;
use rules::{KnockId, PersonId, retention};
use serde::{Deserialize, Serialize};
use store::{
    Authentication, Tx,
    authentication::{DeliveryKind, DeliveryRow},
};

use crate::{
    Admission, Error, Heard, Letter, Platform, notices::wait, ping::ping_letter, references::Kind,
};

/// Messages to one client handed over in one go.
const BATCH: u32 = 100;

/// Clients that are told something at once, at most.
const CLIENTS: u32 = 64;

/// Something a relying party is told without having asked.
#[derive(Debug, Deserialize, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Delivery {
    /// A session ended; without a `sid`, all of the person's.
    Logout {
        /// What the client calls the person.
        subject: String,
        /// What the client calls the session.
        sid: Option<String>,
    },
    /// A person answered what the client asked by itself.
    Ping {
        /// What the client calls its request.
        auth_req_id: String,
        /// By which it knows us.
        token: NotificationToken,
    },
    /// A client that its tokens are pushed to asked a person by itself. What is said is found when it is sent; the letter is
    /// written when it asks, under its knock's id, and due when its knock is over or, as soon as there is one, at the answer.
    Push {
        /// What the client calls its request.
        auth_req_id: String,
        /// By which it knows us.
        token: NotificationToken,
    },
}

impl Delivery {
    const fn kind(&self) -> DeliveryKind {
        match self {
            Self::Logout { .. } => DeliveryKind::Logout,
            Self::Ping { .. } => DeliveryKind::Ping,
            Self::Push { .. } => DeliveryKind::Push,
        }
    }
}

impl Platform {
    /// Has a client told. `person` is whom it is about, unless they have just left.
    pub(crate) async fn post(
        &self,
        tx: &Tx<Authentication>,
        (client, person): (&str, Option<PersonId>),
        delivery: &Delivery,
        now: Timestamp,
    ) -> Result<(), Error> {
        self.post_later(tx, (client, person), (self.world().draw(), delivery), now).await
    }

    /// Has a client told when it is time, by a letter with an id of the caller's.
    pub(crate) async fn post_later(
        &self,
        tx: &Tx<Authentication>,
        (client, person): (&str, Option<PersonId>),
        (id, delivery): ([u8; 16], &Delivery),
        due_at: Timestamp,
    ) -> Result<(), Error> {
        let lifetime = SignedDuration::try_from(retention::DELIVERY)
            .map_err(|cause| Error::fault("reckoning a lifetime", cause))?;
        let row = DeliveryRow {
            id,
            person,
            client: client.to_owned(),
            kind: delivery.kind(),
            sealed: self.seal_bytes(Kind::Delivery, &id, delivery)?,
            tries: 0,
            due_at,
            expires_at: due_at + lifetime,
        };
        Ok(tx.add_delivery(&row).await?)
    }

    /// Clients for which something is due, whoever has waited longest first.
    pub async fn clients_waiting(&self) -> Result<Vec<String>, Error> {
        let now = self.now();
        let find =
            async move |tx: &Tx<Authentication>| tx.clients_with_deliveries_due(now, CLIENTS).await;
        Ok(self.inner().store.read(find).await?)
    }

    /// Hands over what is due to everybody, one client after the other; how much was taken. A server has each client
    /// served on its own instead.
    pub async fn deliver_letters(&self) -> Result<u64, Error> {
        let mut taken = 0;
        for client in self.clients_waiting().await? {
            taken += self.deliver_to(&client).await?;
        }
        Ok(taken)
    }

    /// Hands over what is due to one client; how much it took.
    pub async fn deliver_to(&self, client: &str) -> Result<u64, Error> {
        let (now, whose) = (self.now(), client.to_owned());
        let due = self
            .inner()
            .store
            .read(async move |tx| tx.deliveries_due_to(&whose, now, BATCH).await)
            .await?;
        let by = self.registered(client).await?;
        let mut taken = 0;
        for row in due {
            let (id, tries, next) = (row.id, row.tries, now + wait(row.tries));
            let claim =
                async move |tx: &Tx<Authentication>| tx.claim_delivery(&id, tries, next).await;
            if !self.inner().store.write("take a letter in hand", claim).await? {
                continue;
            }
            // A suspended client is told nothing while it is suspended: its letters wait, and lapse.
            let Some(by) = &by else { continue };
            match self.send(by, &row).await {
                Ok(heard) => {
                    taken += u64::from(heard == Heard::Taken);
                    let delete = async move |tx: &Tx<Authentication>| tx.delete_delivery(&id).await;
                    self.inner().store.write("a letter is out of hand", delete).await?;
                }
                Err(error) => {
                    tracing::warn!(
                        client,
                        error = &error as &dyn std::error::Error,
                        "a relying party cannot be told; what waits for it waits longer"
                    );
                    let whose = client.to_owned();
                    let rest =
                        async move |tx: &Tx<Authentication>| tx.rest_deliveries(&whose, next).await;
                    self.inner().store.write("leave a client alone", rest).await?;
                    break;
                }
            }
        }
        Ok(taken)
    }

    async fn send(&self, by: &Admission, row: &DeliveryRow) -> Result<Heard, Error> {
        // Sealed under a key that is gone, nobody can say any more what it was.
        let Some(delivery) = self.open_bytes(Kind::Delivery, &row.id, &row.sealed) else {
            return Ok(Heard::Refused);
        };
        let heard = match delivery {
            Delivery::Logout { subject, sid } => {
                self.hand_letter(self.logout_letter(by, &subject, sid.as_deref())?).await?
            }
            Delivery::Ping { auth_req_id, token } => {
                self.hand_letter(ping_letter(by, &auth_req_id, &token)).await?
            }
            Delivery::Push { auth_req_id, token } => {
                self.push_tokens(by, KnockId::from_bytes(row.id), (&auth_req_id, &token)).await?
            }
        };
        if heard == Heard::Refused {
            tracing::warn!(
                client = by.client.id.as_str(),
                kind = row.kind.as_str(),
                "a relying party refused what it was told"
            );
        }
        Ok(heard)
    }

    /// Hands over what goes over the wire now; `None` if the client is not told such things any more.
    pub(crate) async fn hand_letter(&self, letter: Option<Letter>) -> Result<Heard, Error> {
        let Some(letter) = letter else { return Ok(Heard::Refused) };
        let heard = self.inner().outside.relying_parties.post(&letter).await;
        heard.map_err(|cause| Error::fault("telling a relying party", cause))
    }
}
