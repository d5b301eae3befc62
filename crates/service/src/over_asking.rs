//! A request asked what it may not: it is refused with the rule, and counted.
//!
//! Anybody can make a link that over-asks in some client's name, so by name it is counted only where the client proved
//! that the request is its own.

use jiff::Timestamp;
use protocol::oauth::{client::ClientId, error::OAuthError};
use store::{Authentication, Tx};

use crate::{Error, Platform, judge::Refused, tallies::OVER_ASKING};

const DAY: i64 = 24 * 60 * 60;

impl Platform {
    /// Counts a refused request, if it was refused for asking too much.
    pub(crate) fn note_over_asking(&self, error: &OAuthError) {
        self.tallies().count_over_asking(error.reason);
    }

    /// The same for a request its client proved: the operator sees whose it was.
    pub(crate) async fn note_proved_over_asking(
        &self,
        refused: &Refused,
        now: Timestamp,
    ) -> Result<(), Error> {
        self.note_over_asking(&refused.error);
        let rule = refused.error.reason;
        if !OVER_ASKING.contains(&rule) {
            return Ok(());
        }
        let client: ClientId = refused.request.client_id.clone();
        // A name that was never registered is the client's own words: not kept.
        let registered = rule != "scene_not_registered";
        let scene = refused.request.scope.scene().filter(|_| registered);
        let scene = scene.unwrap_or_default().to_owned();
        let day = Timestamp::from_second(now.as_second().div_euclid(DAY) * DAY).unwrap_or(now);
        let count = async move |tx: &Tx<Authentication>| {
            tx.count_over_asking(client.as_str(), &scene, rule, day).await
        };
        Ok(self.inner().store.write("count over-asking", count).await?)
    }
}
