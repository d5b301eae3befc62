//! The net certificate drawn as a card, on the page that issues it and on the person's own page.

use service::Overview;
use store::authentication::State;

use super::page::Page;

/// What stands on the card.
pub(crate) struct Card {
    /// As shown before the person asks to see more: `KO******2C`.
    pub(crate) masked: String,
    /// The whole number.
    pub(crate) net_number: String,
    /// The day it was issued.
    pub(crate) issued: String,
    /// The day it ends by itself.
    pub(crate) until: String,
    /// Whether it is locked.
    pub(crate) locked: bool,
}

impl Card {
    /// The card of this overview, with dates as the page writes them.
    pub(crate) fn new(page: &Page, overview: &Overview) -> Self {
        Self {
            masked: overview.net_number.masked(),
            net_number: overview.net_number.as_str().to_owned(),
            issued: page.day(overview.certificate.issued_at),
            until: page.day(overview.certificate.expires_at),
            locked: matches!(overview.certificate.state, State::Locked { .. }),
        }
    }
}
