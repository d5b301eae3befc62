//! Clients that were read, so that a client is parsed once and not at every request.
//!
//! Whether they are still so, one number says: the edition of all clients, asked for every ten seconds. The number of clients kept is
//! bounded: a hundred thousand that never come cost nothing.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use rules::OrganisationCode;
use store::{Authentication, Tx};

use crate::{Admission, Error, Platform};

/// How long an edition is believed to be the latest: a suspension shows within that time.
const FRESH: SignedDuration = SignedDuration::from_secs(10);
/// Clients kept at most, some three kilobytes each; the ones read first go first.
const MOST: usize = 131_072;

/// Clients of one edition.
#[derive(Default)]
pub(crate) struct Registered {
    kept: HashMap<Arc<str>, Arc<Admission>>,
    /// In the order they were read.
    read: VecDeque<Arc<str>>,
    edition: i64,
    /// When that was the latest; nothing before it was asked for.
    asked_at: Option<Timestamp>,
}

impl Registered {
    /// The edition, if it was asked for lately.
    fn edition(&self, now: Timestamp) -> Option<i64> {
        self.asked_at.filter(|asked| now.duration_since(*asked) < FRESH).map(|_| self.edition)
    }

    /// Takes note of the latest edition; what was kept of another goes.
    fn is_edition(&mut self, edition: i64, now: Timestamp) {
        if edition != self.edition {
            self.kept.clear();
            self.read.clear();
        }
        (self.edition, self.asked_at) = (edition, Some(now));
    }

    /// Keeps a client that was read when this was the latest edition, and lets go of the first if there are too many.
    fn keep(&mut self, client: &str, admission: Arc<Admission>, edition: i64) {
        if edition != self.edition {
            return;
        }
        let client: Arc<str> = client.into();
        if self.kept.insert(Arc::clone(&client), admission).is_none() {
            self.read.push_back(client);
        }
        while self.read.len() > MOST
            && let Some(first) = self.read.pop_front()
        {
            self.kept.remove(&first);
        }
    }
}

impl Platform {
    /// Has the client read again at its next request, here; elsewhere within ten seconds.
    pub(crate) fn forget_client(&self, client: &str) {
        let mut clients = self.inner().clients.write().unwrap_or_else(PoisonError::into_inner);
        clients.kept.remove(client);
    }

    /// Has every client of an organisation read again at its next request, likewise.
    pub(crate) fn forget_organisation(&self, organisation: &OrganisationCode) {
        let mut clients = self.inner().clients.write().unwrap_or_else(PoisonError::into_inner);
        clients.kept.retain(|_, admission| admission.organisation != *organisation);
    }

    /// The client with this id; `None` if it was never admitted or is suspended.
    pub(crate) async fn registered(&self, client: &str) -> Result<Option<Arc<Admission>>, Error> {
        let edition = self.client_edition().await?;
        {
            let clients = self.inner().clients.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(kept) = clients.kept.get(client).filter(|_| clients.edition == edition) {
                return Ok(Some(Arc::clone(kept)));
            }
        }
        let Some(admission) = self.read_client(client).await? else { return Ok(None) };
        let admission = Arc::new(admission);
        let mut clients = self.inner().clients.write().unwrap_or_else(PoisonError::into_inner);
        clients.keep(client, Arc::clone(&admission), edition);
        Ok(Some(admission))
    }

    /// The latest edition, as far as anybody here asked lately.
    async fn client_edition(&self) -> Result<i64, Error> {
        let now = self.now();
        let known =
            self.inner().clients.read().unwrap_or_else(PoisonError::into_inner).edition(now);
        if let Some(edition) = known {
            return Ok(edition);
        }
        let latest = async move |tx: &Tx<Authentication>| tx.client_edition().await;
        let edition = self.inner().store.read(latest).await?;
        let mut clients = self.inner().clients.write().unwrap_or_else(PoisonError::into_inner);
        clients.is_edition(edition, now);
        Ok(edition)
    }
}

#[cfg(test)]
mod tests {
    use protocol::oauth::{
        ClientMetadata,
        client::{Client, ClientAuthentication, Profile},
    };

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn admission() -> Arc<Admission> {
        Arc::new(Admission {
            organisation: rules::OrganisationCode::compose("91", "110000", "MB000001").unwrap(),
            organisation_zh: String::new(),
            organisation_en: String::new(),
            client: Client {
                id: "airline".parse().unwrap(),
                redirect_uris: Vec::new(),
                authentication: ClientAuthentication::by_secret("invented"),
                profile: Profile::default(),
                metadata: ClientMetadata::default(),
            },
            client_zh: String::new(),
            client_en: String::new(),
            scenes: Vec::new(),
        })
    }

    #[test]
    fn an_edition_is_believed_for_ten_seconds() {
        let mut clients = Registered::default();
        assert_eq!(clients.edition(at(0)), None);
        clients.is_edition(4, at(0));
        assert_eq!((clients.edition(at(9)), clients.edition(at(10))), (Some(4), None));
    }

    #[test]
    fn clients_of_another_edition_go() {
        let (one, mut clients) = (admission(), Registered::default());
        clients.is_edition(4, at(0));
        clients.keep("a", Arc::clone(&one), 4);
        clients.is_edition(4, at(20));
        assert!(clients.kept.contains_key("a"), "nothing changed");
        clients.is_edition(5, at(30));
        assert_eq!((clients.kept.len(), clients.read.len()), (0, 0));
        clients.keep("a", one, 4);
        assert!(clients.kept.is_empty(), "read before the change");
    }

    #[test]
    fn many_are_bounded() {
        let (one, mut clients) = (admission(), Registered::default());
        for number in 0..MOST + 7 {
            clients.keep(&number.to_string(), Arc::clone(&one), 0);
        }
        assert_eq!((clients.kept.len(), clients.read.len()), (MOST, MOST));
        assert!(!clients.kept.contains_key("6") && clients.kept.contains_key("7"));
    }
}
