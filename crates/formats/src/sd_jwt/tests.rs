//! RFC 9901's own examples, what strangers may try, and what two readers must not be able to compare.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::{Map, Value, from_str, from_value, json};

use super::*;
use crate::{BadSignature, Jwk, SigningKey, base64url, jws, mac::MacKey};

const KIND: Kind = Kind { typ: "example+sd-jwt", open: &["iss", "exp", "cnf"] };
const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);

fn reader() -> Reader<'static> {
    Reader { audience: "https://desk.example", nonce: "n-0S6_WzA2Mj", now: NOW }
}

/// What an honest holder signs.
fn binding() -> Binding<'static> {
    let Reader { audience, nonce, now } = reader();
    Binding { audience, nonce, now, others: Map::new() }
}

fn map(value: Value) -> Map<String, Value> {
    from_value(value).unwrap()
}

/// Chance that a seed decides.
fn chance(seed: u8) -> impl FnMut(&mut [u8]) {
    let (key, mut draw) = (MacKey::from_bytes(&[seed; 32]), 0_u64);
    move |bytes: &mut [u8]| {
        draw += 1;
        let tag = key.tag(&[&draw.to_be_bytes()]);
        bytes.copy_from_slice(&tag[..bytes.len()]);
    }
}

struct Holder {
    key: SigningKey,
    issuer: SigningKey,
    issued: String,
}

impl Holder {
    fn new() -> Self {
        let (key, issuer) = (SigningKey::generate(), SigningKey::generate());
        let city = conceal(Map::new(), &[("city", json!("Chengdu"))], 2, &mut chance(3)).unwrap();
        let open = json!({
            "iss": "https://id.example",
            "cnf": {"jwk": key.public().nameless()},
        });
        let hidden =
            [("age_over_18", json!(true)), ("minor", json!(false)), ("at", city.members.into())];
        let mut concealed = conceal(map(open), &hidden, 3, &mut chance(4)).unwrap();
        concealed.disclosures.extend(city.disclosures);
        let text = issue::sign((&issuer, "").into(), KIND.typ, concealed);
        Self { key, issuer, issued: text }
    }

    fn held(&self) -> Held {
        Held::receive(&self.issued, KIND, self.issuer.verifying_key()).unwrap().into_inner()
    }

    fn present(&self, names: &[&str]) -> String {
        let shown = self.held().show(|one| one.name().is_some_and(|name| names.contains(&name)));
        shown.bind(&self.key, binding())
    }

    fn read(&self, text: &str, reader: &Reader<'_>) -> Result<Bound, BadSdJwt> {
        UnverifiedSdJwt::parse(text, KIND)?
            .verify_presented(self.issuer.verifying_key(), reader)
            .map(crate::Verified::into_inner)
    }

    /// A message of any payload, and what is beside it.
    fn forge(&self, mut payload: Value, disclosures: &[&str]) -> Result<Bound, BadSdJwt> {
        payload["cnf"] = json!({"jwk": self.key.public()});
        let mut text = jws::sign(&self.issuer, "", KIND.typ, &payload) + "~";
        for disclosure in disclosures {
            text += disclosure;
            text.push('~');
        }
        text += &self.bind(&text, json!({}));
        self.read(&text, &reader())
    }

    /// A key binding, with members changed.
    fn bind(&self, presented: &str, changes: Value) -> String {
        let mut claims = json!({
            "iat": NOW.as_second(),
            "aud": reader().audience,
            "nonce": reader().nonce,
            "sd_hash": disclosure::digest(presented),
        });
        for (name, value) in map(changes) {
            claims[name] = value;
        }
        jws::sign(&self.key, "", KEY_BINDING, &claims)
    }
}

#[test]
fn examples_of_rfc_9901() {
    let vectors: Value = from_str(include_str!("../../vectors/rfc9901.json")).unwrap();
    let text = |name: &str| vectors[name].as_str().unwrap();
    let issuer: Jwk = from_value(vectors["issuer_key"].clone()).unwrap();
    let held = Held::receive(text("issuance"), KIND, issuer.verifying_key()).unwrap();
    assert_eq!(Value::from(held.claims().clone()), vectors["issued_claims"]);
    assert_eq!(held.disclosures().len(), 10);
    let presentation = text("presentation");
    let shown = held.show(|one| presentation.split('~').any(|part| part == one.as_str()));
    let without_binding = presentation.rsplit_once('~').unwrap().0.to_owned() + "~";
    let parts = |text: &str| text.split('~').map(str::to_owned).collect::<BTreeSet<_>>();
    assert_eq!(parts(shown.as_str()), parts(&without_binding));
    let at = Timestamp::from_second(vectors["at"].as_i64().unwrap()).unwrap();
    let now = at + SignedDuration::from_secs(60);
    let reader = Reader { audience: text("audience"), nonce: text("nonce"), now };
    let bound = UnverifiedSdJwt::parse(presentation, KIND)
        .unwrap()
        .verify_presented(issuer.verifying_key(), &reader)
        .unwrap();
    assert_eq!(Value::from(bound.claims.clone()), vectors["presented_claims"]);
    assert_eq!(bound.at, at);
}

#[test]
fn a_holder_shows_what_is_asked_and_nothing_else() {
    let holder = Holder::new();
    assert_eq!(holder.held().claims()["at"], json!({"city": "Chengdu"}));
    let bound = holder.read(&holder.present(&["age_over_18"]), &reader()).unwrap();
    assert_eq!(bound.claims.keys().collect::<Vec<_>>(), ["age_over_18", "cnf", "iss"]);
    let nothing = holder.read(&holder.present(&[]), &reader()).unwrap();
    assert_eq!(nothing.claims.len(), 2);
    assert_eq!(nothing.holder.thumbprint(), holder.key.public().thumbprint());
    let inner = holder.read(&holder.present(&["city"]), &reader()).unwrap();
    assert_eq!(inner.claims["at"], json!({"city": "Chengdu"}), "with what it stands in");
}

#[test]
fn without_the_holder_nothing_is_shown() {
    let holder = Holder::new();
    let bare = holder.held().show(|_| true);
    assert_eq!(holder.read(bare.as_str(), &reader()), Err(BadSdJwt::Form));
    let thief = SigningKey::generate();
    let stolen = holder.held().show(|_| true).bind(&thief, binding());
    assert_eq!(holder.read(&stolen, &reader()), Err(BadSdJwt::BindingSignature));
    let bound = holder.present(&[]);
    let received = Held::receive(&bound, KIND, holder.issuer.verifying_key());
    assert_eq!(received.unwrap_err(), BadSdJwt::Form);
    let other = SigningKey::generate();
    let verdict = UnverifiedSdJwt::parse(&bound, KIND)
        .unwrap()
        .verify_presented(other.verifying_key(), &reader());
    assert_eq!(verdict.unwrap_err(), BadSdJwt::Signature(BadSignature::Wrong));
}

#[test]
fn a_binding_is_for_one_reader_one_question_one_choice_and_now() {
    let holder = Holder::new();
    let text = holder.present(&["minor", "age_over_18"]);
    let reader = reader();
    let elsewhere = Reader { audience: "https://other.example", ..reader };
    assert_eq!(holder.read(&text, &elsewhere), Err(BadSdJwt::BindingElsewhere));
    let again = Reader { nonce: "another", ..reader };
    assert_eq!(holder.read(&text, &again), Err(BadSdJwt::BindingElsewhere));
    for (seconds, verdict) in [(300, true), (301, false), (-60, true), (-61, false)] {
        let late = Reader { now: NOW + SignedDuration::from_secs(seconds), ..reader };
        assert_eq!(holder.read(&text, &late).is_ok(), verdict, "{seconds}");
    }
    let mut parts: Vec<&str> = text.split('~').collect();
    parts.remove(1);
    assert_eq!(holder.read(&parts.join("~"), &reader), Err(BadSdJwt::BindingElsewhere));
    parts.swap(0, 1);
    assert!(holder.read(&parts.join("~"), &reader).is_err());
}

#[test]
fn a_binding_says_all_it_must() {
    let holder = Holder::new();
    let shown = holder.held().show(|_| false);
    let read = |changes: Value| {
        let text = shown.as_str().to_owned() + &holder.bind(shown.as_str(), changes);
        holder.read(&text, &reader())
    };
    assert_eq!(read(json!({"more": 7})).unwrap().others["more"], 7);
    let now = NOW.as_second();
    for (changes, why) in [
        (json!({"iat": null}), BadSdJwt::Binding),
        (json!({"iat": "now"}), BadSdJwt::Binding),
        (json!({"aud": [reader().audience]}), BadSdJwt::Binding),
        (json!({"nonce": 7}), BadSdJwt::Binding),
        (json!({"sd_hash": null}), BadSdJwt::Binding),
        (json!({"sd_hash": ""}), BadSdJwt::BindingElsewhere),
        (json!({"exp": now}), BadSdJwt::BindingTime),
        (json!({"nbf": now + 1}), BadSdJwt::BindingTime),
    ] {
        assert_eq!(read(changes.clone()), Err(why), "{changes}");
    }
    let other_typ = jws::sign(&holder.key, "", "jwt", &json!({}));
    let text = shown.as_str().to_owned() + &other_typ;
    assert_eq!(holder.read(&text, &reader()), Err(BadSdJwt::Binding));
}

#[test]
fn digests_and_disclosures_match_one_to_one() {
    let holder = Holder::new();
    let member = |name: &str, value: Value| Disclosure::of_member([1; 16], name, &value).unwrap();
    let (a, b) = (member("a", json!(1)), member("b", json!(2)));
    let element = Disclosure::of_element([2; 16], &json!("CN")).unwrap();
    let list =
        |digests: &[&Disclosure]| json!(digests.iter().map(|one| one.digest()).collect::<Vec<_>>());
    let fine = holder.forge(
        json!({"_sd": list(&[&a, &b]), "l": [{"...": element.digest()}, 7]}),
        &[a.as_str(), element.as_str()],
    );
    assert_eq!(fine.unwrap().claims["l"], json!(["CN", 7]));
    let open = holder.forge(json!({"l": [{"...": element.digest()}, {}], "o": {"_sd": []}}), &[]);
    assert_eq!(open.unwrap().claims["l"], json!([{}]));
    let outer = member("outer", json!({"_sd": list(&[&a])}));
    let deep = (0..20).fold(json!(1), |inner, _| json!([inner]));
    for (what, payload, beside, why) in [
        ("unreferenced", json!({"_sd": list(&[&b])}), vec![&a], BadSdJwt::Unreferenced),
        (
            "its holder is not shown",
            json!({"_sd": list(&[&outer])}),
            vec![&a],
            BadSdJwt::Unreferenced,
        ),
        ("shown twice", json!({"_sd": list(&[&a])}), vec![&a, &a], BadSdJwt::DigestTwice),
        ("listed twice", json!({"_sd": list(&[&a, &a])}), vec![], BadSdJwt::DigestTwice),
        (
            "listed twice, apart",
            json!({"_sd": list(&[&a]), "o": {"_sd": list(&[&a])}}),
            vec![&a],
            BadSdJwt::DigestTwice,
        ),
        (
            "again in a disclosure",
            json!({"_sd": list(&[&a, &outer])}),
            vec![&a, &outer],
            BadSdJwt::DigestTwice,
        ),
        ("there already", json!({"a": 0, "_sd": list(&[&a])}), vec![&a], BadSdJwt::Place),
        (
            "an element as a member",
            json!({"_sd": list(&[&element])}),
            vec![&element],
            BadSdJwt::Place,
        ),
        ("a member as an element", json!({"l": [{"...": a.digest()}]}), vec![&a], BadSdJwt::Place),
        (
            "an element with company",
            json!({"l": [{"...": a.digest(), "b": 1}]}),
            vec![],
            BadSdJwt::Reserved,
        ),
        ("three dots elsewhere", json!({"o": {"...": a.digest()}}), vec![], BadSdJwt::Reserved),
        ("three dots that name nothing", json!({"l": [{"...": 7}]}), vec![], BadSdJwt::Reserved),
        ("no list", json!({"_sd": a.digest()}), vec![], BadSdJwt::Reserved),
        ("no text", json!({"_sd": [7]}), vec![], BadSdJwt::Digest),
        ("a short digest", json!({"_sd": ["AAAA"]}), vec![], BadSdJwt::Digest),
        ("another hash", json!({"_sd_alg": "sha-512"}), vec![], BadSdJwt::Hash),
        ("no hash", json!({"_sd_alg": null}), vec![], BadSdJwt::Hash),
        ("a hash inside", json!({"o": {"_sd_alg": "sha-256"}}), vec![], BadSdJwt::Reserved),
        ("too deep", json!({"d": deep}), vec![], BadSdJwt::Depth),
    ] {
        let beside: Vec<_> = beside.into_iter().map(Disclosure::as_str).collect();
        assert_eq!(holder.forge(payload, &beside), Err(why), "{what}");
    }
}

#[test]
fn what_must_be_open_is_not_disclosed() {
    let holder = Holder::new();
    let until = Disclosure::of_member([1; 16], "exp", &json!(9)).unwrap();
    let payload = json!({"_sd": [until.digest()]});
    assert_eq!(holder.forge(payload, &[until.as_str()]), Err(BadSdJwt::Open));
    let inside = json!({"iss": {"_sd": [until.digest()]}});
    assert_eq!(holder.forge(inside, &[]), Err(BadSdJwt::Open));
    let mut nobody = holder.present(&[]);
    let payload = jws::sign(&holder.issuer, "", KIND.typ, &json!({})) + "~";
    nobody = payload.clone() + nobody.rsplit_once('~').unwrap().1;
    assert_eq!(holder.read(&nobody, &reader()), Err(BadSdJwt::HolderKey));
}

#[test]
fn forms_are_bounded() {
    let holder = Holder::new();
    let parse = |text: &str| UnverifiedSdJwt::parse(text, KIND).map(drop).unwrap_err();
    assert_eq!(parse(""), BadSdJwt::Form);
    assert_eq!(parse(&"~".repeat(MAX_LENGTH + 1)), BadSdJwt::TooLong);
    assert!(matches!(parse("a.b.c~"), BadSdJwt::Jws(_)));
    let (jws, _) = holder.issued.split_once('~').unwrap();
    assert_eq!(parse(jws), BadSdJwt::Form, "no tilde");
    assert_eq!(parse(&format!("{jws}~~")), BadSdJwt::Disclosure, "an empty disclosure");
    let disclosure = Disclosure::of_element([0; 16], &json!(1)).unwrap();
    let many = format!("{jws}~{}", format!("{}~", disclosure.as_str()).repeat(MAX_DISCLOSURES + 1));
    assert_eq!(parse(&many), BadSdJwt::TooLong);
    let other = jws::sign(&holder.issuer, "", "jwt", &json!({})) + "~";
    assert_eq!(parse(&other), BadSdJwt::Type);
}

/// One person's one-time credentials: of each a presentation to another reader.
fn presentation(issuer: &SigningKey, seed: u8, reader: &Reader<'_>) -> String {
    let key = SigningKey::generate();
    let credential = Credential {
        issuer: "https://id.example".to_owned(),
        vct: "https://id.example/credentials/net-certificate".to_owned(),
        expires_at: NOW + SignedDuration::from_hours(72),
        status: Some(StatusReference {
            index: u32::from(seed) * 70_001,
            uri: "https://id.example/status/1".to_owned(),
        }),
        holder: key.public(),
    };
    let hidden = [("age_over_18", json!(true)), ("minor", json!(false))];
    let text = credential
        .issue((issuer, "key-1").into(), Map::new(), &hidden, 4, &mut chance(seed))
        .unwrap();
    let expected = Expected { issuer: &credential.issuer, vct: &credential.vct, now: NOW };
    let (_, held) = UnverifiedCredential::parse(&text)
        .unwrap()
        .receive(issuer.verifying_key(), &expected)
        .unwrap()
        .into_inner();
    let shown = held.show(|one| one.name() == Some("age_over_18"));
    let (audience, nonce) = (reader.audience, reader.nonce);
    let others = Map::new();
    let text = shown.bind(&key, Binding { audience, nonce, now: reader.now, others });
    let presented = UnverifiedCredential::parse(&text)
        .unwrap()
        .verify_presented(issuer.verifying_key(), &expected, reader)
        .unwrap();
    assert_eq!(presented.claims, map(json!({"age_over_18": true})));
    assert_eq!(presented.credential, Credential { holder: key.public().nameless(), ..credential });
    text
}

/// Every value that stands in a presentation, read as far as it can be read: texts, numbers, bytes behind base64url.
fn values(text: &str) -> BTreeSet<Vec<u8>> {
    fn leaves(value: &Value, found: &mut BTreeSet<Vec<u8>>) {
        match value {
            Value::Array(all) => all.iter().for_each(|one| leaves(one, found)),
            Value::Object(all) => all.values().for_each(|one| leaves(one, found)),
            Value::String(text) => {
                let bytes = base64url::decode(text).ok().filter(|bytes| bytes.len() >= 16);
                found.insert(bytes.unwrap_or_else(|| text.clone().into_bytes()));
            }
            Value::Number(number) => drop(found.insert(number.to_string().into_bytes())),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    for part in text.split(['~', '.']).map(|part| base64url::decode(part).unwrap()) {
        match serde_json::from_slice(&part) {
            Ok(json) => leaves(&json, &mut found),
            Err(_) => drop(found.insert(part)),
        }
    }
    found
}

#[test]
fn two_readers_share_nothing_but_what_the_issuer_says_to_all() {
    let issuer = SigningKey::generate();
    let desk = Reader { audience: "https://desk.example", nonce: "eIf5qGNFGj0", now: NOW };
    let gate = Reader {
        audience: "https://gate.example",
        nonce: "TTEL0FxOqNk",
        now: NOW + SignedDuration::from_secs(86),
    };
    let (one, two) =
        (values(&presentation(&issuer, 1, &desk)), values(&presentation(&issuer, 2, &gate)));
    let shared: Vec<_> =
        one.intersection(&two).map(|value| String::from_utf8_lossy(value).into_owned()).collect();
    let end = (NOW.as_second() + 72 * 3600).to_string();
    let mut constants = vec![
        "ES256",
        "dc+sd-jwt",
        "kb+jwt",
        "key-1",
        "sha-256",
        "EC",
        "P-256",
        "sig",
        "age_over_18",
        "https://id.example",
        "https://id.example/credentials/net-certificate",
        "https://id.example/status/1",
        &end,
    ];
    constants.sort_unstable();
    assert_eq!(shared, constants);
    // Nor does a piece of one's digests, salts, keys and signatures stand inside those of the other.
    let pieces = |values: &BTreeSet<Vec<u8>>| -> BTreeSet<Vec<u8>> {
        let drawn = values.iter().filter(|value| std::str::from_utf8(value).is_err());
        drawn.flat_map(|value| value.windows(8).map(<[u8]>::to_vec).collect::<Vec<_>>()).collect()
    };
    let (one, two) = (pieces(&one), pieces(&two));
    assert!(one.len() > 300 && two.len() > 300);
    assert_eq!(one.intersection(&two).count(), 0);
}

#[test]
fn a_credential_is_of_its_issuer_its_type_and_its_time() {
    let issuer = SigningKey::generate();
    let text = presentation(&issuer, 1, &reader());
    let read = |issuer_name: &str, vct: &str, now: Timestamp| {
        let expected = Expected { issuer: issuer_name, vct, now };
        UnverifiedCredential::parse(&text)
            .unwrap()
            .verify_presented(issuer.verifying_key(), &expected, &reader())
            .map(drop)
    };
    let (name, vct) = ("https://id.example", "https://id.example/credentials/net-certificate");
    assert_eq!(read(name, vct, NOW), Ok(()));
    assert_eq!(read("https://id.example.net", vct, NOW), Err(BadCredential::Issuer));
    assert_eq!(read(name, "https://id.example/credentials/other", NOW), Err(BadCredential::Vct));
    let end = NOW + SignedDuration::from_hours(72);
    assert_eq!(read(name, vct, end), Err(BadCredential::Time));
    assert_eq!(UnverifiedCredential::parse(&text).unwrap().unverified_issuer().unwrap(), name);
    assert_eq!(UnverifiedCredential::parse(&text).unwrap().unverified_kid(), Some("key-1"));
}

#[test]
fn a_credential_hides_nothing_that_must_be_open() {
    let key = SigningKey::generate();
    let credential = Credential {
        issuer: "https://id.example".to_owned(),
        vct: "a".to_owned(),
        expires_at: NOW,
        status: None,
        holder: key.public(),
    };
    let issue = |name| {
        let signer = (&key, "");
        credential.issue(signer.into(), Map::new(), &[(name, json!(1))], 0, &mut chance(1))
    };
    for name in ["iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status"] {
        assert!(issue(name).is_err(), "{name}");
    }
    assert!(issue("iat").is_ok());
}

proptest! {
    #[test]
    fn any_bit_changed_is_refused(place in 0_usize..100_000, bit in 0_u8..8) {
        thread_local! {
            static HOLDER: (Holder, String) = {
                let holder = Holder::new();
                let text = holder.present(&["age_over_18", "city"]);
                (holder, text)
            };
        }
        HOLDER.with(|(holder, text)| {
            let mut bytes = text.clone().into_bytes();
            let place = place % bytes.len();
            bytes[place] ^= 1 << bit;
            if let Ok(changed) = String::from_utf8(bytes) {
                prop_assert!(holder.read(&changed, &reader()).is_err());
            }
            Ok(())
        })?;
    }

    #[test]
    fn no_text_breaks_it(text in ".{0,200}") {
        let _ = UnverifiedSdJwt::parse(&text, KIND);
        let _ = Disclosure::read(&text);
    }
}
