//! Clients that were read lately, so that a client that asks often is parsed seldom.
//!
//! Kept are the clients of the last ten seconds, and no more than [`MOST`]: a hundred thousand that never come cost nothing.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use rules::OrganisationCode;

use crate::{Admission, Error, Platform};

/// How long a client that was read is believed: a suspension shows within that time.
const FRESH: SignedDuration = SignedDuration::from_secs(10);
/// Clients kept at most, some five kilobytes each; the ones read first go first.
const MOST: usize = 10_000;

/// Clients that were read lately.
#[derive(Default)]
pub(crate) struct Registered {
    kept: HashMap<Arc<str>, Kept>,
    /// In the order they were read; a client that was read again stands here again.
    read: VecDeque<(Arc<str>, Timestamp)>,
}

struct Kept {
    admission: Arc<Admission>,
    read_at: Timestamp,
}

impl Registered {
    fn get(&self, client: &str, now: Timestamp) -> Option<Arc<Admission>> {
        let kept = self.kept.get(client).filter(|kept| is_fresh(kept.read_at, now))?;
        Some(Arc::clone(&kept.admission))
    }

    /// Keeps a client, and lets go of what is old or too many.
    fn keep(&mut self, client: &str, admission: Arc<Admission>, now: Timestamp) {
        let client: Arc<str> = client.into();
        self.kept.insert(Arc::clone(&client), Kept { admission, read_at: now });
        self.read.push_back((client, now));
        while let Some((_, read_at)) = self.read.front()
            && (self.read.len() > MOST || !is_fresh(*read_at, now))
            && let Some((client, read_at)) = self.read.pop_front()
        {
            if self.kept.get(&client).is_some_and(|kept| kept.read_at == read_at) {
                self.kept.remove(&client);
            }
        }
    }
}

fn is_fresh(read_at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(read_at) < FRESH
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
        clients.kept.retain(|_, kept| kept.admission.organisation != *organisation);
    }

    /// The client with this id; `None` if it was never admitted or is suspended.
    pub(crate) async fn registered(&self, client: &str) -> Result<Option<Arc<Admission>>, Error> {
        let now = self.now();
        let kept =
            self.inner().clients.read().unwrap_or_else(PoisonError::into_inner).get(client, now);
        if kept.is_some() {
            return Ok(kept);
        }
        let Some(admission) = self.read_client(client).await? else { return Ok(None) };
        let admission = Arc::new(admission);
        let mut clients = self.inner().clients.write().unwrap_or_else(PoisonError::into_inner);
        clients.keep(client, Arc::clone(&admission), now);
        Ok(Some(admission))
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
    fn a_client_is_believed_for_ten_seconds_and_then_let_go() {
        let (one, mut clients) = (admission(), Registered::default());
        clients.keep("a", Arc::clone(&one), at(0));
        clients.keep("b", Arc::clone(&one), at(5));
        assert!(clients.get("a", at(9)).is_some() && clients.get("a", at(10)).is_none());
        clients.keep("b", Arc::clone(&one), at(12));
        assert_eq!((clients.kept.len(), clients.read.len()), (1, 2));
        clients.keep("c", Arc::clone(&one), at(16));
        assert!(clients.get("b", at(16)).is_some(), "it was read again since");
        clients.keep("c", one, at(40));
        assert_eq!((clients.kept.len(), clients.read.len()), (1, 1));
    }

    #[test]
    fn many_at_once_are_bounded() {
        let (one, mut clients) = (admission(), Registered::default());
        for number in 0..MOST + 7 {
            clients.keep(&number.to_string(), Arc::clone(&one), at(0));
        }
        assert_eq!((clients.kept.len(), clients.read.len()), (MOST, MOST));
        assert!(clients.get("6", at(0)).is_none() && clients.get("7", at(0)).is_some());
    }
}
