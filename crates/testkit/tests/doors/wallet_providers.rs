//! A wallet's provider vouches for it and for its keys, by keys that the operator wrote down or by certificates; then nobody does, or
//! another one.

use formats::{
    CertificateChain, SigningKey, base64url,
    jws::{self, Signer},
};
use protocol::issuance::wallet::KeyDemands;
use sandbox::authority::Authority;
use serde_json::{Value, json};
use yinzheng_testkit::{ISSUER, KeyHolder};

use crate::call::Call;
use crate::front::Front;
use crate::known_wallets::{Known, MAKER, certified, chain, pocket};

crate::told!(
    a_wallet_with_a_provider_is_vouched_for,
    keys_are_attested_where_it_is_demanded,
    a_provider_is_known_by_its_certificate,
    a_provider_is_known_by_what_was_said_of_it_last,
    keys_are_attested_under_a_certificate,
    a_chain_is_passed_over_where_the_key_is_written_down,
);

async fn a_wallet_with_a_provider_is_vouched_for(front: Front) {
    let (known, key) = (Known::new(front, KeyDemands::default()), KeyHolder::new());
    let id = "vault-pocket";
    let word = ("oauth-client-attestation", known.vouches(id, &key.public()));
    // By the proof that binds the token.
    let code = known.code(id, &[known.dpop(&key, "/par"), word.clone()]).await;
    let told = known.redeems(id, &code, &[known.dpop(&key, "/token"), word.clone()]).await;
    pocket(&known, &key, &told);
    // By a proof of its own, and another key for the token.
    let instance = KeyHolder::new();
    let own = ("oauth-client-attestation", known.vouches(id, &instance.public()));
    let proof = |audience: &str| {
        let now = known.front.town.platform.now().as_second();
        let claims = json!({"aud": audience, "iat": now, "jti": known.front.town.chance()});
        let signed = instance.signs("oauth-client-attestation-pop+jwt", &claims);
        ("oauth-client-attestation-pop", signed)
    };
    let shown = [known.dpop(&key, "/par"), own.clone(), proof(ISSUER)];
    let code = known.code(id, &shown).await;
    let again = known.pushes(id, &[known.dpop(&key, "/par"), own.clone(), shown[2].clone()]).await;
    assert_eq!(again.json()["reason"], "wallet_proof_replayed");
    let shown = [known.dpop(&key, "/token"), own.clone(), proof(ISSUER)];
    pocket(&known, &key, &known.redeems(id, &code, &shown).await);

    let stranger = SigningKey::generate();
    let exp = known.front.town.platform.now().as_second() + 3600;
    let claims = json!({"sub": id, "exp": exp, "cnf": {"jwk": key.public()}});
    let kid = known.provider.public().thumbprint();
    let forged = jws::sign(&stranger, &kid, "oauth-client-attestation+jwt", &claims);
    let over = json!({"sub": id, "exp": exp - 7200, "cnf": {"jwk": key.public()}});
    let over = known.says("oauth-client-attestation+jwt", &over);
    let typed = known.says("key-attestation+jwt", &claims);
    for shown in [
        vec![],
        vec![("oauth-client-attestation", forged)],
        vec![("oauth-client-attestation", over)],
        vec![("oauth-client-attestation", typed)],
        vec![("oauth-client-attestation", known.vouches("pocket", &key.public()))],
        vec![own.clone()],
        vec![own.clone(), proof("https://other.example")],
        vec![word.clone(), proof(ISSUER)],
        vec![word.clone(), word.clone()],
    ] {
        let mut headers = vec![known.dpop(&key, "/par")];
        headers.extend(shown.clone());
        let refused = known.pushes(id, &headers).await;
        assert!(matches!(refused.status, 400 | 401), "{shown:?}: {}", refused.body);
    }
}

async fn keys_are_attested_where_it_is_demanded(front: Front) {
    let high = "iso_18045_high".to_owned();
    let demands = KeyDemands { key_storage: vec![high.clone()], ..KeyDemands::default() };
    let known = Known::new(front, demands);
    let town = &known.front.town;
    let metadata =
        known.front.send(&Call::get("/.well-known/openid-credential-issuer")).await.json();
    let proofs = &metadata["credential_configurations_supported"]["net-certificate"]["proof_types_supported"];
    let demanded = &proofs["attestation"]["key_attestations_required"]["key_storage"];
    assert_eq!((demanded, &proofs["jwt"]), (&json!([high]), &Value::Null));
    let pocket = known.front.li().await.pocket().await;
    let keys: Vec<_> = (0..3).map(|_| SigningKey::generate()).collect();
    let by_themselves = pocket.sends(&town.asks_for_credentials(&keys)).await;
    assert!(by_themselves.is_err(), "nobody vouches for them");
    let attested = |change: &dyn Fn(&mut Value)| {
        let nonce = town.platform.credential_nonce().expect("a nonce").c_nonce;
        let public: Vec<_> = keys.iter().map(SigningKey::public).collect();
        let mut claims = json!({
            "iat": town.platform.now().as_second(),
            "attested_keys": public,
            "key_storage": ["iso_18045_high"],
            "nonce": nonce,
        });
        change(&mut claims);
        let proof = known.says("key-attestation+jwt", &claims);
        json!({"credential_configuration_id": "net-certificate", "proofs": {"attestation": [proof]}})
            .to_string()
    };
    let handed = pocket.sends(&attested(&|_| ())).await.expect("no fault").expect("let in");
    assert_eq!(handed.credentials().count(), 3);
    let before = known.front.census().await.count("statuses");
    let odd: [(&str, Value); 7] = [
        ("key_storage", json!(["iso_18045_basic"])),
        ("key_storage", json!([])),
        ("nonce", json!("another")),
        ("nonce", Value::Null),
        ("attested_keys", json!([])),
        ("attested_keys", json!([keys[0].public(), keys[0].public()])),
        ("exp", json!(town.platform.now().as_second())),
    ];
    for (name, value) in odd {
        let refused = pocket.sends(&attested(&|claims| claims[name] = value.clone())).await;
        assert!(refused.is_err(), "{name}: {value}");
    }
    assert_eq!(known.front.census().await.count("statuses"), before);
}

async fn a_provider_is_known_by_its_certificate(front: Front) {
    let (known, authority, _) = Known::certified(front, KeyDemands::default());
    let (id, key, own) = ("vault-pocket", KeyHolder::new(), &known.provider);
    let ours = chain(&authority, MAKER, own);
    let word = |chain: &[String]| {
        ("oauth-client-attestation", known.vouches_under(chain, id, &key.public()))
    };
    let code = known.code(id, &[known.dpop(&key, "/par"), word(&ours)]).await;
    let told = known.redeems(id, &code, &[known.dpop(&key, "/token"), word(&ours)]).await;
    assert_eq!(pocket(&known, &key, &told).receives(1).await.len(), 1);

    let stranger = Authority::new(known.front.town.today()).expect("an authority");
    let anchor = CertificateChain::from_pem(authority.pem().as_bytes());
    assert!(anchor.is_err(), "an authority's own certificate is no chain");
    let with_anchor: Vec<_> = [ours.clone(), x5c_of(&authority)].concat();
    let foreign = SigningKey::generate();
    for (why, chain) in [
        ("nobody certifies it", vec![]),
        ("another authority of that name", chain(&stranger, MAKER, own)),
        ("another wallet's provider", chain(&authority, "https://other.example", own)),
        ("a certificate of another key", chain(&authority, MAKER, &foreign)),
        ("the authority's own is sent along", with_anchor),
        ("no certificate", vec!["AAAA".to_owned()]),
    ] {
        let refused = known.pushes(id, &[known.dpop(&key, "/par"), word(&chain)]).await;
        assert_eq!(refused.json()["reason"], "wallet_attestation_invalid", "{why}");
    }
    let code = known.code(id, &[known.dpop(&key, "/par"), word(&ours)]).await;
    let bare = known.redeems(id, &code, &[known.dpop(&key, "/token")]).await;
    assert_eq!(bare.json()["reason"], "wallet_attestation_missing", "at the other door, too");
    let claims = |alg: &str| {
        let header = json!({"alg": alg, "typ": "oauth-client-attestation+jwt", "x5c": ours});
        let exp = known.front.town.platform.now().as_second() + 3600;
        let claims = json!({"sub": id, "exp": exp, "cnf": {"jwk": key.public()}});
        let part = |value: &Value| base64url::encode(value.to_string().as_bytes());
        format!("{}.{}.{}", part(&header), part(&claims), base64url::encode(&[7; 64]))
    };
    for alg in ["none", "HS256", "ES256"] {
        let shown = [known.dpop(&key, "/par"), ("oauth-client-attestation", claims(alg))];
        let refused = known.pushes(id, &shown).await;
        assert_eq!(refused.json()["reason"], "wallet_attestation_invalid", "{alg}");
    }
    // By the name of its key alone, which was enough where the key is written down.
    let named = ("oauth-client-attestation", known.vouches(id, &key.public()));
    let refused = known.pushes(id, &[known.dpop(&key, "/par"), named]).await;
    assert_eq!(refused.json()["reason"], "wallet_attestation_invalid");
    known.front.town.world.pass(367 * 24 * 60 * 60);
    let late = known.pushes(id, &[known.dpop(&key, "/par"), word(&ours)]).await;
    assert_eq!(late.json()["reason"], "wallet_attestation_invalid", "the certificate is over");
}

async fn a_provider_is_known_by_what_was_said_of_it_last(front: Front) {
    let (known, authority, maker) = Known::certified(front, KeyDemands::default());
    let (id, key) = ("vault-pocket", KeyHolder::new());
    let chain = chain(&authority, MAKER, &known.provider);
    let word = ("oauth-client-attestation", known.vouches_under(&chain, id, &key.public()));
    let another = Authority::new(known.front.town.today()).expect("an authority");
    let code = known.code(id, &[known.dpop(&key, "/par"), word.clone()]).await;
    maker.replace(certified(MAKER, &another));
    let refused = known.redeems(id, &code, &[known.dpop(&key, "/token"), word.clone()]).await;
    assert_eq!(refused.json()["reason"], "wallet_attestation_invalid", "in the middle of its way");
    maker.replace(certified(MAKER, &authority));
    let told = known.redeems(id, &code, &[known.dpop(&key, "/token"), word]).await;
    assert_eq!(pocket(&known, &key, &told).receives(1).await.len(), 1);
}

async fn a_chain_is_passed_over_where_the_key_is_written_down(front: Front) {
    let (known, key) = (Known::new(front, KeyDemands::default()), KeyHolder::new());
    let stranger = Authority::new(known.front.town.today()).expect("an authority");
    let chain = chain(&stranger, MAKER, &known.provider);
    let exp = known.front.town.platform.now().as_second() + 3600;
    let claims = json!({"sub": "vault-pocket", "exp": exp, "cnf": {"jwk": key.public()}});
    let kid = known.provider.public().thumbprint();
    let says = |kid: &str| {
        let signer = Signer { key: &known.provider, kid, x5c: &chain };
        ("oauth-client-attestation", jws::sign_as(signer, "oauth-client-attestation+jwt", &claims))
    };
    known.pushes("vault-pocket", &[known.dpop(&key, "/par"), says(&kid)]).await.let_in();
    let refused = known.pushes("vault-pocket", &[known.dpop(&key, "/par"), says("")]).await;
    assert_eq!(
        refused.json()["reason"],
        "wallet_attestation_invalid",
        "the chain alone says nothing"
    );
}

/// An authority's own certificate, as a header would hold it.
fn x5c_of(authority: &Authority) -> Vec<String> {
    let body: String = authority.pem().lines().filter(|line| !line.starts_with('-')).collect();
    vec![body]
}

async fn keys_are_attested_under_a_certificate(front: Front) {
    let (known, authority, _) = Known::certified(front, KeyDemands::default());
    let town = &known.front.town;
    let pocket = known.front.li().await.pocket().await;
    let keys = [SigningKey::generate(), SigningKey::generate()];
    let attested = |chain: &[String]| {
        let nonce = town.platform.credential_nonce().expect("a nonce").c_nonce;
        let public: Vec<_> = keys.iter().map(SigningKey::public).collect();
        let at = town.platform.now().as_second();
        let claims = json!({"iat": at, "attested_keys": public, "nonce": nonce});
        let proof = known.says_under(chain, "key-attestation+jwt", &claims);
        json!({"credential_configuration_id": "net-certificate", "proofs": {"attestation": [proof]}})
            .to_string()
    };
    let ours = chain(&authority, MAKER, &known.provider);
    let handed = pocket.sends(&attested(&ours)).await.expect("no fault").expect("let in");
    assert_eq!(handed.credentials().count(), 2);
    let stranger = Authority::new(town.today()).expect("an authority");
    for chain in [vec![], chain(&stranger, MAKER, &known.provider)] {
        let refused = pocket.sends(&attested(&chain)).await.map(drop);
        assert_eq!(yinzheng_testkit::refusal(refused), "key_attestation_invalid");
    }
}
