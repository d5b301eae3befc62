//! A wallet that the operator knows comes by itself: pushes, has its person agree, redeems, and is handed certificates; then the same
//! without a provider's word, with another's key, code or verifier, and twice.

use axum::body::Body;
use formats::{
    Authorities, CertificateChain, Jwk, JwkSet, SigningKey, base64url,
    jws::{self, Signer},
    mac::sha256,
};
use protocol::issuance::Configuration;
use protocol::issuance::provider::Provider;
use protocol::issuance::wallet::{KeyDemands, KnownWallet, KnownWallets};
use sandbox::authority::Authority;
use serde_json::{Value, json};
use url::Url;
use yinzheng_testkit::{ISSUER, KeyHolder, Pocket};

use crate::answer::Answer;
use crate::browser::Browser;
use crate::call::{Call, FORM};
use crate::front::Front;

crate::told!(
    a_wallet_comes_by_itself,
    what_wallets_need_is_published,
    a_person_may_say_no,
    whoever_is_not_signed_in_comes_back_to_the_page,
    a_code_is_for_its_wallet_its_key_its_verifier_and_once,
    a_wallet_with_a_provider_is_vouched_for,
    keys_are_attested_where_it_is_demanded,
    a_provider_is_known_by_its_certificate,
    keys_are_attested_under_a_certificate,
    a_chain_is_passed_over_where_the_key_is_written_down,
);

/// Every endpoint that stories here attack.
pub(crate) const WALLET_CODES: &[(&str, &str)] =
    &[("GET", "/me/wallet/take"), ("POST", "/me/wallet/take")];

const BACK: &str = "https://pocket.example/back";
/// Who makes a wallet.
const MAKER: &str = "https://maker.example";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// A wallet nobody vouches for, and one with a provider.
struct Known {
    front: Front,
    provider: SigningKey,
}

impl Known {
    fn new(front: Front, demands: KeyDemands) -> Self {
        let provider = SigningKey::generate();
        let keys = JwkSet::new([provider.public()]).expect("a set");
        let wallets =
            vec![wallet("pocket", None), wallet("vault-pocket", Some(Provider::Keys(keys)))];
        let wallets = KnownWallets::new(wallets, demands).expect("known");
        Self { front: front.knowing(wallets), provider }
    }

    /// The same, whose provider is known by what the sandbox's authority certifies for its name.
    fn certified(front: Front, demands: KeyDemands) -> (Self, Authority) {
        let authority = Authority::new(front.town.today()).expect("an authority");
        let believed = Authorities::from_pem(authority.pem().as_bytes()).expect("believed");
        let provider =
            |name: &str| Some(Provider::Certified(name.parse().expect("a name"), believed.clone()));
        let other = "https://other.example";
        let wallets =
            vec![wallet("vault-pocket", provider(MAKER)), wallet("pocket", provider(other))];
        let wallets = KnownWallets::new(wallets, demands).expect("known");
        (Self { front: front.knowing(wallets), provider: SigningKey::generate() }, authority)
    }

    /// What a provider says, its chain in the header.
    fn says_under(&self, chain: &[String], typ: &str, claims: &Value) -> String {
        jws::sign_as(Signer { key: &self.provider, kid: "", x5c: chain }, typ, claims)
    }

    fn vouches_under(&self, chain: &[String], id: &str, key: &Jwk) -> String {
        let exp = self.front.town.platform.now().as_second() + 3600;
        let claims = json!({"sub": id, "exp": exp, "cnf": {"jwk": key}});
        self.says_under(chain, "oauth-client-attestation+jwt", &claims)
    }

    /// What a provider says, under its own key.
    fn says(&self, typ: &str, claims: &Value) -> String {
        let kid = self.provider.public().thumbprint();
        jws::sign(&self.provider, &kid, typ, claims)
    }

    /// That the holder of this key is an instance.
    fn vouches(&self, id: &str, key: &Jwk) -> String {
        let exp = self.front.town.platform.now().as_second() + 3600;
        let claims = json!({"sub": id, "exp": exp, "cnf": {"jwk": key}});
        self.says("oauth-client-attestation+jwt", &claims)
    }

    async fn posts(&self, path: &str, headers: &[(&'static str, String)], form: &str) -> Answer {
        let mut call = Call::post(path);
        for (name, value) in headers {
            call = call.header(name, value.clone());
        }
        self.front.ask(call.request_with(Some(FORM), Body::from(form.to_owned()))).await
    }

    fn dpop(&self, key: &KeyHolder, path: &str) -> (&'static str, String) {
        ("dpop", key.proof(&self.front.town, "POST", path, None))
    }

    /// Pushes an honest request with these headers.
    async fn pushes(&self, id: &str, headers: &[(&'static str, String)]) -> Answer {
        self.posts("/par", headers, &request(id)).await
    }

    /// Where the person's browser is sent.
    async fn asks(&self, id: &str, pushed: &Answer) -> String {
        pushed.let_in();
        let reference = pushed.json()["request_uri"].as_str().expect("a reference").to_owned();
        let query = query(&[("client_id", id), ("request_uri", &reference)]);
        let sent = self.front.send(&Call::get(format!("/authorize?{query}"))).await;
        assert_eq!(sent.status, 303);
        sent.header("location").to_owned()
    }

    /// The person's word; where the browser is sent with it.
    async fn answers(&self, page: &str, decision: &str) -> Url {
        let session = &self.front.li().await.session;
        let mut browser = Browser::signed_in(&self.front, session);
        let form = browser.form(&self.front, page, "/me/wallet/take").await;
        let sent = browser.send(&self.front, form.with("decision", decision)).await;
        assert_eq!(sent.status, 303, "{}", sent.body);
        sent.header("location").parse().expect("an address")
    }

    /// A code that the person agreed to.
    async fn code(&self, id: &str, headers: &[(&'static str, String)]) -> String {
        let page = self.asks(id, &self.pushes(id, headers).await).await;
        let back = self.answers(&page, "approve").await;
        assert!(back.as_str().starts_with(BACK));
        assert_eq!(value(&back, "state").as_deref(), Some("af0ifjsldkj"));
        assert_eq!(value(&back, "iss").as_deref(), Some(ISSUER));
        value(&back, "code").expect("a code")
    }

    async fn redeems(&self, id: &str, code: &str, headers: &[(&'static str, String)]) -> Answer {
        let form = query(&[
            ("grant_type", "authorization_code"),
            ("client_id", id),
            ("code", code),
            ("code_verifier", VERIFIER),
            ("redirect_uri", BACK),
        ]);
        self.posts("/token", headers, &form).await
    }
}

fn wallet(id: &str, provider: Option<Provider>) -> KnownWallet {
    KnownWallet {
        id: id.parse().expect("a name"),
        name: "Pocket".to_owned(),
        redirect_uris: vec![BACK.parse().expect("an address")],
        provider,
    }
}

/// The chain that an authority gives for this key and name, as a header holds it.
fn chain(by: &Authority, name: &str, key: &SigningKey) -> Vec<String> {
    let pem = by.certify(name, key.verifying_key()).expect("certified");
    CertificateChain::from_pem(pem.as_bytes()).expect("a chain").0.x5c()
}

fn query(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn request(id: &str) -> String {
    let challenge = base64url::encode(&sha256(VERIFIER.as_bytes()));
    query(&[
        ("client_id", id),
        ("response_type", "code"),
        ("redirect_uri", BACK),
        ("scope", Configuration::NetCertificate.id()),
        ("state", "af0ifjsldkj"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ])
}

fn value(back: &Url, name: &str) -> Option<String> {
    back.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

/// A wallet with this token.
fn pocket(known: &Known, key: &KeyHolder, told: &Answer) -> Pocket {
    told.let_in();
    assert_eq!(told.json()["token_type"], "DPoP");
    let token = told.json()["access_token"].as_str().expect("a token").to_owned();
    Pocket::with(&known.front.town, key.clone(), token)
}

async fn a_wallet_comes_by_itself(front: Front) {
    let (known, key) = (Known::new(front, KeyDemands::default()), KeyHolder::new());
    let code = known.code("pocket", &[known.dpop(&key, "/par")]).await;
    let told = known.redeems("pocket", &code, &[known.dpop(&key, "/token")]).await;
    let pocket = pocket(&known, &key, &told);
    assert_eq!(pocket.receives(3).await.len(), 3);
    // The scope named one form, and the token is for no other.
    let keys = [SigningKey::generate()];
    let form = Configuration::Code(formats::Suite::International);
    let refused = pocket.sends(&known.front.town.asks_for(form, &keys)).await.expect("no fault");
    assert!(refused.is_err(), "the token is for another form");

    // By authorization_details, and then by identifier.
    let details = json!([{"type": "openid_credential", "credential_configuration_id": form.id()}]);
    let form_text = format!(
        "{}&{}",
        request("pocket"),
        query(&[("authorization_details", &details.to_string())])
    );
    let pushed = known.posts("/par", &[known.dpop(&key, "/par")], &form_text).await;
    let back = known.answers(&known.asks("pocket", &pushed).await, "approve").await;
    let code = value(&back, "code").expect("a code");
    let told = known.redeems("pocket", &code, &[known.dpop(&key, "/token")]).await;
    let granted = told.json()["authorization_details"].clone();
    assert_eq!(granted[1]["credential_identifiers"][0], form.id());
    let pocket = self::pocket(&known, &key, &told);
    let body = known.front.town.asks_for(form, &keys);
    assert!(pocket.sends(&body).await.is_err(), "it has to name the identifier");
    let body = body.replace("credential_configuration_id", "credential_identifier");
    let handed = pocket.sends(&body).await.expect("no fault").expect("let in");
    assert_eq!(handed.codes().count(), 1);
}

async fn what_wallets_need_is_published(front: Front) {
    let path = "/.well-known/oauth-authorization-server";
    let methods = |metadata: &Value| metadata["token_endpoint_auth_methods_supported"].to_string();
    let without = front.send(&Call::get(path)).await.json();
    assert!(!methods(&without).contains("attest") && !methods(&without).contains("none"));
    let known = Known::new(front, KeyDemands::default());
    let with = known.front.send(&Call::get(path)).await.json();
    assert!(methods(&with).contains("\"none\",\"attest_jwt_client_auth\""), "{}", methods(&with));
    assert_eq!(with["authorization_details_types_supported"][1], "openid_credential");
}

async fn a_person_may_say_no(front: Front) {
    let (known, key) = (Known::new(front, KeyDemands::default()), KeyHolder::new());
    let page =
        known.asks("pocket", &known.pushes("pocket", &[known.dpop(&key, "/par")]).await).await;
    let before = known.front.census().await;
    for decision in ["decline", "perhaps"] {
        let back = known.answers(&page, decision).await;
        assert_eq!(value(&back, "error").as_deref(), Some("access_denied"));
        assert_eq!(value(&back, "code"), None);
    }
    let session = &known.front.li().await.session;
    let mut browser = Browser::signed_in(&known.front, session);
    let form = browser.form(&known.front, &page, "/me/wallet/take").await;
    let forged = browser.dress(form.clone().with("ticket", "AAAA").with("decision", "approve"));
    assert_eq!(known.front.send(&forged).await.status, 403);
    let another = browser.dress(form.with("asked", "AAAA").with("decision", "approve"));
    assert!(matches!(known.front.send(&another).await.status, 400 | 403));
    assert_eq!(known.front.census().await.count("statuses"), before.count("statuses"));
    known.front.town.world.pass(31 * 60);
    let late = browser.dress(Call::get(page));
    assert!(known.front.send(&late).await.status >= 400, "the page was open too long");
}

async fn whoever_is_not_signed_in_comes_back_to_the_page(front: Front) {
    let (known, key) = (Known::new(front, KeyDemands::default()), KeyHolder::new());
    let page =
        known.asks("pocket", &known.pushes("pocket", &[known.dpop(&key, "/par")]).await).await;
    let sent = known.front.send(&Call::get(page.clone())).await;
    assert_eq!(sent.status, 303);
    let to: Url = format!("{ISSUER}{}", sent.header("location")).parse().expect("an address");
    assert_eq!((to.path(), value(&to, "to")), ("/sign-in", Some(page.clone())));
    let posted = Call::post("/me/wallet/take").with("ticket", "AAAA").with("decision", "approve");
    assert!(known.front.send(&posted).await.status >= 400);
    // What is not a wallet's request is nobody's.
    for query in ["client_id=pocket", "client_id=pocket&request_uri=urn:x", &request("pocket")] {
        assert_eq!(known.front.send(&Call::get(format!("/authorize?{query}"))).await.status, 400);
    }
    let other = known.pushes("pocket", &[known.dpop(&key, "/par")]).await.json();
    let reference = other["request_uri"].as_str().expect("a reference");
    let another = query(&[("client_id", "vault-pocket"), ("request_uri", reference)]);
    assert_eq!(known.front.send(&Call::get(format!("/authorize?{another}"))).await.status, 400);
    known.front.town.world.pass(61);
    let late = query(&[("client_id", "pocket"), ("request_uri", reference)]);
    assert_eq!(known.front.send(&Call::get(format!("/authorize?{late}"))).await.status, 400);
}

async fn a_code_is_for_its_wallet_its_key_its_verifier_and_once(front: Front) {
    let (known, key) = (Known::new(front, KeyDemands::default()), KeyHolder::new());
    let code = known.code("pocket", &[known.dpop(&key, "/par")]).await;
    let thief = KeyHolder::new();
    let reason = |answer: &Answer| answer.json()["reason"].as_str().expect("a reason").to_owned();
    let stolen = known.redeems("pocket", &code, &[known.dpop(&thief, "/token")]).await;
    assert_eq!(reason(&stolen), "wallet_code_unknown");
    assert_eq!(reason(&known.redeems("pocket", &code, &[]).await), "dpop_missing");
    let form = |name: &str, value: &str| {
        let mut pairs = [
            ("grant_type", "authorization_code"),
            ("client_id", "pocket"),
            ("code", code.as_str()),
            ("code_verifier", VERIFIER),
            ("redirect_uri", BACK),
        ];
        pairs.iter_mut().filter(|(known, _)| *known == name).for_each(|pair| pair.1 = value);
        query(&pairs)
    };
    for (name, value, why) in [
        ("code_verifier", &"a".repeat(43) as &str, "wallet_code_unknown"),
        ("redirect_uri", "https://pocket.example/other", "wallet_code_unknown"),
        ("code", "AAAA", "wallet_code_unknown"),
        ("grant_type", "client_credentials", "wallet_grant_type"),
    ] {
        let headers = [known.dpop(&key, "/token")];
        let answer = known.posts("/token", &headers, &form(name, value)).await;
        assert_eq!(reason(&answer), why, "{name}");
    }
    // A relying party's client does not redeem it, either.
    let other = form("client_id", known.front.parties[0].id);
    assert!(known.posts("/token", &[known.dpop(&key, "/token")], &other).await.status >= 400);
    let told = known.redeems("pocket", &code, &[known.dpop(&key, "/token")]).await;
    let pocket = pocket(&known, &key, &told);
    assert_eq!(pocket.receives(1).await.len(), 1);
    // Whoever has a code and not what belongs to it ends nothing.
    let stolen = known.redeems("pocket", &code, &[known.dpop(&thief, "/token")]).await;
    assert_eq!(reason(&stolen), "wallet_code_unknown");
    assert_eq!(pocket.receives(1).await.len(), 1);
    // Shown again with everything, one of the two is a thief: the token is over.
    let again = known.redeems("pocket", &code, &[known.dpop(&key, "/token")]).await;
    assert_eq!(reason(&again), "wallet_code_unknown");
    assert_eq!(pocket.refused(&[SigningKey::generate()]).await, "token_revoked");
    let late = known.code("pocket", &[known.dpop(&key, "/par")]).await;
    known.front.town.world.pass(61);
    let late = known.redeems("pocket", &late, &[known.dpop(&key, "/token")]).await;
    assert_eq!(reason(&late), "wallet_code_unknown");
}

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
    let (known, authority) = Known::certified(front, KeyDemands::default());
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
    let (known, authority) = Known::certified(front, KeyDemands::default());
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
