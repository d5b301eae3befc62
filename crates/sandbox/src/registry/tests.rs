//! The registry among a thousand people: whose cards it vouches for, and whose not.

use formats::jws;
use jiff::civil::date;

use super::*;

/// A registry of a thousand persons on 22 November 2026.
pub(crate) fn registry() -> Registry {
    let seed = Seed::from_words("registry");
    Registry::new(RegistrySetup {
        seed,
        population: Arc::new(Population::invent(seed, 1_000, date(2026, 11, 22))),
        platform: "http://localhost:8080".parse().unwrap(),
        bearer_token: Secret::new("let-me-in".to_owned()),
        inbox: None,
        clock: Clock::new(|| "2026-11-22T04:00:00Z".parse().unwrap()),
    })
}

/// The first person with a card in force that `also` fits.
pub(crate) fn somebody(registry: &Registry, also: impl Fn(&Person) -> bool) -> PersonIndex {
    let sound = |p: &&Person| !p.lost && p.identity.document().valid_on(registry.today()).is_ok();
    registry.population().people().iter().filter(sound).find(|p| also(p)).unwrap().index
}

const ISSUER: &str = "http://localhost:8080";

#[test]
fn a_card_that_answers_proves_its_holder_and_the_children() {
    let registry = registry();
    let people = registry.population();
    let today = registry.today();
    let parent = somebody(&registry, |p| people.wards(p, today).count() > 1);
    let evidence = registry.hold_card(parent, "fresh", ISSUER).unwrap();
    let proved = registry.prove(&evidence, "fresh", ISSUER).unwrap();
    let parent = people.person(parent).unwrap();
    assert_eq!(proved.name, parent.name.written);
    assert_eq!(proved.number, parent.identity.document().number().as_str());
    assert_eq!(proved.wards.len(), people.wards(parent, today).count());
}

#[test]
fn an_answer_to_another_challenge_or_for_somebody_else_proves_nothing() {
    let registry = registry();
    let person = somebody(&registry, |_| true);
    let evidence = registry.hold_card(person, "fresh", ISSUER).unwrap();
    let elsewhere = registry.hold_card(person, "fresh", "https://elsewhere.example").unwrap();
    assert_eq!(registry.prove(&evidence, "stale", ISSUER), Err(CardRefusal::ChallengeWrong));
    assert_eq!(registry.prove(&evidence, "", ISSUER), Err(CardRefusal::ChallengeWrong));
    assert_eq!(registry.prove(&elsewhere, "fresh", ISSUER), Err(CardRefusal::ChallengeWrong));
    let audience = "https://elsewhere.example";
    assert_eq!(registry.prove(&elsewhere, "fresh", audience), Err(CardRefusal::ChallengeWrong));
}

#[test]
fn a_forged_card_and_another_persons_answer_are_not_genuine() {
    let registry = registry();
    let (anna, bert) =
        (somebody(&registry, |_| true), somebody(&registry, |p| p.index.number() > 50));
    let annas = registry.hold_card(anna, "fresh", ISSUER).unwrap();
    let berts = registry.hold_card(bert, "fresh", ISSUER).unwrap();
    let mixed = CardEvidence { card: annas.card.clone(), answer: berts.answer };
    assert_eq!(registry.prove(&mixed, "fresh", ISSUER), Err(CardRefusal::NotGenuine));

    let own_key = SigningKey::generate();
    let person = registry.population().person(anna).unwrap();
    let kid = registry.0.kid.as_str();
    let forged = CardEvidence {
        card: chip::card(person, &own_key, &own_key, kid),
        answer: chip::answer(&own_key, "fresh", ISSUER),
    };
    assert_eq!(registry.prove(&forged, "fresh", ISSUER), Err(CardRefusal::NotGenuine));

    let swapped = CardEvidence { card: annas.answer.clone(), answer: annas.card.clone() };
    assert_eq!(registry.prove(&swapped, "fresh", ISSUER), Err(CardRefusal::NotGenuine));
    let claims = AnswerClaims { nonce: "fresh".to_owned(), aud: ISSUER.to_owned() };
    let key = chip::card_key(registry.0.setup.seed, anna);
    let mistyped = CardEvidence { card: annas.card, answer: jws::sign(&key, "", "JWT", &claims) };
    assert_eq!(registry.prove(&mistyped, "fresh", ISSUER), Err(CardRefusal::NotGenuine));
    let nonsense = CardEvidence { card: "x".repeat(10_000), answer: String::new() };
    assert_eq!(registry.prove(&nonsense, "fresh", ISSUER), Err(CardRefusal::NotGenuine));
}

#[test]
fn lost_and_expired_cards_are_refused_by_name() {
    let registry = registry();
    let prove = |person: &Person| {
        let evidence = registry.hold_card(person.index, "fresh", ISSUER).unwrap();
        registry.prove(&evidence, "fresh", ISSUER)
    };
    let people = registry.population().people();
    let lost = people.iter().find(|p| p.lost).unwrap();
    let expired =
        |p: &&Person| !p.lost && p.identity.document().valid_on(registry.today()).is_err();
    let expired = people.iter().find(expired).unwrap();
    assert_eq!(prove(lost), Err(CardRefusal::ReportedLost));
    assert_eq!(prove(expired), Err(CardRefusal::Expired));
}

#[test]
fn a_document_is_looked_up_by_its_number() {
    let registry = registry();
    let look_up = |person: &Person| {
        let number = person.identity.document().number();
        registry.look_up(number.class(), number.as_str())
    };
    let people = registry.population();
    let person = people.person(somebody(&registry, |_| true)).unwrap();
    let evidence = registry.hold_card(person.index, "fresh", ISSUER).unwrap();
    let proved = registry.prove(&evidence, "fresh", ISSUER).unwrap();
    let registration = look_up(person).unwrap();
    assert_eq!((registration.register, registration.wards), (proved.register, proved.wards));
    let registers: std::collections::HashSet<_> =
        people.people().iter().map(|person| registry.register_number(person)).collect();
    assert_eq!(registers.len(), people.people().len());

    let lost = people.people().iter().find(|p| p.lost).unwrap();
    assert_eq!(look_up(lost), Err(CardRefusal::ReportedLost));
    let nobody = registry.look_up(DocumentClass::OrdinaryPassport, "E00000000");
    assert_eq!(nobody, Err(CardRefusal::Unknown));
}

#[test]
fn a_genuine_card_of_nobody_is_unknown() {
    let registry = registry();
    let stranger = Population::invent(Seed::from_words("elsewhere"), 1, date(2026, 1, 1));
    let key = SigningKey::generate();
    let evidence = CardEvidence {
        card: chip::card(&stranger.people()[0], &key, &registry.0.key, ""),
        answer: chip::answer(&key, "fresh", ISSUER),
    };
    assert_eq!(registry.prove(&evidence, "fresh", ISSUER), Err(CardRefusal::Unknown));
}
