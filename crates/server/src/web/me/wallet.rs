//! `/me/wallet`: the certificate taken along: a link for a wallet, and the code that its person types there.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use url::Url;

use super::{PURPOSE, Person, Ticketed};
use crate::App;
use crate::http::headers::PageReach;
use crate::http::problem::Problem;
use crate::web::fields::Fields;
use crate::web::page::Page;
use crate::web::qr::Picture;
use crate::web::tour;

#[derive(Template)]
#[template(path = "me/wallet.html")]
struct Wallet<'a> {
    page: &'a Page,
    offered: Option<Offered>,
}

/// An offer on the page: no redirect leads to it, for it must not stand in an address.
struct Offered {
    link: String,
    tx_code: String,
    picture: Option<Picture>,
    /// The demo's phone, in the sandbox: the link is sent there and stands in no address.
    phone: Option<Url>,
}

/// `GET /me/wallet`
pub(super) async fn show(page: Page, Person(_): Person) -> Response {
    page.show(&Wallet { page: &page, offered: None })
}

/// `POST /me/wallet`
pub(super) async fn offer(
    State(app): State<App>,
    page: Page,
    Person(session): Person,
    Fields(sent): Fields<Ticketed>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &sent.ticket)?;
    let service::Offered { link, tx_code } = app.platform().offer_credentials(&session).await?;
    let phone = tour::phone(&app, &page);
    let forms = phone.iter().cloned().collect();
    let offered = Some(Offered { picture: Picture::of(&link), link, tx_code, phone });
    let mut response = page.show(&Wallet { page: &page, offered });
    response.extensions_mut().insert(PageReach { forms, calls: Vec::new() });
    Ok(response)
}
