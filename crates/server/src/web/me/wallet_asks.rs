//! `/me/wallet/take`: a wallet came by itself; its person says whether it gets certificates.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use protocol::issuance::Configuration;
use serde::Deserialize;
use service::{Decision, WalletAsks};

use super::PURPOSE;
use crate::App;
use crate::http::headers::PageReach;
use crate::http::problem::Problem;
use crate::http::session_cookie::{CurrentSession, SignedIn};
use crate::web::WALLET_ASKS;
use crate::web::back::back;
use crate::web::fields::Fields;
use crate::web::page::Page;

#[derive(Template)]
#[template(path = "me/wallet_asks.html")]
struct Asks<'a> {
    page: &'a Page,
    name: &'a str,
    back_to: String,
    /// What it would get, by the keys of the sentences.
    forms: Vec<&'static str>,
    asked: &'a str,
}

#[derive(Deserialize)]
pub(super) struct Sealed {
    asked: String,
}

#[derive(Deserialize)]
pub(super) struct Answered {
    ticket: String,
    asked: String,
    decision: String,
}

/// `GET /me/wallet/take`
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    CurrentSession(session): CurrentSession,
    Query(Sealed { asked }): Query<Sealed>,
) -> Result<Response, Problem> {
    let WalletAsks { name, back_to, forms } = app.platform().wallet_asked(&asked)?;
    if session.is_none() {
        let here = format!("{WALLET_ASKS}?asked={asked}");
        let to: String = form_urlencoded::byte_serialize(here.as_bytes()).collect();
        return Ok(Redirect::to(&format!("/sign-in?to={to}")).into_response());
    }
    let forms = forms.into_iter().map(says).collect();
    let host = back_to.origin().ascii_serialization();
    let asks = Asks { page: &page, name: &name, back_to: host, forms, asked: &asked };
    let mut response = page.show(&asks);
    response.extensions_mut().insert(PageReach { forms: vec![back_to], calls: Vec::new() });
    Ok(response)
}

const fn says(form: Configuration) -> &'static str {
    match form {
        Configuration::NetCertificate => "wallet-form-online",
        Configuration::Code(_) => "wallet-form-code",
    }
}

/// `POST /me/wallet/take`
pub(super) async fn answer(
    State(app): State<App>,
    page: Page,
    SignedIn(session): SignedIn,
    Fields(sent): Fields<Answered>,
) -> Result<Response, Problem> {
    page.check(PURPOSE, &sent.ticket)?;
    // Whatever is not a yes is a no.
    let yes = sent.decision == "approve";
    let decision = if yes { Decision::Approve } else { Decision::Decline };
    let delivery = app.platform().answer_wallet(&session, &sent.asked, decision).await?;
    Ok(back(&page, delivery))
}
