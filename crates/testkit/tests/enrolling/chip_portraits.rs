//! The portrait inside a chip held against a live face, from the passport to a login: JPEG and JPEG 2000. The chip's country signs
//! with OpenSSL; the JPEG 2000 images are Pillow's (`portraits/README.md`).

use formats::Secret;
use jpeg_encoder::{ColorType, Encoder};
use rules::{Mode, NoticeVersion};
use service::{Error, PortraitChoice, PortraitShown, PortraitTaken, Step};
use yinzheng_testkit::{
    Enrolment, Holder, Town,
    country::{Algorithm, Bearer, Country, Passport, Proof},
    refusal, stories,
};

stories!(
    a_face_is_held_against_the_chips_portrait_and_signs_in_by_it,
    another_face_is_refused_and_the_other_way_is_open,
    what_is_held_against_is_what_the_country_signed,
    a_portrait_that_nobody_can_read_is_the_documents_fault,
    without_models_no_face_is_compared_with_a_chip,
);

const ANNA_JP2: &[u8] = include_bytes!("portraits/anna.jp2");
const ANNA_J2K: &[u8] = include_bytes!("portraits/anna.j2k");
const ANNA_GREY: &[u8] = include_bytes!("portraits/anna-grey.jp2");

/// The painted face of `portraits/README.md`, or another, a shade lighter, as a JPEG.
fn painted(seed: usize, lighter: usize) -> Vec<u8> {
    let mut pixels = Vec::new();
    for at in 0..64 * 64 {
        let block = at % 64 / 16 + 4 * (at / 64 / 16);
        for (k, j) in [(37, 11), (91, 53), (151, 97)] {
            pixels.push(((block * k + seed * j) % 256 + lighter).min(255) as u8);
        }
    }
    let mut bytes = Vec::new();
    Encoder::new(&mut bytes, 92).encode(&pixels, 64, 64, ColorType::Rgb).unwrap();
    bytes
}

async fn utopia(town: &Town) -> std::sync::Arc<Country> {
    let utopia = Country::found(Algorithm::P256);
    town.platform.import_trust(&utopia.certificate()).await.unwrap();
    utopia
}

fn passport(country: &Country, portrait: &[u8]) -> Passport {
    let bearer = Bearer { portrait: portrait.to_vec(), ..Bearer::anna() };
    country.passport(&bearer, Proof::ActiveEcdsa("P-256"))
}

fn taken(live: Vec<u8>, dg2: Option<&[u8]>) -> PortraitTaken {
    let dg2 = dg2.map(|dg2| Secret::new(dg2.to_vec()));
    PortraitTaken { consent: NoticeVersion(1), live: Secret::new(live), dg2 }
}

async fn before_the_camera(town: &Town, passport: &Passport) -> Enrolment {
    let enrolment = town.adult().begin().await.shows(passport).await.unwrap();
    assert_eq!(enrolment.step, Step::Portrait);
    enrolment
}

/// Takes the portrait step with this live face.
async fn looks(at: &Enrolment, passport: &Passport, live: Vec<u8>) -> Result<Step, Error> {
    let shown = PortraitChoice::Taken(taken(live, Some(&passport.groups[&2])));
    at.resident_platform().prove_portrait(&at.token, shown).await
}

async fn signs_in(
    holder: &Holder,
    passport: &Passport,
    live: Vec<u8>,
) -> Result<service::Session, Error> {
    let reference = holder.portrait_reference.clone().unwrap();
    let taken = taken(live, Some(&passport.groups[&2]));
    holder.try_portrait(None, PortraitShown { reference, taken }).await
}

async fn a_face_is_held_against_the_chips_portrait_and_signs_in_by_it(town: Town) {
    town.compares_chip_portraits();
    let utopia = utopia(&town).await;
    for portrait in [&painted(1, 0)[..], ANNA_JP2, ANNA_J2K] {
        let passport = passport(&utopia, portrait);
        let mut at = before_the_camera(&town, &passport).await;
        at.step = looks(&at, &passport, painted(1, 12)).await.unwrap();
        let holder = at.finish().await.unwrap();
        let session = signs_in(&holder, &passport, painted(1, 6)).await.unwrap();
        assert_eq!(session.mode(), Mode::CertificatePortrait);
        let stranger = signs_in(&holder, &passport, painted(3, 0)).await;
        assert_eq!(refusal(stranger), "portrait_not_matched");
        town.world.pass(60);
    }
    // Three phones of one person, and no image anywhere.
    assert_eq!(town.census().await.count("persons"), 1);
    let image = painted(1, 12);
    for (file, bytes) in town.database_files() {
        for found in [&image[100..160], &ANNA_JP2[200..260]] {
            assert!(!bytes.windows(found.len()).any(|part| part == found), "{file}");
        }
    }
}

async fn another_face_is_refused_and_the_other_way_is_open(town: Town) {
    town.compares_chip_portraits();
    let utopia = utopia(&town).await;
    let passport = passport(&utopia, ANNA_JP2);
    let mut at = before_the_camera(&town, &passport).await;
    for _ in 0..5 {
        let other = looks(&at, &passport, painted(3, 0)).await;
        assert_eq!(refusal(other), "portrait_not_matched");
    }
    let again = looks(&at, &passport, painted(1, 0)).await;
    assert_eq!(refusal(again), "tries_exhausted");
    at.step = town.platform.prove_portrait(&at.token, PortraitChoice::OtherWay).await.unwrap();
    let holder = at.finish().await.unwrap();
    assert_eq!(holder.portrait_reference, None);
}

async fn what_is_held_against_is_what_the_country_signed(town: Town) {
    town.compares_chip_portraits();
    let utopia = utopia(&town).await;
    let annas = passport(&utopia, ANNA_JP2);
    let thief = passport(&utopia, &painted(3, 0));
    let at = before_the_camera(&town, &annas).await;
    // Another DG2 than the one that was read, though some country signed it.
    let swapped = looks(&at, &thief, painted(3, 0)).await;
    assert_eq!(refusal(swapped), "portrait_reference_invalid");
    let choice = PortraitChoice::Taken(taken(painted(1, 0), None));
    let without = town.platform.prove_portrait(&at.token, choice).await;
    assert_eq!(refusal(without), "document_portrait_unusable");
    assert_eq!(looks(&at, &annas, painted(1, 0)).await.unwrap(), Step::Phone);
}

async fn a_portrait_that_nobody_can_read_is_the_documents_fault(town: Town) {
    town.compares_chip_portraits();
    let utopia = utopia(&town).await;
    let cut = &ANNA_JP2[..60];
    for portrait in [&b"\xff\xd8\xff\xfe nobody"[..], cut] {
        let passport = passport(&utopia, portrait);
        let at = before_the_camera(&town, &passport).await;
        let compared = looks(&at, &passport, painted(1, 0)).await;
        assert_eq!(refusal(compared), "document_portrait_unusable");
        // A live image is a JPEG, whatever chips hold.
        let live = looks(&at, &passport, ANNA_J2K.to_vec()).await;
        assert_eq!(refusal(live), "portrait_unreadable");
    }
    // In grey it is read, and is nobody's colours.
    let passport = passport(&utopia, ANNA_GREY);
    let at = before_the_camera(&town, &passport).await;
    let compared = looks(&at, &passport, painted(1, 0)).await;
    assert_eq!(refusal(compared), "portrait_not_matched");
}

async fn without_models_no_face_is_compared_with_a_chip(town: Town) {
    let utopia = utopia(&town).await;
    let passport = passport(&utopia, ANNA_JP2);
    let at = before_the_camera(&town, &passport).await;
    let compared = looks(&at, &passport, painted(1, 0)).await;
    assert_eq!(refusal(compared), "portrait_not_taken");
    assert!(!town.platform.register_portrait_is_compared(&at.token).await.unwrap());
}
