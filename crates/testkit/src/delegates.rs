//! Somebody who acts for somebody else: offered, accepted, confirmed, and taken up in the browser.

use jiff::SignedDuration;
use rules::{DelegationId, DelegationScope, Scene};
use service::DelegationOffer;

use crate::Holder;

/// What the one who acts calls the other.
const PRINCIPAL: &str = "Mother";

impl Holder {
    /// Both sign in, the principal gives a delegation, and from now on this holder's browser answers for the principal.
    pub async fn acts_for(&mut self, principal: &mut Self, scenes: &[Scene]) -> DelegationId {
        principal.sign_in_with_passcode().await.expect("the principal signs in");
        self.sign_in_with_passcode().await.expect("the delegate signs in");
        let platform = self.platform().clone();
        let offer = DelegationOffer {
            scope: DelegationScope { scenes: scenes.to_vec(), organisations: Vec::new() },
            lasts: SignedDuration::from_hours(30 * 24),
            called: "Mei".parse().expect("a name"),
        };
        let text = platform.offer_delegation(&principal.session, offer).await.expect("offered");
        let called = PRINCIPAL.parse().expect("a name");
        let accepted = platform.accept_delegation(&self.session, &text, &called).await;
        let id = accepted.expect("accepted");
        let held = platform.delegations(&self.session).await.expect("delegations").held;
        let waits = held.into_iter().find(|view| view.id == id).expect("it waits");
        let number = waits.number.expect("the number on the delegate's screen");
        platform.confirm_delegation(&principal.session, id, &number).await.expect("confirmed");
        self.session = platform.act_for(&self.session, id).await.expect("it is in force");
        id
    }
}
