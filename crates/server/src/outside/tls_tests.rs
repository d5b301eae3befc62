//! The registry over TLS, against servers with certificates of their own: which are believed, and what an operator is
//! told of those that are not.

use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::Timestamp;
use rustls::version::TLS12;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::tls_party::{KNOWN, Ours, Party, Theirs, answering, ask, asked, listening, ok, refused};
use super::{ANSWER_MAX, Patience};
use crate::followed::Followed;
use crate::tls::papers::{Authority, Folder, Paper, moment};
use crate::tls::{CertificateFiles, Oldest};

#[tokio::test]
async fn a_party_whose_authority_we_believe_is_asked() {
    let (folder, authority) = (Folder::new(), Authority::new());
    let party = answering(&Theirs::of(&authority), &folder, ok(KNOWN)).await;
    assert_eq!(ask(&Ours::to(&party, &folder, &authority).registry()).await.expect("known"), "R-1");
}

#[tokio::test]
async fn a_party_that_asks_for_our_certificate_gets_it_and_a_renewed_one_too() {
    let (folder, authority, clients) = (Folder::new(), Authority::new(), Authority::new());
    let files: CertificateFiles = folder.write("ours", &clients.certify("id.example"));
    let stranger = folder.write("stranger", &Authority::new().certify("id.example"));
    let theirs = Theirs { clients: Some(clients), ..Theirs::of(&authority) };
    let party = answering(&theirs, &folder, ok(KNOWN)).await;

    let mut ours = Ours::to(&party, &folder, &authority);
    let told = ours.refused().await;
    assert!(told.starts_with("it does not accept our certificate"), "none: {told}");
    ours.tls.own = Some(stranger);
    let told = ours.refused().await;
    assert!(told.starts_with("it does not accept our certificate"), "a stranger's: {told}");
    ours.tls.own = Some(files.clone());
    let registry = ours.registry();
    assert_eq!(ask(&registry).await.expect("known"), "R-1");

    // Renewed by an authority that the party does not know: the next connection shows it, hence it is refused.
    folder.write("ours", &Authority::new().certify("id.example"));
    let own = registry.own().expect("ours");
    assert!(matches!(own.look(moment()), Some(Ok(()))));
    assert!(refused(&registry).await.starts_with("it does not accept our certificate"));
}

#[tokio::test]
async fn who_is_not_whom_the_operator_named_is_not_asked() {
    let (folder, authority, stranger) = (Folder::new(), Authority::new(), Authority::new());
    let told = async |paper: Paper, believed: &Authority| {
        let theirs = Theirs { paper, ..Theirs::of(&authority) };
        let party = answering(&theirs, &folder, ok(KNOWN)).await;
        Ours::to(&party, &folder, believed).refused().await
    };
    let wrong_authority = told(authority.certify("localhost"), &stranger).await;
    assert!(wrong_authority.starts_with("its certificate is of no authority"), "{wrong_authority}");
    let wrong_name = told(authority.certify("registry.example"), &authority).await;
    assert!(wrong_name.starts_with("its certificate is for another name"), "{wrong_name}");
    let expired = told(authority.certify_until("localhost", (2026, 11, 21)), &authority).await;
    assert!(expired.starts_with("its certificate does not count at this time"), "{expired}");
}

#[tokio::test]
async fn certificates_are_judged_by_the_clock_that_everything_else_is_handed() {
    let (folder, authority) = (Folder::new(), Authority::new());
    let party = answering(&Theirs::of(&authority), &folder, ok(KNOWN)).await;
    let ours = Ours::to(&party, &folder, &authority);
    let before: Timestamp = "2018-01-01T00:00:00Z".parse().expect("a moment");
    ours.clock.0.store(before.as_second(), Ordering::Relaxed);
    let told = ours.refused().await;
    assert!(told.starts_with("its certificate does not count at this time"), "{told}");
}

#[tokio::test]
async fn tls_1_2_is_spoken_only_if_the_operator_says_so() {
    let (folder, authority) = (Folder::new(), Authority::new());
    let theirs = Theirs { version: &TLS12, ..Theirs::of(&authority) };
    let party = answering(&theirs, &folder, ok(KNOWN)).await;
    let mut ours = Ours::to(&party, &folder, &authority);
    let told = ours.refused().await;
    assert!(told.starts_with("it speaks no TLS 1.3"), "{told}");
    ours.tls.oldest = Oldest::Tls12;
    assert_eq!(ask(&ours.registry()).await.expect("known"), "R-1");
}

#[tokio::test]
async fn tls_1_1_is_never_spoken() {
    // RFC 4346 §7.4.1.3: a ServerHello of version 3.2, with TLS_RSA_WITH_AES_128_CBC_SHA, as a server of 2006 sends it.
    let mut hello = vec![0x16, 3, 2, 0, 42, 2, 0, 0, 38, 3, 2];
    hello.extend([7; 32]);
    hello.extend([0, 0, 0x2f, 0]);
    let party = listening(move |mut stream| {
        let hello = hello.clone();
        async move {
            let mut client_hello = [0; 4096];
            drop(stream.read(&mut client_hello).await);
            drop(stream.write_all(&hello).await);
            drop(stream.read(&mut client_hello).await);
        }
    })
    .await;
    let (folder, authority) = (Folder::new(), Authority::new());
    for oldest in [Oldest::Tls13, Oldest::Tls12] {
        let mut ours = Ours::to(&party, &folder, &authority);
        ours.tls.oldest = oldest;
        let told = ours.refused().await;
        assert!(told.starts_with("it speaks no TLS 1.3"), "{oldest:?}: {told}");
    }
}

#[tokio::test]
async fn a_party_that_never_answers_is_given_up() {
    let (folder, authority) = (Folder::new(), Authority::new());
    let acceptor = TlsAcceptor::from(Theirs::of(&authority).config(&folder));
    let connects_only = listening(|stream| async move {
        std::future::pending::<()>().await;
        drop(stream);
    })
    .await;
    let shakes_hands_only = listening(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let stream = acceptor.accept(stream).await;
            std::future::pending::<()>().await;
            drop(stream);
        }
    })
    .await;
    let short = Duration::from_millis(300);
    for party in [connects_only, shakes_hands_only] {
        let mut ours = Ours::to(&party, &folder, &authority);
        ours.patience = Patience { connected: short, answered: short };
        let told = ours.refused().await;
        assert!(told.starts_with("it did not answer in time"), "{told}");
    }
}

#[tokio::test]
async fn an_answer_cut_short_is_no_answer() {
    let (folder, authority) = (Folder::new(), Authority::new());
    for cut in [
        format!("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{KNOWN}"),
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"reg\r\n".to_owned(),
        "HTTP/1.1 20".to_owned(),
        String::new(),
    ] {
        let party = answering(&Theirs::of(&authority), &folder, cut.clone()).await;
        let told = Ours::to(&party, &folder, &authority).refused().await;
        assert!(told.starts_with("it cannot be reached, or broke off"), "{cut:?}: {told}");
    }
}

#[tokio::test]
async fn an_answer_that_ends_without_a_farewell_is_no_answer() {
    // RFC 8446 §6.1: without a closing alert an end may be an attacker's. This answer has no length but its end.
    let (folder, authority) = (Folder::new(), Authority::new());
    let acceptor = TlsAcceptor::from(Theirs::of(&authority).config(&folder));
    let party = listening(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            if let Ok(mut stream) = acceptor.accept(stream).await {
                asked(&mut stream).await;
                drop(stream.write_all(format!("HTTP/1.1 200 OK\r\n\r\n{KNOWN}").as_bytes()).await);
                drop(stream.flush().await);
                let (tcp, _) = stream.into_inner();
                drop(tcp);
            }
        }
    })
    .await;
    let told = Ours::to(&party, &folder, &authority).refused().await;
    assert!(told.starts_with("it cannot be reached, or broke off"), "{told}");
}

#[tokio::test]
async fn an_answer_of_the_wrong_kind_is_told_apart() {
    let (folder, authority) = (Folder::new(), Authority::new());
    let long = "x".repeat(ANSWER_MAX + 1);
    let moved = "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1/\r\ncontent-length: 0\r\n\r\n";
    for (answer, words) in [
        (ok(&long), "its answer is larger than 65536 bytes"),
        (ok("{}"), "its answer is not of the expected form"),
        (moved.to_owned(), "it answered 302 Found, which is not expected"),
    ] {
        let party = answering(&Theirs::of(&authority), &folder, answer).await;
        let told = Ours::to(&party, &folder, &authority).refused().await;
        assert!(told.ends_with(words), "{told}");
    }
}

#[tokio::test]
async fn a_party_that_breaks_or_is_not_believed_is_left_alone() {
    let (folder, authority) = (Folder::new(), Authority::new());
    let broken = "HTTP/1.1 500 Oh\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned();
    let breaks = answering(&Theirs::of(&authority), &folder, broken).await;
    let stranger = Theirs::of(&Authority::new());
    let not_believed = answering(&stranger, &folder, ok(KNOWN)).await;
    for party in [breaks, not_believed] {
        let registry = Ours::to(&party, &folder, &authority).registry();
        // Two at a time, as look-ups are asked once more, until five have failed.
        for _ in 0..10 {
            assert!(ask(&registry).await.is_err());
        }
        assert_eq!(party.connected.load(Ordering::Relaxed), 5);
        assert!(refused(&registry).await.ends_with("is left alone for a moment"));
    }
}

#[tokio::test]
async fn a_port_where_nobody_is() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    let (folder, authority) = (Folder::new(), Authority::new());
    let nobody = Party { port, connected: Arc::default() };
    let told = Ours::to(&nobody, &folder, &authority).refused().await;
    assert!(told.starts_with("it cannot be reached, or broke off"), "{told}");
    assert!(
        TcpStream::connect(("127.0.0.1", port))
            .await
            .is_err_and(|e| e.kind() == ErrorKind::ConnectionRefused)
    );
}
