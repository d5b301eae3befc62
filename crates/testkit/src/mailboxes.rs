//! The servers of relying parties, and what they were posted.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
};

use service::{BoxFuture, Content, Heard, Letter, OutsideError, RelyingParties};

/// What relying parties' servers were posted.
#[derive(Clone, Default)]
pub struct Mailboxes {
    received: Arc<Mutex<Vec<Posted>>>,
    dead: Arc<Mutex<HashSet<String>>>,
    refusing: Arc<Mutex<HashSet<String>>>,
    hanging: Arc<Mutex<HashSet<String>>>,
}

/// A letter that arrived.
#[derive(Clone, Debug)]
pub struct Posted {
    /// Where.
    pub to: String,
    /// The bearer token beside it.
    pub authorization: Option<String>,
    /// The form's field or the JSON text.
    pub content: String,
}

impl Mailboxes {
    /// What arrived at this address, oldest first.
    pub fn at(&self, to: &str) -> Vec<Posted> {
        self.received.lock().unwrap().iter().filter(|one| one.to == to).cloned().collect()
    }

    /// From now on nobody answers at this address.
    pub fn dies(&self, to: &str) {
        self.dead.lock().unwrap().insert(to.to_owned());
    }

    /// From now on somebody answers there again.
    pub fn revives(&self, to: &str) {
        self.dead.lock().unwrap().remove(to);
        self.hanging.lock().unwrap().remove(to);
    }

    /// From now on whoever posts to this address waits for its answer for ever.
    pub fn hangs(&self, to: &str) {
        self.hanging.lock().unwrap().insert(to.to_owned());
    }

    /// From now on everything is refused at this address.
    pub fn refuses(&self, to: &str) {
        self.refusing.lock().unwrap().insert(to.to_owned());
    }
}

impl RelyingParties for Mailboxes {
    fn post<'a>(&'a self, letter: &'a Letter) -> BoxFuture<'a, Result<Heard, OutsideError>> {
        BoxFuture::new(async move {
            let to = letter.to.as_str();
            if self.dead.lock().unwrap().contains(to) {
                return Err(OutsideError("nobody is there".into()));
            }
            let content = match &letter.content {
                Content::Form { value, .. } => value.expose().clone(),
                Content::Json(text) => text.expose().clone(),
            };
            let authorization = letter.authorization.as_ref().map(|token| token.expose().clone());
            let posted = Posted { to: to.to_owned(), authorization, content };
            self.received.lock().unwrap().push(posted);
            if self.hanging.lock().unwrap().contains(to) {
                std::future::pending::<()>().await;
            }
            let refused = self.refusing.lock().unwrap().contains(to);
            Ok(if refused { Heard::Refused } else { Heard::Taken })
        })
    }
}
