//! Who asks (`OpenID4VP` §12): the platform says of a verifier who it is, why it asks, and what it may ask.
//!
//! A wallet that trusts the platform knows the verifier by this alone: it shows the names, and answers no question that goes beyond. What a
//! scene may ask is the law's (Measures art. 8) and the registration's; here it is a list of claims that somebody signed.

use formats::{Jwk, SigningKey, UnverifiedJws, jws};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Query, query::ClaimQuery};
use crate::oidc::numeric_date;

/// `OpenID4VP` §12: "A Verifier Attestation JWT MUST set the `typ` JOSE header to `verifier-attestation+jwt`."
pub const TYPE: &str = "verifier-attestation+jwt";

/// Where the keys stand that attestations are signed with, and nothing else but the platform's questions: what signs credentials
/// says nothing of verifiers. The issuer's metadata names the place.
pub const KEYS_PATH: &str = "/jwks/verifiers";

/// What stands before the name of a verifier that the platform attests (`OpenID4VP` §5.9.3).
pub const PREFIX: &str = "verifier_attestation:";

/// What stands before the hash of a verifier's certificate (`OpenID4VP` §5.9.3).
pub const HASH_PREFIX: &str = "x509_hash:";

/// How long an attestation is good: a scene that is withdrawn asks no longer the day after.
pub const LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// How far the clocks of platform and wallet may differ.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_secs(60);

/// Longest attestation read: ours take some fifteen hundred bytes.
const MAX_LENGTH: usize = 8 * 1024;

/// Most claims and languages.
const MOST: usize = 32;

/// Longest name or purpose shown, in characters.
const LONGEST_SHOWN: usize = 200;

/// What the platform says of a verifier.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Attestation {
    /// Which platform says so.
    pub issuer: String,
    /// The verifier, as the platform registered it, without [`PREFIX`].
    pub client_id: String,
    /// The organisation, by its unified social credit code.
    pub organisation: String,
    /// What a person reads, in each language.
    pub shown: Vec<Shown>,
    /// The scene it asks in.
    pub scene: String,
    /// The type of credential it may ask for.
    pub credential_type: String,
    /// The claims it may ask for in that scene.
    pub may_ask: Vec<String>,
    /// The key its questions are signed with.
    pub key: Jwk,
    /// When this ends.
    pub expires_at: Timestamp,
}

/// What a person reads of a verifier, in one language.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Shown {
    /// Which language (BCP 47).
    pub locale: String,
    /// What the application is called.
    pub client_name: String,
    /// What the organisation is called.
    pub organization_name: String,
    /// Why it asks.
    pub purpose: String,
}

/// Why an attestation says nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadAttestation {
    /// No signed message of that type, or none that says what it must.
    #[error("not a verifier attestation")]
    Form,
    /// Not signed by the platform.
    #[error("the platform did not sign this")]
    Signature,
    /// Another platform's.
    #[error("another platform's")]
    Issuer,
    /// Over, or of a time to come.
    #[error("the attestation is not of this time")]
    Time,
}

/// The platform that a wallet trusts to say who asks.
#[derive(Clone, Copy, Debug)]
pub struct Attestor<'a> {
    /// Its issuer identifier.
    pub issuer: &'a str,
    /// The keys it signs attestations with.
    pub keys: &'a [Jwk],
}

#[derive(Deserialize, Serialize)]
struct Claims {
    iss: String,
    sub: String,
    #[serde(with = "numeric_date")]
    iat: Timestamp,
    #[serde(with = "numeric_date")]
    exp: Timestamp,
    cnf: Confirmation,
    organization_id: String,
    display: Vec<Shown>,
    scene: String,
    vct: String,
    #[serde(rename = "claims")]
    may_ask: Vec<String>,
}

#[derive(Deserialize, Serialize)]
struct Confirmation {
    jwk: Value,
}

impl Attestation {
    /// The name the verifier asks under, which the holder's proof names as well.
    pub fn prefixed(&self) -> String {
        format!("{PREFIX}{}", self.client_id)
    }

    /// Signs it as the platform.
    ///
    /// # Panics
    /// Never: what it holds can be written as JSON.
    pub fn sign(&self, key: &SigningKey, kid: &str, now: Timestamp) -> String {
        let claims = Claims {
            iss: self.issuer.clone(),
            sub: self.client_id.clone(),
            iat: now,
            exp: self.expires_at,
            cnf: Confirmation { jwk: serde_json::json!(self.key) },
            organization_id: self.organisation.clone(),
            display: self.shown.clone(),
            scene: self.scene.clone(),
            vct: self.credential_type.clone(),
            may_ask: self.may_ask.clone(),
        };
        jws::sign(key, kid, TYPE, &claims)
    }

    /// Reads what a question carries.
    ///
    /// `OpenID4VP` §5.9.3: "The Wallet MUST validate the signature on the Verifier attestation JWT. The `iss` claim value of the Verifier
    /// Attestation JWT MUST identify a party the Wallet trusts for issuing Verifier Attestation JWTs."
    pub fn read(text: &str, by: Attestor<'_>, now: Timestamp) -> Result<Self, BadAttestation> {
        let jws = UnverifiedJws::parse(text, MAX_LENGTH).and_then(|jws| jws.expect_typ(TYPE));
        let jws = jws.map_err(|_| BadAttestation::Form)?;
        let kid = jws.unverified_header().kid.clone().ok_or(BadAttestation::Signature)?;
        let key = by.keys.iter().find(|key| key.kid() == Some(&kid));
        let key = key.ok_or(BadAttestation::Signature)?.verifying_key();
        let claims = jws.verify::<Claims>(key).map_err(|_| BadAttestation::Signature)?;
        claims.into_inner().read(by.issuer, now)
    }

    /// Does a question stay within what may be asked?
    ///
    /// Which credentials are asked for, and every claim of them, must be on the list; asking for no claim asks nothing hidden.
    pub fn covers(&self, query: &Query) -> bool {
        self.beyond(query).is_none()
    }

    /// The first thing asked that may not be: a claim by its name, or by its path where that names none, or a type of credential.
    pub fn beyond(&self, query: &Query) -> Option<String> {
        let may = |name: &str| self.may_ask.iter().any(|claim| claim == name);
        let of_type = |wanted: &&String| **wanted != self.credential_type;
        query.credentials().iter().find_map(|asked| {
            if asked.types.is_empty() {
                return Some(asked.id.to_string());
            }
            let beyond = |claim: &&ClaimQuery| !claim.path.top().is_some_and(may);
            let claim = asked.claims.iter().find(beyond).map(|claim| match claim.path.top() {
                Some(name) => name.to_owned(),
                None => claim.path.to_value().to_string(),
            });
            asked.types.iter().find(of_type).cloned().or(claim)
        })
    }
}

impl Claims {
    fn read(self, issuer: &str, now: Timestamp) -> Result<Attestation, BadAttestation> {
        if self.iss != issuer {
            return Err(BadAttestation::Issuer);
        }
        if self.iat > now + CLOCK_SKEW || self.exp <= now || self.exp > self.iat + LIFETIME {
            return Err(BadAttestation::Time);
        }
        let shown = |one: &Shown| {
            [&one.locale, &one.client_name, &one.organization_name, &one.purpose]
                .iter()
                .all(|text| is_shown(text))
        };
        let named = [&self.sub, &self.organization_id, &self.scene, &self.vct];
        let bounded = (1..=MOST).contains(&self.display.len())
            && self.may_ask.len() <= MOST
            && named.into_iter().chain(&self.may_ask).all(|text| is_shown(text))
            && self.display.iter().all(shown);
        if !bounded {
            return Err(BadAttestation::Form);
        }
        Ok(Attestation {
            key: serde_json::from_value(self.cnf.jwk).map_err(|_| BadAttestation::Form)?,
            issuer: self.iss,
            client_id: self.sub,
            organisation: self.organization_id,
            shown: self.display,
            scene: self.scene,
            credential_type: self.vct,
            may_ask: self.may_ask,
            expires_at: self.exp,
        })
    }
}

/// May a person be shown this: something, not too long, and without characters that move what stands beside it?
pub fn is_shown(text: &str) -> bool {
    let turns = |c: char| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let length = text.chars().count();
    (1..=LONGEST_SHOWN).contains(&length) && !text.chars().any(|c| c.is_control() || turns(c))
}

#[cfg(test)]
mod tests {
    use formats::OpeningKey;
    use serde_json::json;

    use super::*;
    use crate::presentation::{Asked, BadRequest, request::Question};

    const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);
    const PLATFORM: &str = "https://id.example";
    const NONCE: &str = "n-0S6_WzA2Mj~n-0S6_WzA2Mj";

    struct Parties {
        platform: SigningKey,
        verifier: SigningKey,
        opening: OpeningKey,
    }

    impl Parties {
        fn new() -> Self {
            let [platform, verifier] = [(); 2].map(|()| SigningKey::generate());
            Self { platform, verifier, opening: OpeningKey::generate("one") }
        }

        fn attestation(&self) -> Attestation {
            let shown = |locale: &str, name: &str| Shown {
                locale: locale.to_owned(),
                client_name: name.to_owned(),
                organization_name: "Harbour Cinema".to_owned(),
                purpose: "Films from eighteen".to_owned(),
            };
            Attestation {
                issuer: PLATFORM.to_owned(),
                client_id: "cinema".to_owned(),
                organisation: "91110000MA00000152".to_owned(),
                shown: vec![shown("zh-CN", "港湾影院"), shown("en", "Harbour Cinema")],
                scene: "check_age".to_owned(),
                credential_type: "card".to_owned(),
                may_ask: vec!["age_over_18".to_owned()],
                key: self.verifier.public().nameless(),
                expires_at: NOW + SignedDuration::from_hours(1),
            }
        }

        fn attested(&self, change: impl FnOnce(&mut Attestation)) -> String {
            let mut attestation = self.attestation();
            change(&mut attestation);
            attestation.sign(&self.platform, self.platform.public().kid().unwrap(), NOW)
        }

        fn ask(&self, attestation: &str, claims: &Value, wallet_nonce: Option<&str>) -> String {
            let query = json!({"credentials": [
                {"id": "card", "format": "dc+sd-jwt", "meta": {"vct_values": ["card"]}, "claims": claims},
            ]});
            let question = Question {
                client_id: "verifier_attestation:cinema",
                response_uri: "https://id.example/answer",
                nonce: NONCE,
                state: NONCE,
                query: &query,
                encrypt_to: self.opening.public(),
                transaction_data: &[],
                attestation: Some(attestation),
                wallet_nonce,
                expires_at: NOW + crate::presentation::request::LIFETIME,
            };
            question.sign(&self.verifier, "", NOW)
        }

        fn read_at(&self, text: &str, now: Timestamp) -> Result<Asked, BadRequest> {
            let keys = [self.platform.public()];
            let by = Attestor { issuer: PLATFORM, keys: &keys };
            Asked::read_attested(text, "verifier_attestation:cinema", None, by, now)
        }

        fn read(&self, text: &str) -> Result<Asked, BadRequest> {
            self.read_at(text, NOW)
        }
    }

    fn of_age() -> Value {
        json!([{"path": ["age_over_18"]}])
    }

    #[test]
    fn a_wallet_learns_who_asks() {
        let parties = Parties::new();
        let text = parties.ask(&parties.attested(|_| {}), &of_age(), None);
        let asked = parties.read(&text).unwrap();
        let attested = asked.attested.unwrap();
        assert_eq!(attested, parties.attestation());
        assert_eq!(asked.client_id, attested.prefixed());
    }

    #[test]
    fn what_may_not_be_asked_is_not_answered() {
        let parties = Parties::new();
        for (named, beyond) in [
            ("residency_class", json!([{"path": ["age_over_18"]}, {"path": ["residency_class"]}])),
            ("minor", json!([{"path": ["minor"]}])),
            ("[null]", json!([{"path": [null]}])),
        ] {
            let text = parties.ask(&parties.attested(|_| {}), &beyond, None);
            let why = BadRequest::OverAsking(named.to_owned());
            assert_eq!(parties.read(&text).unwrap_err(), why, "{beyond}");
        }
        let other = parties.attested(|attestation| attestation.credential_type = "pass".to_owned());
        let text = parties.ask(&other, &of_age(), None);
        let why = BadRequest::OverAsking("card".to_owned());
        assert_eq!(parties.read(&text).unwrap_err(), why);
    }

    #[test]
    fn nobody_asks_in_another_s_name() {
        let (parties, others) = (Parties::new(), Parties::new());
        let refused = |attestation: &str, why| {
            let text = parties.ask(attestation, &of_age(), None);
            assert_eq!(parties.read(&text).unwrap_err(), why);
        };
        let attestation = |why| BadRequest::Attestation(why);
        refused(&others.attested(|_| {}), attestation(BadAttestation::Signature));
        refused("", attestation(BadAttestation::Form));
        let id = |name: &'static str| parties.attested(|one| one.client_id = name.to_owned());
        refused(&id("inn"), BadRequest::Client);
        let elsewhere = parties.attested(|one| one.issuer = "https://other.example".to_owned());
        refused(&elsewhere, attestation(BadAttestation::Issuer));
        let key = others.verifier.public();
        refused(&parties.attested(|one| one.key = key.clone()), BadRequest::Signature);
        let turned = parties.attested(|one| one.shown[0].client_name = "a\u{202e}b".to_owned());
        refused(&turned, attestation(BadAttestation::Form));
        for change in [
            (|one| one.organisation = "\u{7}".to_owned()) as fn(&mut Attestation),
            |one| one.scene = "check\nage".to_owned(),
            |one| one.shown[0].locale = "en\u{1b}[2J".to_owned(),
            |one| one.shown[0].purpose = "p".repeat(LONGEST_SHOWN + 1),
            |one| one.may_ask = vec![String::new()],
        ] {
            refused(&parties.attested(change), attestation(BadAttestation::Form));
        }
        // A request without the platform's word, signed by whoever.
        let bare = jws::sign(&parties.verifier, "", "oauth-authz-req+jwt", &json!({}));
        assert_eq!(parties.read(&bare).unwrap_err(), attestation(BadAttestation::Form));
        // The platform's word alone is no question.
        let alone = parties.attested(|_| {});
        assert_eq!(parties.read(&alone).unwrap_err(), BadRequest::Form);
    }

    #[test]
    fn an_attestation_ends() {
        let parties = Parties::new();
        let end = NOW + SignedDuration::from_mins(5);
        let text = parties.ask(&parties.attested(|one| one.expires_at = end), &of_age(), None);
        assert!(parties.read_at(&text, end - SignedDuration::from_secs(1)).is_ok());
        let refused = parties.read_at(&text, end).unwrap_err();
        assert_eq!(refused, BadRequest::Attestation(BadAttestation::Time));
        let years = parties.attested(|one| one.expires_at = NOW + SignedDuration::from_hours(9000));
        let refused = parties.read(&parties.ask(&years, &of_age(), None)).unwrap_err();
        assert_eq!(refused, BadRequest::Attestation(BadAttestation::Time));
    }

    #[test]
    fn a_question_fetched_by_another_wallet_is_not_answered() {
        let parties = Parties::new();
        let keys = [parties.platform.public()];
        let by = Attestor { issuer: PLATFORM, keys: &keys };
        let fetched = |sent, mine| {
            let text = parties.ask(&parties.attested(|_| {}), &of_age(), sent);
            Asked::read_attested(&text, "verifier_attestation:cinema", mine, by, NOW).map(drop)
        };
        assert_eq!(fetched(Some("mine"), Some("mine")), Ok(()));
        assert_eq!(fetched(Some("yours"), Some("mine")), Err(BadRequest::Parameter));
        assert_eq!(fetched(None, Some("mine")), Err(BadRequest::Parameter));
    }
}
