//! Wallets that the operator knows, one that nobody vouches for and one with a provider; and what each sends when it comes by itself.

use axum::body::Body;
use formats::{
    Authorities, CertificateChain, Jwk, JwkSet, SigningKey, base64url,
    jws::{self, Signer},
    mac::sha256,
};
use protocol::issuance::Configuration;
use protocol::issuance::provider::{KnownBy, Provider};
use protocol::issuance::wallet::{KeyDemands, KnownWallet, KnownWallets};
use sandbox::authority::Authority;
use serde_json::{Value, json};
use url::Url;
use yinzheng_testkit::{ISSUER, KeyHolder, Pocket};

use crate::answer::Answer;
use crate::browser::Browser;
use crate::call::{Call, FORM};
use crate::front::Front;

/// Where it has the browser sent back to.
pub(crate) const BACK: &str = "https://pocket.example/back";
/// Who makes a wallet.
pub(crate) const MAKER: &str = "https://maker.example";
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// A wallet nobody vouches for, and one with a provider.
pub(crate) struct Known {
    pub(crate) front: Front,
    pub(crate) provider: SigningKey,
}

impl Known {
    pub(crate) fn new(front: Front, demands: KeyDemands) -> Self {
        let provider = SigningKey::generate();
        let keys = JwkSet::new([provider.public()]).expect("a set");
        let wallets = vec![
            wallet("pocket", None),
            wallet("vault-pocket", Some(Provider::new(KnownBy::Keys(keys)))),
        ];
        let wallets = KnownWallets::new(wallets, demands).expect("known");
        Self { front: front.knowing(wallets), provider }
    }

    /// The same, whose provider is known by what the sandbox's authority certifies for its name, until it is known by something else.
    pub(crate) fn certified(front: Front, demands: KeyDemands) -> (Self, Authority, Provider) {
        let authority = Authority::new(front.town.today()).expect("an authority");
        let maker = Provider::new(certified(MAKER, &authority));
        let other = Provider::new(certified("https://other.example", &authority));
        let wallets =
            vec![wallet("vault-pocket", Some(maker.clone())), wallet("pocket", Some(other))];
        let wallets = KnownWallets::new(wallets, demands).expect("known");
        let known = Self { front: front.knowing(wallets), provider: SigningKey::generate() };
        (known, authority, maker)
    }

    /// What a provider says, its chain in the header.
    pub(crate) fn says_under(&self, chain: &[String], typ: &str, claims: &Value) -> String {
        jws::sign_as(Signer { key: &self.provider, kid: "", x5c: chain }, typ, claims)
    }

    pub(crate) fn vouches_under(&self, chain: &[String], id: &str, key: &Jwk) -> String {
        let exp = self.front.town.platform.now().as_second() + 3600;
        let claims = json!({"sub": id, "exp": exp, "cnf": {"jwk": key}});
        self.says_under(chain, "oauth-client-attestation+jwt", &claims)
    }

    /// What a provider says, under its own key.
    pub(crate) fn says(&self, typ: &str, claims: &Value) -> String {
        let kid = self.provider.public().thumbprint();
        jws::sign(&self.provider, &kid, typ, claims)
    }

    /// That the holder of this key is an instance.
    pub(crate) fn vouches(&self, id: &str, key: &Jwk) -> String {
        let exp = self.front.town.platform.now().as_second() + 3600;
        let claims = json!({"sub": id, "exp": exp, "cnf": {"jwk": key}});
        self.says("oauth-client-attestation+jwt", &claims)
    }

    pub(crate) async fn posts(
        &self,
        path: &str,
        headers: &[(&'static str, String)],
        form: &str,
    ) -> Answer {
        let mut call = Call::post(path);
        for (name, value) in headers {
            call = call.header(name, value.clone());
        }
        self.front.ask(call.request_with(Some(FORM), Body::from(form.to_owned()))).await
    }

    pub(crate) fn dpop(&self, key: &KeyHolder, path: &str) -> (&'static str, String) {
        ("dpop", key.proof(&self.front.town, "POST", path, None))
    }

    /// Pushes an honest request with these headers.
    pub(crate) async fn pushes(&self, id: &str, headers: &[(&'static str, String)]) -> Answer {
        self.posts("/par", headers, &request(id)).await
    }

    /// Where the person's browser is sent.
    pub(crate) async fn asks(&self, id: &str, pushed: &Answer) -> String {
        pushed.let_in();
        let reference = pushed.json()["request_uri"].as_str().expect("a reference").to_owned();
        let query = query(&[("client_id", id), ("request_uri", &reference)]);
        let sent = self.front.send(&Call::get(format!("/authorize?{query}"))).await;
        assert_eq!(sent.status, 303);
        sent.header("location").to_owned()
    }

    /// The person's word; where the browser is sent with it.
    pub(crate) async fn answers(&self, page: &str, decision: &str) -> Url {
        let session = &self.front.li().await.session;
        let mut browser = Browser::signed_in(&self.front, session);
        let form = browser.form(&self.front, page, "/me/wallet/take").await;
        let sent = browser.send(&self.front, form.with("decision", decision)).await;
        assert_eq!(sent.status, 303, "{}", sent.body);
        sent.header("location").parse().expect("an address")
    }

    /// A code that the person agreed to.
    pub(crate) async fn code(&self, id: &str, headers: &[(&'static str, String)]) -> String {
        let page = self.asks(id, &self.pushes(id, headers).await).await;
        let back = self.answers(&page, "approve").await;
        assert!(back.as_str().starts_with(BACK));
        assert_eq!(value(&back, "state").as_deref(), Some("af0ifjsldkj"));
        assert_eq!(value(&back, "iss").as_deref(), Some(ISSUER));
        value(&back, "code").expect("a code")
    }

    pub(crate) async fn redeems(
        &self,
        id: &str,
        code: &str,
        headers: &[(&'static str, String)],
    ) -> Answer {
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

/// By what this authority certifies for that name.
pub(crate) fn certified(name: &str, by: &Authority) -> KnownBy {
    let authorities = Authorities::from_pem(by.pem().as_bytes()).expect("authorities");
    KnownBy::Certificates(name.parse().expect("a name"), authorities)
}

/// The chain that an authority gives for this key and name, as a header holds it.
pub(crate) fn chain(by: &Authority, name: &str, key: &SigningKey) -> Vec<String> {
    let pem = by.certify(name, key.verifying_key()).expect("certified");
    CertificateChain::from_pem(pem.as_bytes()).expect("a chain").0.x5c()
}

pub(crate) fn query(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

pub(crate) fn request(id: &str) -> String {
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

pub(crate) fn value(back: &Url, name: &str) -> Option<String> {
    back.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

/// A wallet with this token.
pub(crate) fn pocket(known: &Known, key: &KeyHolder, told: &Answer) -> Pocket {
    told.let_in();
    assert_eq!(told.json()["token_type"], "DPoP");
    let token = told.json()["access_token"].as_str().expect("a token").to_owned();
    Pocket::with(&known.front.town, key.clone(), token)
}
