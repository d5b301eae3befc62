//! The accept loop: connections in, with their limits; drained when asked to stop.
//!
//! Not `axum::serve`, which has no way to bound the size and the time of a request's head.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};

use super::connection::{Talk, Version};
use super::front::{Front, Shaken};
use super::limits::Peer;

/// How long requests in flight may take to end when we stop; above the longest request.
const DRAIN_MAX: Duration = Duration::from_secs(20);

/// How long to wait when the machine has no room for another connection.
const BREATH: Duration = Duration::from_millis(50);

/// Turns `true` once, when the program shall stop.
pub(crate) type Stop = watch::Receiver<bool>;

/// Serves in clear until told to stop, then lets requests in flight end.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    connections: NonZeroU32,
    stop: Stop,
) {
    serve_front(listener, router, connections, None, stop).await;
}

/// The same, over TLS if there is a front.
pub(crate) async fn serve_front(
    listener: TcpListener,
    router: Router,
    connections: NonZeroU32,
    front: Option<Front>,
    mut stop: Stop,
) {
    let room = Arc::new(Semaphore::new(
        usize::try_from(connections.get()).unwrap_or(Semaphore::MAX_PERMITS),
    ));
    let (talk, open) = (Talk::new(router), GracefulShutdown::new());
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &room) => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let Some((stream, peer, permit)) = accepted else {
            tokio::time::sleep(BREATH).await;
            continue;
        };
        let (talk, watcher) = (talk.clone(), open.watcher());
        let Some(front) = front.clone() else {
            tokio::spawn(async move {
                ended(talk.on(stream, Version::Http1, (peer, None), watcher).await);
                drop(permit);
            });
            continue;
        };
        let Some(admitted) = front.admit(peer.0) else { continue };
        tokio::spawn(async move {
            match front.shake_hands(stream).await {
                Ok(Shaken { stream, version, certificate }) => {
                    ended(talk.on(stream, version, (peer, certificate), watcher).await);
                }
                Err(error) => tracing::debug!(%error, "no keys were agreed on"),
            }
            drop((permit, admitted));
        });
    }
    drop(listener);
    if tokio::time::timeout(DRAIN_MAX, open.shutdown()).await.is_err() {
        tracing::warn!(
            "some requests were cut off after {} seconds of waiting",
            DRAIN_MAX.as_secs()
        );
    }
}

/// A client that breaks off, or is too slow, is its own matter.
fn ended(connection: hyper::Result<()>) {
    if let Err(error) = connection {
        tracing::debug!(%error, "connection ended early");
    }
}

/// The next connection, once there is room for it; `None` if the system could not give it.
async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> Option<(TcpStream, Peer, tokio::sync::OwnedSemaphorePermit)> {
    let permit = Arc::clone(room).acquire_owned().await.ok()?;
    let (stream, address) = match listener.accept().await {
        Ok(accepted) => accepted,
        Err(error) => {
            tracing::warn!(%error, "a connection could not be accepted");
            return None;
        }
    };
    // Answers are small and whole: waiting to fill a packet would only delay them.
    drop(stream.set_nodelay(true));
    Some((stream, Peer(address.ip()), permit))
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::super::limits::HEAD_BYTES_MAX;
    use super::*;

    #[tokio::test]
    async fn a_head_too_large_is_refused_and_a_request_in_flight_ends() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (begun, begins) = tokio::sync::oneshot::channel::<()>();
        let (go, gone) = tokio::sync::oneshot::channel::<()>();
        let pair = Arc::new(std::sync::Mutex::new(Some((begun, gone))));
        let slow = get(move || async move {
            let (begun, gone) = pair.lock().expect("whole").take().expect("called once");
            begun.send(()).expect("heard");
            gone.await.expect("told");
            "done"
        });
        let (stopper, stop) = watch::channel(false);
        let router = Router::new().route("/slow", slow);
        let serving = tokio::spawn(serve(listener, router, NonZeroU32::MAX, stop));

        let mut large = TcpStream::connect(address).await.expect("connected");
        let head = format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "a".repeat(HEAD_BYTES_MAX));
        large.write_all(head.as_bytes()).await.expect("sent");
        let mut answer = String::new();
        large.read_to_string(&mut answer).await.expect("answered");
        assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");

        let mut slow = TcpStream::connect(address).await.expect("connected");
        slow.write_all(b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("sent");
        begins.await.expect("begun");
        stopper.send(true).expect("heard");
        go.send(()).expect("heard");
        answer.clear();
        slow.read_to_string(&mut answer).await.expect("answered");
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("done"), "{answer}");
        serving.await.expect("stopped");
        assert!(TcpStream::connect(address).await.is_err());
    }
}
