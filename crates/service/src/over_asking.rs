//! A request asked what it may not: it is refused with the rule, and counted.
//!
//! Anybody can make a link that over-asks in some client's name, so by name it is counted only where the client proved
//! that the request is its own.

use std::sync::Arc;

use jiff::Timestamp;
use protocol::oauth::{AuthorizationRequest, ClientId, error::OAuthError};
use store::{Authentication, Tx};

use crate::{
    Admission, Error, Platform,
    authorize::Arrival,
    judge::{Judged, Refused},
    tallies::OVER_ASKING,
};

const DAY: i64 = 24 * 60 * 60;

/// Who asked too much, where, and against which rule.
pub(crate) struct OverAsked {
    client: String,
    scene: String,
    rule: String,
}

impl OverAsked {
    /// The refused request as it is counted, if it was refused for asking too much.
    pub(crate) fn of(refused: &Refused) -> Option<Self> {
        let request = &refused.request;
        Self::in_scene(&request.client_id, request.scope.scene(), &refused.error)
    }

    /// The same of a request that came another way.
    pub(crate) fn in_scene(
        client: &ClientId,
        scene: Option<&str>,
        error: &OAuthError,
    ) -> Option<Self> {
        let rule = error.reason;
        if !OVER_ASKING.contains(&rule) {
            return None;
        }
        // A scene that was never registered is named in the client's own words: not kept.
        let registered = rule != "scene_not_registered";
        let scene = scene.filter(|_| registered);
        Some(Self {
            client: client.to_string(),
            scene: scene.unwrap_or_default().to_owned(),
            rule: rule.to_owned(),
        })
    }
}

impl Platform {
    /// Judges what a client asks that has proved itself, before any person is there. One that asks too much is noted.
    pub(crate) async fn judge_proved(
        &self,
        by: &Arc<Admission>,
        request: AuthorizationRequest,
    ) -> Result<Judged, Error> {
        let arrival = Arrival { at: self.now(), found: None };
        let refused = match Judged::new(Arc::clone(by), request, arrival, self.offered()) {
            Ok(judged) => return Ok(judged),
            Err(refused) => refused,
        };
        self.note_over_asking(&refused.error);
        if let Some(asked) = OverAsked::of(&refused) {
            self.record_over_asking(asked, self.now()).await?;
        }
        Err(refused.error.into())
    }

    /// Counts a refused request, if it was refused for asking too much.
    pub(crate) fn note_over_asking(&self, error: &OAuthError) {
        self.tallies().count_over_asking(error.reason);
    }

    /// Counts a request that its client proved: the operator sees whose it was.
    pub(crate) async fn record_over_asking(
        &self,
        asked: OverAsked,
        now: Timestamp,
    ) -> Result<(), Error> {
        let day = Timestamp::from_second(now.as_second().div_euclid(DAY) * DAY).unwrap_or(now);
        let count = async move |tx: &Tx<Authentication>| {
            tx.count_over_asking(&asked.client, &asked.scene, &asked.rule, day).await
        };
        Ok(self.inner().store.write("count over-asking", count).await?)
    }
}
