//! The issuer's side: claims become digests, and the message is signed.

use serde_json::{Map, Value};

use super::{
    DIGESTS, Disclosure, ELEMENT, HASH, HASH_NAME, SEPARATOR,
    disclosure::{SALT_LENGTH, digest},
};
use crate::{Signer, base64url, jws};

/// An object whose hidden members are digests, and the disclosures that were taken out of it.
#[derive(Clone, Debug)]
pub struct Concealed {
    /// What remains, digests included.
    pub members: Map<String, Value>,
    /// What was hidden, in the order given.
    pub disclosures: Vec<Disclosure>,
}

/// A name that may not be hidden, or not twice, or beside an open one.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a claim name is reserved or stands twice")]
pub struct BadName;

/// Hides members of an object, among as many decoys as asked for.
///
/// The value of a hidden member may itself be what another call left, and so on: give that call's disclosures along.
pub fn conceal(
    open: Map<String, Value>,
    hidden: &[(&str, Value)],
    decoys: usize,
    chance: &mut dyn FnMut(&mut [u8]),
) -> Result<Concealed, BadName> {
    let reserved = |name: &str| [DIGESTS, ELEMENT, HASH_NAME].contains(&name);
    if open.keys().any(|name| reserved(name)) {
        return Err(BadName);
    }
    let (mut members, mut disclosures) = (open, Vec::with_capacity(hidden.len()));
    let mut digests = Vec::with_capacity(hidden.len() + decoys);
    for (name, value) in hidden {
        let twice = disclosures.iter().any(|other: &Disclosure| other.name() == Some(name));
        if twice || reserved(name) || members.contains_key(*name) {
            return Err(BadName);
        }
        // RFC 9901 §9.3: "A new salt MUST be chosen for each claim independently of other salts."
        let mut salt = [0; SALT_LENGTH];
        chance(&mut salt);
        let disclosure = Disclosure::of_member(salt, name, value).map_err(|_| BadName)?;
        digests.push(disclosure.digest().to_owned());
        disclosures.push(disclosure);
    }
    for _ in 0..decoys {
        // RFC 9901 §4.2.5: "It is RECOMMENDED to create the decoy digests by hashing over a cryptographically secure
        // random number."
        let mut number = [0; 32];
        chance(&mut number);
        digests.push(digest(&base64url::encode(&number)));
    }
    // RFC 9901 §4.2.4.1: "The Issuer MUST hide the original order of the claims in the array." Digests are as good as
    // random, so their own order tells nothing of it.
    digests.sort_unstable();
    if !digests.is_empty() {
        members.insert(DIGESTS.to_owned(), digests.into());
    }
    Ok(Concealed { members, disclosures })
}

/// Signs what was concealed and writes the compact form, all disclosures included.
///
/// `typ` says what kind of message it is.
pub fn sign(signer: Signer<'_>, typ: &str, mut concealed: Concealed) -> String {
    concealed.members.insert(HASH_NAME.to_owned(), HASH.into());
    let mut text = jws::sign_as(signer, typ, &concealed.members);
    text.push(SEPARATOR);
    for disclosure in &concealed.disclosures {
        text.push_str(disclosure.as_str());
        text.push(SEPARATOR);
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Counts up, so that no two draws are alike.
    fn counting() -> impl FnMut(&mut [u8]) {
        let mut next = 0_u8;
        move |bytes: &mut [u8]| {
            next += 1;
            bytes.fill(next);
        }
    }

    #[test]
    fn digests_stand_in_their_own_order_among_decoys() {
        let open = json!({"vct": "a"}).as_object().unwrap().clone();
        let hidden = [("a", json!(1)), ("b", json!(2)), ("c", json!(3))];
        let concealed = conceal(open, &hidden, 5, &mut counting()).unwrap();
        let digests: Vec<_> = concealed.members["_sd"].as_array().unwrap().clone();
        assert_eq!(digests.len(), 8);
        assert!(digests.is_sorted_by_key(|digest| digest.as_str().unwrap().to_owned()));
        for disclosure in &concealed.disclosures {
            assert!(digests.contains(&json!(disclosure.digest())));
        }
        let none = conceal(Map::new(), &[], 0, &mut counting()).unwrap();
        assert!(none.members.is_empty(), "no empty list of digests");
    }

    #[test]
    fn names_stand_once() {
        let open = || json!({"vct": "a"}).as_object().unwrap().clone();
        for hidden in [
            vec![("vct", json!(1))],
            vec![("a", json!(1)), ("a", json!(2))],
            vec![("_sd", json!([]))],
            vec![("...", json!(1))],
            vec![("_sd_alg", json!("sha-512"))],
        ] {
            assert_eq!(conceal(open(), &hidden, 0, &mut counting()).unwrap_err(), BadName);
        }
        let odd = json!({"_sd": ["a"]}).as_object().unwrap().clone();
        assert_eq!(conceal(odd, &[], 0, &mut counting()).unwrap_err(), BadName);
    }
}
