//! A wallet's own exchanges over the real doors: an offer is taken, a shop is answered or declined, and what a stranger changes is noticed.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use formats::Suite;
use jiff::Timestamp;
use protocol::oidc::id_token::Outcome;
use service::World as _;
use tower::ServiceExt as _;
use wallet::{
    Carrier, Configuration, Failed, Fetched, Incoming, Lost, MANY, Offer, Outgoing, Pocket,
    QuestionLink, Receiving, SoftwareKey, SoftwareKeys, deliver,
};
use yinzheng_testkit::{Holder, ISSUER, Town, refusal, stories};

use crate::front::router;

stories!(
    an_offer_is_taken_and_a_shop_learns_an_age,
    a_wallet_waits_its_turn,
    a_shop_is_told_that_its_customer_declined,
    a_wrong_code_is_told_by_its_word,
    nobody_answers_elsewhere,
);

/// Calls go straight to the platform's router.
struct Wire<'a> {
    town: &'a Town,
    router: Router,
}

impl<'a> Wire<'a> {
    fn of(town: &'a Town) -> Self {
        Self { town, router: router(town, "") }
    }
}

impl Carrier for Wire<'_> {
    async fn carry(&self, call: Outgoing) -> Result<Incoming, Lost> {
        let path = call.address.strip_prefix(ISSUER).ok_or(Lost::Away)?;
        let mut request = Request::builder().method(call.method).uri(path);
        for (name, value) in &call.headers {
            request = request.header(*name, value);
        }
        let body = call.body.map(|body| body.as_str().to_owned()).unwrap_or_default();
        let request = request.body(Body::from(body)).unwrap();
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let status = answer.status().as_u16();
        let nonce = answer.headers().get("dpop-nonce");
        let nonce = nonce.map(|nonce| nonce.to_str().unwrap().to_owned());
        let body = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        Ok(Incoming { status, nonce, body: body.to_vec().into() })
    }

    async fn wait(&self, time: std::time::Duration) {
        self.town.world.pass(time.as_secs().try_into().unwrap());
    }

    fn now(&self) -> Timestamp {
        self.town.world.now()
    }

    fn fill(&self, bytes: &mut [u8]) {
        let drawn = self.town.chance();
        bytes.iter_mut().zip(drawn.bytes().cycle()).for_each(|(byte, chance)| *byte = chance);
    }
}

async fn offered(town: &Town, holder: &Holder) -> (Offer, String) {
    let offered = town.platform.offer_credentials(&holder.session).await.unwrap();
    (offered.link.parse().unwrap(), offered.tx_code)
}

async fn pocket(wire: &Wire<'_>, holder: &Holder) -> Pocket<SoftwareKey> {
    let (offer, tx_code) = offered(wire.town, holder).await;
    let mut receiving = Receiving::begin(wire, &offer, &tx_code).await.unwrap();
    let keys = receiving.keys().clone();
    let mut pocket = Pocket::new(offer.issuer().clone(), keys.clone());
    pocket.trust(receiving.attestors().clone());
    for form in [Configuration::NetCertificate, Configuration::Code(Suite::International)] {
        let batch = receiving.batch(wire, &SoftwareKeys, form).await.unwrap();
        pocket.put(batch, keys.clone(), wire.now());
        assert_eq!(pocket.supply(form, wire.now()).unused, MANY);
    }
    pocket
}

/// The shop asks; its handle, and the question as the wallet fetched it.
async fn asked(wire: &Wire<'_>) -> (String, Fetched) {
    let shop = wire.town.shop();
    let asks =
        [("scope", "openid scene:check_age age_over_18"), ("redirect_uri", shop.redirect_uri)];
    let started = wire.town.ask_wallet(&shop, &asks).await.unwrap();
    let link: QuestionLink = started.link().parse().unwrap();
    (started.handle().to_owned(), Fetched::by(wire, &link).await.unwrap())
}

async fn an_offer_is_taken_and_a_shop_learns_an_age(town: Town) {
    let wire = Wire::of(&town);
    for (years, outcome) in [(34, Outcome::Passed), (16, Outcome::NotPassed)] {
        let mut pocket = pocket(&wire, &town.enrolled(years).await).await;
        let (handle, fetched) = asked(&wire).await;
        let plan = pocket.plan(fetched.question(&[]), wire.now()).unwrap();
        let keep = |_: &Pocket<_>| Ok::<_, std::convert::Infallible>(());
        let draw = |bytes: &mut [u8]| wire.fill(bytes);
        let answer = pocket.answer(plan.agree(), "en", draw, wire.now(), keep).unwrap();
        let back = deliver(&wire, &answer).await.unwrap().unwrap();
        let code = back.split_once("response_code=").unwrap().1;
        let told = town.fetch_result(&town.shop(), &handle, Some(code)).await.unwrap();
        assert_eq!(told.result, outcome);
        let online = pocket.supply(Configuration::NetCertificate, wire.now());
        assert_eq!((online.unused, online.of), (MANY - 1, MANY));
        let again = deliver(&wire, &answer).await.unwrap_err();
        assert!(matches!(again, Failed::Refused { code, .. } if code == "presentation_answered"));
    }
}

/// Thirty are signed at once, and their three seconds must pass before the next are.
async fn a_wallet_waits_its_turn(town: Town) {
    let town = town.signing(10);
    let wire = Wire::of(&town);
    let li = town.enrolled(34).await;
    let before = wire.now();
    let pocket = pocket(&wire, &li).await;
    assert_eq!(wire.now().duration_since(before).as_secs(), 3);
    assert_eq!(pocket.supply(Configuration::Code(Suite::International), wire.now()).of, MANY);
}

async fn a_shop_is_told_that_its_customer_declined(town: Town) {
    let wire = Wire::of(&town);
    let pocket = pocket(&wire, &town.enrolled(34).await).await;
    let (handle, fetched) = asked(&wire).await;
    let plan = pocket.plan(fetched.question(&[]), wire.now()).unwrap();
    let back = deliver(&wire, &plan.decline()).await.unwrap().unwrap();
    let code = back.split_once("response_code=").unwrap().1;
    let told = town.fetch_result(&town.shop(), &handle, Some(code)).await.map(drop);
    assert_eq!(refusal(told), "presentation_declined");
    assert_eq!(pocket.supply(Configuration::NetCertificate, wire.now()).unused, MANY);
    assert!(pocket.history.entries().is_empty());
}

async fn a_wrong_code_is_told_by_its_word(town: Town) {
    let wire = Wire::of(&town);
    let (offer, tx_code) = offered(&town, &town.enrolled(34).await).await;
    let wrong = if tx_code == "000000" { "000001" } else { "000000" };
    let refused = Receiving::begin(&wire, &offer, wrong).await.unwrap_err();
    assert!(matches!(refused, Failed::Refused { code, .. } if code == "tx_code_wrong"));
    let none = Receiving::begin(&wire, &offer, "12").await.unwrap_err();
    assert!(matches!(none, Failed::TxCode(_)));
    assert!(Receiving::begin(&wire, &offer, &tx_code).await.is_ok());
}

async fn nobody_answers_elsewhere(town: Town) {
    let link = "openid4vp://?client_id=a&request_uri=https%3A%2F%2Felsewhere.example%2Fq";
    let fetched = Fetched::by(&Wire::of(&town), &link.parse().unwrap()).await;
    assert!(matches!(fetched, Err(Failed::Lost(Lost::Away))));
}
