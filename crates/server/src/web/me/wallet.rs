//! `/me/wallet`: the certificate taken along: a link for a wallet, and the code that its person types there.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::{PURPOSE, Person, Ticketed};
use crate::App;
use crate::http::problem::Problem;
use crate::web::fields::Fields;
use crate::web::page::Page;
use crate::web::qr::Picture;

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
    let offered = Some(Offered { picture: Picture::of(&link), link, tx_code });
    Ok(page.show(&Wallet { page: &page, offered }))
}
