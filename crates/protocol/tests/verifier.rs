//! A verifier that embeds the library: what it believes of an answer, and what it does not.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    missing_docs,
    reason = "whatever cannot go on here is a test that has failed"
)]

use formats::{
    JwkSet, OpeningKey, SigningKey, base64url,
    jwe::ContentEncryption,
    sd_jwt::{Binding, Credential, Expected, StatusReference, UnverifiedCredential},
    status_list::{StatusList, StatusToken, UnverifiedStatusToken, mirror::Mirror},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use yinzheng_protocol::presentation::{
    Awaited, Proved, Query, Unproved,
    request::Recipient,
    response::{Presentations, seal},
    transaction_data::TransactionData,
    verify::{self, Issuer},
};

const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);
const ISSUER: &str = "https://id.example";
const VCT: &str = "https://id.example/credentials/net-certificate";
const LISTS: &str = "https://id.example/status/";
const GATE: &str = "verifier_attestation:gate";
const NONCE: &str = "n-0S6_WzA2Mj~n-0S6_WzA2Mj";
const STATE: &str = "af0ifjsldkj.af0ifjsldkj.af";

struct Town {
    issuer: SigningKey,
    keys: JwkSet,
    opening: OpeningKey,
}

struct Certificate {
    key: SigningKey,
    text: String,
}

impl Town {
    fn new() -> Self {
        let issuer = SigningKey::generate();
        let keys = JwkSet::new([issuer.public()]).unwrap();
        Self { issuer, keys, opening: OpeningKey::generate("one") }
    }

    fn kid(&self) -> String {
        self.issuer.public().kid().unwrap().to_owned()
    }

    /// One-time: a key, a place and chance of its own. `seed` is where its chance begins.
    fn certificate(&self, index: u32, seed: u64) -> Certificate {
        let key = SigningKey::generate();
        let credential = Credential {
            issuer: ISSUER.to_owned(),
            vct: VCT.to_owned(),
            expires_at: NOW + SignedDuration::from_hours(72),
            status: Some(StatusReference { index, uri: format!("{LISTS}7") }),
            holder: key.public(),
        };
        let mut state = seed;
        let mut chance = |bytes: &mut [u8]| {
            for byte in bytes {
                // SplitMix64: no secret, and no two streams alike.
                state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
                let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                *byte = (mixed >> 56) as u8;
            }
        };
        let hidden = [("age_over_18", json!(true)), ("minor", json!(false))];
        let signer = (&self.issuer, self.kid());
        let text = credential
            .issue((signer.0, signer.1.as_str()).into(), Map::new(), &hidden, 4, &mut chance)
            .unwrap();
        Certificate { key, text }
    }

    fn mirror(&self, revoked: &[u32], at: Timestamp) -> Mirror {
        let uri = format!("{LISTS}7");
        let token = StatusToken {
            uri: uri.clone(),
            issued_at: at,
            expires_at: at + SignedDuration::from_mins(15),
            time_to_live: SignedDuration::from_mins(2),
            list: StatusList::revoking(revoked.iter().copied()),
        };
        let text = token.sign(&self.issuer, &self.kid());
        let read = UnverifiedStatusToken::parse(&text).unwrap();
        let key = self.keys.find(read.unverified_kid()).unwrap();
        let mut mirror = Mirror::new(LISTS);
        assert!(mirror.keep(read.verify(key.verifying_key(), &uri, at).unwrap()));
        mirror
    }

    fn show(&self, one: &Certificate, change: impl FnOnce(&mut Binding<'_>)) -> String {
        let unverified = UnverifiedCredential::parse(&one.text).unwrap();
        let expected = Expected { issuer: ISSUER, vct: VCT, now: NOW };
        let key = self.keys.find(unverified.unverified_kid()).unwrap();
        let (_, held) = unverified.receive(key.verifying_key(), &expected).unwrap().into_inner();
        let mut binding = Binding { audience: GATE, nonce: NONCE, now: NOW, others: Map::new() };
        change(&mut binding);
        held.show(|disclosure| disclosure.name() == Some("age_over_18")).bind(&one.key, binding)
    }

    fn judge(
        &self,
        presented: &[(&str, String)],
        query: &Value,
        data: &[String],
        (mirror, now): (&Mirror, Timestamp),
    ) -> Result<Vec<Proved>, Unproved> {
        let all: Presentations =
            presented.iter().map(|(id, text)| ((*id).to_owned(), vec![text.clone()])).collect();
        let to = Recipient { key: self.opening.public().clone(), enc: ContentEncryption::A256Gcm };
        let sealed = seal(all, STATE, &to, |bytes| bytes.fill(7)).unwrap();
        let query: Query = query.to_string().parse().unwrap();
        let transaction_data = match data {
            [] => Vec::new(),
            data => TransactionData::read_all(data, &query, &["pay"]).unwrap(),
        };
        let awaited = Awaited {
            audience: GATE,
            nonce: NONCE,
            state: Some(STATE),
            query: &query,
            transaction_data: &transaction_data,
        };
        let issuer = Issuer { issuer: ISSUER, vct: VCT, keys: &self.keys };
        verify::verify(&sealed, &self.opening, &awaited, issuer, mirror, now)
    }
}

fn asked(id: &str) -> Value {
    json!({"id": id, "format": "dc+sd-jwt", "meta": {"vct_values": [VCT]}, "claims": [{"path": ["age_over_18"]}]})
}

fn one() -> Value {
    json!({"credentials": [asked("card")]})
}

fn pay(amount: &str, credentials: &[&str]) -> String {
    let data = json!({"type": "pay", "credential_ids": credentials, "amount": amount});
    base64url::encode(data.to_string().as_bytes())
}

/// What the holder's proof carries to agree to these.
fn agreeing(query: &Value, data: &[String]) -> Map<String, Value> {
    let query: Query = query.to_string().parse().unwrap();
    let read = TransactionData::read_all(data, &query, &["pay"]).unwrap();
    let hashes: Vec<_> = read.iter().map(TransactionData::hash).collect();
    [("transaction_data_hashes".to_owned(), json!(hashes))].into_iter().collect()
}

#[test]
fn what_was_asked_is_proved_and_no_more() {
    let town = Town::new();
    let shown = town.show(&town.certificate(3, 1), |_| {});
    let mirror = town.mirror(&[4], NOW);
    let proved = town.judge(&[("card", shown)], &one(), &[], (&mirror, NOW)).unwrap();
    assert_eq!(proved.len(), 1);
    assert_eq!(proved[0].claims.get("age_over_18"), Some(&json!(true)));
    assert_eq!(proved[0].claims.get("minor"), None);
}

#[test]
fn what_is_not_believed() {
    let (town, other) = (Town::new(), Town::new());
    let certificate = town.certificate(3, 1);
    let good = town.mirror(&[], NOW);
    let code = |shown: String, mirror: &Mirror, now| {
        let judged = town.judge(&[("card", shown)], &one(), &[], (mirror, now));
        judged.map_or_else(Unproved::code, |_| "proved")
    };
    let invalid = "presentation_invalid";
    let elsewhere =
        town.show(&certificate, |binding| binding.audience = "verifier_attestation:inn");
    assert_eq!(code(elsewhere, &good, NOW), invalid, "shown to another verifier");
    let replayed = town.show(&certificate, |binding| binding.nonce = STATE);
    assert_eq!(code(replayed, &good, NOW), invalid, "another question");
    let stolen = Certificate { key: SigningKey::generate(), text: certificate.text.clone() };
    assert_eq!(code(town.show(&stolen, |_| {}), &good, NOW), invalid, "another holder's key");
    let foreign = other.show(&other.certificate(3, 1), |_| {});
    assert_eq!(code(foreign, &good, NOW), "presentation_issuer_unknown");
    let shown = || town.show(&certificate, |_| {});
    assert_eq!(code(shown(), &town.mirror(&[3], NOW), NOW), "credential_revoked");
    assert_eq!(code(shown(), &Mirror::new(LISTS), NOW), "credential_status_unknown");
    let old = town.mirror(&[], NOW - SignedDuration::from_mins(16));
    assert_eq!(code(shown(), &old, NOW), "credential_status_unknown", "a list that is over");
    let mins = SignedDuration::from_mins;
    for (shift, said) in [
        (mins(-2), invalid),
        (SignedDuration::from_secs(-30), "proved"),
        (mins(4), "proved"),
        (mins(6), invalid),
    ] {
        assert_eq!(code(shown(), &good, NOW + shift), said, "{shift}");
    }
}

#[test]
fn a_transaction_is_agreed_to_as_it_was_asked() {
    let town = Town::new();
    let certificate = town.certificate(3, 1);
    let mirror = town.mirror(&[], NOW);
    let data = [pay("5", &["card"])];
    let judge = |others: Map<String, Value>, data: &[String]| {
        let shown = town.show(&certificate, |binding| binding.others = others);
        town.judge(&[("card", shown)], &one(), data, (&mirror, NOW)).map(drop)
    };
    assert_eq!(judge(agreeing(&one(), &data), &data), Ok(()));
    let other = [pay("500", &["card"])];
    assert_eq!(judge(agreeing(&one(), &other), &data), Err(Unproved::Transaction));
    assert_eq!(judge(Map::new(), &data), Err(Unproved::Transaction));
    assert_eq!(judge(agreeing(&one(), &data), &[]), Err(Unproved::Transaction));
}

/// A transaction that one of two credentials may agree to, where either answers the query.
#[test]
fn a_transaction_that_nobody_agreed_to_is_not_proved() {
    let town = Town::new();
    let mirror = town.mirror(&[], NOW);
    let query = json!({
        "credentials": [asked("a"), asked("b")],
        "credential_sets": [{"options": [["a"], ["b"]]}],
    });
    let data = [pay("5", &["a"])];
    let shown = town.show(&town.certificate(3, 1), |_| {});
    let judged = town.judge(&[("b", shown)], &query, &data, (&mirror, NOW));
    assert_eq!(judged, Err(Unproved::Transaction));
}

/// `OpenID4VP` §5.1: "If there is more than one element in the array, the Wallet MUST use only one of the referenced Credentials for
/// transaction authorization."
#[test]
fn one_of_several_credentials_agrees_for_all() {
    let town = Town::new();
    let mirror = town.mirror(&[], NOW);
    let query = json!({"credentials": [asked("a"), asked("b")]});
    let data = [pay("5", &["a", "b"])];
    let agreed = agreeing(&query, &data);
    let a = town.show(&town.certificate(3, 1), |binding| binding.others = agreed);
    let b = town.show(&town.certificate(4, 2), |_| {});
    let judged = town.judge(&[("a", a), ("b", b)], &query, &data, (&mirror, NOW));
    assert_eq!(judged.map(drop), Ok(()));
}
