//! The adapters against the sandbox's parties, over real HTTP on loopback.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use axum::Router;
use axum::routing::post;
use formats::Secret;
use jiff::civil::date;
use rules::{Document, PhoneNumber};
use sandbox::{Clock, Inbox, Match, Population, Seed};
use service::{
    CardEvidence, FaceError, FaceVerifier, Image, Message, MessageSender, PopulationRegistry,
    Reference, RegistryError, Verdict, World,
};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::{ANSWER_MAX, Faces, Messages, Patience, Portraits, Registry};
use crate::config;
use crate::http::listener::serve;

const PLATFORM: &str = "http://localhost:8080";

/// Serves `router` while the answer is kept.
async fn serving(router: Router) -> (config::Outside, watch::Sender<bool>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (stopper, stop) = watch::channel(false);
    tokio::spawn(serve(listener, router, NonZeroU32::MAX, stop));
    let url = format!("http://{address}").parse().expect("an address");
    (config::Outside { url, token: Some(token()), tls: None }, stopper)
}

fn token() -> Secret<String> {
    Secret::new("let me in".to_owned())
}

fn clock() -> Clock {
    Clock::new(|| "2026-11-22T04:00:00Z".parse().expect("a time"))
}

fn sandbox_registry() -> sandbox::Registry {
    let seed = Seed::from_words("adapters");
    sandbox::Registry::new(sandbox::RegistrySetup {
        seed,
        population: Arc::new(Population::invent(seed, 50, date(2026, 11, 22))),
        platform: PLATFORM.parse().expect("an address"),
        bearer_token: token(),
        inbox: None,
        clock: clock(),
    })
}

#[tokio::test]
async fn the_registry_says_whose_card_answered() {
    let theirs = sandbox_registry();
    let (outside, _stopper) = serving(theirs.router()).await;
    let registry =
        Registry::new(&outside, PLATFORM.parse().expect("an issuer")).expect("an adapter");
    let person = &theirs.population().people()[0];
    let card = theirs.hold_card(person.index, "fresh", PLATFORM).expect("a card");
    let evidence = CardEvidence { card: card.card, answer: card.answer };

    let proved = registry.prove(&evidence, "fresh").await.expect("proved");
    assert!(proved.identity.document().number() == person.identity.document().number());
    assert_eq!(proved.identity.born(), person.identity.born());
    let registration = registry.look_up(person.identity.document()).await.expect("looked up");
    assert_eq!(registration.register, proved.register);
    assert_eq!(registration.wards, proved.wards);
    let nobody = Document::new(rules::DocumentClass::OrdinaryPassport, "E00000000", None);
    let unknown = registry.look_up(&nobody.expect("a document")).await;
    assert!(matches!(unknown, Err(RegistryError::Unknown)), "{unknown:?}");
    let vouched = registry.vouch(&proved.identity).await.expect("vouched for");
    assert_eq!(vouched.register, proved.register);
    let (document, born) = (proved.identity.document().clone(), proved.identity.born());
    let another = rules::PlainIdentity::new("李四".parse().expect("a name"), document, born);
    let differs = registry.vouch(&another.expect("an identity")).await;
    assert!(matches!(differs, Err(RegistryError::Differs)), "{differs:?}");
    let other = registry.prove(&evidence, "another").await;
    assert!(matches!(other, Err(RegistryError::NotGenuine)), "{other:?}");

    let strangers = config::Outside { token: Some(Secret::new("guessed".to_owned())), ..outside };
    let refused = Registry::new(&strangers, PLATFORM.parse().expect("an issuer"))
        .expect("an adapter")
        .prove(&evidence, "fresh")
        .await;
    assert!(matches!(refused, Err(RegistryError::Away(_))), "{refused:?}");
}

#[tokio::test]
async fn a_portrait_matches_its_holder_only() {
    let theirs = sandbox_registry();
    let (outside, _stopper) = serving(theirs.router()).await;
    let party = Portraits::new(&outside).expect("an adapter");
    let faces = Faces::of_party(party);
    let person = &theirs.population().people()[0];
    let document = Reference::Document(person.identity.document().number());
    let verifier = sandbox::FaceVerifier::new(Seed::from_words("adapters"));
    for (seen, verdict) in [(Match::Same, Verdict::Matches), (Match::Other, Verdict::Differs)] {
        let sample = Secret::new(verifier.sandbox_portrait(person, seen));
        let compared = faces.compare(document, &sample).await.expect("compared");
        assert_eq!(compared.verdict, verdict);
    }
    let photograph = Secret::new(b"a photograph".to_vec());
    let none = faces.compare(document, &photograph).await;
    assert!(matches!(none, Err(FaceError::Unreadable(Image::Live))), "{none:?}");
    let chip = faces.compare(Reference::Portrait(photograph.expose()), &photograph).await;
    assert!(matches!(chip, Err(FaceError::NotComparable)), "{chip:?}");
}

#[tokio::test]
async fn a_message_reaches_the_inbox() {
    let (outside, _stopper) = serving(Inbox::new(token(), clock()).router()).await;
    let to: PhoneNumber = "13800000001".parse().expect("a number");
    let message = || Message::PhoneCode { code: "123456".to_owned(), minutes: 10 };
    let sender = Messages::new(&outside).expect("an adapter");
    sender.send(&to, message()).await.expect("taken");
    let link = || "https://id.example/lock/AAAAAAAAAAAAAAAAAAAAAA".to_owned();
    let notices = [
        Message::CertificateReplaced { link: link(), hours: 72 },
        Message::PhoneChanged { link: link(), hours: 72 },
    ];
    for notice in notices {
        sender.send(&to, notice).await.expect("taken, by a template of its own");
    }
    let strangers = config::Outside { token: None, ..outside };
    assert!(Messages::new(&strangers).expect("an adapter").send(&to, message()).await.is_err());
}

#[tokio::test]
async fn an_answer_without_end_is_not_read_to_its_end() {
    let long = Router::new().route("/prove", post(|| async { vec![b' '; ANSWER_MAX + 1] }));
    let (outside, _stopper) = serving(long).await;
    let registry =
        Registry::new(&outside, PLATFORM.parse().expect("an issuer")).expect("an adapter");
    let evidence = CardEvidence { card: String::new(), answer: String::new() };
    let Err(RegistryError::Away(cause)) = registry.prove(&evidence, "fresh").await else {
        panic!("away was expected");
    };
    assert!(crate::chain::line(&cause).ends_with("its answer is larger than 65536 bytes"));
}

/// A clock moved by hand.
struct Hand(AtomicI64);

impl World for Hand {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::from_second(self.0.load(Ordering::Relaxed)).expect("a moment")
    }

    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

#[tokio::test]
async fn a_registry_that_breaks_is_left_alone_and_tried_again() {
    let (asked, well) = (Arc::new(AtomicI64::new(0)), Arc::new(AtomicBool::new(false)));
    let (count, is_well) = (asked.clone(), well.clone());
    let router = Router::new().fallback(move || {
        count.fetch_add(1, Ordering::Relaxed);
        let status = if is_well.load(Ordering::Relaxed) { 200 } else { 503 };
        async move {
            let status = axum::http::StatusCode::from_u16(status).expect("a status");
            (status, r#"{"register":"R-1","wards":[]}"#)
        }
    });
    let (outside, _stopper) = serving(router).await;
    let clock = Arc::new(Hand(AtomicI64::new(1_000)));
    let audience = PLATFORM.parse().expect("an issuer");
    let registry = Registry::in_world(&outside, audience, Patience::default(), clock.clone())
        .expect("an adapter");
    let nobody = Document::new(rules::DocumentClass::OrdinaryPassport, "E00000000", None);
    let (nobody, evidence) =
        (nobody.expect("a number"), CardEvidence { card: String::new(), answer: String::new() });
    let times = || asked.load(Ordering::Relaxed);

    // What may be asked again is; what proves a card is asked once.
    assert!(matches!(registry.look_up(&nobody).await, Err(RegistryError::Away(_))));
    assert_eq!(times(), 2);
    assert!(matches!(registry.prove(&evidence, "fresh").await, Err(RegistryError::Away(_))));
    assert_eq!(times(), 3);
    for _ in 0..10 {
        assert!(matches!(registry.look_up(&nobody).await, Err(RegistryError::Away(_))));
    }
    assert_eq!(times(), 5, "left alone");
    well.store(true, Ordering::Relaxed);
    assert!(registry.look_up(&nobody).await.is_err(), "still");
    clock.0.fetch_add(10, Ordering::Relaxed);
    for _ in 0..3 {
        assert_eq!(registry.look_up(&nobody).await.expect("back").register.as_str(), "R-1");
    }
    assert_eq!(times(), 8);
}
