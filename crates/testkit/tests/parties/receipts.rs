//! What a relying party keeps: little, good for years, and only for who asked to keep it.

use formats::{JwkSet, UnverifiedJws};
use protocol::oauth::ClientMetadata;
use protocol::receipt::{Expected, NotAReceipt, Receipt, TYPE, verify};
use rules::Scene;
use serde_json::json;
use service::keys::KeyPurpose;
use yinzheng_testkit::{Application, Town, stories};

stories!(
    who_keeps_receipts_is_given_one,
    nobody_else_is,
    a_daughter_acts_and_the_receipt_says_so,
    it_names_the_person_only_where_that_was_registered,
    two_of_one_minute_say_the_same,
    it_is_good_years_later,
    neither_passes_for_the_other,
    a_refresh_is_no_result,
);

fn keeping(names_the_person: bool) -> ClientMetadata {
    ClientMetadata {
        receipts: true,
        receipts_name_the_person: names_the_person,
        ..ClientMetadata::default()
    }
}

fn checked(town: &Town, application: &Application, text: &str, keys: &JwkSet) -> Receipt {
    let organisation = application.organisation();
    let expected = Expected {
        issuer: town.platform.issuer(),
        organisation: Some(organisation.as_str()),
        now: town.platform.now(),
    };
    verify(text, keys, expected).unwrap().into_inner()
}

async fn who_keeps_receipts_is_given_one(town: Town) {
    let (mut li, archive) = (town.enrolled(34).await, town.agency(keeping(false)).await);
    town.world.pass(37);
    let code = li.agree_to(&archive).await;
    let told = town.redeem(&code).await.unwrap();
    let receipt = told.response.receipt().unwrap();
    let receipt = checked(&town, &archive, receipt, &town.platform.keys().receipt_keys());
    assert_eq!(receipt.scene, "log_in");
    assert_eq!(receipt.acr, told.id_token["acr"]);
    assert_eq!(receipt.sub, None);
    let seen = town.platform.overview(&li.session).await.unwrap().events;
    assert_eq!(receipt.iat, seen[0].at, "the minute that the person sees");
    assert_eq!(serde_json::to_value(&receipt).unwrap().as_object().unwrap().len(), 6);
}

async fn nobody_else_is(town: Town) {
    let mut li = town.enrolled(34).await;
    for application in [town.airline(), town.shop()] {
        let code = li.agree_to(&application).await;
        let told = town.redeem(&code).await.unwrap();
        assert_eq!(told.response.receipt(), None);
        assert!(serde_json::to_value(&told.response).unwrap().get("receipt").is_none());
    }
}

async fn a_daughter_acts_and_the_receipt_says_so(town: Town) {
    let bank = town.agency(keeping(true)).await;
    let (mut mother, mut daughter) = (town.enrolled(76).await, town.enrolled(44).await);
    let own = town.redeem(&mother.agree_to(&bank).await).await.unwrap();
    daughter.acts_for(&mut mother, &[Scene::LogIn]).await;
    let acted = town.redeem(&daughter.agree_to(&bank).await).await.unwrap();
    let keys = town.platform.keys().receipt_keys();
    let [own, acted] = [&own, &acted].map(|told| {
        let receipt = checked(&town, &bank, told.response.receipt().unwrap(), &keys);
        serde_json::to_value(receipt).unwrap()
    });
    assert_eq!((&acted["sub"], &acted["delegated"]), (&own["sub"], &json!(true)));
    assert_eq!(own.get("delegated"), None, "who acts for herself is no word longer");
}

async fn it_names_the_person_only_where_that_was_registered(town: Town) {
    let (mut li, bank) = (town.enrolled(34).await, town.agency(keeping(true)).await);
    let code = li.agree_to(&bank).await;
    let told = town.redeem(&code).await.unwrap();
    let keys = town.platform.keys().receipt_keys();
    let receipt = checked(&town, &bank, told.response.receipt().unwrap(), &keys);
    assert_eq!(receipt.sub.as_deref(), Some(told.sub()));
}

async fn two_of_one_minute_say_the_same(town: Town) {
    let archive = town.agency(keeping(false)).await;
    let keys = town.platform.keys().receipt_keys();
    let mut said = Vec::new();
    for age in [34, 35] {
        let mut person = town.enrolled(age).await;
        let code = person.agree_to(&archive).await;
        let told = town.redeem(&code).await.unwrap();
        said.push(checked(&town, &archive, told.response.receipt().unwrap(), &keys));
    }
    assert_eq!(said[0], said[1], "nothing in a receipt tells persons apart");
}

async fn it_is_good_years_later(town: Town) {
    let (mut li, archive) = (town.enrolled(34).await, town.agency(keeping(false)).await);
    let code = li.agree_to(&archive).await;
    let told = town.redeem(&code).await.unwrap();
    let text = told.response.receipt().unwrap();
    let kept = town.platform.keys().receipt_keys();
    for _ in 0..40 {
        town.rotate(KeyPurpose::ReceiptSigning);
    }
    town.world.pass(10 * 365 * 24 * 60 * 60);
    let published = town.platform.keys().receipt_keys();
    assert_eq!(published.keys().len(), 42, "none is ever withdrawn");
    for keys in [&published, &kept] {
        checked(&town, &archive, text, keys);
    }
    let published = serde_json::to_string(&published).unwrap();
    assert!(JwkSet::parse_archive(&published).is_ok(), "and whoever checks reads them all");
}

async fn neither_passes_for_the_other(town: Town) {
    let (mut li, archive) = (town.enrolled(34).await, town.agency(keeping(true)).await);
    let code = li.agree_to(&archive).await;
    let told = town.redeem(&code).await.unwrap();
    let (receipts, tokens) =
        (town.platform.keys().receipt_keys(), town.platform.keys().token_keys());
    let organisation = archive.organisation();
    let expected = Expected {
        issuer: town.platform.issuer(),
        organisation: Some(organisation.as_str()),
        now: town.platform.now(),
    };
    let as_receipt = verify(told.response.id_token(), &tokens, expected);
    assert!(matches!(as_receipt, Err(NotAReceipt::Form(_))));
    let receipt = UnverifiedJws::parse(told.response.receipt().unwrap(), 4096).unwrap();
    let key = receipt.unverified_header().kid.clone();
    assert!(tokens.find(key.as_deref()).is_none(), "no key signs both");
    assert!(receipts.find(key.as_deref()).is_some());
    assert!(receipt.expect_typ(TYPE).is_ok());
    let shop = town.shop().organisation();
    let elsewhere = Expected { organisation: Some(shop.as_str()), ..expected };
    let shown = verify(told.response.receipt().unwrap(), &receipts, elsewhere);
    assert_eq!(shown, Err(NotAReceipt::Organisation));
}

async fn a_refresh_is_no_result(town: Town) {
    let (mut li, archive) = (town.enrolled(34).await, town.agency(keeping(false)).await);
    let ask = town.ask(&archive).with("scope", "openid scene:insure offline_access");
    let code = li.go(&ask).await.unwrap().code();
    let first = town.redeem(&code).await.unwrap();
    assert!(first.response.receipt().is_some());
    let second = town.refresh(&archive, &first.refresh_token()).await.unwrap();
    assert_eq!(second.response.receipt(), None, "nobody authenticated");
}
