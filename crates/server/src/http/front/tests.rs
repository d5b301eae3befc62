//! Our own door over TLS, knocked at by clients of our making: what they are offered, and what they are not.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode};
use axum::routing::get;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::crypto::SupportedKxGroup;
use rustls::crypto::aws_lc_rs::kx_group::{SECP256R1, X25519, X25519MLKEM768};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, NamedGroup, ProtocolVersion, SupportedProtocolVersion};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_rustls::TlsConnector;
use tokio_rustls::client;

use super::super::listener::serve_front;
use super::*;
use crate::RealWorld;
use crate::followed::Followed;
use crate::tls::papers::{Authority, Folder, moment};
use crate::tls::{CertificateFiles, Oldest, provider};

const NAME: &str = "id.example";

/// A door that is served while this is kept.
struct Door {
    folder: Folder,
    authority: Authority,
    files: CertificateFiles,
    front: Front,
    address: std::net::SocketAddr,
    _stop: watch::Sender<bool>,
}

/// A caller: which versions, key exchanges and protocols it offers.
struct Caller {
    versions: Vec<&'static SupportedProtocolVersion>,
    groups: Vec<&'static dyn SupportedKxGroup>,
    protocols: Vec<&'static [u8]>,
}

impl Default for Caller {
    fn default() -> Self {
        Self { versions: vec![&TLS13], groups: vec![X25519], protocols: vec![] }
    }
}

fn limits(most: u32, a_second: u32) -> Limits {
    let raw = crate::config::RawLimits {
        connections_per_address: most,
        handshakes_per_second: a_second,
        ..crate::config::RawLimits::default()
    };
    Limits::try_from(&raw).expect("limits")
}

impl Door {
    async fn open(oldest: Oldest, limits: &Limits) -> Self {
        let (folder, authority) = (Folder::new(), Authority::new());
        let files = folder.write("own", &authority.certify(NAME));
        let name = ServerName::try_from(NAME).expect("a name");
        let config = Tls { own: files.clone(), name, oldest, clients: None };
        let front = Front::new(&config, limits, Arc::new(RealWorld)).expect("a front");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stopper, stop) = watch::channel(false);
        let router = Router::new().route("/", get(|| async { "in" }));
        let (door, room) = (Some(front.clone()), limits.connections);
        tokio::spawn(serve_front(listener, router, room, door, stop));
        Self { folder, authority, files, front, address, _stop: stopper }
    }

    async fn usual() -> Self {
        Self::open(Oldest::Tls13, &limits(256, 1000)).await
    }

    async fn knock(&self, caller: &Caller) -> io::Result<client::TlsStream<TcpStream>> {
        let offered = rustls::crypto::CryptoProvider {
            kx_groups: caller.groups.clone(),
            ..Arc::unwrap_or_clone(provider())
        };
        let mut config = ClientConfig::builder_with_provider(Arc::new(offered))
            .with_protocol_versions(&caller.versions)
            .expect("versions")
            .with_root_certificates(self.folder.roots(&self.authority))
            .with_no_client_auth();
        config.alpn_protocols = caller.protocols.iter().map(|name| name.to_vec()).collect();
        let stream = TcpStream::connect(self.address).await?;
        let name = ServerName::try_from(NAME).expect("a name");
        TlsConnector::from(Arc::new(config)).connect(name, stream).await
    }
}

async fn get_in(stream: &mut client::TlsStream<TcpStream>) -> String {
    stream.write_all(b"GET / HTTP/1.1\r\nhost: id.example\r\n\r\n").await.expect("sent");
    let mut answer = Vec::new();
    while !is_whole(&answer) {
        assert_ne!(stream.read_buf(&mut answer).await.expect("answered"), 0, "broke off");
    }
    String::from_utf8(answer).expect("text")
}

fn is_whole(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer).to_ascii_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    length.is_some_and(|length| length.parse().is_ok_and(|length: usize| body.len() >= length))
}

fn shown(stream: &client::TlsStream<TcpStream>) -> CertificateDer<'static> {
    stream.get_ref().1.peer_certificates().expect("shown")[0].clone()
}

#[tokio::test]
async fn keys_are_agreed_on_by_the_hybrid_if_the_caller_has_it_first() {
    let door = Door::usual().await;
    for (groups, agreed) in [
        (vec![X25519MLKEM768, X25519], NamedGroup::X25519MLKEM768),
        // Among what both can, the library follows the caller.
        (vec![X25519, X25519MLKEM768], NamedGroup::X25519),
        (vec![SECP256R1], NamedGroup::secp256r1),
    ] {
        let mut stream = door.knock(&Caller { groups, ..Caller::default() }).await.expect("in");
        let connection = stream.get_ref().1;
        let group = connection.negotiated_key_exchange_group().expect("agreed").name();
        assert_eq!(group, agreed);
        assert_eq!(connection.protocol_version(), Some(ProtocolVersion::TLSv1_3));
        assert!(get_in(&mut stream).await.starts_with("HTTP/1.1 200"));
    }
}

#[tokio::test]
async fn tls_1_2_only_if_the_operator_says_so() {
    let old = Caller { versions: vec![&TLS12], ..Caller::default() };
    let refused = Door::usual().await.knock(&old).await.expect_err("refused");
    assert!(refused.to_string().contains("ProtocolVersion"), "{refused}");
    let door = Door::open(Oldest::Tls12, &limits(256, 1000)).await;
    let mut stream = door.knock(&old).await.expect("in");
    assert_eq!(stream.get_ref().1.protocol_version(), Some(ProtocolVersion::TLSv1_2));
    get_in(&mut stream).await;
    let both = Caller { versions: vec![&TLS12, &TLS13], ..Caller::default() };
    let stream = door.knock(&both).await.expect("in");
    assert_eq!(stream.get_ref().1.protocol_version(), Some(ProtocolVersion::TLSv1_3));
}

#[tokio::test]
async fn http_2_for_whom_asks_for_it() {
    let door = Door::usual().await;
    let protocols: Vec<&[u8]> = vec![b"http/1.1", b"h2"];
    let stream = door.knock(&Caller { protocols, ..Caller::default() }).await.expect("in");
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let io = TokioIo::new(stream);
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await.expect("spoken");
    let talking = tokio::spawn(connection);
    let request = |head: &str| {
        let request = Request::get("https://id.example/").header("x", head);
        request.body(Body::empty()).expect("a request")
    };
    let answers = (0..20).map(|_| sender.send_request(request("short"))).collect::<Vec<_>>();
    for answer in answers {
        let answer = answer.await.expect("answered");
        assert_eq!(answer.status(), StatusCode::OK);
        let body: Bytes = axum::body::to_bytes(Body::new(answer), 9).await.expect("a body");
        assert_eq!(body, "in");
    }
    let long = "a".repeat(super::super::limits::HEAD_BYTES_MAX);
    let refused = sender.send_request(request(&long)).await;
    let is_431 = |answer: &hyper::Response<hyper::body::Incoming>| {
        answer.status() == StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE
    };
    assert!(refused.as_ref().map_or(true, is_431), "{refused:?}");
    talking.abort();

    let other = Caller { protocols: vec![b"spdy/3"], ..Caller::default() };
    let refused = door.knock(&other).await.expect_err("refused");
    assert!(refused.to_string().contains("NoApplicationProtocol"), "{refused}");
}

#[tokio::test]
async fn a_certificate_is_renewed_while_connections_go_on() {
    let door = Door::usual().await;
    let mut before = door.knock(&Caller::default()).await.expect("in");
    get_in(&mut before).await;
    let first = shown(&before);

    door.folder.write("own", &door.authority.certify("other.example"));
    assert!(door.front.own().look(moment()).is_some_and(|renewed| renewed.is_err()));
    let kept = door.knock(&Caller::default()).await.expect("in");
    assert_eq!(shown(&kept), first, "a bad one keeps the old");

    let again = door.folder.write("own", &door.authority.certify(NAME));
    assert_eq!(again, door.files);
    assert!(matches!(door.front.own().look(moment()), Some(Ok(()))));
    let mut after = door.knock(&Caller::default()).await.expect("in");
    assert_ne!(shown(&after), first);
    get_in(&mut after).await;
    get_in(&mut before).await;
}

#[tokio::test(start_paused = true)]
async fn who_does_not_shake_hands_is_let_go() {
    let door = Door::usual().await;
    // RFC 8446 §5.1: a record that announces 512 bytes, of which one comes.
    for begun in [&b""[..], b"\x16\x03\x01\x02\x00\x01"] {
        let mut silent = TcpStream::connect(door.address).await.expect("connected");
        silent.write_all(begun).await.expect("sent");
        let ended = tokio::time::timeout(Duration::from_hours(1), async {
            let mut left = Vec::new();
            drop(silent.read_to_end(&mut left).await);
        });
        ended.await.expect("let go");
    }
}

#[tokio::test]
async fn who_speaks_in_clear_is_told_nothing_of_ours() {
    let door = Door::usual().await;
    let mut clear = TcpStream::connect(door.address).await.expect("connected");
    clear.write_all(b"GET / HTTP/1.1\r\nhost: id.example\r\n\r\n").await.expect("sent");
    let mut answer = Vec::new();
    drop(clear.read_to_end(&mut answer).await);
    // RFC 8446 §6: an alert of seven bytes at most.
    assert!(answer.len() <= 7 && !answer.ends_with(b"in"), "{answer:?}");
}

#[tokio::test]
async fn one_address_has_so_many_connections_and_another_its_own() {
    let door = Door::open(Oldest::Tls13, &limits(2, 1000)).await;
    let silent = || TcpStream::connect(door.address);
    let (one, _two) = (silent().await.expect("one"), silent().await.expect("two"));
    assert!(door.knock(&Caller::default()).await.is_err(), "one too many");
    let elsewhere = tokio::net::TcpSocket::new_v4().expect("a socket");
    elsewhere.bind("127.0.0.2:0".parse().expect("an address")).expect("bound");
    let mut elsewhere = elsewhere.connect(door.address).await.expect("connected");
    elsewhere.write_all(b"GET /").await.expect("sent");
    let mut alert = Vec::new();
    drop(elsewhere.read_to_end(&mut alert).await);
    assert!(!alert.is_empty(), "listened to, and told that this is no TLS");
    drop(one);
    // The door notices that it ended a moment later.
    while door.knock(&Caller::default()).await.is_err() {
        tokio::task::yield_now().await;
    }
}

#[test]
fn an_address_is_counted_open_and_by_the_second() {
    let (here, there) = ("192.0.2.1".parse().expect("one"), "192.0.2.2".parse().expect("two"));
    let crowd = Arc::new(Crowd::new(&limits(2, 1_000_000)));
    let held = [crowd.admit(here), crowd.admit(here)];
    assert!(held.iter().all(Option::is_some) && crowd.admit(here).is_none());
    assert!(crowd.admit(there).is_some());
    drop(held);
    assert!(crowd.admit(here).is_some());
    assert!(crowd.open.lock().expect("whole").is_empty(), "who left is forgotten");

    let quick = Arc::new(Crowd::new(&limits(2, 1)));
    assert!(quick.admit(here).is_some() && quick.admit(here).is_some());
    assert!(quick.admit(here).is_none(), "though none is open");
    assert!(quick.admit(there).is_some());
}

#[test]
fn behind_a_proxy_nobody_is_counted() {
    let (folder, authority) = (Folder::new(), Authority::new());
    let own = folder.write("own", &authority.certify(NAME));
    let name = ServerName::try_from(NAME).expect("a name");
    let config = Tls { own, name, oldest: Oldest::Tls13, clients: None };
    let limits = Limits { behind_proxy: true, ..limits(1, 1) };
    let front = Front::new(&config, &limits, Arc::new(RealWorld)).expect("a front");
    let proxy = "10.0.0.1".parse().expect("an address");
    let held: Vec<_> = (0..10).map(|_| front.admit(proxy)).collect();
    assert!(held.iter().all(Option::is_some));
}

mod clients;
