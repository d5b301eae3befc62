//! What the platform says about itself: OpenID Connect Discovery §3 and RFC 8414 §2, one document.
//!
//! FAPI 2.0 Security Profile §5.3.2.1: "shall distribute discovery metadata (such as the authorization endpoint) via the
//! metadata document".

use formats::jwe::{ContentEncryption, KeyAlgorithm};
use serde::Serialize;

use super::{display, prompt, scope, verified_claims};
use crate::{
    issuance::{authorization::DETAILS_TYPE, pre_authorized},
    oauth::{
        authorization_details::SCENE_TYPE, backchannel, device, issuer::Issuer,
        own_token::OwnScope, response_mode,
    },
};

/// Where the document itself stands (OpenID Connect Discovery §4).
pub const OPENID_PATH: &str = "/.well-known/openid-configuration";
/// Where the same document stands for plain OAuth clients (RFC 8414 §3).
pub const OAUTH_PATH: &str = "/.well-known/oauth-authorization-server";
/// Where a browser asks.
pub const AUTHORIZE_PATH: &str = "/authorize";
/// Where a client pushes what it will ask (RFC 9126 §2).
pub const PUSH_PATH: &str = "/par";
/// Where a device without a keyboard asks for a code that its person types elsewhere (RFC 8628 §3.1).
pub const DEVICE_AUTHORIZATION_PATH: &str = "/device_authorization";
/// Where that person types it (RFC 8628 §3.3).
pub const DEVICE_PATH: &str = "/device";
/// Where the browser of whoever answered a knock ends: no relying party's.
pub const ANSWERED_PATH: &str = "/device/answered";
/// Where a client's server asks a person it knows; CIBA Core §4: told with the modes and the grant type.
pub const BACKCHANNEL_PATH: &str = "/backchannel-authentication";
/// Where a client redeems.
pub const TOKEN_PATH: &str = "/token";
/// Where a client gives a token back (RFC 7009).
pub const REVOKE_PATH: &str = "/revoke";
/// Where a relying party's servers ask what a token is worth (RFC 7662).
pub const INTROSPECT_PATH: &str = "/introspect";
/// Where a client asks again.
pub const USERINFO_PATH: &str = "/userinfo";
/// Where a browser is sent to end the session (RP-Initiated Logout 1.0).
pub const END_SESSION_PATH: &str = "/end-session";
/// Where a client fetches plain identity, once.
pub const PLAIN_IDENTITY_PATH: &str = "/plain-identity";
/// Where our public keys stand.
pub const JWKS_PATH: &str = "/jwks";

/// What differs from platform to platform.
#[derive(Clone, Debug, Default)]
pub struct Offer {
    /// Scope words: `openid` is added.
    pub scopes: Vec<String>,
    /// Yes-or-no claims, such as `age_over_18`.
    pub attributes: Vec<String>,
    /// Authentication modes.
    pub acr_values: Vec<String>,
    /// Languages of the pages (BCP 47).
    pub ui_locales: Vec<String>,
    /// Where clients show certificates, if anywhere.
    pub mutual_tls: Option<MutualTls>,
    /// Where clients register themselves, if they may.
    pub registration_endpoint: Option<String>,
    /// How wallets that come by themselves show who they are, where any is known.
    pub wallets: Vec<&'static str>,
}

/// The door at which clients are asked for certificates (RFC 8705 §5).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MutualTls {
    /// Its address, an origin as the issuer's is.
    pub address: Issuer,
    /// Whether the operator named authorities that certify clients: without them, `tls_client_auth` is not offered.
    pub authorities: bool,
}

/// The endpoints at [`MutualTls::address`].
#[derive(Clone, Debug, Serialize)]
#[expect(clippy::struct_field_names, reason = "the standard's own members")]
struct EndpointAliases {
    token_endpoint: String,
    revocation_endpoint: String,
    introspection_endpoint: String,
    pushed_authorization_request_endpoint: String,
    userinfo_endpoint: String,
}

impl EndpointAliases {
    fn new(address: &Issuer) -> Self {
        Self {
            token_endpoint: address.at(TOKEN_PATH),
            revocation_endpoint: address.at(REVOKE_PATH),
            introspection_endpoint: address.at(INTROSPECT_PATH),
            pushed_authorization_request_endpoint: address.at(PUSH_PATH),
            userinfo_endpoint: address.at(USERINFO_PATH),
        }
    }
}

/// The metadata document.
#[derive(Clone, Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the standards' own members")]
pub struct Metadata {
    // OpenID Connect Core §16.15: "The issuer returned by discovery MUST exactly match the value of iss in the ID Token."
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: String,
    revocation_endpoint: String,
    introspection_endpoint: String,
    pushed_authorization_request_endpoint: String,
    end_session_endpoint: String,
    plain_identity_endpoint: String,
    device_authorization_endpoint: String,
    backchannel_authentication_endpoint: String,
    backchannel_token_delivery_modes_supported: [&'static str; 3],
    backchannel_authentication_request_signing_alg_values_supported: [&'static str; 1],
    backchannel_user_code_parameter_supported: bool,
    jwks_uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    registration_endpoint: Option<String>,
    scopes_supported: Vec<String>,
    response_types_supported: [&'static str; 1],
    response_modes_supported: [&'static str; 5],
    grant_types_supported: [&'static str; 6],
    acr_values_supported: Vec<String>,
    // OpenID Connect Core §8: "The OpenID Provider's Discovery document MUST list its supported Subject Identifier types".
    subject_types_supported: [&'static str; 1],
    id_token_signing_alg_values_supported: [&'static str; 1],
    id_token_encryption_alg_values_supported: [&'static str; 4],
    id_token_encryption_enc_values_supported: [&'static str; 2],
    userinfo_signing_alg_values_supported: [&'static str; 1],
    userinfo_encryption_alg_values_supported: [&'static str; 4],
    userinfo_encryption_enc_values_supported: [&'static str; 2],
    token_endpoint_auth_methods_supported: Vec<&'static str>,
    token_endpoint_auth_signing_alg_values_supported: [&'static str; 1],
    revocation_endpoint_auth_methods_supported: Vec<&'static str>,
    revocation_endpoint_auth_signing_alg_values_supported: [&'static str; 1],
    introspection_endpoint_auth_methods_supported: Vec<&'static str>,
    introspection_endpoint_auth_signing_alg_values_supported: [&'static str; 1],
    introspection_signing_alg_values_supported: [&'static str; 1],
    introspection_encryption_alg_values_supported: [&'static str; 4],
    introspection_encryption_enc_values_supported: [&'static str; 2],
    claim_types_supported: [&'static str; 1],
    claims_supported: Vec<String>,
    claims_parameter_supported: bool,
    verified_claims_supported: bool,
    trust_frameworks_supported: [&'static str; 1],
    evidence_supported: [&'static str; 2],
    documents_check_methods_supported: [&'static str; 3],
    claims_in_verified_claims_supported: Vec<String>,
    request_parameter_supported: bool,
    request_object_signing_alg_values_supported: [&'static str; 1],
    authorization_signing_alg_values_supported: [&'static str; 1],
    authorization_encryption_alg_values_supported: [&'static str; 4],
    authorization_encryption_enc_values_supported: [&'static str; 2],
    request_uri_parameter_supported: bool,
    prompt_values_supported: [&'static str; 4],
    display_values_supported: [&'static str; 4],
    ui_locales_supported: Vec<String>,
    code_challenge_methods_supported: [&'static str; 1],
    authorization_response_iss_parameter_supported: bool,
    dpop_signing_alg_values_supported: [&'static str; 1],
    backchannel_logout_supported: bool,
    backchannel_logout_session_supported: bool,
    frontchannel_logout_supported: bool,
    frontchannel_logout_session_supported: bool,
    authorization_details_types_supported: Vec<&'static str>,
    #[serde(rename = "pre-authorized_grant_anonymous_access_supported")]
    pre_authorized_grant_anonymous_access_supported: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_attestation_signing_alg_values_supported: Option<[&'static str; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_attestation_pop_signing_alg_values_supported: Option<[&'static str; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_client_certificate_bound_access_tokens: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mtls_endpoint_aliases: Option<EndpointAliases>,
}

/// How clients prove who they are, at whichever endpoint.
fn client_authentication(mutual_tls: Option<&MutualTls>) -> Vec<&'static str> {
    let mut methods = vec!["client_secret_basic", "private_key_jwt"];
    if let Some(MutualTls { authorities, .. }) = mutual_tls {
        methods.extend(authorities.then_some("tls_client_auth"));
        methods.push("self_signed_tls_client_auth");
    }
    methods
}

/// The claims of every ID token.
const CLAIMS: &[&str] = &[
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "at_hash",
    "result",
    "scene",
];

impl Metadata {
    /// The document of this issuer.
    pub fn new(issuer: &Issuer, offer: Offer) -> Self {
        let with = |first: &[&str], more: Vec<String>| {
            first.iter().map(|&word| word.to_owned()).chain(more).collect()
        };
        let methods = client_authentication(offer.mutual_tls.as_ref());
        let mutual_tls = offer.mutual_tls.as_ref();
        let vouched = offer.wallets.iter().any(|way| way.starts_with("attest"));
        Self {
            // OpenID Connect Discovery §4.3: "The issuer value returned MUST be identical to the
            // Issuer URL that was used as the prefix to /.well-known/openid-configuration"
            issuer: issuer.to_string(),
            authorization_endpoint: issuer.at(AUTHORIZE_PATH),
            token_endpoint: issuer.at(TOKEN_PATH),
            userinfo_endpoint: issuer.at(USERINFO_PATH),
            revocation_endpoint: issuer.at(REVOKE_PATH),
            introspection_endpoint: issuer.at(INTROSPECT_PATH),
            // RFC 9126 §5: "The URL of the pushed authorization request endpoint".
            pushed_authorization_request_endpoint: issuer.at(PUSH_PATH),
            // RP-Initiated Logout 1.0 §2.1 names it so.
            end_session_endpoint: issuer.at(END_SESSION_PATH),
            // Ours: docs/divergences.md.
            plain_identity_endpoint: issuer.at(PLAIN_IDENTITY_PATH),
            // RFC 8628 §4: "URL of the authorization server's device authorization endpoint".
            device_authorization_endpoint: issuer.at(DEVICE_AUTHORIZATION_PATH),
            backchannel_authentication_endpoint: issuer.at(BACKCHANNEL_PATH),
            backchannel_token_delivery_modes_supported: ["poll", "ping", "push"],
            backchannel_authentication_request_signing_alg_values_supported: ["ES256"],
            backchannel_user_code_parameter_supported: false,
            jwks_uri: issuer.at(JWKS_PATH),
            // RFC 8414 §2: where clients register themselves, if they may.
            registration_endpoint: offer.registration_endpoint,
            // OpenID Connect Discovery §3: "The server MUST support the openid scope value."
            scopes_supported: with(
                &["openid", scope::OFFLINE_ACCESS, OwnScope::Reports.as_str()],
                offer.scopes,
            ),
            response_types_supported: ["code"],
            response_modes_supported: response_mode::SUPPORTED,
            grant_types_supported: [
                "authorization_code",
                "refresh_token",
                "client_credentials",
                device::GRANT_TYPE,
                backchannel::GRANT_TYPE,
                pre_authorized::GRANT_TYPE,
            ],
            acr_values_supported: offer.acr_values,
            subject_types_supported: ["pairwise"],
            // OpenID Connect Discovery §3: "The algorithm RS256 MUST be included." It is not:
            // see docs/divergences.md.
            id_token_signing_alg_values_supported: ["ES256"],
            id_token_encryption_alg_values_supported: KeyAlgorithm::NAMES,
            id_token_encryption_enc_values_supported: ContentEncryption::NAMES,
            userinfo_signing_alg_values_supported: ["ES256"],
            userinfo_encryption_alg_values_supported: KeyAlgorithm::NAMES,
            userinfo_encryption_enc_values_supported: ContentEncryption::NAMES,
            token_endpoint_auth_methods_supported: [methods.clone(), offer.wallets.clone()]
                .concat(),
            token_endpoint_auth_signing_alg_values_supported: ["ES256"],
            revocation_endpoint_auth_methods_supported: methods.clone(),
            revocation_endpoint_auth_signing_alg_values_supported: ["ES256"],
            introspection_endpoint_auth_methods_supported: methods.clone(),
            introspection_endpoint_auth_signing_alg_values_supported: ["ES256"],
            // RFC 9701 §7: the algorithms in which introspection answers are signed.
            introspection_signing_alg_values_supported: ["ES256"],
            introspection_encryption_alg_values_supported: KeyAlgorithm::NAMES,
            introspection_encryption_enc_values_supported: ContentEncryption::NAMES,
            claim_types_supported: ["normal"],
            claims_in_verified_claims_supported: offer.attributes.clone(),
            claims_supported: with(CLAIMS, offer.attributes),
            claims_parameter_supported: true,
            verified_claims_supported: true,
            trust_frameworks_supported: [verified_claims::TRUST_FRAMEWORK],
            evidence_supported: verified_claims::EVIDENCE,
            documents_check_methods_supported: verified_claims::CHECK_METHODS,
            request_parameter_supported: true,
            request_object_signing_alg_values_supported: ["ES256"],
            // JARM §4: the algorithms in which answers are signed.
            authorization_signing_alg_values_supported: ["ES256"],
            authorization_encryption_alg_values_supported: KeyAlgorithm::NAMES,
            authorization_encryption_enc_values_supported: ContentEncryption::NAMES,
            // OpenID Connect Discovery §3: "If omitted, the default value is true."
            request_uri_parameter_supported: false,
            prompt_values_supported: prompt::SUPPORTED,
            display_values_supported: display::SUPPORTED,
            ui_locales_supported: offer.ui_locales,
            code_challenge_methods_supported: ["S256"],
            // RFC 9207 §2.3: "The server MUST indicate its support for the iss parameter by setting
            // the metadata parameter authorization_response_iss_parameter_supported, defined in
            // Section 3, to true."
            authorization_response_iss_parameter_supported: true,
            // RFC 9449 §5.1: "A JSON array containing a list of the JWS alg values … supported by
            // the authorization server for DPoP proof JWTs."
            dpop_signing_alg_values_supported: ["ES256"],
            // Back-Channel Logout 1.0 §2.1, Front-Channel Logout 1.0 §3.
            backchannel_logout_supported: true,
            backchannel_logout_session_supported: true,
            frontchannel_logout_supported: true,
            frontchannel_logout_session_supported: true,
            // RFC 9396 §10: the types of structured requests understood here.
            authorization_details_types_supported: if offer.wallets.is_empty() {
                vec![SCENE_TYPE]
            } else {
                vec![SCENE_TYPE, DETAILS_TYPE]
            },
            // OpenID4VCI §12.3: a wallet is registered nowhere.
            pre_authorized_grant_anonymous_access_supported: true,
            // draft-ietf-oauth-attestation-based-client-auth-10 §8: the algorithms of what providers and instances sign.
            client_attestation_signing_alg_values_supported: vouched.then_some(["ES256"]),
            client_attestation_pop_signing_alg_values_supported: vouched.then_some(["ES256"]),
            tls_client_certificate_bound_access_tokens: mutual_tls.map(|_| true),
            // RFC 8705 §5: "alternative authorization server endpoints that, when present, an OAuth client intending to do
            // mutual TLS uses in preference to the conventional endpoints."
            mtls_endpoint_aliases: mutual_tls.map(|door| EndpointAliases::new(&door.address)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::issuer;

    #[test]
    fn the_document_as_the_world_sees_it() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect();
        let offer = Offer {
            scopes: words("scene:log_in scene:check_age age_over_18"),
            attributes: words("age_over_18"),
            acr_values: words("urn:yinzheng:acr:certificate"),
            ui_locales: words("zh-CN en"),
            mutual_tls: None,
            registration_endpoint: None,
            wallets: Vec::new(),
        };
        insta::assert_json_snapshot!(Metadata::new(&issuer(), offer));
    }

    #[test]
    fn certificates_are_shown_at_a_door_of_their_own() {
        let said = |authorities| {
            let address = "https://id.example:8444".parse().unwrap();
            let offer =
                Offer { mutual_tls: Some(MutualTls { address, authorities }), ..Offer::default() };
            serde_json::to_value(Metadata::new(&issuer(), offer)).unwrap()
        };
        let with = said(true);
        insta::assert_json_snapshot!(with["mtls_endpoint_aliases"]);
        assert_eq!(with["token_endpoint"], "https://id.example/token");
        assert_eq!(with["tls_client_certificate_bound_access_tokens"], true);
        let all = [
            "client_secret_basic",
            "private_key_jwt",
            "tls_client_auth",
            "self_signed_tls_client_auth",
        ];
        assert_eq!(with["token_endpoint_auth_methods_supported"], serde_json::json!(all));
        let without = said(false)["introspection_endpoint_auth_methods_supported"].to_string();
        assert!(without.contains("\"self_signed_tls_client_auth\""), "{without}");
        assert!(!without.contains("\"tls_client_auth\""), "{without}");
    }
}
