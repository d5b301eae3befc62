//! What the platform says about itself: OpenID Connect Discovery §3 and RFC 8414 §2, one document.

use serde::Serialize;

use super::{prompt, scope};
use crate::oauth::{backchannel, device, issuer::Issuer, response_mode};

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
/// Where a client's server asks a person it knows (CIBA Core §7).
pub const BACKCHANNEL_PATH: &str = "/backchannel-authentication";
/// Where a client redeems.
pub const TOKEN_PATH: &str = "/token";
/// Where a client gives a token back (RFC 7009).
pub const REVOKE_PATH: &str = "/revoke";
/// Where a relying party's servers ask what a token is worth (RFC 7662).
pub const INTROSPECT_PATH: &str = "/introspect";
/// Where a client asks again.
pub const USERINFO_PATH: &str = "/userinfo";
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
}

/// The metadata document.
#[derive(Clone, Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the standards' own members")]
pub struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: String,
    revocation_endpoint: String,
    introspection_endpoint: String,
    pushed_authorization_request_endpoint: String,
    device_authorization_endpoint: String,
    backchannel_authentication_endpoint: String,
    backchannel_token_delivery_modes_supported: [&'static str; 2],
    backchannel_authentication_request_signing_alg_values_supported: [&'static str; 1],
    backchannel_user_code_parameter_supported: bool,
    jwks_uri: String,
    scopes_supported: Vec<String>,
    response_types_supported: [&'static str; 1],
    response_modes_supported: [&'static str; 5],
    grant_types_supported: [&'static str; 4],
    acr_values_supported: Vec<String>,
    subject_types_supported: [&'static str; 1],
    id_token_signing_alg_values_supported: [&'static str; 1],
    token_endpoint_auth_methods_supported: [&'static str; 2],
    token_endpoint_auth_signing_alg_values_supported: [&'static str; 1],
    revocation_endpoint_auth_methods_supported: [&'static str; 2],
    revocation_endpoint_auth_signing_alg_values_supported: [&'static str; 1],
    introspection_endpoint_auth_methods_supported: [&'static str; 2],
    introspection_endpoint_auth_signing_alg_values_supported: [&'static str; 1],
    introspection_signing_alg_values_supported: [&'static str; 1],
    claim_types_supported: [&'static str; 1],
    claims_supported: Vec<String>,
    claims_parameter_supported: bool,
    request_parameter_supported: bool,
    request_object_signing_alg_values_supported: [&'static str; 1],
    authorization_signing_alg_values_supported: [&'static str; 1],
    request_uri_parameter_supported: bool,
    prompt_values_supported: [&'static str; 3],
    ui_locales_supported: Vec<String>,
    code_challenge_methods_supported: [&'static str; 1],
    authorization_response_iss_parameter_supported: bool,
    dpop_signing_alg_values_supported: [&'static str; 1],
}

/// How clients prove who they are, at whichever endpoint.
const CLIENT_AUTHENTICATION: [&str; 2] = ["client_secret_basic", "private_key_jwt"];

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
            // RFC 8628 §4: "URL of the authorization server's device authorization endpoint".
            device_authorization_endpoint: issuer.at(DEVICE_AUTHORIZATION_PATH),
            backchannel_authentication_endpoint: issuer.at(BACKCHANNEL_PATH),
            backchannel_token_delivery_modes_supported: ["poll", "ping"],
            backchannel_authentication_request_signing_alg_values_supported: ["ES256"],
            backchannel_user_code_parameter_supported: false,
            jwks_uri: issuer.at(JWKS_PATH),
            // OpenID Connect Discovery §3: "The server MUST support the openid scope value."
            scopes_supported: with(&["openid", scope::OFFLINE_ACCESS], offer.scopes),
            response_types_supported: ["code"],
            response_modes_supported: response_mode::SUPPORTED,
            grant_types_supported: [
                "authorization_code",
                "refresh_token",
                device::GRANT_TYPE,
                backchannel::GRANT_TYPE,
            ],
            acr_values_supported: offer.acr_values,
            subject_types_supported: ["pairwise"],
            // OpenID Connect Discovery §3: "The algorithm RS256 MUST be included." It is not:
            // see docs/divergences.md.
            id_token_signing_alg_values_supported: ["ES256"],
            token_endpoint_auth_methods_supported: CLIENT_AUTHENTICATION,
            token_endpoint_auth_signing_alg_values_supported: ["ES256"],
            revocation_endpoint_auth_methods_supported: CLIENT_AUTHENTICATION,
            revocation_endpoint_auth_signing_alg_values_supported: ["ES256"],
            introspection_endpoint_auth_methods_supported: CLIENT_AUTHENTICATION,
            introspection_endpoint_auth_signing_alg_values_supported: ["ES256"],
            // RFC 9701 §7: the algorithms in which introspection answers are signed.
            introspection_signing_alg_values_supported: ["ES256"],
            claim_types_supported: ["normal"],
            claims_supported: with(CLAIMS, offer.attributes),
            claims_parameter_supported: true,
            request_parameter_supported: true,
            request_object_signing_alg_values_supported: ["ES256"],
            // JARM §4: the algorithms in which answers are signed.
            authorization_signing_alg_values_supported: ["ES256"],
            // OpenID Connect Discovery §3: "If omitted, the default value is true."
            request_uri_parameter_supported: false,
            prompt_values_supported: prompt::SUPPORTED,
            ui_locales_supported: offer.ui_locales,
            code_challenge_methods_supported: ["S256"],
            // RFC 9207 §2.3: "The server MUST indicate its support for the iss parameter by setting
            // the metadata parameter authorization_response_iss_parameter_supported, defined in
            // Section 3, to true."
            authorization_response_iss_parameter_supported: true,
            // RFC 9449 §5.1: "A JSON array containing a list of the JWS alg values … supported by
            // the authorization server for DPoP proof JWTs."
            dpop_signing_alg_values_supported: ["ES256"],
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
        };
        insta::assert_json_snapshot!(Metadata::new(&issuer(), offer));
    }
}
