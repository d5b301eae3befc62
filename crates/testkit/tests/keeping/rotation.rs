//! Rotating keys: nobody notices. What was signed before verifies after, what was sealed before opens after.

use formats::{Cipher, UnverifiedJws};
use serde_json::json;
use service::keys::KeyPurpose;
use yinzheng_testkit::{Cell, Page, Town, refusal, stories};

stories!(
    what_was_made_before_is_good_after,
    rotating_references_twice_ends_what_a_thief_could_forge,
    keys_are_published_before_they_sign,
    a_platform_goes_over_to_sm4_and_loses_nothing,
);

async fn what_was_made_before_is_good_after(town: Town) {
    let mut li = town.enrolled(34).await;
    let told = li.agree_to(&town.shop()).await;
    let told = town.redeem(&told).await.unwrap();
    let code = li.agree_to(&town.shop()).await;
    let (cookie, proof) = (town.platform.seal_session(&li.session).unwrap(), li.proof());
    let enrolment = town.adult().begin().await.until_device().await;
    // Twice: what is retired must open as well when it is not the last that was retired. References
    // alone open under the last one only.
    for purpose in KeyPurpose::ALL.into_iter().filter(|purpose| purpose.rotates()) {
        town.rotate(purpose);
        if purpose != KeyPurpose::References {
            town.rotate(purpose);
        }
    }
    assert_eq!(town.verified(told.response.id_token()), told.id_token);
    assert!(town.userinfo(&told).await.is_ok());
    assert_eq!(town.redeem(&code).await.unwrap().sub(), told.sub());
    assert_eq!(town.platform.open_session(&cookie).unwrap(), li.session);
    assert!(town.platform.sign_in(&proof, None).await.is_ok());
    let keys = town.platform.keys().certificate_keys();
    let certificate = li.wallet.certificate().unwrap().as_str().to_owned();
    assert!(li.wallet.receive(&certificate, &keys).is_ok());
    let export = serde_json::to_value(town.platform.export(&li.session).await.unwrap()).unwrap();
    assert_eq!(export["phone"], li.resident.phone().as_str(), "the vault opens");

    let after = li.go(&town.ask(&town.shop())).await.unwrap();
    assert_eq!(after.pages, []);
    let after = town.redeem(&after.code()).await.unwrap();
    assert_eq!(after.id_token["age_over_18"], json!(true), "the date of birth opens");
    let mut wang = enrolment.finish().await.unwrap();
    assert_eq!(wang.go(&town.ask(&town.shop())).await.unwrap().pages, [Page::Approve]);
}

async fn rotating_references_twice_ends_what_a_thief_could_forge(town: Town) {
    let mut li = town.enrolled(34).await;
    let told = li.agree_to(&town.shop()).await;
    let told = town.redeem(&told).await.unwrap();
    let code = li.agree_to(&town.shop()).await;
    let cookie = town.platform.seal_session(&li.session).unwrap();
    town.rotate(KeyPurpose::References);
    town.rotate(KeyPurpose::References);
    assert_eq!(town.userinfo(&told).await, Err("token_unknown"));
    assert_eq!(refusal(town.redeem(&code).await), "code_unknown");
    assert_eq!(refusal(town.platform.open_session(&cookie)), "not_signed_in");
}

async fn keys_are_published_before_they_sign(town: Town) {
    let mut li = town.enrolled(34).await;
    let mut seen = Vec::new();
    for _ in 0..3 {
        let published = town.platform.keys().token_keys();
        town.rotate(KeyPurpose::TokenSigning);
        let code = li.agree_to(&town.airline()).await;
        let told = town.redeem(&code).await.unwrap();
        let jws = UnverifiedJws::parse(told.response.id_token(), 4096).unwrap();
        let kid = jws.unverified_header().kid.clone().unwrap();
        assert!(published.find(Some(&kid)).is_some(), "a relying party that cached keys has it");
        assert!(!seen.contains(&kid));
        seen.push(kid);
    }
}

async fn a_platform_goes_over_to_sm4_and_loses_nothing(town: Town) {
    let mut li = town.enrolled(34).await;
    let code = li.agree_to(&town.shop()).await;
    let purposes = KeyPurpose::ALL.into_iter().filter(|purpose| purpose.seals());
    for purpose in purposes.clone() {
        town.rotate_to(purpose, Some(Cipher::Sm4Gcm));
    }
    assert_eq!(data_keys(&town).await, [Cipher::Aes256Gcm]);
    assert_eq!(town.redeem(&code).await.unwrap().id_token["age_over_18"], json!(true));

    let mut wang = town.adult().enrol().await;
    assert_eq!(data_keys(&town).await, [Cipher::Aes256Gcm, Cipher::Sm4Gcm]);
    // The next rotation says nothing of a cipher, and stays with this one.
    purposes.for_each(|purpose| town.rotate(purpose));
    town.adult().enrol().await;
    assert_eq!(data_keys(&town).await, [Cipher::Aes256Gcm, Cipher::Sm4Gcm, Cipher::Sm4Gcm]);
    for person in [&mut li, &mut wang] {
        let export = town.platform.export(&person.session).await.unwrap();
        let export = serde_json::to_value(export).unwrap();
        assert_eq!(export["name"], person.resident.person.name.written);
        let code = person.agree_to(&town.shop()).await;
        assert_eq!(town.redeem(&code).await.unwrap().id_token["age_over_18"], json!(true));
    }
}

/// Of which cipher the data keys of the vault are, by their length.
async fn data_keys(town: &Town) -> Vec<Cipher> {
    // Who wrapped it, nonce and tag.
    const AROUND: usize = 8 + 12 + 16;
    let of_length = |row: &Vec<Cell>| {
        let wrapped = row.iter().filter_map(|cell| match cell {
            Cell::Bytes(bytes) => bytes.len().checked_sub(AROUND),
            _ => None,
        });
        let length = wrapped.max().unwrap();
        [Cipher::Aes256Gcm, Cipher::Sm4Gcm].into_iter().find(|one| one.key_length() == length)
    };
    let mut keys: Vec<_> =
        town.census().await.rows("data_keys").iter().filter_map(of_length).collect();
    keys.sort_by_key(|cipher| std::cmp::Reverse(cipher.key_length()));
    keys
}
