//! What an issuer of credentials publishes about itself and them: `OpenID4VCI` §12.2, and of draft-ietf-oauth-sd-jwt-vc-19 the
//! issuer's keys (§4) and the type (§5).

use formats::{EncryptionKey, JwkSet, qr::Subject};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    CLAIMS, CREDENTIAL_PATH, Configuration, DEFERRED_PATH, MOST_AT_ONCE, NONCE_PATH,
    NOTIFICATION_PATH, encryption, wallet::KnownWallets,
};
use crate::{oauth::issuer::Issuer, presentation::attestation};

/// Where the issuer's metadata stands.
pub const ISSUER_PATH: &str = "/.well-known/openid-credential-issuer";

/// Where the issuer's keys stand.
pub const KEYS_PATH: &str = "/.well-known/jwt-vc-issuer";

/// Where the type stands; with the issuer before it, it is the type's name.
pub const TYPE_PATH: &str = "/credentials/net-certificate";

/// `OpenID4VCI` §12.2.3: "typ: REQUIRED. MUST be openidvci-issuer-metadata+jwt".
pub const SIGNED_TYPE: &str = "openidvci-issuer-metadata+jwt";

/// The type's name (`vct`) at this issuer.
pub fn vct(issuer: &Issuer) -> String {
    issuer.at(TYPE_PATH)
}

/// How a claim is called to people, in the two languages.
fn labels(claim: &str) -> (&'static str, &'static str) {
    match claim {
        "age_over_14" => ("14 or older", "已满14周岁"),
        "age_over_16" => ("16 or older", "已满16周岁"),
        "age_over_18" => ("18 or older", "已满18周岁"),
        "age_over_60" => ("60 or older", "已满60周岁"),
        "age_over_65" => ("65 or older", "已满65周岁"),
        "minor" => ("Under 18", "未满18周岁"),
        "assurance_level" | "assurance" => ("How the identity was proved", "身份核验等级"),
        "document_class" => ("Kind of document", "证件类型"),
        _ => ("Kind of residency", "居住身份类别"),
    }
}

/// The metadata of the issuer of net certificates, to whom requests may be encrypted with these keys, and who knows these
/// wallets.
pub fn issuer_metadata(
    issuer: &Issuer,
    opening: &[EncryptionKey],
    wallets: &KnownWallets,
) -> Value {
    let configured =
        Configuration::ALL.map(|one| (one.id().to_owned(), described(issuer, one, wallets)));
    json!({
        "credential_issuer": issuer,
        "credential_endpoint": issuer.at(CREDENTIAL_PATH),
        "nonce_endpoint": issuer.at(NONCE_PATH),
        "deferred_credential_endpoint": issuer.at(DEFERRED_PATH),
        "notification_endpoint": issuer.at(NOTIFICATION_PATH),
        "credential_request_encryption": encryption::of_requests(opening),
        "credential_response_encryption": encryption::of_answers(),
        // Ours: `OpenID4VP` leaves open how a wallet finds the keys of whom it trusts to attest verifiers.
        "verifier_attestation_jwks_uri": issuer.at(attestation::KEYS_PATH),
        "batch_credential_issuance": {"batch_size": MOST_AT_ONCE},
        "display": [
            {"name": "Yinzheng", "locale": "en"},
            {"name": "隐证", "locale": "zh-CN"},
        ],
        "credential_configurations_supported": Map::from_iter(configured),
    })
}

/// One form of the certificate.
fn described(issuer: &Issuer, form: Configuration, wallets: &KnownWallets) -> Value {
    let algorithm = form.suite().algorithm();
    let (names, claims) = match form {
        Configuration::NetCertificate => (["Net certificate", "网证"], CLAIMS.to_vec()),
        Configuration::Code(_) => (
            ["Net certificate for codes", "网证（离线码）"],
            Subject::ALL.map(Subject::claim).to_vec(),
        ),
    };
    let [en, zh] = names;
    let mut described = json!({
        "format": form.format(),
        "cryptographic_binding_methods_supported": ["jwk"],
        "proof_types_supported": proof_types(algorithm, wallets),
        // HAIP 1.0 §4.1: "The Credential Issuer metadata MUST include a scope for every Credential Configuration it supports."
        "scope": form.id(),
        "credential_metadata": {
            "display": [{"name": en, "locale": "en"}, {"name": zh, "locale": "zh-CN"}],
            "claims": claims.into_iter().map(claim).collect::<Vec<_>>(),
        },
    });
    let more = match form {
        // OpenID4VCI appendix A.3: algorithms of this format are named as in JOSE.
        Configuration::NetCertificate => {
            json!({"vct": vct(issuer), "credential_signing_alg_values_supported": [algorithm]})
        }
        Configuration::Code(suite) => {
            json!({"credential_signing_alg_values_supported": [suite.cose_algorithm()]})
        }
    };
    if let (Value::Object(described), Value::Object(more)) = (&mut described, more) {
        described.extend(more);
    }
    described
}

/// How keys of this algorithm are proved: by themselves, and by a provider's word where one is known; only so where something is
/// demanded of them.
fn proof_types(algorithm: &str, wallets: &KnownWallets) -> Value {
    let demands = wallets.demands();
    let by = json!({"proof_signing_alg_values_supported": [algorithm]});
    if demands.is_empty() {
        return match wallets.providers().next() {
            None => json!({"jwt": by}),
            Some(_) => json!({"jwt": by, "attestation": by}),
        };
    }
    let named = [
        ("key_storage", &demands.key_storage),
        ("user_authentication", &demands.user_authentication),
    ];
    let named = named.into_iter().filter(|(_, values)| !values.is_empty());
    let required: Map<_, _> =
        named.map(|(name, values)| (name.to_owned(), json!(values))).collect();
    json!({"attestation": {
        "proof_signing_alg_values_supported": [algorithm],
        "key_attestations_required": required,
    }})
}

fn claim(claim: &str) -> Value {
    let (en, zh) = labels(claim);
    let display = json!([{"name": en, "locale": "en"}, {"name": zh, "locale": "zh-CN"}]);
    json!({"path": [claim], "mandatory": true, "display": display})
}

/// The same as claims to be signed: `OpenID4VCI` §12.2.3.
pub fn signed_claims(issuer: &Issuer, metadata: Value, now: Timestamp) -> Value {
    let mut claims = metadata;
    if let Value::Object(members) = &mut claims {
        members.insert("sub".to_owned(), issuer.as_str().into());
        members.insert("iat".to_owned(), now.as_second().into());
    }
    claims
}

/// Under which keys the issuer signs credentials and status lists.
pub fn issuer_keys(issuer: &Issuer, keys: &JwkSet) -> Value {
    json!({"issuer": issuer, "jwks": keys})
}

/// What a net certificate is.
pub fn type_metadata(issuer: &Issuer) -> Value {
    let display = |claim: &str| {
        let (en, zh) = labels(claim);
        json!([{"label": en, "locale": "en"}, {"label": zh, "locale": "zh-CN"}])
    };
    let hidden = CLAIMS.iter().map(|claim| {
        json!({"path": [claim], "sd": "always", "mandatory": true, "display": display(claim)})
    });
    json!({
        "vct": vct(issuer),
        "name": "Net certificate",
        "description": "That its holder is somebody the platform knows, and predicates of them; never who.",
        "display": [
            {"locale": "en", "name": "Net certificate"},
            {"locale": "zh-CN", "name": "网证"},
        ],
        "claims": hidden.collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::CONFIGURATION;
    use super::*;

    #[test]
    fn documents_name_their_issuer_and_every_claim() {
        let issuer: Issuer = "https://id.example".parse().unwrap();
        let opening = formats::OpeningKey::generate("one").public().clone();
        let metadata =
            issuer_metadata(&issuer, std::slice::from_ref(&opening), &KnownWallets::default());
        let published = &metadata["credential_request_encryption"]["jwks"]["keys"][0];
        assert_eq!((&published["kid"], &published["alg"]), (&"one".into(), &"ECDH-ES".into()));
        assert_eq!(metadata["credential_issuer"], "https://id.example");
        assert_eq!(metadata["nonce_endpoint"], "https://id.example/credential-nonce");
        let described = &metadata["credential_configurations_supported"][CONFIGURATION];
        let claims = described["credential_metadata"]["claims"].as_array().unwrap();
        let paths: Vec<_> = claims.iter().map(|claim| claim["path"][0].as_str().unwrap()).collect();
        assert_eq!(paths, CLAIMS);
        let signed = signed_claims(&issuer, metadata.clone(), Timestamp::UNIX_EPOCH);
        assert_eq!((&signed["sub"], &signed["iat"]), (&"https://id.example".into(), &0.into()));
        assert_eq!(type_metadata(&issuer)["vct"], described["vct"]);
    }
}
