//! Clients that prove themselves by the certificate of their connection, and tokens that are worth nothing without it.

use formats::JwkSet;
use protocol::oauth::{
    CertificateName, Chain, ClientAuthentication, ClientMetadata, Profile, bearer::Presented,
    token::TokenType,
};
use serde_json::json;
use yinzheng_testkit::{
    Application, Certified, Code, Holder, KeyHolder, MUTUAL, Town, refusal, stories,
};

stories!(
    a_certificate_is_the_whole_proof,
    a_key_of_its_own_is_as_good_as_an_authority,
    whoever_shows_another_certificate_is_refused,
    a_certificate_is_nothing_to_who_registered_none,
    a_bound_token_is_worth_nothing_elsewhere,
    a_signing_client_binds_its_tokens_to_a_certificate,
    fapi_is_kept_by_the_certificate_alone,
    a_refreshed_token_is_bound_again,
    nobody_is_admitted_whom_no_door_could_ask,
);

const NAME: &str = "insurer.example";

fn by_name(name: &str) -> ClientAuthentication {
    let name: CertificateName =
        serde_json::from_value(json!({ "tls_client_auth_san_dns": name })).unwrap();
    ClientAuthentication::Tls { name }
}

fn by_key(certified: &Certified) -> ClientAuthentication {
    let keys = JwkSet::new([certified.key.clone()]).unwrap();
    ClientAuthentication::SelfSignedTls { keys }
}

fn bound() -> ClientMetadata {
    ClientMetadata { tls_client_certificate_bound_access_tokens: true, ..Default::default() }
}

/// An application with its certificate, known by name.
async fn certified(town: &Town, metadata: ClientMetadata) -> (Application, Certified) {
    let own = Certified::new(NAME, Chain::Believed);
    let application =
        town.admit_certified("by-name", by_name(NAME), Profile::OpenId, metadata, &own).await;
    (application.unwrap(), own)
}

async fn code(town: &Town, li: &mut Holder, application: &Application) -> Code {
    li.go(&town.push(&town.ask(application), None).await.unwrap()).await.unwrap().code()
}

async fn a_certificate_is_the_whole_proof(town: Town) {
    let mut li = town.enrolled(34).await;
    let (application, _) = certified(&town, ClientMetadata::default()).await;
    let before = town.census().await;
    let pushed = town.push(&town.ask(&application), None).await.unwrap();
    assert_eq!(town.census().await.changed_since(&before), [""; 0], "nothing to remember");
    let code = li.go(&pushed).await.unwrap().code();
    let told = town.redeem(&code).await.unwrap();
    // It bound nothing: the client did not ask for it.
    assert_eq!(town.userinfo(&told).await.unwrap().sub, told.sub());
    let about = town.about(&application, told.response.access_token());
    assert_eq!(town.introspect(&about).await.unwrap().get("cnf"), None);
    town.revoke(&about).await.unwrap();
    assert_eq!(town.userinfo(&told).await, Err("token_revoked"));
}

async fn a_key_of_its_own_is_as_good_as_an_authority(town: Town) {
    let mut li = town.enrolled(34).await;
    let own = Certified::new("nobody in particular", Chain::Unknown);
    let application =
        town.admit_certified("by-key", by_key(&own), Profile::OpenId, bound(), &own).await.unwrap();
    let code = code(&town, &mut li, &application).await;
    let told = town.redeem(&code).await.unwrap();
    let info = town.userinfo_over(&told, Some(&own.shown)).await.unwrap();
    assert_eq!(info.sub, told.sub());
}

async fn whoever_shows_another_certificate_is_refused(town: Town) {
    let mut li = town.enrolled(34).await;
    let (application, own) = certified(&town, ClientMetadata::default()).await;
    let by_its_key = by_key(&own);
    let twin =
        town.admit_certified("by-key", by_its_key, Profile::OpenId, bound(), &own).await.unwrap();
    let before = town.census().await;
    for (application, shown, reason) in [
        (&application, Certified::new(NAME, Chain::Unknown), "certificate_not_believed"),
        (&application, Certified::new("shop.example", Chain::Believed), "certificate_of_another"),
        (&application, Certified::until(NAME, Chain::Believed, 2025), "certificate_expired"),
        (&twin, Certified::new(NAME, Chain::Believed), "certificate_of_another"),
    ] {
        let call = town.about(application, "a token").over(Some(&shown.shown));
        assert_eq!(refusal(town.introspect(&call).await), reason);
        assert_eq!(refusal(town.revoke(&call).await), reason);
    }
    let none = town.about(&application, "a token").over(None);
    assert_eq!(refusal(town.introspect(&none).await), "client_not_authenticated");
    // A certificate outlived by its connection.
    let code = code(&town, &mut li, &application).await;
    assert!(town.redeem(&code).await.is_ok());
    town.world.pass(2 * 366 * 24 * 60 * 60);
    let late = town.about(&application, "a token");
    assert_eq!(refusal(town.introspect(&late).await), "certificate_expired");
    assert!(!town.census().await.changed_since(&before).contains(&"spent"));
}

async fn a_certificate_is_nothing_to_who_registered_none(town: Town) {
    let believed = Certified::new(NAME, Chain::Believed);
    for application in [town.airline(), town.shop()] {
        let call = town.about(&application, "a token");
        assert!(town.introspect(&call.over(Some(&believed.shown))).await.is_ok(), "its own proof");
    }
    // Only the certificate, and another's name.
    let (own, _) = certified(&town, ClientMetadata::default()).await;
    for id in ["airline-web", "shop"] {
        let call = town.about(&own, "a token").with("client_id", id);
        assert_eq!(refusal(town.introspect(&call).await), "authentication_not_registered");
    }
    let nobody = town.about(&own, "a token").with("client_id", "nobody");
    assert_eq!(refusal(town.introspect(&nobody).await), "client_unknown");
}

async fn a_bound_token_is_worth_nothing_elsewhere(town: Town) {
    let mut li = town.enrolled(34).await;
    let (application, own) = certified(&town, bound()).await;
    let code = code(&town, &mut li, &application).await;
    let told = town.redeem(&code).await.unwrap();
    let answer = serde_json::to_value(&told.response).unwrap();
    assert_eq!(answer["token_type"], "Bearer");
    assert!(town.userinfo_over(&told, Some(&own.shown)).await.is_ok());
    // The same name, the same authority, a new key: another certificate.
    let renewed = Certified::new(NAME, Chain::Believed);
    for shown in [None, Some(&renewed.shown)] {
        let refused = town.userinfo_over(&told, shown).await;
        assert_eq!(refused, Err("token_of_another_certificate"));
    }
    let about = town.about(&application, told.response.access_token());
    let said = town.introspect(&about).await.unwrap();
    assert_eq!(said["cnf"], json!({ "x5t#S256": own.shown.thumbprint() }));
    assert_eq!(said["token_type"], "Bearer");
}

async fn a_signing_client_binds_its_tokens_to_a_certificate(town: Town) {
    let mut li = town.enrolled(34).await;
    let signs = town.admit_signing("signs-and-shows", Profile::OpenId, bound()).await.unwrap();
    let any = Certified::new("whatever", Chain::Unknown);
    let code = code(&town, &mut li, &signs).await;
    assert_eq!(refusal(town.redeem(&code).await), "certificate_missing");
    let told = town.post(&town.call(&code).over(Some(&any.shown))).await.unwrap();
    assert_eq!(town.userinfo(&told).await, Err("token_of_another_certificate"));
    assert!(town.userinfo_over(&told, Some(&any.shown)).await.is_ok());
}

async fn fapi_is_kept_by_the_certificate_alone(town: Town) {
    let mut li = town.enrolled(34).await;
    let own = Certified::new(NAME, Chain::Believed);
    let keeps =
        town.admit_certified("fapi-shows", by_name(NAME), Profile::Fapi2, <_>::default(), &own);
    let keeps = keeps.await.unwrap();
    let unpushed = li.go(&town.ask(&keeps)).await.unwrap();
    assert_eq!(unpushed.error(), "invalid_request");
    let first = code(&town, &mut li, &keeps).await;
    let told = town.redeem(&first).await.unwrap();
    assert_eq!(town.userinfo(&told).await, Err("token_of_another_certificate"));
    assert!(town.userinfo_over(&told, Some(&own.shown)).await.is_ok());

    // Or by DPoP, proved for the address at which certificates are shown.
    let key = KeyHolder::new();
    let second = code(&town, &mut li, &keeps).await;
    let there = json!({ "htu": format!("{MUTUAL}/token") });
    let proof = key.proof_with(&town, "POST", "/token", None, &there);
    let told = town.post(&town.call(&second).proving(proof)).await.unwrap();
    let token = told.response.access_token();
    let presented = Presented { token, token_type: TokenType::Dpop };
    let proof = key.proof(&town, "GET", "/userinfo", Some(token));
    assert!(town.userinfo_shown(presented, Some(&proof)).await.is_ok());
    // And for no other.
    let elsewhere = json!({ "htu": "https://mtls.evil.example/token" });
    let proof = key.proof_with(&town, "POST", "/token", None, &elsewhere);
    let third = code(&town, &mut li, &keeps).await;
    let call = town.call(&third).proving(proof);
    assert_eq!(refusal(town.post(&call).await), "dpop_for_another_request");
}

async fn a_refreshed_token_is_bound_again(town: Town) {
    let mut li = town.enrolled(34).await;
    let (application, own) = certified(&town, bound()).await;
    let ask = town.ask(&application).with("scope", "openid scene:insure offline_access");
    let code = li.go(&town.push(&ask, None).await.unwrap()).await.unwrap().code();
    let told = town.redeem(&code).await.unwrap();
    let renewed = Certified::new(NAME, Chain::Believed);
    let call = town.refreshing(&application, &told.refresh_token()).over(Some(&renewed.shown));
    let again = town.post(&call).await.unwrap();
    assert!(town.userinfo_over(&again, Some(&renewed.shown)).await.is_ok());
    let refused = town.userinfo_over(&again, Some(&own.shown)).await;
    assert_eq!(refused, Err("token_of_another_certificate"));
    let stolen = town.refreshing(&application, &again.refresh_token()).over(None);
    assert_eq!(refusal(town.post(&stolen).await), "client_not_authenticated");
}

async fn nobody_is_admitted_whom_no_door_could_ask(town: Town) {
    let own = Certified::new(NAME, Chain::Believed);
    let admit = |town: Town, authentication: ClientAuthentication, metadata: ClientMetadata| {
        let own = own.clone();
        async move {
            let outcome =
                town.admit_certified("new", authentication, Profile::OpenId, metadata, &own).await;
            outcome.map(drop)
        }
    };
    let nowhere = town.without_mutual_tls(None);
    for (authentication, metadata) in [
        (by_name(NAME), ClientMetadata::default()),
        (by_key(&own), ClientMetadata::default()),
        (ClientAuthentication::by_secret("a secret"), bound()),
    ] {
        let refused = admit(nowhere.clone(), authentication, metadata).await;
        assert_eq!(refusal(refused), "mutual_tls_not_offered");
    }
    let without_authorities = town.without_mutual_tls(Some(MUTUAL));
    let refused = admit(without_authorities.clone(), by_name(NAME), bound()).await;
    assert_eq!(refusal(refused), "mutual_tls_not_offered");
    admit(without_authorities, by_key(&own), bound()).await.unwrap();
}
