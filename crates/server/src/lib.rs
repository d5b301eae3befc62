//! The doors: HTTP for relying parties, pages for persons, a command line for operators.
//!
//! Knows: axum, headers, cookies, templates, the configuration file, the real clock and chance,
//! TLS. Must not know: SQL, what the law allows, how to sign. → `service` decides and
//! remembers; here words of HTTP become its words and its words become HTTP's.
//!
//! The way of a request: `http::listener` → `http::door` (limits, headers, metrics, log) → one
//! handler, which extracts, calls `service`, renders.

mod app;
mod assemble;
mod chain;
mod followed;
mod http;
mod instance;
mod key_file;
mod locale;
mod outside;
mod postman;
mod provider_file;
mod telemetry;
mod tls;
mod web;
mod world;

pub mod cli;
pub mod config;

pub use app::{App, Setup, Tour};
pub use http::{ENDPOINTS, Peer, PeerCertificate, mutual_router, router};
pub use tls::{CertificateFiles, Oldest, TlsFileError};
pub use world::RealWorld;
