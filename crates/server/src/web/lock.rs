//! `/lock`: stopping a net certificate, from this device or by the link of a message.

use axum::Router;
use axum::routing::{get, post};

use crate::App;

mod by_link;
mod device;
mod passkey;
mod sheet;

/// What the tickets of these forms are for.
const PURPOSE: &str = "lock";

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/lock", get(device::show).post(device::lock))
        .route("/lock/passkey", post(passkey::lock))
        .route("/lock/sheet", post(sheet::lock))
        .route("/lock/{link}", get(by_link::show).post(by_link::object))
}
