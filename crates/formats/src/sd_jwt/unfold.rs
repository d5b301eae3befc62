//! Digests become claims again: RFC 9901 §7.1, steps 3 to 5, by a walk that meets everything once.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{BadSdJwt, DEEPEST, DIGESTS, Disclosure, ELEMENT, HASH, HASH_NAME};
use crate::base64url;

/// Puts every disclosure where its digest stands, and takes away whatever else digests left behind.
///
/// What stands under the names of `open` stays as the message says it.
pub(super) fn unfold(
    mut payload: Map<String, Value>,
    disclosures: &[Disclosure],
    open: &[&str],
) -> Result<Map<String, Value>, BadSdJwt> {
    let said: Vec<_> = open.iter().map(|name| payload.get(*name).cloned()).collect();
    let mut by_digest = BTreeMap::new();
    for disclosure in disclosures {
        // RFC 9901 §4: "A Holder MUST NOT send … a Disclosure more than once."
        if by_digest.insert(disclosure.digest(), disclosure).is_some() {
            return Err(BadSdJwt::DigestTwice);
        }
    }
    match payload.remove(HASH_NAME) {
        None => {}
        Some(Value::String(name)) if name == HASH => {}
        Some(_) => return Err(BadSdJwt::Hash),
    }
    let mut walk = Walk { by_digest, seen: BTreeSet::new() };
    let claims = walk.object(payload, DEEPEST)?;
    if open.iter().zip(&said).any(|(name, said)| claims.get(*name) != said.as_ref()) {
        return Err(BadSdJwt::Open);
    }
    // RFC 9901 §7.1: "If any Disclosure was not referenced by digest value in the Issuer-signed JWT (directly or
    // recursively via other Disclosures), the SD-JWT MUST be rejected."
    if walk.by_digest.is_empty() { Ok(claims) } else { Err(BadSdJwt::Unreferenced) }
}

/// Disclosures not placed yet, and every digest met so far.
struct Walk<'a> {
    by_digest: BTreeMap<&'a str, &'a Disclosure>,
    seen: BTreeSet<String>,
}

impl<'a> Walk<'a> {
    fn value(&mut self, value: Value, depth: usize) -> Result<Value, BadSdJwt> {
        let deeper = || depth.checked_sub(1).ok_or(BadSdJwt::Depth);
        match value {
            Value::Object(object) => self.object(object, deeper()?).map(Value::Object),
            Value::Array(elements) => self.array(elements, deeper()?).map(Value::Array),
            plain => Ok(plain),
        }
    }

    fn object(
        &mut self,
        mut object: Map<String, Value>,
        depth: usize,
    ) -> Result<Map<String, Value>, BadSdJwt> {
        let digests = match object.remove(DIGESTS) {
            None => Vec::new(),
            Some(Value::Array(digests)) => digests,
            Some(_) => return Err(BadSdJwt::Reserved),
        };
        // RFC 9901 §4.1: "The payload MUST NOT contain the claims _sd or ... except for the purpose of conveying digests".
        // §4.1.1: _sd_alg "MUST NOT be used in any object nested within the payload."
        if object.contains_key(ELEMENT) || object.contains_key(HASH_NAME) {
            return Err(BadSdJwt::Reserved);
        }
        let mut claims = Map::new();
        for (name, value) in object {
            claims.insert(name, self.value(value, depth)?);
        }
        for digest in digests {
            let Value::String(digest) = digest else { return Err(BadSdJwt::Digest) };
            let Some(disclosure) = self.meet(digest)? else { continue };
            // RFC 9901 §7.1: "If the contents of the respective Disclosure is not a JSON array of three elements (salt,
            // claim name, claim value), the SD-JWT MUST be rejected."
            let name = disclosure.name().ok_or(BadSdJwt::Place)?;
            // RFC 9901 §7.1: "If the claim name already exists at the level of the _sd key, the SD-JWT MUST be rejected."
            if name == HASH_NAME || claims.contains_key(name) {
                return Err(BadSdJwt::Place);
            }
            let value = self.value(disclosure.value().clone(), depth)?;
            claims.insert(name.to_owned(), value);
        }
        Ok(claims)
    }

    fn array(&mut self, elements: Vec<Value>, depth: usize) -> Result<Vec<Value>, BadSdJwt> {
        let mut shown = Vec::with_capacity(elements.len());
        for element in elements {
            let Some(digest) = hidden_element(&element)? else {
                shown.push(self.value(element, depth)?);
                continue;
            };
            let Some(disclosure) = self.meet(digest)? else { continue };
            // RFC 9901 §7.1: "If the contents of the respective Disclosure is not a JSON array of two elements (salt, value),
            // the SD-JWT MUST be rejected."
            if disclosure.name().is_some() {
                return Err(BadSdJwt::Place);
            }
            shown.push(self.value(disclosure.value().clone(), depth)?);
        }
        Ok(shown)
    }

    /// Meets a digest; the disclosure it stands for, if that was sent.
    fn meet(&mut self, digest: String) -> Result<Option<&'a Disclosure>, BadSdJwt> {
        base64url::decode_array::<32>(&digest).map_err(|_| BadSdJwt::Digest)?;
        let disclosure = self.by_digest.remove(digest.as_str());
        // RFC 9901 §7.1: "If any digest value is encountered more than once in the Issuer-signed JWT payload (directly or
        // recursively via other Disclosures), the SD-JWT MUST be rejected."
        if self.seen.insert(digest) { Ok(disclosure) } else { Err(BadSdJwt::DigestTwice) }
    }
}

/// The digest that an element of an array stands for, if it stands for one.
fn hidden_element(element: &Value) -> Result<Option<String>, BadSdJwt> {
    let Value::Object(object) = element else { return Ok(None) };
    match object.get(ELEMENT) {
        None => Ok(None),
        // RFC 9901 §4.2.4.2: "There MUST NOT be any other keys in the object."
        Some(Value::String(digest)) if object.len() == 1 => Ok(Some(digest.clone())),
        Some(_) => Err(BadSdJwt::Reserved),
    }
}
