//! HTTP: one file an endpoint, one door for all of them.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, post, put};
use protocol::oidc::discovery as paths;

use crate::App;

pub(crate) mod authorize;
mod backchannel_authentication;
pub(crate) mod chip_files;
mod client_request;
mod connection;
pub(crate) mod cookies;
mod credential;
mod device_authorization;
mod discovery;
mod door;
mod dpop;
mod end_session;
mod endpoints;
mod enrolments;
pub(crate) mod form;
pub(crate) mod front;
pub(crate) mod headers;
mod health;
mod idle;
mod introspect;
mod issuer_documents;
mod jwks;
pub(crate) mod limits;
pub(crate) mod listener;
pub(crate) mod metrics;
mod native;
pub(crate) mod officer_cookie;
mod par;
mod plain_identity;
mod presentation;
pub(crate) mod problem;
mod register;
mod reports;
mod revoke;
pub(crate) mod session_cookie;
mod shown_token;
mod status;
pub(crate) mod ticket;
mod token;
mod userinfo;

pub use client_request::PeerCertificate;
pub use endpoints::ENDPOINTS;
pub use limits::Peer;

pub(crate) use limits::Limiter;
pub(crate) use metrics::Measured;
pub(crate) use ticket::Tickets;

/// Everything the public address answers.
pub fn router(app: App) -> Router {
    let everybody = Router::new()
        .route(paths::AUTHORIZE_PATH, get(authorize::get).post(authorize::post))
        .route(paths::END_SESSION_PATH, get(end_session::get).post(end_session::post))
        .route(paths::JWKS_PATH, get(jwks::show))
        .route("/jwks/certificates", get(jwks::show_certificates))
        .route("/jwks/receipts", get(jwks::show_receipts))
        .route("/jwks/verifiers", get(jwks::show_verifiers))
        .route("/status/{list}", get(status::show))
        .route("/.well-known/openid-credential-issuer", get(issuer_documents::issuer))
        .route("/.well-known/jwt-vc-issuer", get(issuer_documents::keys))
        .route("/credentials/net-certificate", get(issuer_documents::kind))
        .route("/credential-nonce", post(credential::nonce))
        .route("/credential", post(credential::post))
        .route("/deferred-credential", post(credential::deferred))
        .route("/credential-notification", post(credential::notification))
        .route("/presentations/{question}", get(presentation::get).post(presentation::post))
        .route("/presentations/{question}/answer", post(presentation::answer))
        .route("/native/authenticate", get(native::authenticate::get))
        .route(paths::OPENID_PATH, get(discovery::show))
        .route(paths::OAUTH_PATH, get(discovery::show))
        .route("/register", post(register::post))
        .route("/register/{client_id}", get(register::get))
        .route("/register/{client_id}", put(register::put))
        .route("/register/{client_id}", delete(register::delete))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .merge(enrolments::routes())
        .merge(crate::web::routes());
    through_the_door(everybody.merge(clients()), app)
}

/// What the address answers at which clients show certificates: what their servers call, and no page, so that no browser
/// is ever asked for one.
pub fn mutual_router(app: App) -> Router {
    through_the_door(clients(), app)
}

/// What servers of relying parties call with their credentials.
fn clients() -> Router<App> {
    Router::new()
        .route(paths::PUSH_PATH, post(par::post))
        .route(paths::DEVICE_AUTHORIZATION_PATH, post(device_authorization::post))
        .route(paths::BACKCHANNEL_PATH, post(backchannel_authentication::post))
        .route(paths::TOKEN_PATH, post(token::post))
        .route(paths::REVOKE_PATH, post(revoke::post))
        .route(paths::INTROSPECT_PATH, post(introspect::post))
        .route(paths::PLAIN_IDENTITY_PATH, post(plain_identity::post))
        .route(paths::USERINFO_PATH, get(userinfo::show).post(userinfo::show))
        .route("/reports", get(reports::show))
        .route("/native/verify", post(native::verify::post))
        .route("/presentations", post(presentation::start))
        .route("/verifier-attestation", post(presentation::attest))
        .route("/presentation-result", post(presentation::result))
}

fn through_the_door(routes: Router<App>, app: App) -> Router {
    routes
        .fallback(|| std::future::ready(problem::Problem::NOT_FOUND))
        .layer(DefaultBodyLimit::max(limits::BODY_MAX))
        .layer(from_fn_with_state(app.clone(), door::pass))
        .with_state(app)
}

#[cfg(test)]
mod tests;
