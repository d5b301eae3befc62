//! For tests: a registry that speaks TLS with a certificate of its own, and our side of the line.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use jiff::Timestamp;
use rules::Document;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::version::TLS13;
use rustls::{ServerConfig, SupportedProtocolVersion};
use service::{PopulationRegistry, RegistryError, World};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::{Patience, Registry};
use crate::config;
use crate::tls::papers::{Authority, Folder, Paper, moment};
use crate::tls::{Oldest, provider};

/// What [`ask`] asks is answered by this.
pub(super) const KNOWN: &str = r#"{"register":"R-1","wards":[]}"#;

/// A clock moved by hand.
pub(super) struct Hand(pub(super) AtomicI64);

impl World for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::Relaxed)).expect("a moment")
    }

    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

/// A party's end of TLS.
pub(super) struct Theirs {
    pub(super) paper: Paper,
    /// Whose clients it takes; nobody is asked for a certificate otherwise.
    pub(super) clients: Option<Authority>,
    pub(super) version: &'static SupportedProtocolVersion,
}

impl Theirs {
    pub(super) fn of(authority: &Authority) -> Self {
        Self { paper: authority.certify("localhost"), clients: None, version: &TLS13 }
    }

    pub(super) fn config(&self, folder: &Folder) -> Arc<ServerConfig> {
        let builder = ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(&[self.version])
            .expect("a version");
        let builder = match &self.clients {
            Some(clients) => {
                let roots = Arc::new(folder.roots(clients));
                let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider());
                builder.with_client_cert_verifier(verifier.build().expect("a verifier"))
            }
            None => builder.with_no_client_auth(),
        };
        let chain =
            vec![CertificateDer::from_pem_slice(self.paper.chain().as_bytes()).expect("PEM")];
        let key = PrivateKeyDer::from_pem_slice(self.paper.key().as_bytes()).expect("PEM");
        Arc::new(builder.with_single_cert(chain, key).expect("a pair"))
    }
}

/// A party that listens, and how often it was connected to.
pub(super) struct Party {
    pub(super) port: u16,
    pub(super) connected: Arc<AtomicUsize>,
}

/// Lets `talk` have each connection.
pub(super) async fn listening<F>(talk: impl Fn(TcpStream) -> F + Send + 'static) -> Party
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let connected = Arc::new(AtomicUsize::new(0));
    let count = connected.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(talk(stream));
        }
    });
    Party { port, connected }
}

/// A party that answers each question with `answer`, whatever it says, and closes.
pub(super) async fn answering(theirs: &Theirs, folder: &Folder, answer: String) -> Party {
    let acceptor = TlsAcceptor::from(theirs.config(folder));
    let answer = Arc::new(answer);
    listening(move |stream| {
        let (acceptor, answer) = (acceptor.clone(), answer.clone());
        async move {
            if let Ok(mut stream) = acceptor.accept(stream).await {
                asked(&mut stream).await;
                drop(stream.write_all(answer.as_bytes()).await);
                drop(stream.shutdown().await);
            }
        }
    })
    .await
}

/// Reads one request.
pub(super) async fn asked(stream: &mut TlsStream<TcpStream>) {
    let mut request = Vec::new();
    while !request.ends_with(b"}") {
        match stream.read_buf(&mut request).await {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

pub(super) fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

/// Our side: whom we believe, and what we show.
pub(super) struct Ours {
    pub(super) url: String,
    pub(super) tls: config::OutsideTls,
    pub(super) clock: Arc<Hand>,
    pub(super) patience: Patience,
}

impl Ours {
    pub(super) fn to(party: &Party, folder: &Folder, believed: &Authority) -> Self {
        let tls = config::OutsideTls {
            authorities: folder.authority(believed),
            own: None,
            oldest: Oldest::Tls13,
        };
        let url = format!("https://localhost:{}/registry", party.port);
        let clock = Arc::new(Hand(AtomicI64::new(moment().as_second())));
        Self { url, tls, clock, patience: Patience::default() }
    }

    pub(super) fn registry(&self) -> Registry {
        let url = self.url.parse().expect("an address");
        let outside = config::Outside { url, token: None, tls: Some(self.tls.clone()) };
        let audience = "https://id.example".parse().expect("an issuer");
        Registry::in_world(&outside, audience, self.patience, self.clock.clone())
            .expect("an adapter")
    }

    pub(super) async fn refused(&self) -> String {
        refused(&self.registry()).await
    }
}

pub(super) async fn ask(registry: &Registry) -> Result<String, RegistryError> {
    let nobody = Document::new(rules::DocumentClass::OrdinaryPassport, "E00000000", None);
    let known = registry.look_up(&nobody.expect("a document")).await?;
    Ok(known.register.as_str().to_owned())
}

/// What the operator is told.
pub(super) async fn refused(registry: &Registry) -> String {
    let Err(RegistryError::Away(cause)) = ask(registry).await else {
        panic!("away was expected");
    };
    let told = crate::chain::line(&cause);
    assert!(!told.contains("E00000000") && !told.contains("look-up"), "{told}");
    told.strip_prefix("no usable answer: ").expect("an answer of no use").to_owned()
}
