//! The device: only the key a certificate is bound to opens it, and each challenge once.

use formats::{SigningKey, jws};
use serde_json::{Value, json};
use yinzheng_testkit::{Holder, ISSUER, Town, refusal, stories};

stories!(
    a_challenge_is_answered_once,
    twenty_answers_at_once_sign_in_once,
    a_challenge_lives_five_minutes,
    only_the_bound_key_opens_a_certificate,
    another_certificate_cannot_cancel_this_one,
);

async fn a_challenge_is_answered_once(town: Town) {
    let li = town.enrolled(34).await;
    let proof = li.proof();
    assert!(town.platform.sign_in(&proof, None).await.is_ok());
    let before = town.census().await;
    assert_eq!(refusal(town.platform.sign_in(&proof, None).await), "challenge_spent");
    let passcode = li.passcode.parse().unwrap();
    assert_eq!(refusal(town.platform.sign_in(&proof, Some(passcode)).await), "challenge_spent");
    let passcode = li.passcode.parse().unwrap();
    assert_eq!(refusal(town.platform.unlock(&proof, passcode).await), "challenge_spent");
    let passcode = li.passcode.parse().unwrap();
    let cancelled = town.platform.cancel(&li.session, &proof, passcode).await;
    assert_eq!(refusal(cancelled), "challenge_spent");
    assert_eq!(town.census().await, before);
}

async fn twenty_answers_at_once_sign_in_once(town: Town) {
    let li = town.enrolled(34).await;
    let challenge = town.platform.challenge().unwrap();
    let sign_in = |_| {
        let (platform, proof) = (town.platform.clone(), li.proof_over(&challenge));
        tokio::spawn(async move { platform.sign_in(&proof, None).await })
    };
    let under_way: Vec<_> = (0..20).map(sign_in).collect();
    let mut signed_in = 0;
    for one in under_way {
        match one.await.unwrap() {
            Ok(_) => signed_in += 1,
            refused => assert_eq!(refusal(refused), "challenge_spent"),
        }
    }
    assert_eq!(signed_in, 1);
}

async fn a_challenge_lives_five_minutes(town: Town) {
    let li = town.enrolled(34).await;
    let (early, late) = (li.proof(), li.proof());
    town.world.pass(5 * 60 - 1);
    assert!(town.platform.sign_in(&early, None).await.is_ok());
    town.world.pass(1);
    assert_eq!(refusal(town.platform.sign_in(&late, None).await), "challenge_spent");
    let invented = li.proof_over(&town.chance());
    assert_eq!(refusal(town.platform.sign_in(&invented, None).await), "challenge_spent");
}

async fn only_the_bound_key_opens_a_certificate(town: Town) {
    let (li, wang) = (town.enrolled(34).await, town.enrolled(35).await);
    let thief = SigningKey::generate();
    let (challenge, before) = (town.platform.challenge().unwrap(), town.census().await);
    let honest = claims(&li, &challenge);
    let with = |name: &str, value: Value| {
        let mut claims = honest.clone();
        claims[name] = value;
        claims
    };
    let by = |key: &SigningKey, typ: &str, claims: &Value| jws::sign(key, "", typ, claims);
    let typ = "device-proof+jwt";
    let (said, signed) = (li.proof_over(&challenge), wang.proof_over(&challenge));
    let (said, signed) = (said.rsplit_once('.').unwrap().0, signed.rsplit_once('.').unwrap().1);
    let swapped = format!("{said}.{signed}");
    for (what, code, proof) in [
        ("another key", "device_proof_invalid", by(&thief, typ, &honest)),
        (
            "the thief's own key inside",
            "device_proof_invalid",
            by(&thief, typ, &with("cnf", json!({"jwk": thief.public()}))),
        ),
        ("another's signature", "device_proof_invalid", swapped),
        (
            "no certificate",
            "device_proof_invalid",
            by(&thief, typ, &with("certificate", Value::Null)),
        ),
        (
            "nobody's certificate",
            "certificate_unknown",
            by(&thief, typ, &with("certificate", json!("0".repeat(32)))),
        ),
        ("another claim", "device_proof_invalid", by(&thief, typ, &with("name", json!("x")))),
        ("another kind of token", "device_proof_invalid", by(&thief, "JWT", &honest)),
        ("nonsense", "device_proof_invalid", "x".repeat(5000)),
    ] {
        assert_eq!(refusal(town.platform.sign_in(&proof, None).await), code, "{what}");
    }
    assert_eq!(town.census().await, before);
    let honest = li.proof_over(&challenge);
    assert!(town.platform.sign_in(&honest, None).await.is_ok(), "no forgery has spent it");
}

async fn another_certificate_cannot_cancel_this_one(town: Town) {
    let (li, wang) = (town.enrolled(34).await, town.enrolled(35).await);
    let passcode = wang.passcode.parse().unwrap();
    let cancelled = town.platform.cancel(&li.session, &wang.proof(), passcode).await;
    assert_eq!(refusal(cancelled), "device_proof_invalid");
    assert_eq!(town.census().await.count("data_keys"), 2);
}

fn claims(li: &Holder, challenge: &str) -> Value {
    let certificate = li.wallet.certificate().unwrap().id();
    json!({"aud": ISSUER, "nonce": challenge, "iat": 0, "certificate": certificate})
}
