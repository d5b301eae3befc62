//! A relying party that asks wallets itself: the platform attests it beforehand, and is not asked while a wallet answers.

use formats::{
    OpeningKey,
    status_list::{Mirror, UnverifiedStatusToken},
};
use protocol::{
    issuance::{Configuration, documents},
    presentation::{
        self, Awaited, BadRequest, Proved, Query, Unproved,
        attestation::{self, BadAttestation},
        request, through,
    },
};
use serde_json::{Value, json};
use wallet::{Pocket, Refusal, SoftwareKey};
use yinzheng_testkit::{Application, ISSUER, Town, refusal, stories};

stories!(
    an_embedded_verifier_asks_and_the_platform_is_not_asked,
    who_asks_more_than_is_attested_is_not_answered,
    what_a_scene_does_not_allow_is_not_attested,
    a_key_of_somebody_else_is_not_attested,
    an_attestation_is_over_after_a_day,
);

const INSURE: &str = "openid scene:insure";
const NONCE: &str = "nonce-of-the-insurer-drawn";
const STATE: &str = "state-of-the-insurer-drawn";

/// The insurer's server, which knows the platform by what it publishes and a copy of its list.
struct Verifier {
    insurer: Application,
    attestation: String,
    client_id: String,
    opening: OpeningKey,
    query: Value,
    mirror: Mirror,
}

impl Verifier {
    async fn attested(town: &Town, claims: &[&str]) -> Self {
        let insurer = town.insurer();
        let kid = insurer.signing_key().public().thumbprint();
        let told = town.attest(&insurer, &[("scope", INSURE), ("kid", &kid)]).await.unwrap();
        assert_eq!(
            (told.client_id.as_str(), told.expires_in),
            ("verifier_attestation:insurer", 86_400)
        );
        let claims: Vec<_> = claims.iter().map(|&claim| claim.to_owned()).collect();
        let list = town.platform.status_list(0).await.unwrap();
        let token = UnverifiedStatusToken::parse(list.jwt()).unwrap();
        let keys = town.platform.keys().certificate_keys();
        let key = keys.find(token.unverified_kid()).unwrap().verifying_key();
        let mut mirror = Mirror::new(format!("{ISSUER}/status/"));
        let uri = format!("{ISSUER}/status/0");
        mirror.keep(token.verify(key, &uri, town.platform.now()).unwrap());
        Self {
            insurer,
            attestation: told.verifier_attestation,
            client_id: told.client_id,
            opening: OpeningKey::generate("answer"),
            query: through::query(&documents::vct(town.platform.issuer()), &claims),
            mirror,
        }
    }

    /// The question, signed with the insurer's own key.
    fn ask(&self, town: &Town) -> String {
        let now = town.platform.now();
        let question = request::Question {
            client_id: &self.client_id,
            response_uri: "https://insurer.example/answers",
            nonce: NONCE,
            state: STATE,
            query: &self.query,
            encrypt_to: self.opening.public(),
            transaction_data: &[],
            attestation: Some(&self.attestation),
            wallet_nonce: None,
            expires_at: now + request::LIFETIME,
        };
        question.sign(self.insurer.signing_key(), "", now)
    }

    fn verify(&self, town: &Town, form: &str) -> Result<Vec<Proved>, Unproved> {
        let (_, response) = form.split_once("response=").unwrap();
        let query: Query = self.query.to_string().parse().unwrap();
        let (now, issuer) = (town.platform.now(), town.platform.issuer());
        let keys = town.platform.keys().certificate_keys();
        let awaited = Awaited {
            audience: &self.client_id,
            nonce: NONCE,
            state: Some(STATE),
            query: &query,
            transaction_data: &[],
        };
        let vct = documents::vct(issuer);
        let issuer =
            presentation::verify::Issuer { issuer: issuer.as_str(), vct: &vct, keys: &keys };
        presentation::verify(response, &self.opening, &awaited, issuer, &self.mirror, now)
    }
}

async fn pocket(town: &Town) -> Pocket<SoftwareKey> {
    town.enrolled(34).await.fills_a_pocket(&[Configuration::NetCertificate], 2).await
}

fn question(text: &str) -> wallet::Question<'_> {
    let client_id = "verifier_attestation:insurer";
    wallet::Question { text, client_id, wallet_nonce: None, kinds: &[] }
}

async fn an_embedded_verifier_asks_and_the_platform_is_not_asked(town: Town) {
    let mut pocket = pocket(&town).await;
    let verifier = Verifier::attested(&town, &["age_over_18"]).await;
    let before = town.census().await;

    let (now, text) = (town.platform.now(), verifier.ask(&town));
    let plan = pocket.plan(question(&text), now).unwrap();
    let who = plan.who("en").unwrap();
    assert_eq!(who.organization_name, "Shanhai Insurance");
    assert_eq!(plan.shown()[0].claim.as_deref(), Some("age_over_18"));
    let keep = |_: &Pocket<SoftwareKey>| Ok::<_, std::convert::Infallible>(());
    let answer = pocket.answer(plan.agree(), "en", |bytes| bytes.fill(9), now, keep).unwrap();
    assert_eq!(answer.address, "https://insurer.example/answers");
    let proved = verifier.verify(&town, &answer.form).unwrap();
    assert_eq!((proved.len(), &proved[0].claims["age_over_18"]), (1, &json!(true)));

    assert_eq!(town.census().await, before, "the platform saw and kept nothing of it");
}

async fn who_asks_more_than_is_attested_is_not_answered(town: Town) {
    let pocket = pocket(&town).await;
    let verifier = Verifier::attested(&town, &["age_over_18", "residency_class"]).await;
    let refused = pocket.plan(question(&verifier.ask(&town)), town.platform.now()).unwrap_err();
    let beyond = BadRequest::OverAsking("residency_class".to_owned());
    assert_eq!(refused, Refusal::Request(beyond));

    // What was narrowed when it was attested stays narrow.
    let verifier = Verifier::attested(&town, &["age_over_18"]).await;
    let kid = verifier.insurer.signing_key().public().thumbprint();
    let narrow = [("scope", "openid scene:log_in"), ("kid", kid.as_str())];
    let narrow = town.attest(&verifier.insurer, &narrow).await.unwrap();
    let verifier = Verifier { attestation: narrow.verifier_attestation, ..verifier };
    let refused = pocket.plan(question(&verifier.ask(&town)), town.platform.now()).unwrap_err();
    assert_eq!(refused, Refusal::Request(BadRequest::OverAsking("age_over_18".to_owned())));
}

async fn what_a_scene_does_not_allow_is_not_attested(town: Town) {
    let insurer = town.insurer();
    let kid = insurer.signing_key().public().thumbprint();
    for (scope, rule) in [
        ("openid scene:log_in age_over_18", "beyond_scene"),
        ("openid scene:check_age", "scene_not_registered"),
        ("openid scene:insure age_over_60", "beyond_registration"),
        ("openid scene:book_ticket", "mode_not_carried"),
    ] {
        let told = town.attest(&insurer, &[("scope", scope), ("kid", &kid)]).await.map(drop);
        assert_eq!(refusal(told), rule, "{scope}");
    }
    assert_eq!(town.census().await.count("over_asking"), 3);
}

async fn a_key_of_somebody_else_is_not_attested(town: Town) {
    let others = town.airline().signing_key().public().thumbprint();
    for kid in [others.as_str(), "", "odd"] {
        let told = town.attest(&town.insurer(), &[("scope", INSURE), ("kid", kid)]).await.map(drop);
        assert!(["verifier_key_unknown", "parameter_missing"].contains(&refusal(told)), "{kid}");
    }
    // Who proves itself by a secret has no key that anybody vouched for.
    let scope = [("scope", "openid scene:check_age"), ("kid", others.as_str())];
    let told = town.attest(&town.shop(), &scope).await.map(drop);
    assert_eq!(refusal(told), "verifier_key_unknown");
    // A question signed with another key than the attested one, though the attestation is real.
    let (pocket, verifier) =
        (pocket(&town).await, Verifier::attested(&town, &["age_over_18"]).await);
    let thief = Verifier { insurer: town.airline(), ..verifier };
    let refused = pocket.plan(question(&thief.ask(&town)), town.platform.now()).unwrap_err();
    assert_eq!(refused, Refusal::Request(BadRequest::Signature));
}

async fn an_attestation_is_over_after_a_day(town: Town) {
    let pocket = pocket(&town).await;
    let verifier = Verifier::attested(&town, &["age_over_18"]).await;
    town.world.pass(attestation::LIFETIME.as_secs() - 1);
    assert!(pocket.plan(question(&verifier.ask(&town)), town.platform.now()).is_ok());
    town.world.pass(1);
    let refused = pocket.plan(question(&verifier.ask(&town)), town.platform.now()).unwrap_err();
    assert_eq!(refused, Refusal::Request(BadRequest::Attestation(BadAttestation::Time)));
}
