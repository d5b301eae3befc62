//! Handed over to a new device: it proves its person anew and takes a batch of its own; what the old one carries is over within the
//! life of a status list, and only the holder's own record comes along.

use formats::{
    Salt, Suite,
    qr::{Moment, Subject},
};
use jiff::SignedDuration;
use protocol::issuance::Configuration;
use reader::{Desk, Mirror, Refused};
use wallet::{DeviceKey as _, Pocket, Published, Sentence, SoftwareKey};
use yinzheng_testkit::{Holder, ISSUER, KeyHolder, Town, refusal, stories};

stories!(
    a_new_device_takes_its_own_batch_and_the_old_ones_ends,
    an_offer_to_the_old_device_is_over
);

const FORMS: [Configuration; 2] =
    [Configuration::NetCertificate, Configuration::Code(Suite::International)];

/// The life of a status list, in seconds.
const STATUS_LIFE: i64 = 5 * 60;

/// What a gate says to the next code of this pocket, by what the platform publishes now.
async fn gate(town: &Town, pocket: &mut Pocket<SoftwareKey>) -> Result<(), Refused> {
    let now = town.platform.now();
    let keys = serde_json::to_string(&town.platform.keys().reader_keys()).unwrap();
    let mut published = Published::by(ISSUER.parse().unwrap(), keys).unwrap();
    while let Ok(list) = town.platform.status_list(u32::try_from(published.next()).unwrap()).await {
        published.add(list.jwt().to_owned(), now).unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    published.write(folder.path()).unwrap();
    let keep = |_: &Pocket<SoftwareKey>| Ok::<_, std::convert::Infallible>(());
    let (subjects, moment) = ([Subject::AgeOver18], Moment::at(now.as_second()));
    let code = pocket.code(FORMS[1], &subjects, moment, now, keep).unwrap();
    let mirror = Mirror::open(folder.path()).unwrap();
    let mut desk = Desk::new(subjects.to_vec());
    desk.judge(&code, &mirror, None, now.as_second()).map(|_| ())
}

fn sentence() -> Sentence {
    "seven herons over the harbour".try_into().unwrap()
}

async fn a_new_device_takes_its_own_batch_and_the_old_ones_ends(town: Town) {
    let old: Holder = town.enrolled(34).await;
    let mut carried = old.fills_a_pocket(&FORMS, 10).await;
    assert_eq!(gate(&town, &mut carried).await, Ok(()));
    let backup = carried.backup(&sentence(), Salt::new([3; 16]), [4; 12]).unwrap();

    town.world.pass(60);
    let new = old.resident.enrol().await;
    let restored = Pocket::<SoftwareKey>::restore(&backup, &sentence()).unwrap();
    assert_eq!(restored.history, carried.history, "the record came along");
    assert_eq!(restored.credential_keys().count(), 0, "and nothing that could be shown");
    let mut anew = new.fills_a_pocket(&FORMS, 10).await;
    let known: Vec<_> = carried.credential_keys().map(|key| key.public().thumbprint()).collect();
    let other = |key: &SoftwareKey| !known.contains(&key.public().thumbprint());
    assert!(anew.credential_keys().all(other), "no key is in two places");

    // The page and the offer are the new device's alone from the first moment on.
    assert_eq!(refusal(old.offers().await), "certificate_ended");
    town.world.pass(STATUS_LIFE);
    let left = carried.supply(FORMS[1], town.platform.now()).unused;
    assert_eq!(left, 9);
    for _ in 0..left {
        assert_eq!(gate(&town, &mut carried).await, Err(Refused::Ended));
    }
    assert_eq!(gate(&town, &mut anew).await, Ok(()));
    // Before they end by themselves.
    let end = carried.supply(FORMS[0], town.platform.now()).until.unwrap();
    assert!(end > town.platform.now() + SignedDuration::from_hours(24));
}

async fn an_offer_to_the_old_device_is_over(town: Town) {
    let old = town.enrolled(34).await;
    let offer = old.offers().await.unwrap();
    let pocket = old.pocket().await;
    let new = old.resident.enrol().await;
    assert!(town.takes(&new.offers().await.unwrap(), &KeyHolder::new()).await.is_ok());
    let key = formats::SigningKey::generate();
    assert!(!matches!(pocket.tries(&[key]).await, Ok(Ok(_))), "a token of before");
    assert!(town.takes(&offer, &KeyHolder::new()).await.is_err(), "an offer of before");
}
