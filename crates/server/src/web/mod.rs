//! The pages: what persons see, rendered here, in their language, working without script wherever no key is needed.
//!
//! Each page is one file: its template's fields, its handler, nothing else. Texts are in `locales/`, never here.

use axum::Router;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;

use crate::App;
use crate::http::problem::Problem;

pub(crate) mod authorize;
pub(crate) mod back;
mod card;
mod children;
mod counter;
mod dates;
mod delegate;
mod device;
pub(crate) mod end_session;
mod enrol;
mod fields;
mod files;
mod language;
mod local_path;
mod lock;
mod me;
mod message;
mod other_device;
#[cfg(test)]
mod other_ways;
pub(crate) mod page;
mod passkey_sign_in;
mod qr;
mod sandbox_sign_in;
mod scene_boxes;
mod sheet_sign_in;
mod sign_in;
mod sign_in_portrait;
mod start;
#[cfg(test)]
mod texts;
mod tour;
mod trouble;

/// Where a wallet that came by itself is answered.
pub(crate) const WALLET_ASKS: &str = "/me/wallet/take";

/// Every page and what pages load.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/", get(start::show))
        .route("/language/{tag}", get(language::choose))
        .route("/static/{file}", get(files::serve))
        .route("/sign-in", get(sign_in::show).post(sign_in::sign_in))
        .route("/sign-in/passkey", get(passkey_sign_in::show).post(passkey_sign_in::sign_in))
        .merge(sign_in_portrait::routes())
        .route("/sign-in/sheet", get(sheet_sign_in::show).post(sheet_sign_in::sign_in))
        .merge(authorize::routes())
        .merge(counter::routes())
        .merge(delegate::routes())
        .merge(end_session::routes())
        .merge(device::routes())
        .merge(enrol::routes())
        .merge(lock::routes())
        .merge(me::routes())
        .merge(other_device::routes())
        .merge(children::routes())
        .merge(sandbox_sign_in::routes())
}

/// A refusal or fault as a page, for browsers that navigate.
pub(crate) fn problem(app: &App, headers: &HeaderMap, problem: &Problem) -> Response {
    message::problem(&page::Page::of(app, headers, None), problem)
}
