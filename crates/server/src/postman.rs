//! The postman: hands over what waits for relying parties, each on its own, so that one who does not answer keeps nobody
//! else waiting.

use std::collections::HashMap;

use tokio::task::{Id, JoinSet};

use crate::{App, chain};

/// Relying parties that are told something at once, at most.
const AT_ONCE: usize = 64;

/// Rounds under way.
#[derive(Default)]
pub(crate) struct Postman {
    under_way: JoinSet<()>,
    clients: HashMap<Id, String>,
}

impl Postman {
    /// Sets out to every client that waits and to whom nobody is under way; does not wait for any of them.
    pub(crate) async fn set_out(&mut self, app: &App) {
        while let Some(ended) = self.under_way.try_join_next_with_id() {
            let id = ended.map_or_else(|error| error.id(), |(id, ())| id);
            self.clients.remove(&id);
        }
        let waiting = match app.platform().clients_waiting().await {
            Ok(waiting) => waiting,
            Err(error) => {
                tracing::error!(error = chain::line(&error), "letters could not be delivered");
                return;
            }
        };
        for client in waiting {
            if self.under_way.len() >= AT_ONCE {
                break;
            }
            if self.clients.values().any(|other| *other == client) {
                continue;
            }
            let (app, whose) = (app.clone(), client.clone());
            let task = self.under_way.spawn(async move {
                if let Err(error) = app.platform().deliver_to(&whose).await {
                    tracing::error!(error = chain::line(&error), "a letter could not be delivered");
                }
            });
            self.clients.insert(task.id(), client);
        }
    }
}
