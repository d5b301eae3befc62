//! `/enrolments`: enrolment for wallets, as JSON. The same use-cases as the pages, in the same order.
//!
//! The wallet holds the enrolment's token and sends it in `Authorization`; no cookie is read or set. Every answer says
//! which step is due. `docs/enrolment.md` walks through one.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use super::limits;
use crate::App;

mod begin;
mod body;
mod certificate;
mod chip;
mod current;
mod document;
mod documents;
mod guardian;
mod holder;
mod notices;
mod phone;
mod phone_code;
mod portrait;
mod step;
mod token;

pub(super) fn routes() -> Router<App> {
    let large = || DefaultBodyLimit::max(limits::EVIDENCE_MAX);
    Router::new()
        .route("/enrolments", post(begin::post))
        .route("/enrolments/notices", get(notices::show))
        .route("/enrolments/documents", post(documents::post))
        .route("/enrolments/current/holder", post(holder::post))
        .route("/enrolments/current", get(current::show))
        .route("/enrolments/current/document", post(document::post).layer(large()))
        .route("/enrolments/current/chip", post(chip::post))
        .route("/enrolments/current/guardian", post(guardian::post).layer(large()))
        .route("/enrolments/current/portrait", post(portrait::post).layer(large()))
        .route("/enrolments/current/phone", post(phone::post))
        .route("/enrolments/current/phone-code", post(phone_code::post))
        .route("/enrolments/current/certificate", post(certificate::post))
}
