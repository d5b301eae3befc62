//! `/counter`: where officers enter and confirm applications, and where the screen is turned to the person.

use axum::Router;
use axum::routing::{get, post};

use crate::App;

mod application;
mod enter;
mod guardianship;
mod home;
mod join;
mod person;
mod review;
mod sign_in;
mod sign_out;

/// What the tickets of officers' forms are for.
const PURPOSE: &str = "counter";

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/counter", get(home::show))
        .route("/counter/join", get(join::show).post(join::join))
        .route("/counter/sign-in", get(sign_in::show).post(sign_in::sign_in))
        .route("/counter/sign-out", post(sign_out::sign_out))
        .route("/counter/enter", get(enter::show).post(enter::check))
        .route("/counter/guardianship", get(guardianship::show).post(guardianship::check))
        .route("/counter/sign", post(review::sign))
        .route("/counter/application", get(application::show))
        .route("/counter/confirm", post(application::confirm))
        .route("/counter/decline", post(application::decline))
        .route("/counter/person", get(person::show).post(person::complete))
}
