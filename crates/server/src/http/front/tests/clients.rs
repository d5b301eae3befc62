//! The door at which clients show certificates, knocked at by clients that have some, none, or somebody else's.

use axum::Extension;
use protocol::oauth::Issuer;
use rustls::HandshakeKind;
use rustls::client::Resumption;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;

use super::*;
use crate::config::ClientTls;
use crate::http::client_request::PeerCertificate;
use crate::tls::papers::Paper;

/// What the door makes of who knocks: `nobody`, or the thumbprint and what stands behind it.
struct ClientDoor {
    folder: Folder,
    server: Authority,
    clients: Authority,
    address: std::net::SocketAddr,
    _stop: watch::Sender<bool>,
}

async fn who(shown: Option<Extension<PeerCertificate>>) -> String {
    match shown {
        Some(Extension(PeerCertificate(shown))) => format!("{shown:?}in"),
        None => "nobodyin".to_owned(),
    }
}

impl ClientDoor {
    async fn open() -> Self {
        let (folder, server, clients) = (Folder::new(), Authority::new(), Authority::new());
        let own = folder.write("own", &server.certify(NAME));
        let name = ServerName::try_from(NAME).expect("a name");
        let client_tls = ClientTls {
            listen: "127.0.0.1:0".parse().expect("an address"),
            address: "https://id.example:8444".parse::<Issuer>().expect("an origin"),
            name: name.clone(),
            authorities: Some(folder.authority(&clients)),
        };
        let config = Tls { own, name, oldest: Oldest::Tls12, clients: Some(client_tls.clone()) };
        let limits = limits(256, 1000);
        let front = Front::for_clients(&config, &client_tls, &limits, Arc::new(RealWorld));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stopper, stop) = watch::channel(false);
        let router = Router::new().route("/", get(who));
        let front = Some(front.expect("a front"));
        tokio::spawn(serve_front(listener, router, limits.connections, front, stop));
        Self { folder, server, clients, address, _stop: stopper }
    }

    /// A client that shows this, on as many connections as it likes.
    fn client(
        &self,
        shows: Option<&Paper>,
        version: &'static SupportedProtocolVersion,
    ) -> TlsConnector {
        let builder = ClientConfig::builder_with_provider(provider())
            .with_protocol_versions(&[version])
            .expect("a version")
            .with_root_certificates(self.folder.roots(&self.server));
        let mut config = match shows {
            None => builder.with_no_client_auth(),
            Some(paper) => {
                let (chain, key) = (paper.chain().as_bytes(), paper.key().as_bytes());
                let chain = vec![CertificateDer::from_pem_slice(chain).expect("PEM")];
                let key = PrivateKeyDer::from_pem_slice(key).expect("PEM");
                builder.with_client_auth_cert(chain, key).expect("a pair")
            }
        };
        config.resumption = Resumption::in_memory_sessions(8);
        TlsConnector::from(Arc::new(config))
    }

    async fn knock(&self, client: &TlsConnector) -> (String, Option<HandshakeKind>) {
        let stream = TcpStream::connect(self.address).await.expect("connected");
        let name = ServerName::try_from(NAME).expect("a name");
        let mut stream = client.connect(name, stream).await.expect("agreed");
        let answer = get_in(&mut stream).await;
        let (_, told) = answer.split_once("\r\n\r\n").expect("a body");
        (told.to_owned(), stream.get_ref().1.handshake_kind())
    }

    async fn told(&self, shows: Option<&Paper>) -> String {
        let (tls13, _) = self.knock(&self.client(shows, &TLS13)).await;
        let (tls12, _) = self.knock(&self.client(shows, &TLS12)).await;
        assert_eq!(tls13, tls12);
        tls13
    }
}

#[tokio::test]
async fn a_certificate_is_asked_for_and_judged_but_never_required() {
    let door = ClientDoor::open().await;
    assert_eq!(door.told(None).await, "nobodyin");
    let believed = door.told(Some(&door.clients.certify("air.example"))).await;
    assert!(believed.contains("Believed") && believed.contains("air.example"), "{believed}");
    for (what, paper) in [
        ("another authority, ours for servers", door.server.certify("air.example")),
        ("expired", door.clients.certify_until("air.example", (2020, 1, 1))),
        ("for servers only", door.clients.certify_server("air.example")),
        ("self-signed", Paper::self_signed("air.example")),
    ] {
        let told = door.told(Some(&paper)).await;
        assert!(told.contains("Unknown") && told.contains("air.example"), "{what}: {told}");
    }
}

#[tokio::test]
async fn whoever_shows_a_certificate_has_its_key() {
    let door = ClientDoor::open().await;
    let (stolen, own) = (door.clients.certify("air.example"), door.clients.certify("a thief"));
    let chain = CertificateDer::from_pem_slice(stolen.chain().as_bytes()).expect("PEM");
    let key = PrivateKeyDer::from_pem_slice(own.key().as_bytes()).expect("PEM");
    let key = provider().key_provider.load_private_key(key).expect("a key");
    let pair = Arc::new(rustls::sign::CertifiedKey::new(vec![chain], key));
    let config = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&TLS13])
        .expect("a version")
        .with_root_certificates(door.folder.roots(&door.server))
        .with_client_cert_resolver(Arc::new(Shows(pair)));
    let stream = TcpStream::connect(door.address).await.expect("connected");
    let name = ServerName::try_from(NAME).expect("a name");
    let connector = TlsConnector::from(Arc::new(config));
    // In TLS 1.3 the client learns it at its first read.
    let Ok(mut stream) = connector.connect(name, stream).await else { return };
    drop(stream.write_all(b"GET / HTTP/1.1\r\nhost: id.example\r\n\r\n").await);
    let mut answer = Vec::new();
    let ended = stream.read_to_end(&mut answer).await.expect_err("told off");
    assert!(answer.is_empty() && ended.to_string().contains("DecryptError"), "{ended}");
}

/// Shows a certificate whatever is asked.
#[derive(Debug)]
struct Shows(Arc<rustls::sign::CertifiedKey>);

impl rustls::client::ResolvesClientCert for Shows {
    fn resolve(
        &self,
        _authorities: &[&[u8]],
        _schemes: &[rustls::SignatureScheme],
    ) -> Option<Arc<rustls::sign::CertifiedKey>> {
        Some(self.0.clone())
    }

    fn has_certs(&self) -> bool {
        true
    }
}

#[tokio::test]
async fn every_connection_shows_its_own() {
    let door = ClientDoor::open().await;
    let paper = door.clients.certify("air.example");
    for version in [&TLS13, &TLS12] {
        let client = door.client(Some(&paper), version);
        for _ in 0..3 {
            let (told, kind) = door.knock(&client).await;
            let kind = kind.expect("agreed");
            let resumed = matches!(kind, HandshakeKind::Resumed);
            assert!(told.contains("Believed") && !resumed, "{kind:?}");
        }
    }
    // Elsewhere sessions are resumed; the client would have.
    let usual = Door::open(Oldest::Tls13, &limits(256, 1000)).await;
    let client = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&TLS13])
        .expect("a version")
        .with_root_certificates(usual.folder.roots(&usual.authority))
        .with_no_client_auth();
    let client = TlsConnector::from(Arc::new(client));
    let mut kinds = Vec::new();
    for _ in 0..2 {
        let stream = TcpStream::connect(usual.address).await.expect("connected");
        let name = ServerName::try_from(NAME).expect("a name");
        let mut stream = client.connect(name, stream).await.expect("agreed");
        get_in(&mut stream).await;
        kinds.push(stream.get_ref().1.handshake_kind());
    }
    assert!(matches!(kinds.as_slice(), [_, Some(HandshakeKind::Resumed)]), "{kinds:?}");
}
