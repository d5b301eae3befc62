//! HTTP: one file an endpoint, one door for all of them.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use protocol::oidc::discovery as paths;

use crate::App;

pub(crate) mod authorize;
mod backchannel_authentication;
pub(crate) mod chip_files;
mod connection;
pub(crate) mod cookies;
mod device_authorization;
mod discovery;
mod door;
mod dpop;
mod endpoints;
mod enrolments;
pub(crate) mod form;
pub(crate) mod front;
pub(crate) mod headers;
mod health;
mod idle;
mod introspect;
mod jwks;
pub(crate) mod limits;
pub(crate) mod listener;
pub(crate) mod metrics;
pub(crate) mod officer_cookie;
mod par;
pub(crate) mod problem;
mod revoke;
pub(crate) mod session_cookie;
pub(crate) mod ticket;
mod token;
mod userinfo;

pub use endpoints::ENDPOINTS;
pub use limits::Peer;

pub(crate) use limits::Limiter;
pub(crate) use metrics::Measured;
pub(crate) use ticket::Tickets;

/// Everything the public address answers.
pub fn router(app: App) -> Router {
    Router::new()
        .route(paths::AUTHORIZE_PATH, get(authorize::get).post(authorize::post))
        .route(paths::PUSH_PATH, post(par::post))
        .route(paths::DEVICE_AUTHORIZATION_PATH, post(device_authorization::post))
        .route(paths::BACKCHANNEL_PATH, post(backchannel_authentication::post))
        .route(paths::TOKEN_PATH, post(token::post))
        .route(paths::REVOKE_PATH, post(revoke::post))
        .route(paths::INTROSPECT_PATH, post(introspect::post))
        .route(paths::USERINFO_PATH, get(userinfo::show).post(userinfo::show))
        .route(paths::JWKS_PATH, get(jwks::show))
        .route("/jwks/certificates", get(jwks::show_certificates))
        .route(paths::OPENID_PATH, get(discovery::show))
        .route(paths::OAUTH_PATH, get(discovery::show))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .merge(enrolments::routes())
        .merge(crate::web::routes())
        .fallback(|| std::future::ready(problem::Problem::NOT_FOUND))
        .layer(DefaultBodyLimit::max(limits::BODY_MAX))
        .layer(from_fn_with_state(app.clone(), door::pass))
        .with_state(app)
}

#[cfg(test)]
mod tests;
