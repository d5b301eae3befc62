//! A phone on a page: a wallet that holds somebody's one-time certificates, answers who asks for them, and draws codes.
//!
//! The wallet is the crate `wallet`, as the command line has it. The phone lends it a page, a line to the platform and a memory
//! that ends with the demonstration: one pocket for each browser.

mod answer;
mod claims;
mod code;
mod device;
mod history;
mod home;
mod line;
mod own_pages;
mod picture;
mod receive;
#[cfg(test)]
mod tests;
mod trouble;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use url::Url;

use crate::chance::Chance;
use crate::clock::Clock;
use crate::language;
use crate::page;
use crate::relying_party::Unusable;
use device::Device;

/// An offer's link takes some seven hundred bytes, a question's some three hundred.
const LONGEST_BODY: usize = 16 * 1024;

/// How a phone is set up.
#[derive(Debug)]
pub struct Phone {
    /// Where browsers find it.
    pub base_url: Url,
    /// The platform whose certificates it carries, exactly as its discovery document names itself.
    pub issuer: String,
    /// The time.
    pub clock: Clock,
    /// Chance.
    pub chance: Chance,
}

impl Phone {
    /// Its pages.
    pub fn router(self) -> Result<Router, Unusable> {
        let device = Device::new(self)?;
        let router = Router::new()
            .route("/", get(home::show_home))
            .route("/receive", get(receive::show).post(receive::take))
            .route("/receive/offer", get(receive::show).post(receive::offered))
            .route("/answer", get(answer::open))
            .route("/asked/{question}", get(answer::show).post(answer::decide))
            .route("/code", get(code::choose).post(code::draw))
            .route("/history", get(history::show))
            .route("/history/erase", post(history::erase))
            .route("/forget", post(home::forget))
            .route("/phone.js", get(script))
            .route("/style.css", get(page::style))
            .layer(DefaultBodyLimit::max(LONGEST_BODY))
            .layer(from_fn_with_state(device.clone(), own_pages::only))
            .layer(from_fn(language::remember));
        Ok(router.with_state(device))
    }
}

/// `GET /phone.js`
async fn script() -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (CACHE_CONTROL, "max-age=60"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, include_str!("../../assets/phone.js"))
}
