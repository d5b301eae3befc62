//! The stretched passcode: who holds a wallet tells no digits, and pages and wallets meet at the same verifier.

use formats::{Salt, Stretched};
use rules::Mode;
use service::{Error, PasscodeTold, Session};
use yinzheng_testkit::{Cell, Holder, Town, refusal, stories};

stories!(
    a_wallet_that_set_the_passcode_says_it_stretched,
    what_a_wallet_set_is_typed_into_pages,
    what_a_page_set_has_a_salt_of_the_platforms,
    five_tries_are_five_in_whichever_form,
    fifty_stretched_tries_at_once_are_five,
    what_is_stored_opens_nothing,
);

const RIGHT: &str = "20481357";
const WRONG: &str = "13572048";

async fn a_wallet_that_set_the_passcode_says_it_stretched(town: Town) {
    let mut li = town.enrolled(34).await;
    li.session = li.try_stretched(RIGHT).await.unwrap();
    assert_eq!(li.session.mode(), Mode::CertificatePasscode);
    assert_eq!(refusal(li.try_stretched(WRONG).await), "passcode_wrong");
    let told = || PasscodeTold::Stretched(li.stretched(RIGHT));
    let shown = li.shown(sandbox::Match::Same);
    let platform = &town.platform;
    let seen = platform.sign_in_with_portrait(&li.proof(), Some(told()), shown).await.unwrap();
    assert_eq!(seen.mode(), Mode::CertificatePasscodePortrait);
    li.lock().await.unwrap();
    assert_eq!(refusal(li.try_stretched(RIGHT).await), "certificate_locked");
    let session = platform.unlock(&li.proof(), told()).await.unwrap();
    platform.cancel(&session, &li.proof(), told()).await.unwrap();
    assert_eq!(town.census().await.count("certificates"), 0);
}

async fn what_a_wallet_set_is_typed_into_pages(town: Town) {
    let mut li = town.enrolled(34).await;
    assert!(li.try_passcode(RIGHT).await.is_ok());
    assert_eq!(refusal(li.try_passcode(WRONG).await), "passcode_wrong");
    li.lock().await.unwrap();
    li.unlock().await.unwrap();
    assert!(li.try_stretched(RIGHT).await.is_ok());
}

async fn what_a_page_set_has_a_salt_of_the_platforms(town: Town) {
    let li = town.adult().begin().await.typing().finish().await.unwrap();
    assert!(li.try_passcode(RIGHT).await.is_ok());
    assert_eq!(refusal(li.try_passcode(WRONG).await), "passcode_wrong");
    let digits = RIGHT.parse().unwrap();
    assert!(li.wallet.stretch(&digits).is_err(), "this phone set no passcode");
    let elsewhere = Stretched::of(RIGHT.as_bytes(), &Salt::new([7; 16]));
    assert_eq!(refusal(says(&town, &li, elsewhere).await), "passcode_wrong");
    // A salt is no secret: it is the same verifier, whoever does the work.
    let (salt, _) = stored(&town).await;
    let same = Stretched::of(digits.as_bytes(), &Salt::new(salt));
    assert!(says(&town, &li, same).await.is_ok());
}

async fn five_tries_are_five_in_whichever_form(town: Town) {
    let li = town.enrolled(34).await;
    for stretched in [true, false, true, false, true] {
        let tried =
            if stretched { li.try_stretched(WRONG).await } else { li.try_passcode(WRONG).await };
        assert_eq!(refusal(tried), "passcode_wrong");
    }
    for told in [li.try_stretched(RIGHT).await, li.try_passcode(RIGHT).await] {
        assert_eq!(refusal(told), "too_many_tries");
    }
    town.world.pass(60);
    assert!(li.try_stretched(RIGHT).await.is_ok());
    for _ in 0..4 {
        assert_eq!(refusal(li.try_stretched(WRONG).await), "passcode_wrong");
    }
    assert!(li.try_passcode(RIGHT).await.is_ok(), "a right one began anew");
}

async fn fifty_stretched_tries_at_once_are_five(town: Town) {
    let li = town.enrolled(34).await;
    let wrong = li.stretched(WRONG);
    let try_wrong = |_| {
        let (li, town, wrong) = (li.clone(), town.clone(), wrong.clone());
        tokio::spawn(async move { refusal(says(&town, &li, wrong).await) })
    };
    let under_way: Vec<_> = (0..50).map(try_wrong).collect();
    let mut judged = 0;
    for one in under_way {
        match one.await.unwrap() {
            "passcode_wrong" => judged += 1,
            refused => assert_eq!(refused, "too_many_tries"),
        }
    }
    assert_eq!(judged, 5);
    assert_eq!(refusal(li.try_stretched(RIGHT).await), "too_many_tries");
}

/// Whoever stole the database has salt and digest, and neither is what the door wants.
async fn what_is_stored_opens_nothing(town: Town) {
    let li = town.enrolled(34).await;
    let (salt, digest) = stored(&town).await;
    let right = li.stretched(RIGHT);
    assert_ne!(&digest, right.bytes());
    let again = Stretched::of(RIGHT.as_bytes(), &Salt::new(salt));
    assert_eq!(again.bytes(), right.bytes(), "the salt is stored as it is");
    let text = |bytes: [u8; 32]| formats::base64url::encode(&bytes).parse().unwrap();
    assert_eq!(refusal(says(&town, &li, text(digest)).await), "passcode_wrong");
    assert!(says(&town, &li, text(*right.bytes())).await.is_ok());
}

async fn says(town: &Town, li: &Holder, stretched: Stretched) -> Result<Session, Error> {
    let told = PasscodeTold::Stretched(stretched);
    town.platform.sign_in(&li.proof(), Some(told)).await
}

/// Salt and digest out of the one certificate's row, after id, person and mode.
async fn stored(town: &Town) -> ([u8; 16], [u8; 32]) {
    let census = town.census().await;
    let [row] = census.rows("certificates") else { panic!("one certificate") };
    let Cell::Text(verifier) = &row[3] else { panic!("a verifier") };
    let mut parts = verifier
        .rsplit('$')
        .map(|part| data_encoding::BASE64_NOPAD.decode(part.as_bytes()).unwrap_or_default());
    let (digest, salt) = (parts.next().unwrap(), parts.next().unwrap());
    (salt.try_into().unwrap(), digest.try_into().unwrap())
}
