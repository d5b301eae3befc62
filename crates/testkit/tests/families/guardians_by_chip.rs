//! Families with passports: a guardian whose chip is asked, and a child who shows a passport.

use std::sync::Arc;

use icao::{Bytes, ChipAnswer};
use rules::{Document, DocumentClass};
use service::{Error, Step};
use yinzheng_testkit::{
    Enrolment, Resident, Town,
    country::{Algorithm, Bearer, Country, Passport, Proof},
    refusal, stories,
};

stories!(
    a_guardian_shows_a_passport_beside_a_minor,
    a_guardian_applies_for_a_child_with_two_passports,
    a_passport_of_nobodys_guardian_is_refused,
    a_copied_passport_of_the_guardian_is_refused,
    the_card_interface_vouches_for_no_passport,
);

/// A country that signs for China here.
async fn home(town: &Town) -> Arc<Country> {
    let home = Country::found_in("CN", Algorithm::P256);
    town.platform.import_trust(&home.certificate()).await.unwrap();
    home
}

/// A passport for somebody whom the register knows by a card.
fn passport(town: &Town, home: &Country, of: &Resident, number: &str) -> Passport {
    let new = Document::new(DocumentClass::OrdinaryPassport, number, None).unwrap();
    town.renew(of.person.identity.document(), &new);
    let issuer = "CHN".to_owned();
    let bearer = Bearer { nationality: issuer.clone(), issuer, ..of.bearer(number) };
    home.passport(&bearer, Proof::ActiveEcdsa("P-256"))
}

async fn at_the_guardian(child: &Resident) -> Enrolment {
    child.begin().await.until(|step| matches!(step, Step::Guardian { .. })).await
}

/// The guardian's passport is read, and its chip answers.
async fn shows(town: &Town, at: &Enrolment, passport: &Passport) -> Result<Step, Error> {
    let read = town.platform.prove_guardian(&at.token, passport.files()).await?;
    let Step::Chip { question } = read else { panic!("the guardian's chip is asked") };
    town.platform.prove_chip(&at.token, &passport.answer(&question)).await
}

async fn a_guardian_shows_a_passport_beside_a_minor(town: Town) {
    let home = home(&town).await;
    let child = town.aged(16);
    let guardian = child.guardian();
    let book = passport(&town, &home, &guardian, "E77777771");
    let mut at = at_the_guardian(&child).await;
    assert_eq!(refusal(shows(&town, &at, &book).await), "guardian_uncertified");
    guardian.enrol().await;
    at.step = shows(&town, &at, &book).await.unwrap();
    assert_eq!(at.step, Step::Portrait);
    let young = at.finish().await.unwrap();
    let mine = town.platform.my_guardians(&young.session).await.unwrap();
    assert_eq!(mine.guardians.len(), 1);
}

async fn a_guardian_applies_for_a_child_with_two_passports(town: Town) {
    let home = home(&town).await;
    let child = town.aged(9);
    let guardian = child.guardian();
    let own = passport(&town, &home, &guardian, "E77777772");
    let childs = passport(&town, &home, &child, "E77777773");
    let holder = guardian.enrol().await;
    let mut applying = holder.apply_for(&child).await.unwrap().shows(&childs).await.unwrap();
    assert!(matches!(applying.step, Step::OwnCard { .. }));
    applying.step = shows(&town, &applying, &own).await.unwrap();
    let of_child = applying.finish().await.unwrap();
    assert_ne!(of_child.net_number, holder.net_number);
    assert_eq!(holder.children().await.len(), 1);
    // The child's card finds the same child.
    let again = holder.enrol_child(&child).await.unwrap();
    assert_eq!(again.net_number, of_child.net_number);
}

async fn a_passport_of_nobodys_guardian_is_refused(town: Town) {
    let home = home(&town).await;
    let (child, stranger) = (town.aged(16), town.adult());
    stranger.enrol().await;
    let book = passport(&town, &home, &stranger, "E77777774");
    let at = at_the_guardian(&child).await;
    assert_eq!(refusal(shows(&town, &at, &book).await), "not_the_guardian");
    // Whose guardian the bearer of a foreign passport is, nobody says.
    let utopia = Country::found(Algorithm::P256);
    town.platform.import_trust(&utopia.certificate()).await.unwrap();
    let foreign = child.guardian().passport(&utopia, "L898902C3");
    assert_eq!(refusal(shows(&town, &at, &foreign).await), "document_unknown");
}

async fn a_copied_passport_of_the_guardian_is_refused(town: Town) {
    let home = home(&town).await;
    let child = town.aged(15);
    let guardian = child.guardian();
    guardian.enrol().await;
    let book = passport(&town, &home, &guardian, "E77777775");
    let mut at = at_the_guardian(&child).await;
    let read = town.platform.prove_guardian(&at.token, book.files()).await.unwrap();
    assert!(matches!(read, Step::Chip { .. }));
    let copied = ChipAnswer { response: Bytes(vec![7; 64]) };
    let answered = town.platform.prove_chip(&at.token, &copied).await;
    assert_eq!(refusal(answered), "chip_cloned");
    // With another document the guardian goes on.
    at.step = town.platform.enrolment(&at.token).await.unwrap();
    at.step = shows(&town, &at, &book).await.unwrap();
    assert_eq!(at.step, Step::Portrait);
}

async fn the_card_interface_vouches_for_no_passport(town: Town) {
    let traveller = town.whoever(|p| !yinzheng_testkit::has_card(p));
    let enrolment = traveller.begin().await;
    let forged = traveller.forged_card(enrolment.challenge());
    let proved = town.platform.prove_document(&enrolment.token, forged).await;
    assert_eq!(refusal(proved), "document_not_genuine");
    town.registry_becomes_credulous();
    let card = traveller.forged_card(enrolment.challenge());
    let proved = town.platform.prove_document(&enrolment.token, card).await;
    assert_eq!(refusal(proved), "chip_needed", "though the registry vouched for it");
    let holder = traveller.enrol().await;
    assert_eq!(holder.documents().await.len(), 1);
}
