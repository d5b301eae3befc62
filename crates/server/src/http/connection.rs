//! One connection: HTTP/1.1 or HTTP/2 over whatever carries it, within bounds of size and time.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::Watcher;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};

use super::client_request::PeerCertificate;
use super::idle::EndsIdle;
use super::limits::{HEAD_BYTES_MAX, HEAD_MAX, HEADERS_MAX, Peer};

/// Requests under way on one HTTP/2 connection: a browser's page asks for ten things at once.
const STREAMS_MAX: u32 = 64;

/// Requests that are taken back before they were looked at, more of which end the connection.
///
/// CVE-2023-44487: who opens and resets at will has us work for requests that count as none.
const TAKEN_BACK_MAX: usize = 32;

/// How long an HTTP/2 connection may lie idle. HTTP/1.1 has [`HEAD_MAX`] for the same.
const IDLE_MAX: Duration = Duration::from_mins(1);

/// Which HTTP the two ends agreed on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Version {
    Http1,
    Http2,
}

/// How connections are talked on.
#[derive(Clone)]
pub(super) struct Talk {
    http1: http1::Builder,
    http2: http2::Builder<TokioExecutor>,
    router: Router,
}

impl Talk {
    pub(super) fn new(router: Router) -> Self {
        let mut http1 = http1::Builder::new();
        http1
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_MAX)
            .max_headers(HEADERS_MAX)
            .max_header_size(HEAD_BYTES_MAX);
        let mut http2 = http2::Builder::new(TokioExecutor::new());
        http2
            .timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS_MAX)
            .max_pending_accept_reset_streams(TAKEN_BACK_MAX)
            .max_header_list_size(u32::try_from(HEAD_BYTES_MAX).unwrap_or(u32::MAX));
        Self { http1, http2, router }
    }

    /// Answers on one connection until it ends, or until `watcher` is told that we stop.
    pub(super) async fn on<S>(
        self,
        stream: S,
        version: Version,
        (peer, certificate): (Peer, Option<PeerCertificate>),
        watcher: Watcher,
    ) -> hyper::Result<()>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let inner = TowerToHyperService::new(self.router);
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(peer);
            if let Some(certificate) = &certificate {
                request.extensions_mut().insert(certificate.clone());
            }
            inner.call(request.map(Body::new))
        });
        match version {
            Version::Http1 => {
                watcher.watch(self.http1.serve_connection(TokioIo::new(stream), service)).await
            }
            Version::Http2 => {
                let stream = TokioIo::new(EndsIdle::new(stream, IDLE_MAX));
                watcher.watch(self.http2.serve_connection(stream, service)).await
            }
        }
    }
}
