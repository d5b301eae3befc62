//! `/me`: the person's own page, and what can be done there.

use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Redirect;
use axum::routing::{get, post};
use service::Session;

use crate::App;
use crate::http::session_cookie::CurrentSession;

mod asked;
mod cancel;
mod code;
mod confirm;
mod delegations;
mod documents;
pub(super) mod events;
mod export;
mod lock;
mod overview;
mod passkeys;
mod phone;
mod phone_code;
mod report;
mod sheet;
mod sign_out;
mod unlock;
mod wallet;
mod wallet_asks;
mod withdraw;

/// What the tickets of these forms are for.
const PURPOSE: &str = "me";

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/me", get(overview::show))
        .route("/me/lock", post(lock::lock))
        .route("/me/unlock", get(unlock::show).post(unlock::unlock))
        .route("/me/withdraw", post(withdraw::withdraw))
        .route("/me/export", get(export::download))
        .route("/me/cancel", get(cancel::show).post(cancel::cancel))
        .route("/me/documents", get(documents::show).post(documents::add))
        .route("/me/documents/remove", post(documents::remove))
        .route("/me/passkeys", get(passkeys::show).post(passkeys::add))
        .route("/me/passkeys/remove", post(passkeys::remove))
        .route("/me/code", get(code::show).post(code::set_up))
        .route("/me/asked", get(asked::show).post(asked::open))
        .route("/me/asked/turn-away", post(asked::turn_away))
        .route("/me/asked/welcome", post(asked::welcome))
        .route("/me/asked/code", post(asked::code))
        .route("/me/confirm", get(confirm::show).post(confirm::confirm))
        .route("/me/phone", get(phone::show).post(phone::send))
        .route("/me/phone/code", get(phone_code::show).post(phone_code::check))
        .route("/me/report", get(report::show).post(report::file))
        .route("/me/reported", get(report::done))
        .route("/me/sheet", get(sheet::show).post(sheet::make))
        .route("/me/sheet/revoke", post(sheet::revoke))
        .route("/me/delegations", get(delegations::show).post(delegations::offer))
        .route("/me/delegations/confirm", post(delegations::confirm))
        .route("/me/delegations/revoke", post(delegations::revoke))
        .route("/me/delegations/act", post(delegations::act))
        .route("/me/wallet", get(wallet::show).post(wallet::offer))
        .route("/me/wallet/take", get(wallet_asks::show).post(wallet_asks::answer))
        .route("/me/sign-out", post(sign_out::sign_out))
}

/// The person whose page it is; whoever is not signed in does that first.
struct Person(Session);

impl FromRequestParts<App> for Person {
    type Rejection = Redirect;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Redirect> {
        CurrentSession::of(&parts.headers, app)
            .0
            .map(Self)
            .ok_or_else(|| Redirect::to("/sign-in?to=/me"))
    }
}

/// A form that only says who sent it.
#[derive(serde::Deserialize)]
struct Ticketed {
    ticket: String,
}
