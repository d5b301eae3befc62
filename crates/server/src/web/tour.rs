//! The sandbox's other doors, as links in the reader's language.

use url::Url;

use super::page::Page;
use crate::locale::Locale;
use crate::{App, Tour};

/// What a newcomer may try; none outside the sandbox.
pub(crate) fn tour(app: &App, page: &Page) -> Option<Tour> {
    let Tour { cards, inbox, airline, shop, insurer, hotel, museum, phone } = app.tour()?;
    let link = |address: &str| spoken(address, page).map(String::from);
    Some(Tour {
        cards: link(cards)?,
        inbox: link(inbox)?,
        airline: link(airline)?,
        shop: link(shop)?,
        insurer: link(insurer)?,
        hotel: link(hotel)?,
        museum: link(museum)?,
        phone: link(phone)?,
    })
}

/// The registry's page called `name`, which sends its answer to `to` on this platform with `ticket`.
pub(crate) fn errand(app: &App, page: &Page, name: &str, to: &str, ticket: &str) -> Option<Url> {
    let mut url = spoken(&app.tour()?.cards, page)?.join(name).ok()?;
    url.query_pairs_mut()
        .append_pair("to", &format!("{}{to}", app.issuer().as_str()))
        .append_pair("ticket", ticket)
        .append_pair("lang", tag(page));
    Some(url)
}

/// Where the demo's phone takes an offer that its person opens there; none outside the sandbox.
pub(crate) fn phone(app: &App, page: &Page) -> Option<Url> {
    let mut url = Url::parse(&app.tour()?.phone).ok()?.join("receive/offer").ok()?;
    url.query_pairs_mut().append_pair("lang", tag(page));
    Some(url)
}

fn spoken(address: &str, page: &Page) -> Option<Url> {
    let mut url = Url::parse(address).ok()?;
    url.query_pairs_mut().append_pair("lang", tag(page));
    Some(url)
}

fn tag(page: &Page) -> &'static str {
    match page.locale() {
        Locale::ZhCn => "zh",
        Locale::En => "en",
    }
}
