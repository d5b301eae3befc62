//! A relying party that embeds the verifier: from what a wallet posts to what was proved, by keys and a copy of the list alone.
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    missing_docs,
    reason = "whatever cannot go on here is a test that has failed"
)]

use formats::{
    JwkSet, OpeningKey, SigningKey, UnverifiedJws, base64url,
    jwe::ContentEncryption,
    sd_jwt::{
        BadCredential, BadSdJwt, Binding, Credential, Expected, StatusReference,
        UnverifiedCredential,
    },
    status_list::{Mirror, StatusList, StatusToken, UnverifiedStatusToken},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use yinzheng_protocol::presentation::{
    Awaited, Proved, Query, Unproved,
    request::Recipient,
    response::{Presentations, seal},
    transaction_data::TransactionData,
    verify,
    verify::Issuer,
};

const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);
const ISSUER: &str = "https://id.example";
const VCT: &str = "https://id.example/credentials/net-certificate";
const LIST: &str = "https://id.example/status/0";
const AUDIENCE: &str = "verifier_attestation:cinema";
const NONCE: &str = "n-0S6_WzA2Mj~n-0S6_WzA2Mj";
const STATE: &str = "af0ifjsldkj.af0ifjsldkj.af";

struct World {
    issuer: SigningKey,
    keys: JwkSet,
    opening: OpeningKey,
    query: Query,
    mirror: Mirror,
}

/// A credential and its key.
struct Card {
    key: SigningKey,
    text: String,
}

impl World {
    fn new(revoked: &[u32]) -> Self {
        let issuer = SigningKey::generate();
        let keys = JwkSet::new([issuer.public()]).unwrap();
        let query = json!({"credentials": [{
            "id": "card", "format": "dc+sd-jwt", "meta": {"vct_values": [VCT]},
            "claims": [{"path": ["age_over_18"], "values": [true]}],
        }]});
        let token = StatusToken {
            uri: LIST.to_owned(),
            issued_at: NOW,
            expires_at: NOW + SignedDuration::from_mins(15),
            time_to_live: SignedDuration::from_mins(2),
            list: StatusList::revoking(revoked.iter().copied()),
        };
        let text = token.sign(&issuer, issuer.public().kid().unwrap());
        let token = UnverifiedStatusToken::parse(&text).unwrap();
        let mut mirror = Mirror::new("https://id.example/status/");
        assert!(mirror.keep(token.verify(issuer.verifying_key(), LIST, NOW).unwrap()));
        let query = query.to_string().parse().unwrap();
        Self { issuer, keys, opening: OpeningKey::generate("one"), query, mirror }
    }

    fn card(&self, index: u32, of_age: bool) -> Card {
        let key = SigningKey::generate();
        let credential = Credential {
            issuer: ISSUER.to_owned(),
            vct: VCT.to_owned(),
            expires_at: NOW + SignedDuration::from_hours(24),
            status: Some(StatusReference { index, uri: LIST.to_owned() }),
            holder: key.public(),
        };
        let mut drawn = u64::from(index) << 32;
        let mut chance = |bytes: &mut [u8]| {
            drawn += 1;
            let fresh = formats::mac::sha256(&drawn.to_be_bytes());
            bytes.copy_from_slice(&fresh[..bytes.len()]);
        };
        let hidden = [("age_over_18", Value::from(of_age)), ("minor", Value::from(!of_age))];
        let kid = self.issuer.public().kid().unwrap().to_owned();
        let signer = (&self.issuer, kid.as_str());
        let text = credential.issue(signer.into(), Map::new(), &hidden, 3, &mut chance).unwrap();
        Card { key, text }
    }

    fn shown(&self, card: &Card, nonce: &str, others: Map<String, Value>) -> String {
        let expected = Expected { issuer: ISSUER, vct: VCT, now: NOW };
        let unverified = UnverifiedCredential::parse(&card.text).unwrap();
        let (_, held) =
            unverified.receive(self.issuer.verifying_key(), &expected).unwrap().into_inner();
        let shown = held.show(|one| one.name() == Some("age_over_18"));
        shown.bind(&card.key, Binding { audience: AUDIENCE, nonce, now: NOW, others })
    }

    fn judge_at(
        &self,
        presentation: String,
        agreed: &[TransactionData],
        now: Timestamp,
    ) -> Result<Vec<Proved>, Unproved> {
        let presentations: Presentations =
            [("card".to_owned(), vec![presentation])].into_iter().collect();
        let to = Recipient { key: self.opening.public().clone(), enc: ContentEncryption::A128Gcm };
        let response = seal(presentations, STATE, &to, |bytes| bytes.fill(7)).unwrap();
        let awaited = Awaited {
            audience: AUDIENCE,
            nonce: NONCE,
            state: Some(STATE),
            query: &self.query,
            transaction_data: agreed,
        };
        let issuer = Issuer { issuer: ISSUER, vct: VCT, keys: &self.keys };
        verify(&response, &self.opening, &awaited, issuer, &self.mirror, now)
    }

    fn judge(&self, presentation: String) -> Result<Vec<Proved>, Unproved> {
        self.judge_at(presentation, &[], NOW)
    }

    fn transaction(&self, amount: &str) -> TransactionData {
        let data = json!({"type": "pay", "credential_ids": ["card"], "amount": amount});
        let text = base64url::encode(data.to_string().as_bytes());
        TransactionData::read_all(&[text], &self.query, &["pay"]).unwrap().remove(0)
    }
}

#[test]
fn what_was_asked_is_proved_and_nothing_else() {
    let world = World::new(&[5]);
    let proved = world.judge(world.shown(&world.card(1, true), NONCE, Map::new())).unwrap();
    assert_eq!(proved.len(), 1);
    assert_eq!(Value::Object(proved[0].claims.clone()), json!({"age_over_18": true}));
}

#[test]
fn each_wrong_has_its_own_word() {
    let world = World::new(&[5]);
    let none = Map::new;
    let code = |told: Result<Vec<Proved>, Unproved>| told.unwrap_err().code();
    let revoked = world.judge(world.shown(&world.card(5, true), NONCE, none()));
    assert_eq!(code(revoked), "credential_revoked");
    let young = world.judge(world.shown(&world.card(1, false), NONCE, none()));
    assert_eq!(code(young), "presentation_not_as_asked");
    let card = world.card(2, true);
    let other = "another-question-another-question";
    let replayed = world.judge(world.shown(&card, other, none()));
    let elsewhere = BadCredential::SdJwt(BadSdJwt::BindingElsewhere);
    assert_eq!(replayed, Err(Unproved::Credential(elsewhere)));
    let stolen = Card { key: SigningKey::generate(), text: card.text.clone() };
    let told = world.judge(world.shown(&stolen, NONCE, none()));
    let wrong = BadCredential::SdJwt(BadSdJwt::BindingSignature);
    assert_eq!(told, Err(Unproved::Credential(wrong)));
    let late = NOW + SignedDuration::from_secs(301);
    let told = world.judge_at(world.shown(&card, NONCE, none()), &[], late);
    let time = BadCredential::SdJwt(BadSdJwt::BindingTime);
    assert_eq!(told, Err(Unproved::Credential(time)));
    let elsewhere = World::new(&[]);
    let foreign = elsewhere.shown(&elsewhere.card(1, true), NONCE, none());
    assert_eq!(world.judge(foreign), Err(Unproved::KeyUnknown));
    let unknown = World { mirror: Mirror::new("https://id.example/status/"), ..World::new(&[]) };
    let told = unknown.judge(unknown.shown(&unknown.card(1, true), NONCE, none()));
    assert_eq!(told, Err(Unproved::StatusUnknown));
}

#[test]
fn a_holder_agrees_to_these_transactions_and_no_other() {
    let world = World::new(&[]);
    let (card, five, fifty) =
        (world.card(1, true), world.transaction("5"), world.transaction("50"));
    let hashes = |all: &[&TransactionData]| {
        let all: Vec<_> = all.iter().map(|one| Value::from(one.hash())).collect();
        Map::from_iter([("transaction_data_hashes".to_owned(), Value::from(all))])
    };
    let told = |others, asked: &[TransactionData]| {
        world.judge_at(world.shown(&card, NONCE, others), asked, NOW).map(|proved| proved.len())
    };
    let asked = [five.clone()];
    assert_eq!(told(hashes(&[&five]), &asked), Ok(1));
    for others in [hashes(&[&fifty]), hashes(&[&five, &fifty]), hashes(&[]), Map::new()] {
        assert_eq!(told(others, &asked), Err(Unproved::Transaction));
    }
    assert_eq!(told(hashes(&[&five]), &[]), Err(Unproved::Transaction), "nobody asked for it");
    let mut other = hashes(&[&five]);
    other.insert("transaction_data_hashes_alg".to_owned(), "sha-512".into());
    assert_eq!(told(other, &asked), Err(Unproved::Transaction));
}

/// Every run of four bytes in what the platform and the holder signed, disclosures among it.
fn values(presentation: &str) -> std::collections::BTreeSet<Vec<u8>> {
    let mut all = std::collections::BTreeSet::new();
    let parts: Vec<_> = presentation.split('~').collect();
    let jws = [parts[0], parts[parts.len() - 1]];
    for text in jws {
        let claims: Value =
            UnverifiedJws::parse(text, 32 * 1024).unwrap().unverified_claims().unwrap();
        let mut texts = Vec::new();
        leaves(&claims, &mut texts);
        texts.push(text.rsplit('.').next().unwrap().to_owned());
        all.extend(texts.iter().flat_map(|text| runs(text)));
    }
    for part in &parts[1..parts.len() - 1] {
        let disclosure: Value = serde_json::from_slice(&base64url::decode(part).unwrap()).unwrap();
        all.extend(runs(disclosure[0].as_str().unwrap()));
    }
    all
}

fn leaves(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) => into.push(text.clone()),
        Value::Array(all) => all.iter().for_each(|one| leaves(one, into)),
        Value::Object(all) => all.values().for_each(|one| leaves(one, into)),
        _ => {}
    }
}

/// Of what is base64url its bytes; of other text its own.
fn runs(text: &str) -> Vec<Vec<u8>> {
    let bytes = base64url::decode(text).unwrap_or_else(|_| text.as_bytes().to_vec());
    bytes.windows(4).map(<[u8]>::to_vec).collect()
}

/// What two presentations of one person share, a stranger's has as well: what the issuer says to all, and what the two readers have
/// in common.
#[test]
fn two_readers_who_compare_find_nothing() {
    let world = World::new(&[]);
    let mut cards = (1..=3).map(|index| world.card(index, true));
    let mut shown = || {
        let card = cards.next().unwrap();
        // A nonce as readers draw it: nothing in it stands beside something that they all say.
        values(&world.shown(&card, &SigningKey::generate().public().thumbprint(), Map::new()))
    };
    let (first, second, stranger) = (shown(), shown(), shown());
    let shared: std::collections::BTreeSet<_> = first.intersection(&second).cloned().collect();
    let theirs: Vec<_> = shared.difference(&stranger).collect();
    assert!(theirs.is_empty(), "{theirs:?}");
    assert!(!shared.is_empty(), "the issuer's name is in both");
}
