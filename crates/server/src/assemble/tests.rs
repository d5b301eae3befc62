//! A database elsewhere: over TLS with whom the operator believes, or not at all.

use std::path::Path;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

use super::*;
use crate::tls::papers::{Authority, Folder};
use crate::tls::provider;

/// PostgreSQL, "Message Formats", `SSLRequest`: length 8, then the code 80877103.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// What reached a server: the first message, and whether it came over TLS.
#[derive(Debug, Default)]
struct Heard {
    startup: Vec<u8>,
    over_tls: bool,
}

/// A server that answers the wish for TLS with `answer`, and says no to everything else.
async fn server(authority: &Authority, answer: u8) -> (u16, oneshot::Receiver<Heard>) {
    let paper = authority.certify("localhost");
    let chain = vec![CertificateDer::from_pem_slice(paper.chain().as_bytes()).expect("PEM")];
    let key = PrivateKeyDer::from_pem_slice(paper.key().as_bytes()).expect("PEM");
    let config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("a pair");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (tell, heard) = oneshot::channel();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a caller");
        let mut wish = [0; 8];
        stream.read_exact(&mut wish).await.expect("a wish");
        assert_eq!(wish, SSL_REQUEST, "before a word of the person's data");
        stream.write_all(&[answer]).await.expect("answered");
        let told = if answer == b'S' {
            match acceptor.accept(stream).await {
                Ok(stream) => Heard { startup: message(stream).await, over_tls: true },
                Err(_) => Heard::default(),
            }
        } else {
            Heard { startup: message(stream).await, over_tls: false }
        };
        tell.send(told).expect("heard");
    });
    (port, heard)
}

/// One message, or nothing if the caller went away.
async fn message(mut stream: impl AsyncRead + Unpin) -> Vec<u8> {
    let mut message = vec![0; 4];
    if stream.read_exact(&mut message).await.is_err() {
        return Vec::new();
    }
    let length = u32::from_be_bytes([message[0], message[1], message[2], message[3]]);
    message.resize(length as usize, 0);
    stream.read_exact(&mut message[4..]).await.expect("whole");
    message
}

fn config(port: u16, believed: &Path) -> Config {
    let text = format!(
        "issuer = 'https://id.example'
        operator = {{ name_zh = '示例机构', name_en = 'Example Institution', contact = 'help@id.example' }}
        database = {{ url = 'postgres://me@localhost:{port}/id', ca_file = '{}' }}
        registry = {{ url = 'http://127.0.0.1:9001' }}
        messages = {{ url = 'http://127.0.0.1:9002' }}",
        believed.display()
    );
    text.parse().expect("complete")
}

#[tokio::test]
async fn a_database_that_is_believed_is_spoken_to_over_tls_from_the_first_word() {
    let (folder, authority) = (Folder::new(), Authority::new());
    let (port, heard) = server(&authority, b'S').await;
    let databases = Databases::open(&config(port, &folder.authority(&authority))).expect("opened");
    databases.authentication.check_schema().await.expect_err("this one hangs up");
    let heard = heard.await.expect("told");
    assert!(heard.over_tls);
    let startup = String::from_utf8_lossy(&heard.startup);
    assert!(startup.contains("user\0me\0") && startup.contains("database\0id\0"), "{startup}");
}

#[tokio::test]
async fn a_database_that_is_not_believed_or_speaks_no_tls_hears_nothing() {
    let (folder, authority, stranger) = (Folder::new(), Authority::new(), Authority::new());
    for (theirs, answer) in [(&stranger, b'S'), (&authority, b'N')] {
        let (port, heard) = server(theirs, answer).await;
        let databases = Databases::open(&config(port, &folder.authority(&authority)));
        let error = databases.expect("opened").authentication.check_schema().await;
        error.expect_err("refused");
        assert!(heard.await.expect("told").startup.is_empty());
    }
}
